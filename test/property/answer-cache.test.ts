/**
 * A server that keeps answers and one that keeps none say the same to the octet, whatever is changed and
 * asked in between, and whatever octets a packet has.
 */
import fc from 'fast-check'
import t from 'tap'
import type { ServedZone } from '../../src/server/service.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { FakeClock } from '../support/clock.ts'
import { message, opt, query, question, update, wireName } from '../support/messages.ts'
import { allOf, loadZone, name, TestService } from '../support/service.ts'
import {
  add,
  deleteName,
  deleteRecord,
  deleteRrset,
  ipv4,
  mx,
  rcodeOf,
  txt,
  Type,
} from '../support/updates.ts'

const OUTER = 'z.'
const INNER = 'b.z.'

const textOf = (apex: string, more = ''): string => `
${apex} 3600 IN SOA ns.${apex} h.${apex} 1 7200 900 604800 300
${apex} 3600 IN NS ns.${apex}
ns.${apex} 3600 IN A 192.0.2.53
${more}`

const EXCHANGERS = ['a', 'b', 'c', 'd', 'e', 'f'].map((one) => `${one.repeat(60)}.a.z.`)

/** Also an RRset that does not fit 512 octets, and one whose addresses do not. */
const SEEDED = textOf(
  OUTER,
  `*.c.z. 60 IN A 192.0.2.1
a.a.z. 60 IN TXT "deep"
c.a.z. 60 IN CNAME a.c.z.
big.z. 60 IN TXT "${'x'.repeat(250)}" "${'y'.repeat(250)}"
${EXCHANGERS.map((one) => `mail.z. 60 IN MX 10 ${one}\n${one} 60 IN A 192.0.2.25\n`).join('')}
`,
)

const rdatas: readonly (readonly [type: number, rdatas: readonly Buffer[]])[] = [
  [Type.A, ['192.0.2.1', '192.0.2.2'].map(ipv4)],
  [Type.TXT, [txt('one'), txt('two')]],
  [Type.MX, [mx(10, 'a.z.'), mx(10, 'A.z.'), mx(20, 'ns.b.z.')]],
  [Type.CNAME, ['a.z.', 'a.b.z.', 'c.c.z.', 'o.'].map(wireName)],
  [Type.NS, ['ns.z.', 'ns.a.z.', 'ns.c.a.z.'].map(wireName)],
  [Type.DNAME, ['c.z.', 'a.b.z.'].map(wireName)],
]

const types = [...rdatas.map(([type]) => type), Type.SOA, Type.ANY, Type.AAAA]

const labels = fc.array(fc.constantFrom('a', 'b', 'c', '*', 'ns'), { maxLength: 3 })
const someName = fc.oneof(
  { weight: 4, arbitrary: labels.map((parts) => [...parts, OUTER].join('.')) },
  // A name that a wildcard stands in for, until there is something below it.
  { weight: 1, arbitrary: fc.constantFrom('a.c.z.', 'b.a.c.z.') },
)

const part = fc.oneof(
  someName.map(deleteName),
  fc.tuple(someName, fc.constantFrom(...rdatas)).map(([owner, [type]]) => deleteRrset(owner, type)),
  ...[add, deleteRecord].map((verb) =>
    fc
      .tuple(someName, fc.constantFrom(...rdatas), fc.nat(3), fc.constantFrom(60, 120))
      .map(([owner, [type, some], index, ttl]) => {
        const rdata = some[index % some.length] ?? Buffer.alloc(0)
        return verb === add ? add(owner, type, ttl, rdata) : deleteRecord(owner, type, rdata)
      }),
  ),
)

/** What happens to a zone. */
type Turn =
  | { readonly kind: 'update'; readonly zone: string; readonly parts: readonly Buffer[] }
  /** The inner zone expires, or is there again. */
  | { readonly kind: 'expire' | 'return' }
  /** Another inner zone is loaded. */
  | { readonly kind: 'replace'; readonly text: string; readonly isServed: boolean }

const someTurn: fc.Arbitrary<Turn> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('update' as const),
      zone: fc.constantFrom(OUTER, OUTER, INNER),
      parts: fc.array(part, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('expire' as const, 'return') }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('replace' as const),
      text: fc.constantFrom(textOf(INNER), textOf(INNER, 'a.b.z. 60 IN A 192.0.2.9\n')),
      isServed: fc.boolean(),
    }),
  },
)

const cased = (text: string, upper: boolean): string => (upper ? text.toUpperCase() : text)

const someQuestion: fc.Arbitrary<readonly [owner: string, type: number]> = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(someName, fc.constantFrom(...types)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(['a.c.z.', Type.A], ['big.z.', Type.TXT], ['mail.z.', Type.MX]),
  },
)

const someQuery = fc
  .record({
    question: someQuestion,
    upper: fc.boolean(),
    flags: fc.constantFrom(0, 0x0100, 0x0010),
    opts: fc.constantFrom([], [opt(1232)], [opt(512, 0, 0x8000)], [opt(64)]),
  })
  .map(({ question: [owner, type], upper, flags, opts }) =>
    query(cased(owner, upper), type, { flags, additionals: opts }),
  )

/** The two servers, which are told and asked the same. */
class Pair {
  readonly keeping = serviceWith(2 ** 16)
  readonly plain = serviceWith(0)
  hits = 0

  async turn(turn: Turn): Promise<void> {
    for (const service of [this.keeping, this.plain]) await take(service, turn)
  }

  /** Asks both a question. @throws where they differ */
  ask(packet: Buffer, transport: 'udp' | 'tcp'): void {
    const truth = shown(this.plain.answered(packet, transport))
    this.askQuickly(packet, transport, truth)
    insist('made', shown(this.keeping.answered(packet, transport)), truth)
  }

  /** The same for what may be no question, and then has to wait. */
  async send(packet: Buffer, transport: 'udp' | 'tcp'): Promise<void> {
    const truth = shown(await this.plain.exchange(packet, transport))
    this.askQuickly(packet, transport, truth)
    insist('made', shown(await this.keeping.exchange(packet, transport)), truth)
  }

  private askQuickly(packet: Buffer, transport: 'udp' | 'tcp', truth: string): void {
    const kept = this.keeping.quickly(packet, undefined, transport)
    if (kept === undefined) return
    this.hits++
    insist('kept', kept === 'none' ? kept : shown([kept]), truth)
  }
}

const insist = (what: string, answers: string, truth: string): void => {
  if (answers !== truth) throw new Error(`${what} ${answers}\ntrue ${truth}`)
}

const shown = (answers: readonly Buffer[]): string =>
  answers.map((answer) => answer.toString('hex')).join()

const serviceWith = (answerCache: number): TestService => {
  const store = new MemoryStore(new FakeClock())
  const service = new TestService(undefined, store, { answerCache })
  service.addZone(OUTER, SEEDED, [allOf('ddns-key.')])
  service.addZone(INNER, textOf(INNER), [allOf('ddns-key.')])
  return service
}

const take = async (service: TestService, turn: Turn): Promise<void> => {
  const inner = service.zones.get(name(INNER)) as ServedZone
  switch (turn.kind) {
    case 'update': {
      const answer = await service.ask(service.sign(update(turn.zone, [], turn.parts)), 'tcp')
      // What a turn must not do is nothing: most are good, and none is broken.
      if (rcodeOf(answer) === 'FORMERR') throw new Error('a bad update')
      return
    }
    case 'expire':
      service.zones.add({ ...inner, view: undefined })
      return
    case 'return':
      service.zones.add({ ...inner, view: service.store.zone(name(INNER)) })
      return
    case 'replace': {
      const view = loadZone(service.store, INNER, turn.text)
      if (turn.isServed) service.zones.add({ ...inner, view })
    }
  }
}

t.test('what is kept is what would be answered, after any change', async (t) => {
  let hits = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(someQuery, { minLength: 12, maxLength: 12 }),
      fc.array(someTurn, { minLength: 1, maxLength: 12 }),
      fc.constantFrom('udp' as const, 'tcp' as const),
      async (queries, turns, transport) => {
        const pair = new Pair()
        for (const packet of queries) pair.ask(packet, 'udp')
        for (const turn of turns) {
          await pair.turn(turn)
          for (const packet of queries) pair.ask(packet, transport)
        }
        hits += pair.hits
      },
    ),
    { numRuns: 150 },
  )
  t.ok(hits > 3000, `${hits} answers were kept ones`)
})

/** Octets of a packet written over, cut off, put behind. */
const mutation: fc.Arbitrary<(packet: Buffer) => Buffer> = fc.oneof(
  fc.tuple(fc.nat(80), fc.nat(255)).map(([at, octet]) => (packet: Buffer) => {
    packet[at % packet.length] = octet
    return packet
  }),
  fc.nat(60).map((cut) => (packet: Buffer) => packet.subarray(0, packet.length - (cut % 20))),
  fc.uint8Array({ maxLength: 12 }).map((more) => (packet: Buffer) => Buffer.concat([packet, more])),
  fc.tuple(fc.constantFrom(4, 6, 8, 10), fc.nat(3)).map(([at, count]) => (packet: Buffer) => {
    if (packet.length >= 12) packet.writeUInt16BE(count, at)
    return packet
  }),
)

const WWW = question('a.a.z.', Type.TXT)

const shapes = [
  message({ questions: [WWW] }),
  message({ questions: [WWW], additionals: [opt()] }),
  message({ questions: [WWW], additionals: [opt(), opt()] }),
  message({ questions: [WWW, WWW] }),
  message({ questions: [WWW], additionals: [opt(1232, 1)] }),
  message({ questions: [WWW], additionals: [opt(1232, 0, 0, Buffer.from([0, 10, 0, 9, 1]))] }),
  message({ questions: [WWW], answers: [add('a.z.', Type.A, 1, ipv4('192.0.2.1'))] }),
  message({ questions: [question('a.a.z.', Type.TXT, 255)] }),
  message({ questions: [question(Buffer.from([1, 0x61, 0xc0, 12]), Type.TXT)] }),
  query('none.z.', Type.A, { flags: 0x0100, additionals: [opt()] }),
]

t.test(
  'whatever octets a packet has, the short way answers as the long one, or not at all',
  async (t) => {
    const pair = new Pair()
    for (const packet of shapes) pair.ask(packet, 'udp')
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...shapes), fc.array(mutation, { maxLength: 2 })), {
          minLength: 10,
          maxLength: 10,
        }),
        fc.constantFrom('udp' as const, 'tcp' as const),
        async (packets, transport) => {
          for (const [shape, mutations] of packets) {
            const packet = mutations.reduce<Buffer>(
              (octets, mutate) => mutate(octets),
              Buffer.from(shape),
            )
            await pair.send(packet, transport)
          }
        },
      ),
      { numRuns: 600 },
    )
    t.ok(pair.hits > 500, `${pair.hits} answers were kept ones`)
  },
)
