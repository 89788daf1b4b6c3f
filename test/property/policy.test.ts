/**
 * What holds for any rules: a denial more never allows more, a grant less never allows more, the order
 * of grants that have nothing to do with each other does not matter, and `explain` says what happens.
 */
import fc from 'fast-check'
import t from 'tap'
import type { NameMatch, Rule, TypeLimits } from '../../src/access/rule.ts'
import { ZonePolicy } from '../../src/access/zone-policy.ts'
import { explain, type ExplainQuestion } from '../../src/update/explain.ts'
import type { UpdateZone } from '../../src/update/process.ts'
import { RrType } from '../../src/wire/codes.ts'
import { ZoneSet } from '../../src/zone/zone-set.ts'
import { opt, signed, update } from '../support/messages.ts'
import { Option, optionOf } from '../support/options.ts'
import { name, ruleFor, SECRET, TestService, tsigKey, ZONE_TEXT } from '../support/service.ts'
import { changeOctets } from '../support/update-lines.ts'
import { rcodeOf, zoneOf } from '../support/updates.ts'

const APEX = 'dyn.example.'
const KEYS = ['k.', 'l.', 'host.dyn.example.']
const OWNERS = ['dyn.example.', 'www.dyn.example.', 'host.dyn.example.', 'a.host.dyn.example.']
const RECORDS = ['A 192.0.2.1', 'A 192.0.2.9', 'TXT a', 'TXT b', 'NS ns1.dyn.example.', 'CNAME x.']
const { A, ANY, CNAME, NS, TXT } = RrType

const named = (kind: 'name' | 'subdomain' | 'wildcard') =>
  fc.constantFrom(...OWNERS).map((owner): NameMatch => ({ kind, name: name(owner) }))

const types: fc.Arbitrary<TypeLimits> = fc
  .array(fc.tuple(fc.constantFrom(A, ANY, CNAME, NS, TXT), fc.constantFrom(1, 2, Infinity)), {
    maxLength: 3,
  })
  .map((pairs) => new Map(pairs))

const rule = (more: Partial<Rule>): fc.Arbitrary<Rule> =>
  fc
    .record({
      key: fc.constantFrom(...KEYS.map(name), name('*.'), undefined),
      from: fc.constantFrom(undefined, {
        text: '192.0.2.1',
        includes: (address: string) => address === '192.0.2.1',
      }),
      transport: fc.constantFrom(undefined, undefined, 'tcp' as const),
      match: fc.oneof(
        fc.constantFrom<NameMatch>({ kind: 'zonesub' }, { kind: 'self' }, { kind: 'selfsub' }),
        named('name'),
        named('subdomain'),
        named('wildcard'),
      ),
      types,
    })
    .map((parts) => ruleFor(undefined, { ...parts, ...more }))

const gift = rule({})
const denial = rule({ deny: true })
const severe = rule({ strict: true })
const inShadow = rule({ shadow: true })
const rules = fc.array(fc.oneof({ weight: 3, arbitrary: gift }, denial), { maxLength: 6 })
const anyRules = fc.array(fc.oneof(gift, gift, denial, severe, inShadow), { maxLength: 8 })

const change = fc.oneof(
  fc
    .tuple(fc.constantFrom(...OWNERS), fc.constantFrom(...RECORDS))
    .map(([owner, record]) => `add ${owner} 60 ${record}`),
  fc.constantFrom(...OWNERS).map((owner) => `delete ${owner}`),
  fc
    .tuple(fc.constantFrom(...OWNERS), fc.constantFrom('A', 'TXT', 'NS'))
    .map(([owner, type]) => `delete ${owner} ${type}`),
)

const question: fc.Arbitrary<ExplainQuestion> = fc
  .record({
    key: fc.constantFrom(undefined, ...KEYS),
    from: fc.constantFrom('192.0.2.1', '192.0.2.2'),
    transport: fc.constantFrom('udp' as const, 'tcp' as const),
    changes: fc.array(change, { minLength: 1, maxLength: 4 }),
  })
  .map(({ key, ...rest }) => {
    const asked = { ...rest, zone: APEX }
    return key === undefined ? asked : { ...asked, key }
  })

const view = zoneOf(new TestService())

type Verdicts = (asked: ExplainQuestion) => string

const verdictsOf = (list: readonly Rule[]): Verdicts => {
  const zones = new ZoneSet<UpdateZone>()
  const apex = name(APEX)
  zones.add({ apex, view, policy: new ZonePolicy(apex, list), strict: false })
  return (asked) => {
    const explanation = explain(asked, zones, () => view)
    if (!explanation.ok) throw new Error(explanation.why)
    return explanation.explained.rcode
  }
}

/** Whether what `less` allows is allowed by `more` too. */
const isNoMore = (
  less: readonly Rule[],
  more: readonly Rule[],
  asked: readonly ExplainQuestion[],
): boolean => {
  const [ofLess, ofMore] = [verdictsOf(less), verdictsOf(more)]
  return asked.every((one) => ofLess(one) !== 'NOERROR' || ofMore(one) === 'NOERROR')
}

const areSame = (
  a: readonly Rule[],
  b: readonly Rule[],
  asked: readonly ExplainQuestion[],
): boolean => {
  const [ofA, ofB] = [verdictsOf(a), verdictsOf(b)]
  return asked.every((one) => ofA(one) === ofB(one))
}

const inserted = <T>(list: readonly T[], at: number, item: T): T[] => {
  const index = at % (list.length + 1)
  return [...list.slice(0, index), item, ...list.slice(index)]
}

/** Asked of each list of rules: making rules takes longer than asking. */
const questions = fc.array(question, { minLength: 2, maxLength: 2 })

const RUNS = { numRuns: 1000 }

t.test('a denial more never allows more', async () => {
  fc.assert(
    fc.property(anyRules, denial, fc.nat(20), questions, (list, one, at, asked) =>
      isNoMore(inserted(list, at, one), list, asked),
    ),
    RUNS,
  )
})

t.test('a grant less never allows more', async () => {
  fc.assert(
    fc.property(rules, gift, fc.nat(20), questions, (list, one, at, asked) =>
      isNoMore(list, inserted(list, at, one), asked),
    ),
    RUNS,
  )
})

t.test('the order of rules for different keys does not matter, nor that of grants', async () => {
  const keyed = (list: readonly Rule[], key: string): Rule[] =>
    list.map((one) => ({ ...one, key: name(key) }))
  fc.assert(
    fc.property(rules, rules, fc.array(gift, { maxLength: 6 }), questions, (a, b, gifts, asked) => {
      const [forK, forL] = [keyed(a, 'k.'), keyed(b, 'l.')]
      return (
        areSame([...forK, ...forL], [...forL, ...forK], asked) &&
        areSame(gifts, gifts.toReversed(), asked)
      )
    }),
    RUNS,
  )
})

t.test('explain says what becomes of an UPDATE, and in the same words', async () => {
  await fc.assert(
    fc.asyncProperty(anyRules, question, async (list, asked) => {
      const service = new TestService()
      for (const key of KEYS) service.keyring.add(tsigKey(key))
      const zone = service.addZone(APEX, ZONE_TEXT, list)
      const explanation = explain(asked, service.zones, () => zone)
      const { key, from: address, transport } = asked
      const packet = update(APEX, [], asked.changes.map(changeOctets), { additionals: [opt()] })
      const timeSeconds = service.clock.nowSeconds()
      const sent =
        key === undefined ? packet : signed(packet, { keyName: key, secret: SECRET, timeSeconds })
      let answer = Buffer.alloc(0)
      await service.dispatcher.handle(sent, { address, port: 1, transport }, (octets) => {
        answer = Buffer.from(octets)
      })
      const { explained } = explanation.ok ? explanation : { explained: undefined }
      const told = optionOf(answer, Option.EXTENDED_ERROR)?.subarray(2).toString() ?? ''
      const shadow: unknown = service.lines[0]?.fields['shadow'] ?? []
      const [verdict = '', ...shadows] = explained?.lines ?? []
      return (
        explained?.rcode === rcodeOf(answer) &&
        verdict.endsWith(told) &&
        JSON.stringify(shadows) === JSON.stringify(shadow)
      )
    }),
    { numRuns: 1000 },
  )
})
