/** Datagrams over node:dgram: each is a message, its answers go back to where it came from. */
import { Socket, type RemoteInfo } from 'node:dgram'
import t, { type Test } from 'tap'
import type { Handler } from '../../src/transport/transport.ts'
import { listenUdp } from '../../src/transport/udp.ts'
import { udpBattery } from '../battery/udp-battery.ts'
import { Gate } from '../support/raw-tcp-client.ts'
import { echo, listenWith, UdpClient, type Listening } from '../support/udp-client.ts'

udpBattery(t, listenUdp)

const listen = listenWith(listenUdp)

/** The listener's own socket, to bring about what no client on this machine can. */
const listeningSocket = async (t: Test, handler: Handler): Promise<[Socket, Listening]> => {
  // Called below with the socket as its receiver.
  // oxlint-disable-next-line typescript/unbound-method
  const binds = t.capture(Socket.prototype, 'bind', Socket.prototype.bind)
  const listener = await listen(t, handler)
  // What is called as a method of a socket has one as its receiver.
  return [binds()[0]?.receiver as Socket, listener]
}

t.test('RFC 1122 §4.1.3.3 an ICMP error that comes back does not end the service', async (t) => {
  const [socket, { endpoint }] = await listeningSocket(t, echo)
  socket.emit('error', Object.assign(new Error('recvmsg ECONNREFUSED'), { code: 'ECONNREFUSED' }))
  const client = new UdpClient(t, endpoint)
  client.send('next')
  t.equal(await client.message(), 'next')
})

t.test('RFC 768 a datagram without a source port is not answered, and harms nobody', async (t) => {
  const packets: string[] = []
  const [socket, { endpoint }] = await listeningSocket(t, (packet, _peer, reply) => {
    packets.push(Buffer.from(packet).toString())
    reply(packet)
  })
  const from: RemoteInfo = { address: '127.0.0.1', family: 'IPv4', port: 0, size: 7 }
  socket.emit('message', Buffer.from('spoofed'), from)
  const client = new UdpClient(t, endpoint)
  client.send('next')
  t.equal(await client.message(), 'next')
  t.strictSame(packets, ['next'])
})

t.test('closing takes no more datagrams', async (t) => {
  const packets: string[] = []
  const gate = new Gate()
  const taken = new Gate()
  const [socket, { endpoint, close }] = await listeningSocket(t, async (packet) => {
    packets.push(Buffer.from(packet).toString())
    taken.open()
    await gate.opened
  })
  const client = new UdpClient(t, endpoint)
  client.send('before')
  await taken.opened
  const closed = close()
  const received = new Promise((resolve) => socket.once('message', resolve))
  client.send('after')
  await received
  gate.open()
  await closed
  t.strictSame(packets, ['before'])
})
