/**
 * livezone without sockets and without a disk: a zone in memory, a key, a clock that stands still,
 * and octets in, octets out.
 */
import { createSecretKey } from 'node:crypto'
import { algorithmFromText } from '../../src/access/algorithm.ts'
import { KeyUses } from '../../src/access/key-uses.ts'
import { Keyring, type TsigKey } from '../../src/access/keyring.ts'
import type { Rule, TypeLimits } from '../../src/access/rule.ts'
import { ZonePolicy } from '../../src/access/zone-policy.ts'
import { Counters } from '../../src/base/counters.ts'
import { Dispatcher } from '../../src/server/dispatch.ts'
import type { Flow, Source } from '../../src/server/exchange.ts'
import { rateAccounts, type RateAccounts } from '../../src/server/rate-limit.ts'
import { Rejections } from '../../src/server/rejections.ts'
import type { ServedZone, Service, Settings } from '../../src/server/service.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { readMasterFile } from '../../src/text/master-file.ts'
import { nameFromText } from '../../src/text/name-text.ts'
import { RrType } from '../../src/wire/codes.ts'
import type { Name } from '../../src/wire/name.ts'
import type { KeyUseStore } from '../../src/zone/key-use.ts'
import { memoryOfChanges, ZoneChanges } from '../../src/zone/zone-changes.ts'
import { ZoneSet } from '../../src/zone/zone-set.ts'
import type { ZoneStore, ZoneView } from '../../src/zone/zone.ts'
import { FakeClock } from './clock.ts'
import { recordingLog, type LogLine } from './log.ts'
import { signed } from './messages.ts'

/** The name that a text means; throws for one that means none. */
export const name = (text: string): Name => {
  const parsed = nameFromText(text)
  if (!parsed.ok) throw new Error(`${text}: ${parsed.why}`)
  return parsed.name
}

export const SECRET = Buffer.from('a secret of thirty-two octets !!')

export const tsigKey = (
  text: string,
  algorithmText = 'hmac-sha256',
  secret: Buffer = SECRET,
): TsigKey => {
  const algorithm = algorithmFromText(algorithmText)
  if (algorithm === undefined) throw new Error(`${algorithmText} is no algorithm`)
  const { macLength } = algorithm
  return { name: name(text), text, algorithm, secret: createSecretKey(secret), macLength }
}

/** Puts a zone, written as a master file, into the store. */
export const loadZone = (store: ZoneStore, apex: string, text: string, from?: 'file'): ZoneView => {
  const load = store.load(name(apex), from)
  for (const record of readMasterFile([text], { file: apex, origin: name(apex) })) {
    const problem = load.add(record)
    if (problem !== undefined) throw new Error(`${apex}:${record.line}: ${problem}`)
  }
  const problem = load.publish()
  const view = store.zone(name(apex))
  if (problem !== undefined || view === undefined) throw new Error(`${apex}: ${problem}`)
  return view
}

export const ZONE_TEXT = `
$TTL 3600
@        IN SOA ns1.dyn.example. hostmaster.dyn.example. 10 7200 900 604800 300
@        IN NS  ns1
@        IN NS  ns2.example.
ns1      IN A   192.0.2.53
www  60  IN A   192.0.2.1
www  60  IN A   192.0.2.2
`

/** As a configuration that says nothing of them, but for a rate limit that nobody reaches. */
export const SETTINGS: Settings = {
  udpSize: 1232,
  cookieSecret: Buffer.from('e5e973e5a6b2a43f48e7dc849e37bfcf', 'hex'),
  tcpIdleMilliseconds: 10_000,
  serverId: undefined,
  version: undefined,
  rateLimits: { responsesPerSecond: 0, slip: 2, ipv4PrefixLength: 24, ipv6PrefixLength: 56 },
  isUnlimited: () => false,
  transferLimits: { atOnce: 20, perAddress: 10 },
  answerCache: 2 ** 16,
}

/** For when parts of zones changed: room for a megabyte of them takes longer than most tests. */
const PLACES = 2 ** 12

/** With a key that everybody knows: which accounts share a place is no matter of luck. */
export const knownAccounts = (): RateAccounts => ({
  ...rateAccounts(),
  key: { start: 0x1234_5678, multiplier: 0x9e37_79b1 },
})

/** Of services that limit nothing, and so never look at them: making them takes longer than most tests. */
const UNUSED_ACCOUNTS = rateAccounts()

/** For an answer that was kept, and where in there it is put. */
const ROOM = 4096
const ANSWER_AT = 5

/** A client that reads whatever comes. */
export const OPEN_FLOW: Flow = {
  drained: () => Promise.resolve(true),
  cut: () => undefined,
}

interface Begun {
  readonly done: Promise<void> | undefined
  readonly answers: () => Buffer[]
}

export class TestService {
  readonly clock = new FakeClock()
  readonly store: ZoneStore
  readonly zones = new ZoneSet<ServedZone>()
  readonly keyring = new Keyring()
  readonly lines: LogLine[]
  readonly counters = new Counters()
  /** Where it keeps the last uses of keys. */
  readonly uses: KeyUseStore = new MemoryStore(this.clock)
  /** What the dispatcher was made of. */
  readonly service: Service
  readonly dispatcher: Dispatcher
  private readonly answerRoom = Buffer.allocUnsafe(ANSWER_AT + ROOM)

  /** `dyn.example.` with `ddns-key.`, which may change everything in it. */
  constructor(
    zoneText = ZONE_TEXT,
    store: ZoneStore = new MemoryStore(new FakeClock()),
    settings: Partial<Settings> = {},
    more: Partial<Service> = {},
  ) {
    this.store = store
    const { log, lines } = recordingLog()
    this.lines = lines
    const changes = new ZoneChanges(memoryOfChanges(PLACES))
    store.observe(changes)
    const all = { ...SETTINGS, ...settings }
    this.service = {
      changes,
      zones: this.zones,
      keyring: this.keyring,
      keyUses: new KeyUses(this.uses, this.clock, log),
      store,
      clock: this.clock,
      log,
      counters: this.counters,
      rejections: new Rejections(this.clock),
      settings: all,
      rateAccounts: all.rateLimits.responsesPerSecond === 0 ? UNUSED_ACCOUNTS : knownAccounts(),
      ...more,
    }
    this.dispatcher = new Dispatcher(this.service)
    this.keyring.add(tsigKey('ddns-key.'))
    this.addZone('dyn.example.', zoneText, [allOf('ddns-key.')])
  }

  addZone(apex: string, text: string, rules: readonly Rule[] = [], strict = false): ZoneView {
    const view = loadZone(this.store, apex, text)
    const policy = new ZonePolicy(name(apex), rules)
    this.zones.add({ apex: name(apex), view, policy, strict })
    return view
  }

  /** Hands octets in, and gives what comes out: every message of the answer, in order. */
  async exchange(packet: Uint8Array, transport: Source['transport'] = 'udp'): Promise<Buffer[]> {
    const { done, answers } = this.begun(packet, transport)
    if (done !== undefined) await done
    return answers()
  }

  /** The same for a question, which is answered at once; many of them take less time so. */
  answered(packet: Uint8Array, transport: Source['transport'] = 'udp'): Buffer[] {
    const { done, answers } = this.begun(packet, transport)
    if (done !== undefined) throw new Error('the answer has to wait')
    return answers()
  }

  /** @returns `answers` to be called when it is done: at once where there is no promise */
  private begun(packet: Uint8Array, transport: Source['transport']): Begun {
    const sent: Buffer[] = []
    const source = { address: '192.0.2.77', port: 5353, transport }
    const flow = transport === 'tcp' ? OPEN_FLOW : undefined
    const told = this.lines.length
    const [kept] = this.kept(packet, source)
    const reply = (answer: Uint8Array) => sent.push(Buffer.from(answer))
    const done = this.dispatcher.handle(packet, source, reply, flow)
    const answers = (): Buffer[] => {
      if (kept !== undefined && !sent[0]?.equals(kept)) {
        throw new Error(`kept ${kept.toString('hex')}, true ${sent[0]?.toString('hex')}`)
      }
      for (const line of this.lines.slice(told)) checkExplanation(line, sent)
      return sent
    }
    return { done: done ?? undefined, answers }
  }

  /**
   * The answer that was kept, if one was: so every answer in any test is compared with the one that was
   * kept for the same question. Not where answers are limited, for it counts.
   */
  private kept(packet: Uint8Array, { address, transport }: Source): Buffer[] {
    if (this.service.settings.rateLimits.responsesPerSecond > 0) return []
    const cookies = this.counters.counter('cookies valid')
    const before = cookies.count
    const kept = this.quickly(packet, address, transport)
    // As if nobody had asked.
    cookies.count = before
    if (kept === undefined || kept === 'none') return []
    const rcode = kept.readUInt8(3) === 0 ? 'NOERROR' : 'NXDOMAIN'
    this.counters.counter(`answers ${transport} ${rcode}`).count--
    return [kept]
  }

  /** What the short way does with a packet: undefined leaves it to the long one. */
  quickly(
    packet: Uint8Array,
    address = '192.0.2.77',
    transport: Source['transport'] = 'udp',
    room = ROOM,
  ): Buffer | 'none' | undefined {
    // Somewhere in the middle, as in a batch; what is around it must not matter.
    const octets = Buffer.concat([Buffer.alloc(7, 0xff), packet, Buffer.alloc(9, 0x01)])
    const [start, end, at] = [7, 7 + packet.length, ANSWER_AT]
    const answer = (room === ROOM ? this.answerRoom : Buffer.allocUnsafe(at + room)).fill(0xaa)
    const length = this.dispatcher.quick({
      octets,
      start,
      end,
      address,
      transport,
      answer,
      at,
      room,
    })
    if (length === 0) return undefined
    return length < 0 ? 'none' : Buffer.from(answer.subarray(at, at + length))
  }

  /** The one answer that is expected. */
  async ask(packet: Uint8Array, transport: Source['transport'] = 'udp'): Promise<Buffer> {
    const [answer, ...more] = await this.exchange(packet, transport)
    if (answer === undefined || more.length > 0) throw new Error(`${more.length + 1} answers`)
    return answer
  }

  /** Signs with `ddns-key.` at the service's own time. */
  sign(packet: Buffer): Buffer {
    const timeSeconds = this.clock.nowSeconds()
    return signed(packet, { keyName: 'ddns-key', secret: SECRET, timeSeconds })
  }
}

/** Every refusal in any test is explained in the log, and to a stranger in no other place. */
const checkExplanation = ({ message, fields }: LogLine, answers: readonly Buffer[]): void => {
  if (message !== 'update refused') return
  const { reason, principal } = fields
  if (typeof reason !== 'string' || reason === '') throw new Error('a refusal without a reason')
  if (principal === 'anonymous' && answers.some((answer) => answer.includes(reason))) {
    throw new Error(`a stranger is told: ${reason}`)
  }
}

/** A rule, of which only what matters has to be said; otherwise it allows everything everywhere. */
export const ruleFor = (key: string | undefined, more: Partial<Rule> = {}): Rule => ({
  deny: false,
  shadow: false,
  strict: false,
  key: key === undefined ? undefined : name(key),
  from: undefined,
  transport: undefined,
  match: { kind: 'zonesub' },
  types: limits([RrType.ANY]),
  rights: new Set(['update']),
  ...more,
})

/** Types without a limit; none for every one but NS and SOA. */
export const limits = (types: readonly RrType[]): TypeLimits =>
  new Map(types.map((type) => [type, Infinity]))

/** A grant of every type everywhere in a zone. */
export const allOf = (key: string): Rule => ruleFor(key)
