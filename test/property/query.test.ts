/** Any question to any small zones is answered as a naive model of the RFCs answers it. */
import fc from 'fast-check'
import t from 'tap'
import { readAnswer } from '../support/answers.ts'
import { query } from '../support/messages.ts'
import {
  MODEL_TTL,
  modelAnswer,
  type ModelAnswer,
  type ModelRecord,
  type ModelZone,
} from '../support/query-model.ts'
import { TestService } from '../support/service.ts'

const TYPES: Record<string, number> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  MX: 15,
  TXT: 16,
  DNAME: 39,
  DS: 43,
  ANY: 255,
}

const under = (apex: string, labels: readonly string[], most: number): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom(...labels), { maxLength: most })
    .map((parts) => [...parts, apex].join('.'))

/** Names that records have and lead to; `o.` is outside of all zones. */
const ownerIn = (apex: string): fc.Arbitrary<string> => under(apex, ['a', 'b', '*'], 3)
const target = fc.oneof(
  { weight: 8, arbitrary: under('z.', ['a', 'b', 'c'], 3) },
  { weight: 1, arbitrary: under('o.', ['a'], 1) },
)

type Data = readonly (readonly [type: string, rdata: string])[]

/** What may be at one name together. RFC 4592 §4.2 and §4.4 leave NS and DNAME at `*` undefined. */
const dataFor = (owner: string, apex: string): fc.Arbitrary<Data> => {
  const plain: fc.Arbitrary<Data>[] = [
    fc.constant([['A', '192.0.2.1']]),
    fc.constant([['TXT', '"text"']]),
    target.map((name) => [
      ['A', '192.0.2.2'],
      ['MX', `10 ${name}`],
    ]),
  ]
  const cname: fc.Arbitrary<Data> = target.map((name) => [['CNAME', name]])
  const dname: fc.Arbitrary<Data> = target.map((name) => [
    ['DNAME', name],
    ['TXT', '"beside"'],
  ])
  const cut: fc.Arbitrary<Data> = fc
    .uniqueArray(target, { minLength: 1, maxLength: 2 })
    .map((names) => [
      ['A', '192.0.2.3'],
      ['DS', '1 13 2 00'],
      ...names.map((name) => ['NS', name] as const),
    ])
  if (owner === apex) return fc.oneof(...plain, dname)
  if (owner.startsWith('*.')) return fc.oneof(...plain, cname)
  return fc.oneof(...plain, cname, dname, cut)
}

const zoneAt = (apex: string): fc.Arbitrary<ModelZone> =>
  fc
    .uniqueArray(ownerIn(apex), { maxLength: 8 })
    .chain((owners) =>
      fc.tuple(
        ...owners.map((owner) =>
          dataFor(owner, apex).map((data) => data.map(([type, rdata]) => ({ owner, type, rdata }))),
        ),
      ),
    )
    .map((nodes) => {
      const soa = `ns.o. h.o. 1 2 3 4 30`
      const own: ModelRecord[] = [
        { owner: apex, type: 'SOA', rdata: soa },
        { owner: apex, type: 'NS', rdata: 'ns.o.' },
      ]
      return { apex, negativeSoa: `${apex} 30 SOA ${soa}`, records: [...own, ...nodes.flat()] }
    })

/** One zone, or two of which one is inside the other. */
const someZones = fc.oneof(
  zoneAt('z.').map((zone) => [zone]),
  fc.tuple(zoneAt('z.'), zoneAt('a.z.')).map((zones) => [...zones]),
)

const someQuestions = fc.array(
  fc.tuple(under('z.', ['a', 'b', 'c', '*'], 4), fc.constantFrom(...Object.keys(TYPES))),
  { minLength: 20, maxLength: 20 },
)

const serviceFor = (zones: readonly ModelZone[]): TestService => {
  const service = new TestService()
  for (const { apex, records } of zones) {
    const lines = records.map(
      ({ owner, type, rdata }) => `${owner} ${MODEL_TTL} IN ${type} ${rdata}`,
    )
    service.addZone(apex, lines.join('\n'))
  }
  return service
}

const NONE = Buffer.alloc(0)

/** Order within a section says nothing (RFC 1034 §3.6). */
const inOrder = ({ rcode, flags, answer, authority, additional }: ModelAnswer): ModelAnswer => ({
  rcode,
  flags,
  answer: [...answer].sort(),
  authority: [...authority].sort(),
  additional: [...additional].sort(),
})

t.test(
  'RFC 1034 §4.3.2 every answer is that of a naive model, and dns-packet reads it',
  async (t) => {
    fc.assert(
      fc.property(someZones, someQuestions, (zones, questions) => {
        const service = serviceFor(zones)
        for (const [qname, qtype] of questions) {
          const type = TYPES[qtype] ?? 0
          const [octets = NONE, ...more] = service.answered(query(qname, type), 'tcp')
          if (more.length > 0) throw new Error(`${more.length + 1} answers`)
          const actual = JSON.stringify(inOrder(readAnswer(octets)))
          const expected = JSON.stringify(inOrder(modelAnswer(zones, qname, qtype)))
          if (actual !== expected) throw new Error(`${qname} ${qtype}\n${actual}\n${expected}`)
        }
      }),
      { numRuns: 300 },
    )
    t.pass('no counterexample')
  },
)
