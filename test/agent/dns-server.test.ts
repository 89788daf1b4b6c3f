/** The server by DNS: livezone itself, and servers that misbehave. */
import t, { type Test } from 'tap'
import { DnsServer, updateMessage } from '../../src/agent/dns-server.ts'
import type { HostSettings } from '../../src/agent/settings.ts'
import type { TsigKey } from '../../src/access/keyring.ts'
import type { Handler } from '../../src/transport/transport.ts'
import { FakeClock } from '../support/clock.ts'
import { HOME, hostSettings } from '../support/agent.ts'
import { listenDns } from '../support/dns-listener.ts'
import { opt, question, rr, message as written } from '../support/messages.ts'
import { recordsOf } from '../support/tsig.ts'
import { name, SECRET, TestService, tsigKey } from '../support/service.ts'

const LIMITS = {
  udpTries: 1,
  udpMilliseconds: 60_000,
  tcp: { idleMilliseconds: 60_000, totalMilliseconds: 60_000 },
}

/** For who does not answer anyway. */
const IMPATIENT = { ...LIMITS, udpMilliseconds: 50 }

interface Options {
  readonly key?: TsigKey | undefined
  readonly clock?: FakeClock
  readonly limits?: typeof LIMITS
}

const serverFor = async (t: Test, handler: Handler, options: Options = {}): Promise<DnsServer> => {
  const port = await listenDns(t, handler)
  return new DnsServer({
    server: { host: '127.0.0.1', port },
    key: 'key' in options ? options.key : tsigKey('ddns-key.'),
    clock: options.clock ?? new FakeClock(),
    signal: new AbortController().signal,
    limits: options.limits ?? LIMITS,
  })
}

const handlerOf = ({ dispatcher }: TestService): Handler => dispatcher.handle

const ZONED: HostSettings = hostSettings(HOME, { zone: name('dyn.example.') })
const BOTH = { ipv4: '192.0.2.1', ipv6: '2001:db8::1' }

t.test('what is set is found again, in one UPDATE', async (t) => {
  const service = new TestService()
  const server = await serverFor(t, handlerOf(service))
  const host = hostSettings()
  t.strictSame(await server.look(host), { kind: 'found', published: { ipv4: null, ipv6: null } })
  const other = hostSettings('other.dyn.example.')
  const outcomes = await server.update([
    { host, wanted: BOTH },
    { host: other, wanted: { ipv6: '2001:db8::2' } },
  ])
  t.strictSame(outcomes, [{ kind: 'done' }, { kind: 'done' }])
  t.strictSame(await server.look(host), { kind: 'found', published: BOTH })
  t.match(await server.look(other), { published: { ipv4: null, ipv6: '2001:db8::2' } })
  const updates = service.lines.filter(({ message }) => message === 'update committed')
  t.equal(updates.length, 1)
  await server.update([{ host, wanted: { ipv4: null } }])
  t.strictSame(await server.look(host), {
    kind: 'found',
    published: { ipv4: null, ipv6: '2001:db8::1' },
  })
  const several = hostSettings('www.dyn.example.', { families: ['ipv4'] })
  t.match(await server.look(several), { published: { ipv4: '192.0.2.1,192.0.2.2' } })
})

t.test('RFC 2136 §2.5.2, §2.5.1 each family is replaced within the message', async (t) => {
  const wanted = { ...BOTH, ipv6: null }
  const message = Buffer.from(updateMessage(name('dyn.example.'), [{ host: ZONED, wanted }]))
  t.equal(message.readUInt16BE(2), 0x2800)
  t.strictSame(
    recordsOf(message).map(({ type, class: rrClass, ttl, rdata }) => [type, rrClass, ttl, rdata]),
    [
      [1, 255, 0, Buffer.alloc(0)],
      [1, 1, 60, Buffer.from([192, 0, 2, 1])],
      [28, 255, 0, Buffer.alloc(0)],
      [41, 1232, 0, Buffer.alloc(0)],
    ],
  )
})

t.test('a refusal is one, in the server’s own words', async (t) => {
  const service = new TestService()
  service.keyring.add(tsigKey('weak.'))
  const weak = await serverFor(t, handlerOf(service), { key: tsigKey('weak.') })
  const [outcome] = await weak.update([{ host: ZONED, wanted: BOTH }])
  t.match(outcome, { kind: 'refused', why: /^the server answers REFUSED/ })

  const unknown = await serverFor(t, handlerOf(service), { key: tsigKey('unknown.') })
  t.match(await unknown.update([{ host: ZONED, wanted: BOTH }]), [
    { kind: 'refused', why: /does not know the key.*\(BADKEY\); the server answers NOTAUTH/ },
  ])
  t.match(await unknown.look(ZONED), { kind: 'failed', why: /BADKEY/ })
  t.match(await unknown.update([{ host: hostSettings(), wanted: BOTH }]), [
    { kind: 'refused', why: /BADKEY/ },
  ])

  const secret = Buffer.from(SECRET).fill(1)
  const wrong = await serverFor(t, handlerOf(service), {
    key: tsigKey('ddns-key.', 'hmac-sha256', secret),
  })
  t.match(await wrong.update([{ host: ZONED, wanted: BOTH }]), [
    { kind: 'refused', why: /another secret for the key \(BADSIG\)/ },
  ])
})

t.test(
  'RFC 8945 §5.2.3 a clock that is wrong may be right later, and by how much is said',
  async (t) => {
    const service = new TestService()
    const clock = new FakeClock()
    clock.advanceSeconds(-1000)
    const server = await serverFor(t, handlerOf(service), { clock })
    t.match(await server.update([{ host: ZONED, wanted: BOTH }]), [
      { kind: 'later', why: /the server's clock is 1000 s ahead of ours \(BADTIME\)/ },
    ])
  },
)

/** A server that says so of everything. */
const saying =
  (flags: number, counts = 0): Handler =>
  (packet, _, reply) => {
    const answer = Buffer.from(packet.subarray(0, 12))
    answer.writeUInt16BE(flags | (answer.readUInt16BE(2) & 0x7800), 2)
    answer.fill(0, 4)
    answer.writeUInt16BE(counts, 4)
    reply(answer)
  }

t.test('a server in trouble may be better later', async (t) => {
  const server = await serverFor(t, saying(0x8402), { key: undefined })
  const why = 'the server answers SERVFAIL'
  t.strictSame(await server.look(ZONED), { kind: 'failed', why })
  t.match(await server.update([{ host: ZONED, wanted: BOTH }]), [{ kind: 'later', why }])
  const silent = await serverFor(t, () => undefined, { limits: IMPATIENT })
  t.match(await silent.update([{ host: ZONED, wanted: BOTH }]), [
    { kind: 'later', why: /does not answer/ },
  ])
  t.match(await silent.look(ZONED), { kind: 'failed', why: /does not answer/ })
})

t.test('a cache is nobody to ask', async (t) => {
  const server = await serverFor(t, saying(0x8000), { key: undefined })
  const why = `the server is not authoritative for ${HOME}`
  t.strictSame(await server.look(ZONED), { kind: 'failed', why })
})

t.test('where the server names no zone, one has to be set', async (t) => {
  const server = await serverFor(t, saying(0x8400), { key: undefined })
  t.match(await server.update([{ host: hostSettings(), wanted: BOTH }]), [
    { kind: 'refused', why: 'the server names no zone: set "zone" for the host' },
  ])
})

t.test('an unsigned NOERROR is no success', async (t) => {
  const server = await serverFor(t, saying(0x8400))
  t.strictSame(await server.update([{ host: ZONED, wanted: BOTH }]), [
    { kind: 'refused', why: 'the answer is not signed' },
  ])
})

t.test('RFC 8914 why it is refused, without what would write on a terminal', async (t) => {
  const words = Buffer.from('no grant\u001b[2J for A')
  const length = Buffer.from([0, 15, 0, words.length + 2, 0, 0])
  const refusing = (data: Buffer<ArrayBuffer>): Handler => {
    const additionals = [opt(1232, 0, 0, data)]
    return (packet, _, reply) => {
      const flags = 0xa805 & ~0x7800
      const opcode = Buffer.from(packet).readUInt16BE(2) & 0x7800
      const id = Buffer.from(packet).readUInt16BE(0)
      reply(written({ id, flags: flags | opcode, additionals }))
    }
  }
  const server = await serverFor(t, refusing(Buffer.concat([length, words])), { key: undefined })
  t.match(await server.update([{ host: ZONED, wanted: BOTH }]), [
    { kind: 'refused', why: 'the server answers REFUSED: no grant [2J for A' },
  ])
  const brief = await serverFor(t, refusing(Buffer.alloc(0)), { key: undefined })
  t.match(await brief.update([{ host: ZONED, wanted: BOTH }]), [
    { kind: 'refused', why: 'the server answers REFUSED' },
  ])
})

t.test('what is no address is none', async (t) => {
  const server = await serverFor(
    t,
    (packet, _, reply) => {
      const id = Buffer.from(packet).readUInt16BE(0)
      const questions = [question(HOME, 1)]
      const answers = [
        rr(HOME, 1, 1, 60, Buffer.from([192, 0, 2])),
        rr('other.dyn.example.', 1, 1, 60, Buffer.from([192, 0, 2, 1])),
      ]
      reply(written({ id, flags: 0x8400, questions, answers }))
    },
    { key: undefined },
  )
  t.match(await server.look(hostSettings(HOME, { families: ['ipv4'] })), {
    published: { ipv4: null },
  })
})
