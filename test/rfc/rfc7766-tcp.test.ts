/** RFC 7766: the whole service over real TCP connections. */
import t, { type Test } from 'tap'
import { listenTcp } from '../../src/transport/tcp.ts'
import { TCP_LIMITS } from '../../src/transport/tcp-connection.ts'
import { matches, readAnswer } from '../support/answers.ts'
import { query, rr, update } from '../support/messages.ts'
import { TestService } from '../support/service.ts'
import { framed, TcpClient } from '../support/raw-tcp-client.ts'
import { noProxies } from '../support/listen-options.ts'

const A = 1

const serve = async (t: Test, service = new TestService()): Promise<TcpClient> => {
  const limits = { ...TCP_LIMITS, farewellMilliseconds: 50 }
  const { handle } = service.dispatcher
  const listener = await listenTcp({ address: '127.0.0.1', port: 0 }, handle, noProxies(), limits)
  t.teardown(() => listener.close())
  return TcpClient.connect(t, listener.endpoint)
}

const WWW = {
  flags: 'AA',
  answer: ['www.dyn.example. 60 A 192.0.2.1', 'www.dyn.example. 60 A 192.0.2.2'],
}

const idOf = (octets: Buffer): number => octets.readUInt16BE(0)

t.test('RFC 7766 §5 a query over TCP is answered over TCP', async (t) => {
  const client = await serve(t)
  await client.send(framed(query('www.dyn.example', A)))
  matches(t, await client.message(), WWW)
})

t.test('RFC 7766 §5 what is truncated over UDP is whole over TCP', async (t) => {
  const head = '$TTL 60\n@ IN SOA ns. h. 1 2 3 4 5\n@ IN NS ns.\n'
  const addresses = Array.from({ length: 250 }, (_, i) => `192.0.2.${i}`)
  const service = new TestService(head + addresses.map((one) => `big IN A ${one}\n`).join(''))
  const packet = query('big.dyn.example', A)
  matches(t, await service.ask(packet, 'udp'), { flags: 'AA TC' })
  const client = await serve(t, service)
  await client.send(framed(packet))
  matches(t, await client.message(), {
    flags: 'AA',
    answer: addresses.map((one) => `big.dyn.example. 60 A ${one}`),
  })
})

t.test('RFC 7766 §6.2.1.1 pipelined queries are all answered, by their IDs', async (t) => {
  const client = await serve(t)
  const ids = Array.from({ length: 100 }, (_, i) => 1000 + i)
  await client.send(framed(...ids.map((id) => query('www.dyn.example', A, { id }))))
  const answered: number[] = []
  for (const id of ids) {
    const answer = await client.message()
    answered.push(idOf(answer))
    if (id === 1000) matches(t, answer, WWW)
  }
  t.strictSame(answered.sort(), ids)
})

t.test('RFC 7766 §6.2.1.1 updates and queries share a connection', async (t) => {
  const service = new TestService()
  const client = await serve(t, service)
  const record = rr('new.dyn.example', A, 1, 60, Buffer.from([192, 0, 2, 9]))
  await client.send(
    framed(
      service.sign(update('dyn.example', [], [record], { id: 1 })),
      query('www.dyn.example', A, { id: 2 }),
    ),
  )
  const rcodes = new Map<number, number>()
  for (let i = 0; i < 2; i++) {
    const answer = await client.message()
    rcodes.set(idOf(answer), answer.readUInt16BE(2) & 0xf)
  }
  t.strictSame([...rcodes].sort(), [
    [1, 0],
    [2, 0],
  ])
  await client.send(framed(query('new.dyn.example', A)))
  matches(t, await client.message(), { flags: 'AA', answer: ['new.dyn.example. 60 A 192.0.2.9'] })
})

t.test('RFC 7766 §6.2.4 a half-closed client gets the answer to its update', async (t) => {
  const service = new TestService()
  const client = await serve(t, service)
  const record = rr('new.dyn.example', A, 1, 60, Buffer.from([192, 0, 2, 9]))
  client.socket.end(framed(service.sign(update('dyn.example', [], [record], { id: 7 }))))
  const answer = await client.message()
  t.equal(idOf(answer), 7)
  t.equal(answer.readUInt16BE(2) & 0xf, 0)
  await client.closed()
  t.equal(client.error, undefined)
})

t.test('RFC 7766 §6.2.1 a message that is none does not cost the connection', async (t) => {
  const client = await serve(t)
  const garbage = Buffer.from('too short')
  const malformed = query('www.dyn.example', A).subarray(0, -1)
  await client.send(framed(garbage, Buffer.alloc(0), malformed, query('www.dyn.example', A)))
  t.equal(readAnswer(await client.message()).rcode, 'FORMERR')
  matches(t, await client.message(), WWW)
})
