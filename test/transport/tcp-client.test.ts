/** The client's side of DNS over TCP: messages in order, and an end whatever the other side does. */
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { TcpClient } from '../../src/transport/tcp-client.ts'
import { framed } from '../support/sockets.ts'

const LIMITS = { idleMilliseconds: 20_000, totalMilliseconds: 20_000 }

/** A server that does this with each connection. */
const serverOf = async (t: Test, onConnection: (socket: Socket) => void): Promise<number> => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    onConnection(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  // A server that listens on a host has an address of that form.
  return (server.address() as AddressInfo).port
}

const clientOf = (t: Test, port: number, limits = LIMITS): TcpClient => {
  const client = new TcpClient({ address: '127.0.0.1', port }, limits)
  t.teardown(() => {
    client.close()
  })
  return client
}

t.test('RFC 1035 §4.2.2 messages go and come with their lengths before them', async (t) => {
  const port = await serverOf(t, (socket) => {
    socket.once('data', (octets: Buffer) => {
      t.ok(octets.equals(framed([Buffer.from('question')])))
      const answers = framed([Buffer.from('one'), Buffer.from('two'), Buffer.alloc(60_000, 3)])
      socket.write(answers.subarray(0, 7))
      setImmediate(() => socket.end(answers.subarray(7)))
    })
  })
  const client = clientOf(t, port)
  client.send(Buffer.from('question'))
  t.equal((await client.next()).toString(), 'one')
  t.equal((await client.next()).toString(), 'two')
  t.equal((await client.next()).length, 60_000)
  await t.rejects(client.next(), {
    name: 'NetworkError',
    message: `127.0.0.1:${port} closed the connection before the end`,
  })
  await t.rejects(client.next(), { name: 'NetworkError', message: 'the connection is closed' })
})

t.test('nobody listens: the system says so', async (t) => {
  await t.rejects(clientOf(t, 1).next(), { code: 'ECONNREFUSED' })
})

t.test('who sends nothing for too long is left', async (t) => {
  const port = await serverOf(t, () => undefined)
  const client = clientOf(t, port, { ...LIMITS, idleMilliseconds: 10 })
  await t.rejects(client.next(), { name: 'NetworkError', message: /sent nothing in 0\.01 s/ })
})

t.test('who sends an octet now and then is left too', async (t) => {
  const port = await serverOf(t, (socket) => {
    const timer = setInterval(() => socket.write('x'), 5)
    socket.on('close', () => {
      clearInterval(timer)
    })
  })
  const client = clientOf(t, port, { ...LIMITS, totalMilliseconds: 50 })
  await t.rejects(
    (async () => {
      for (;;) await client.next()
    })(),
    { name: 'NetworkError', message: /did not come to an end in 0\.05 s/ },
  )
})

t.test('whoever waits for a message is told when the connection is closed here', async (t) => {
  const port = await serverOf(t, () => undefined)
  const client = clientOf(t, port)
  const next = client.next()
  client.close()
  await t.rejects(next, { code: 'ERR_STREAM_PREMATURE_CLOSE' })
})

t.test('while nobody asks for a message the other side has to wait', async (t) => {
  let sent = 0
  const port = await serverOf(t, (socket) => {
    const message = framed([Buffer.alloc(60_000)])
    const more = (): void => {
      while (socket.write(message)) sent++
      sent++
    }
    socket.on('drain', more)
    more()
  })
  const client = clientOf(t, port)
  await client.next()
  let before = -1
  while (before !== sent) {
    before = sent
    for (let turns = 0; turns < 200; turns++) await new Promise((resolve) => setImmediate(resolve))
  }
  const held = sent
  t.ok(held < 1000, `${held} messages of 60,000 octets`)
  for (let n = 0; n < held; n++) await client.next()
  t.ok(sent > held)
})
