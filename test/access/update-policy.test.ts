/** Which names and types a grant is for, in the words of BIND's update-policy. */
import t from 'tap'
import { anonymous, type Principal } from '../../src/access/principal.ts'
import {
  grantFor,
  grantForName,
  grantsOf,
  refusalText,
  unnamedTypes,
  type Grant,
  type GrantMatch,
} from '../../src/access/update-policy.ts'
import { isMetaType, RrType, rrTypeOf } from '../../src/wire/codes.ts'
import { name, tsigKey } from '../support/service.ts'

const grant = (match: GrantMatch, types: Grant['types'] = unnamedTypes, key = 'k.'): Grant => ({
  key: name(key),
  match,
  types,
  text: `${key} ${match.kind}`,
})

const holderOf = (key: string): Principal => ({ kind: 'key', key: tsigKey(key) })

t.test('a principal has the grants of its key, in their order', async (t) => {
  const [one, two, three] = [
    grant({ kind: 'zonesub' }, unnamedTypes, 'one.'),
    grant({ kind: 'self' }, unnamedTypes, 'two.'),
    grant({ kind: 'self' }, unnamedTypes, 'One.'),
  ]
  const all = [one, two, three]
  t.strictSame(grantsOf(all, holderOf('one.')), [one, three])
  t.strictSame(grantsOf(all, holderOf('ONE.')), [one, three], 'case aside (RFC 4343)')
  t.strictSame(grantsOf(all, holderOf('two.')), [two])
  t.strictSame(grantsOf(all, holderOf('a.one.')), [], 'a name below is another name')
})

t.test('RFC 2136 §3.3 whoever proved no key has no grant', async (t) => {
  const root = grant({ kind: 'zonesub' }, unnamedTypes, '.')
  t.strictSame(grantsOf([root], anonymous), [])
})

/** For each kind of match the owners that it is for, and those that it is not. */
const matches: readonly { match: GrantMatch; yes: string[]; no: string[]; key?: string }[] = [
  { match: { kind: 'zonesub' }, yes: ['dyn.example.', 'a.b.dyn.example.'], no: [] },
  {
    match: { kind: 'name', name: name('www.dyn.example.') },
    yes: ['www.dyn.example.', 'WWW.dyn.EXAMPLE.'],
    no: ['dyn.example.', 'a.www.dyn.example.', 'xwww.dyn.example.', '*.dyn.example.'],
  },
  {
    match: { kind: 'subdomain', name: name('home.dyn.example.') },
    yes: [
      'home.dyn.example.',
      'a.home.dyn.example.',
      '*.HOME.dyn.example.',
      'a.b.home.dyn.example.',
    ],
    no: ['dyn.example.', 'xhome.dyn.example.', 'home.example.', 'home.dyn.example.org.'],
  },
  {
    match: { kind: 'self' },
    key: 'host.dyn.example.',
    yes: ['host.dyn.example.', 'HOST.dyn.example.'],
    no: ['a.host.dyn.example.', 'dyn.example.', 'other.dyn.example.'],
  },
]

for (const { match, yes, no, key } of matches) {
  t.test(`a grant of kind ${match.kind} is for its names and no others`, async (t) => {
    const one = grant(match, unnamedTypes, key)
    for (const owner of yes) {
      t.equal(grantFor([one], name(owner), RrType.A), one, owner)
      t.equal(grantForName([one], name(owner)), one, owner)
    }
    for (const owner of no) {
      t.equal(grantFor([one], name(owner), RrType.A), undefined, owner)
      t.equal(grantForName([one], name(owner)), undefined, owner)
    }
  })
}

const OWNER = name('www.dyn.example.')

const allowedBy = (types: Grant['types'], type: RrType): boolean =>
  grantFor([grant({ kind: 'zonesub' }, types)], OWNER, type) !== undefined

const dataTypes = Array.from({ length: 300 }, (_, number) => rrTypeOf(number)).filter(
  (type) => !isMetaType(type),
)

t.test('a grant without types is for all but NS, SOA, RRSIG, NSEC and NSEC3', async (t) => {
  const left = new Set<RrType>([RrType.NS, RrType.SOA, RrType.RRSIG, RrType.NSEC, RrType.NSEC3])
  for (const type of dataTypes) {
    t.equal(allowedBy(unnamedTypes, type), !left.has(type), `TYPE${type}`)
  }
})

t.test('RFC 4035 §2.2, §2.3 a grant of ANY is for all but what the server makes', async (t) => {
  const any = new Set([RrType.ANY])
  const own = new Set<RrType>([RrType.NSEC, RrType.NSEC3])
  for (const type of dataTypes) t.equal(allowedBy(any, type), !own.has(type), `TYPE${type}`)
})

t.test('a grant of types is for these', async (t) => {
  const types = new Set([RrType.TXT, RrType.NS, rrTypeOf(65280)])
  for (const type of [...dataTypes, rrTypeOf(65280)]) {
    t.equal(allowedBy(types, type), types.has(type), `TYPE${type}`)
  }
})

t.test('no grant gives what the server makes, not even by name', async (t) => {
  for (const type of [RrType.NSEC, RrType.NSEC3]) {
    t.notOk(allowedBy(new Set([type, RrType.ANY]), type))
  }
})

t.test('the first grant that fits name and type is the one that counts', async (t) => {
  const text = grant({ kind: 'zonesub' }, new Set([RrType.TXT]))
  const elsewhere = grant({ kind: 'name', name: name('x.dyn.example.') })
  const fits = grant({ kind: 'name', name: OWNER }, new Set([RrType.A]))
  const fitsToo = grant({ kind: 'zonesub' })
  const all = [elsewhere, text, fits, fitsToo]
  t.equal(grantFor(all, OWNER, RrType.A), fits)
  t.equal(grantFor(all, OWNER, RrType.TXT), text)
  t.equal(grantFor(all, OWNER, RrType.AAAA), fitsToo)
  t.equal(grantFor(all, OWNER, RrType.NS), undefined)
  t.equal(grantForName(all, OWNER), text)
  t.equal(grantFor([], OWNER, RrType.A), undefined)
  t.equal(grantForName([], OWNER), undefined)
})

t.test(
  'a refusal says which type at which name, or that it is the server that makes it',
  async (t) => {
    t.equal(refusalText('www.dyn.example.', RrType.A), 'no grant for A at www.dyn.example.')
    t.equal(refusalText('x.', rrTypeOf(65280)), 'no grant for TYPE65280 at x.')
    t.equal(refusalText('x.', RrType.NSEC), "NSEC records are the server's own")
    t.equal(refusalText('x.', RrType.NSEC3), "NSEC3 records are the server's own")
  },
)
