/** Asking over UDP: which datagram is the answer to which question. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import t, { type Test } from 'tap'
import type { Endpoint } from '../../src/transport/transport.ts'
import { UdpClient } from '../../src/transport/udp-client.ts'

/** A server whose answers the test sends by hand. */
class Server {
  readonly socket: Socket
  private readonly received: { packet: Buffer; from: RemoteInfo }[] = []

  constructor(t: Test, family: 'udp4' | 'udp6' = 'udp4') {
    this.socket = createSocket(family)
    this.socket.on('message', (packet, from) => this.received.push({ packet, from }))
    t.teardown(() => {
      this.socket.close()
    })
  }

  async listen(address = '127.0.0.1'): Promise<Endpoint> {
    this.socket.bind(0, address)
    await once(this.socket, 'listening')
    return { address, port: this.socket.address().port }
  }

  async next(): Promise<{ packet: Buffer; from: RemoteInfo }> {
    for (;;) {
      const first = this.received.shift()
      if (first !== undefined) return first
      await once(this.socket, 'message')
    }
  }

  send(packet: Buffer, to: RemoteInfo): void {
    this.socket.send(packet, to.port, to.address)
  }
}

const withId = (id: number, text: string): Buffer => {
  const octets = Buffer.from(`--${text}`)
  octets.writeUInt16BE(id)
  return octets
}

/** A client whose answers are collected as text behind their ID. */
const clientFor = (t: Test, mostOpen?: number): UdpClient => {
  const client = new UdpClient(mostOpen)
  t.teardown(() => {
    client.close()
  })
  return client
}

const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((one) => one?.address === '::1')

for (const [address, family] of [
  ['127.0.0.1', 'udp4'],
  ['::1', 'udp6'],
] as const) {
  const skip = address === '::1' && !hasIpv6 ? 'there is no IPv6 here' : false
  t.test(
    `what comes from ${address} with the ID of the question is its answer`,
    { skip },
    async (t) => {
      const server = new Server(t, family)
      const to = await server.listen(address)
      const client = clientFor(t)
      const answered = new Promise<Buffer>((resolve) => {
        const question = client.ask(to, resolve)
        question?.send(withId(question.id, 'question'))
      })
      const { packet, from } = await server.next()
      t.equal(packet.toString('latin1', 2), 'question')
      server.send(withId(packet.readUInt16BE(0), 'answer'), from)
      t.equal((await answered).toString('latin1', 2), 'answer')
    },
  )
}

t.test('RFC 5452 §9.1 another ID, another port or too few octets are no answer', async (t) => {
  const [server, stranger] = [new Server(t), new Server(t)]
  const to = await server.listen()
  await stranger.listen()
  const answers: string[] = []
  const client = clientFor(t)
  const done = new Promise<void>((resolve) => {
    const question = client.ask(to, (packet) => {
      answers.push(packet.toString('latin1', 2))
      resolve()
    })
    question?.send(withId(question.id, ''))
  })
  const { packet, from } = await server.next()
  const id = packet.readUInt16BE(0)
  stranger.send(withId(id, 'from elsewhere'), from)
  server.send(withId((id + 1) % 0x1_0000, 'of another'), from)
  server.send(Buffer.from([0]), from)
  server.send(withId(id, 'right'), from)
  await done
  t.strictSame(answers, ['right'])
})

t.test('a question that has ended hears no more, while others do', async (t) => {
  const server = new Server(t)
  const to = await server.listen()
  const client = clientFor(t)
  const ended = client.ask(to, () => t.fail('it has ended'))
  ended?.send(withId(ended.id, 'first'))
  const answered = new Promise((resolve) => {
    const other = client.ask(to, resolve)
    other?.send(withId(other.id, 'second'))
  })
  ended?.end()
  const [first, second] = [await server.next(), await server.next()]
  server.send(first.packet, first.from)
  server.send(second.packet, second.from)
  await answered
})

t.test('RFC 5452 §9.2 IDs are drawn at random, and ports when nothing is open', async (t) => {
  const server = new Server(t)
  const to = await server.listen()
  const client = clientFor(t)
  const [ids, ports] = [new Set<number>(), new Set<number>()]
  for (let i = 0; i < 20; i++) {
    const question = client.ask(to, () => undefined)
    question?.send(withId(question.id, ''))
    const { packet, from } = await server.next()
    ids.add(packet.readUInt16BE(0))
    ports.add(from.port)
    question?.end()
  }
  t.ok(ids.size > 10, `${ids.size} IDs`)
  t.ok(ports.size > 5, `${ports.size} ports`)
})

t.test('only so many questions are open, each with an ID of its own', async (t) => {
  const client = clientFor(t, 4096)
  const to = { address: '127.0.0.1', port: 9 }
  const questions = Array.from({ length: 4096 }, () => client.ask(to, () => undefined))
  t.equal(new Set(questions.map((question) => question?.id)).size, 4096)
  t.equal(
    client.ask(to, () => undefined),
    undefined,
  )
  questions[0]?.end()
  t.not(
    client.ask(to, () => undefined),
    undefined,
  )
})

t.test('what cannot be sent is lost, and that is all', async (t) => {
  const server = new Server(t)
  const to = await server.listen()
  const client = clientFor(t)
  // No such datagram: the system refuses it.
  const large = client.ask(to, () => t.fail('nothing was asked'))
  large?.send(Buffer.alloc(70_000))
  const answered = new Promise((resolve) => {
    const question = client.ask(to, resolve)
    question?.send(withId(question.id, ''))
  })
  const { packet, from } = await server.next()
  server.send(packet, from)
  await answered
})

t.test('after it was closed it hears nothing', async (t) => {
  const client = clientFor(t)
  const question = client.ask({ address: '127.0.0.1', port: 9 }, () => t.fail('it is closed'))
  question?.send(withId(question.id, ''))
  client.close()
  question?.end()
})
