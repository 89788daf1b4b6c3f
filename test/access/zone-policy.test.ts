/** Which rules a requester has, what they say of one change, and what they are called. */
import t from 'tap'
import { refusalText } from '../../src/access/refusal-text.ts'
import { limitOf, ruleText, type Rule } from '../../src/access/rule.ts'
import { UpdateRights, ZonePolicy } from '../../src/access/zone-policy.ts'
import { isMetaType, RrType, rrTypeOf } from '../../src/wire/codes.ts'
import { limits, name, ruleFor } from '../support/service.ts'

const APEX = name('dyn.example.')
const OWNER = name('www.dyn.example.')

const rightsOf = (
  rules: readonly Rule[],
  key: string | undefined = 'k.',
  address = '192.0.2.1',
): UpdateRights => {
  const requester = { key: key === '' ? undefined : name(key), address, transport: 'udp' } as const
  return new UpdateRights(new ZonePolicy(APEX, rules), requester)
}

t.test('rules are numbered in their order, and a key has its own and those for many', async (t) => {
  const rules = ['one.', 'two.', '*.', 'One.', '*.two.'].map((key) => ruleFor(key))
  const policy = new ZonePolicy(APEX, [...rules, ruleFor(undefined)])
  const numbers = (key: string | undefined): number[] =>
    policy.rulesFor(key === undefined ? undefined : name(key)).map(({ number }) => number)
  t.strictSame(numbers('one.'), [1, 3, 4, 6])
  t.strictSame(numbers('ONE.'), [1, 3, 4, 6], 'case aside (RFC 4343)')
  t.strictSame(numbers('two.'), [2, 3, 6], 'a wildcard is not for the name above it')
  t.strictSame(numbers('a.b.two.'), [3, 5, 6])
  t.strictSame(numbers('other.'), [3, 6])
  t.strictSame(numbers(undefined), [6], 'whoever proved no key has those for anyone')
})

t.test(
  'RFC 2136 §3.3 a rule lets a key update, one for anyone or for something else does not',
  async (t) => {
    const policy = new ZonePolicy(APEX, [
      ruleFor('one.'),
      ruleFor('*.two.'),
      ruleFor(undefined),
      ruleFor('denied.', { deny: true }),
      ruleFor('tried.', { shadow: true }),
      ruleFor('reader.', { rights: new Set(['transfer']) }),
      ruleFor('*.four.', { rights: new Set(['list']) }),
    ])
    for (const [key, names] of [
      ['ONE.', true],
      ['x.two.', true],
      ['two.', false],
      ['three.', false],
      ['denied.', false],
      ['tried.', false],
      ['reader.', false],
      ['a.four.', false],
    ] as const) {
      t.equal(policy.namesKey(name(key)), names, key)
    }
  },
)

t.test('where there is nothing to update there is nothing to learn', async (t) => {
  const rules: readonly [string, Partial<Rule>, boolean][] = [
    ['a rule that allows', {}, true],
    ['one that denies', { deny: true }, false],
    ['one in shadow', { shadow: true }, false],
    ['one about transfers', { rights: new Set(['transfer', 'list']) }, false],
    ['one over another transport', { transport: 'tcp' }, false],
    ['one from elsewhere', { from: { text: 'x', includes: () => false } }, false],
    ['one from here', { from: { text: 'x', includes: () => true } }, true],
  ]
  for (const [title, rule, any] of rules) t.equal(rightsOf([ruleFor('k.', rule)]).any, any, title)
  t.equal(rightsOf([]).any, false)
})

t.test('behind a rule that denies everything there is nothing to learn', async (t) => {
  const denials: readonly [string, Partial<Rule>, boolean][] = [
    ['everything', {}, false],
    ['everything, without types', { types: limits([]) }, false],
    ['everything but another type', { types: limits([RrType.A]) }, true],
    ['everything at a name', { match: { kind: 'name', name: OWNER } }, true],
    ['in shadow', { shadow: true }, true],
    ['from elsewhere', { from: { text: 'x', includes: () => false } }, true],
  ]
  for (const [title, denial, any] of denials) {
    const rights = rightsOf([ruleFor('k.', { deny: true, ...denial }), ruleFor('k.')])
    t.equal(rights.any, any, title)
    t.equal(rights.wall?.number, any ? undefined : 1)
  }
  t.equal(rightsOf([ruleFor('k.'), ruleFor('k.', { deny: true })]).any, true, 'the order counts')
})

t.test('the keys that rules name are named once', async (t) => {
  const rules = ['one.', '*.two.', undefined, 'one.'].map((key) => ruleFor(key))
  t.strictSame(new ZonePolicy(APEX, rules).keys, ['one.', '*.two.'])
})

const dataTypes = Array.from({ length: 300 }, (_, number) => rrTypeOf(number)).filter(
  (type) => !isMetaType(type),
)

const serverOwned = new Set<RrType>([RrType.RRSIG, RrType.NSEC, RrType.NSEC3, RrType.NSEC3PARAM])

const allowedBy = (rule: Partial<Rule>, type: RrType): boolean =>
  rightsOf([ruleFor('k.', rule)]).ruling(OWNER, type).kind === 'allowed'

t.test('a rule without types is for all but NS, SOA and what the server makes', async (t) => {
  const left = new Set([...serverOwned, RrType.NS, RrType.SOA])
  for (const type of dataTypes) {
    t.equal(allowedBy({ types: limits([]) }, type), !left.has(type), `TYPE${type}`)
  }
})

t.test('RFC 4035 §2.2, §2.3 a rule of ANY is for all but what the server makes', async (t) => {
  for (const type of dataTypes) {
    t.equal(allowedBy({}, type), !serverOwned.has(type), `TYPE${type}`)
    t.equal(allowedBy({ types: limits([type, RrType.ANY]) }, type), !serverOwned.has(type))
  }
})

t.test('a rule of types is for these, one that denies without types is for all', async (t) => {
  const types = [RrType.TXT, RrType.NS, rrTypeOf(65280)]
  for (const type of [...dataTypes, rrTypeOf(65280)]) {
    t.equal(allowedBy({ types: limits(types) }, type), types.includes(type), `TYPE${type}`)
    t.equal(limitOf(ruleFor('k.', { deny: true, types: limits([]) }), type), Infinity)
  }
})

t.test('a rule has a text, which leaves out what goes without saying', async (t) => {
  const from = { text: '192.0.2.0/24', includes: () => true }
  const rules: readonly [Partial<Rule>, string][] = [
    [{ types: limits([]) }, 'k. zonesub'],
    [{ match: { kind: 'name', name: OWNER } }, 'k. name www.dyn.example. ANY'],
    [{ match: { kind: 'wildcard', name: APEX } }, 'k. wildcard *.dyn.example. ANY'],
    [{ match: { kind: 'wildcard', name: name('.') } }, 'k. wildcard *. ANY'],
    [{ types: new Map([[RrType.TXT, 2]]) }, 'k. zonesub TXT(2)'],
    [{ deny: true, shadow: true, strict: true }, 'shadow deny k. zonesub ANY strict'],
    [
      { key: undefined, from, transport: 'tcp', match: { kind: 'tcp-self' } },
      'anyone tcp-self ANY from 192.0.2.0/24 over tcp',
    ],
    [{ rights: new Set(['update', 'list']) }, 'k. zonesub ANY to update list'],
    [{ rights: new Set(['transfer']), types: limits([]) }, 'k. to transfer'],
  ]
  for (const [rule, text] of rules) t.equal(ruleText(ruleFor('k.', rule)), text)
})

t.test('rules in shadow say what they would have decided, and the next one decides', async (t) => {
  const rights = rightsOf([
    ruleFor('k.', { shadow: true, deny: true, types: limits([RrType.A]) }),
    ruleFor('k.', { shadow: true, types: new Map([[RrType.TXT, 1]]) }),
    ruleFor('k.', { types: limits([RrType.A]) }),
    ruleFor('k.', { shadow: true }),
  ])
  t.ok(rights.isShadowed)
  t.match(rights.ruling(OWNER, RrType.A), { kind: 'allowed', rule: { number: 3 } })
  t.strictSame(rights.ruling(OWNER, RrType.TXT, 2), { kind: 'unmatched' })
  t.match(rights.rulingForName(OWNER), { kind: 'allowed', rule: { number: 3 } })
  t.strictSame(
    [...rights.shadows],
    [
      'rule 1 would have refused A at www.dyn.example.',
      'rule 4 would have allowed TXT at www.dyn.example.',
      'rule 4 would have allowed a deletion of www.dyn.example.',
      'rule 1 would have refused a deletion of www.dyn.example.',
    ],
  )
})

t.test('match = "tcp-self" is for no name where the address is none', async (t) => {
  const rule = ruleFor('k.', { match: { kind: 'tcp-self' } })
  const requester = { key: name('k.'), address: 'nowhere', transport: 'tcp' } as const
  const rights = new UpdateRights(new ZonePolicy(APEX, [rule]), requester)
  t.equal(rights.reverse, undefined)
  t.equal(rights.ruling(OWNER, RrType.A).kind, 'unmatched')
  t.equal(
    refusalText(rights, { owner: OWNER, type: RrType.A, count: 0 }, { kind: 'unmatched' }),
    'key k. may not change A at www.dyn.example.: no rule is for www.dyn.example.',
  )
})
