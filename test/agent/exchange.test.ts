/** One message and its answer, over real sockets. */
import t, { type Test } from 'tap'
import { exchange, type Answered, type ExchangeParts } from '../../src/agent/exchange.ts'
import { systemClock } from '../../src/base/clock.ts'
import type { Handler } from '../../src/transport/transport.ts'
import { listenDns } from '../support/dns-listener.ts'
import { message, question } from '../support/messages.ts'
import { tsigKey } from '../support/service.ts'
import { splitTsig } from '../support/tsig.ts'

const LIMITS = {
  udpTries: 2,
  udpMilliseconds: 60_000,
  tcp: { idleMilliseconds: 60_000, totalMilliseconds: 60_000 },
}

/** For who does not answer over UDP, or the first time. */
const impatient = { limits: { ...LIMITS, udpMilliseconds: 100 } }

const QUERY = message({ questions: [question('home.dyn.example.', 1)] })

const partsFor = (port: number, more: Partial<ExchangeParts> = {}): ExchangeParts => ({
  server: { host: '127.0.0.1', port },
  key: undefined,
  clock: systemClock,
  signal: new AbortController().signal,
  limits: LIMITS,
  ...more,
})

/** The query as an answer, with more flags. */
const answerTo = (packet: Uint8Array, flags = 0x8400): Buffer => {
  const answer = Buffer.from(packet)
  answer.writeUInt16BE(flags, 2)
  return answer
}

const asking = async (
  t: Test,
  handler: Handler,
  more: Partial<ExchangeParts> = {},
  request: Uint8Array = QUERY,
): Promise<Answered> => exchange(partsFor(await listenDns(t, handler), more), request)

const flagsOf = ({ message: { header } }: Answered): number => header.flags

t.test('an answer over UDP', async (t) => {
  const over: string[] = []
  const answered = await asking(t, (packet, { transport }, reply) => {
    over.push(transport)
    reply(answerTo(packet))
  })
  t.equal(flagsOf(answered), 0x8400)
  t.equal(answered.distrust, undefined)
  t.strictSame(over, ['udp'])
})

t.test('the limits have values', async (t) => {
  const port = await listenDns(t, (packet, _, reply) => {
    reply(answerTo(packet))
  })
  const { server, key: none, clock, signal } = partsFor(port)
  t.equal(flagsOf(await exchange({ server, key: none, clock, signal }, QUERY)), 0x8400)
})

t.test('RFC 5452 §9.1 what answers something else is not heard', async (t) => {
  const answered = await asking(t, (packet, _, reply) => {
    reply(Buffer.alloc(3))
    reply(Buffer.from(packet))
    reply(answerTo(packet, 0xac00))
    const other = answerTo(packet, 0x8403)
    other.writeUInt16BE(other.readUInt16BE(0) ^ 1)
    reply(other)
    const broken = answerTo(packet, 0x8403)
    broken.writeUInt16BE(7, 4)
    reply(broken)
    reply(answerTo(packet))
  })
  t.equal(flagsOf(answered), 0x8400)
})

t.test('a datagram that is lost is sent again', async (t) => {
  let seen = 0
  const secondTime: Handler = (packet, _, reply) => {
    if (++seen >= 2) reply(answerTo(packet))
  }
  const limits = { ...impatient.limits, udpTries: 100 }
  const answered = await asking(t, secondTime, { limits })
  t.equal(flagsOf(answered), 0x8400)
})

t.test('RFC 1035 §4.2.1 an answer that is cut short is asked for over TCP', async (t) => {
  const answered = await asking(t, (packet, { transport }, reply) => {
    reply(answerTo(packet, transport === 'udp' ? 0x8600 : 0x8400))
  })
  t.equal(flagsOf(answered), 0x8400)
})

t.test('what is too large for a datagram goes over TCP', async (t) => {
  const over: string[] = []
  const questions = Array.from({ length: 80 }, () => question('home.dyn.example.', 1))
  const handler: Handler = (packet, { transport }, reply) => {
    over.push(transport)
    reply(answerTo(packet))
  }
  await asking(t, handler, {}, message({ questions }))
  t.strictSame(over, ['tcp'])
})

t.test('who does not answer is an error, with the address', async (t) => {
  await t.rejects(
    asking(t, () => undefined, impatient),
    { name: 'NetworkError', message: /^127\.0\.0\.1#?:?\d+ does not answer in 0.1 s$/ },
  )
  await t.rejects(exchange(partsFor(1), QUERY), { name: 'NetworkError' })
})

t.test('over TCP, too, what comes has to be the answer', async (t) => {
  const handler: Handler = (packet, { transport }, reply) => {
    reply(transport === 'udp' ? answerTo(packet, 0x8600) : Buffer.from(packet))
  }
  await t.rejects(asking(t, handler), { message: 'what came is no answer to what was asked' })
})

t.test('over TCP, too, it is not waited for ever', async (t) => {
  const handler: Handler = (packet, { transport }, reply) => {
    if (transport === 'udp') reply(answerTo(packet, 0x8600))
  }
  const limits = { ...LIMITS, tcp: { ...LIMITS.tcp, idleMilliseconds: 100 } }
  await t.rejects(asking(t, handler, { limits }), { message: /sent nothing in 0.1 s/ })
})

t.test('a server by name is asked at its addresses', async (t) => {
  const handler: Handler = (packet, _, reply) => {
    reply(answerTo(packet))
  }
  const port = await listenDns(t, handler)
  const answered = await exchange(partsFor(port, { server: { host: 'localhost', port } }), QUERY)
  t.equal(flagsOf(answered), 0x8400)
  const nowhere = { host: 'no-such-host.invalid', port }
  await t.rejects(exchange(partsFor(port, { server: nowhere }), QUERY), {
    name: 'NetworkError',
    message: /^no-such-host\.invalid has no address here: /,
  })
})

const key = tsigKey('home.')

t.test('RFC 8945 §5.4 unsigned answers over UDP may be anybody’s: TCP tells', async (t) => {
  const over: string[] = []
  const answered = await asking(
    t,
    (packet, { transport }, reply) => {
      over.push(transport)
      reply(answerTo(splitTsig(Buffer.from(packet)).message, 0x8405))
    },
    { key },
  )
  t.strictSame(over, ['udp', 'tcp'])
  t.match(answered.distrust, { why: 'the answer is not signed', isProven: false })
})

t.test('a bug is no failure of the network', async (t) => {
  const clock = {
    ...systemClock,
    nowSeconds: (): number => {
      throw new TypeError('a bug')
    },
  }
  await t.rejects(exchange(partsFor(1, { key, clock }), QUERY), TypeError)
})

t.test('when it is to end, nothing is waited for', async (t) => {
  const aborting = new AbortController()
  const { signal } = aborting
  await t.test('over UDP', async (t) => {
    const handler: Handler = () => {
      aborting.abort()
    }
    await t.rejects(asking(t, handler, { signal }), /is not asked any more/)
  })
  await t.test('over TCP', async (t) => {
    const ending = new AbortController()
    const handler: Handler = (packet, { transport }, reply) => {
      if (transport === 'udp') reply(answerTo(packet, 0x8600))
      else ending.abort()
    }
    await t.rejects(asking(t, handler, { signal: ending.signal }))
  })
})
