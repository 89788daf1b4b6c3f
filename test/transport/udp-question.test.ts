/** One question over UDP: the first answer from there, or why there is none. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import t, { type Test } from 'tap'
import { askUdp } from '../../src/transport/udp-question.ts'

const LONG = 20_000
const { signal } = new AbortController()

const serverOf = async (
  t: Test,
  answersTo: (packet: Buffer, port: number) => readonly string[],
  address = '127.0.0.1',
): Promise<number> => {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  socket.bind(0, address)
  await once(socket, 'listening')
  socket.on('message', (packet, { port }) => {
    for (const answer of answersTo(packet, port)) socket.send(answer, port, address)
  })
  t.teardown(() => socket.close())
  return socket.address().port
}

for (const address of ['127.0.0.1', '::1']) {
  t.test(`the first answer that is one, from ${address}`, async (t) => {
    const port = await serverOf(t, (packet) => ['other', `${String(packet)}!`, 'late'], address)
    const isAnswer = (packet: Uint8Array): boolean => String(packet).startsWith('question')
    const answer = await askUdp({ address, port }, Buffer.from('question'), isAnswer, LONG, signal)
    t.equal(String(answer), 'question!')
  })
}

t.test('RFC 5452 §9.2 each question comes from a port of its own', async (t) => {
  const ports: number[] = []
  const port = await serverOf(t, (_, from) => [String(ports.push(from))])
  const to = { address: '127.0.0.1', port }
  await Promise.all(
    [1, 2, 3].map(() => askUdp(to, Buffer.from('question'), () => true, LONG, signal)),
  )
  t.equal(new Set(ports).size, 3)
})

t.test('RFC 5452 §9.1 what comes from elsewhere is no answer', async (t) => {
  const stranger = createSocket('udp4')
  t.teardown(() => stranger.close())
  const port = await serverOf(t, (_, from) => {
    stranger.send('forged', from, '127.0.0.1')
    return []
  })
  const seen: string[] = []
  const isAnswer = (packet: Uint8Array): boolean => seen.push(String(packet)) > 0
  const asked = askUdp({ address: '127.0.0.1', port }, Buffer.from('q'), isAnswer, 100, signal)
  await t.rejects(asked, {
    name: 'NetworkError',
    message: `127.0.0.1:${port} does not answer in 0.1 s`,
  })
  t.strictSame(seen, [])
})

t.test('a port that nobody has is known at once', async (t) => {
  const to = { address: '127.0.0.1', port: 1 }
  const asked = askUdp(to, Buffer.from('q'), () => true, LONG, signal)
  await t.rejects(asked, { name: 'NetworkError', message: /cannot be asked: .*ECONNREFUSED/ })
})

t.test('a question that is aborted has no answer', async (t) => {
  const port = await serverOf(t, () => [])
  const aborting = new AbortController()
  const to = { address: '127.0.0.1', port }
  const asked = askUdp(to, Buffer.from('q'), () => true, LONG, aborting.signal)
  aborting.abort()
  await t.rejects(asked, { name: 'NetworkError', message: /is not asked any more/ })
  const later = askUdp(to, Buffer.from('q'), () => true, LONG, aborting.signal)
  await t.rejects(later, { name: 'NetworkError', message: /is not asked any more/ })
})
