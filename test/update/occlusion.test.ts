/** Data that a delegation or a DNAME hides: taken and told, or refused where the zone is strict. */
import t from 'tap'
import { opt, rr, update, wireName } from '../support/messages.ts'
import { Option, optionOf } from '../support/options.ts'
import { allOf, TestService } from '../support/service.ts'
import {
  add,
  Class,
  deleteName,
  deleteRecord,
  deleteRrset,
  effectOf,
  find,
  ipv4,
  mx,
  nothing,
  rcodeOf,
  serialOf,
  soa,
  txt,
  Type,
  zoneLines,
  zoneOf,
} from '../support/updates.ts'

const ZONE = `
$TTL 3600
@       IN SOA ns1.dyn.example. hostmaster.dyn.example. 10 7200 900 604800 300
@       IN NS  ns1
ns1     IN A   192.0.2.53
Sub     IN NS  NS.sub
sub     IN NS  ns2.sub
sub     IN NS  ns.other
ns.sub  IN A   192.0.2.99
other   IN NS  ns.elsewhere.
moved   IN DNAME www.example.
`

const DS = 43
const A = ipv4('192.0.2.9')
const AAAA = Buffer.alloc(16, 9)
const TEXT = txt('x')

/** A service whose zone refuses what it would hide, or not. */
const service = (strict = false, zone = ZONE): TestService => {
  const made = new TestService()
  made.addZone('dyn.example.', zone, [allOf('ddns-key.')], strict)
  return made
}

const hiddenIn = (made: TestService): unknown => made.lines.at(-1)?.fields['hidden']

const by = (what: string, cover: string): string => `${what} is hidden by the ${cover}`

const SUB = 'delegation at Sub.dyn.example.'
const OTHER = 'delegation at other.dyn.example.'
const MOVED = 'DNAME at moved.dyn.example.'

type Case = readonly [owner: string, type: number, rdata: Buffer, hidden: string | undefined]

const cases: readonly Case[] = [
  ['x.sub.dyn.example.', Type.TXT, TEXT, by('x.sub.dyn.example. TXT', SUB)],
  ['a.b.c.SUB.dyn.example.', Type.A, A, by('a.b.c.SUB.dyn.example. A', SUB)],
  ['x.sub.dyn.example.', DS, Buffer.alloc(6), by('x.sub.dyn.example. DS', SUB)],
  ['x.sub.dyn.example.', Type.NS, wireName('y.'), by('x.sub.dyn.example. NS', SUB)],
  ['*.sub.dyn.example.', Type.A, A, by('*.sub.dyn.example. A', SUB)],
  // At the cut: what is the parent's, and what is the child's.
  ['sub.dyn.example.', Type.NS, wireName('ns3.elsewhere.'), undefined],
  ['sub.dyn.example.', DS, Buffer.alloc(6), undefined],
  ['sub.dyn.example.', Type.TXT, TEXT, by('sub.dyn.example. TXT', SUB)],
  ['sub.dyn.example.', Type.A, A, by('sub.dyn.example. A', SUB)],
  ['sub.dyn.example.', Type.MX, mx(1, 'x.'), by('sub.dyn.example. MX', SUB)],
  // Glue: addresses of the delegation's own servers.
  ['ns.sub.dyn.example.', Type.A, A, undefined],
  ['NS2.SUB.dyn.example.', Type.AAAA, AAAA, undefined],
  ['ns.sub.dyn.example.', Type.TXT, TEXT, by('ns.sub.dyn.example. TXT', SUB)],
  ['x.ns.sub.dyn.example.', Type.A, A, by('x.ns.sub.dyn.example. A', SUB)],
  ['ns3.sub.dyn.example.', Type.A, A, by('ns3.sub.dyn.example. A', SUB)],
  ['www.other.dyn.example.', Type.A, A, by('www.other.dyn.example. A', OTHER)],
  // Below a DNAME, and at it (RFC 6672 §2.4).
  ['x.moved.dyn.example.', Type.A, A, by('x.moved.dyn.example. A', MOVED)],
  ['a.b.moved.dyn.example.', Type.TXT, TEXT, by('a.b.moved.dyn.example. TXT', MOVED)],
  ['moved.dyn.example.', Type.TXT, TEXT, undefined],
  ['moved.dyn.example.', Type.DNAME, wireName('elsewhere.'), undefined],
  // Beside them.
  ['dyn.example.', Type.TXT, TEXT, undefined],
  ['dyn.example.', Type.NS, wireName('ns2.'), undefined],
  ['sub2.dyn.example.', Type.TXT, TEXT, undefined],
  ['xsub.dyn.example.', Type.TXT, TEXT, undefined],
  ['new.deep.dyn.example.', Type.NS, wireName('ns.new.deep.dyn.example.'), undefined],
]

for (const [owner, type, rdata, hidden] of cases) {
  const what = `${owner} TYPE${type}`
  const title = hidden === undefined ? `${what} is seen` : `${what} is hidden, taken and told`
  t.test(`RFC 1034 §4.2.1 ${title}`, async (t) => {
    const made = service()
    const effect = await effectOf(made, [], [add(owner, type, 3600, rdata)])
    t.match(effect, { rcode: 'NOERROR', serial: 11, came: { length: 1 } })
    t.match(made.lines, [{ level: 'info', message: 'update committed' }])
    t.strictSame(hiddenIn(made), hidden === undefined ? undefined : [hidden])
  })

  t.test(`a strict zone ${hidden === undefined ? 'takes' : 'refuses'} ${what}`, async (t) => {
    const made = service(true)
    const beside = add('beside.dyn.example.', Type.A, 60, A)
    const effect = await effectOf(made, [], [beside, add(owner, type, 3600, rdata)])
    if (hidden === undefined) {
      t.match(effect, { rcode: 'NOERROR', serial: 11, came: { length: 2 } })
      return
    }
    t.strictSame(effect, nothing('REFUSED'), 'all or nothing')
    t.match(made.lines, [{ message: 'update refused', fields: { reason: hidden } }])
    t.strictSame([...made.store.journal(zoneOf(made))], [])
  })
}

t.test('RFC 1034 §4.3.2 what is said to be hidden is in no answer, the rest is', async (t) => {
  for (const [owner, type, rdata, hidden] of cases) {
    // Of these a delegation's answers speak in other ways: they are in referrals.
    if (type === Type.NS || /^ns2?\.sub/i.test(owner)) continue
    const made = service()
    await effectOf(made, [], [add(owner, type, 3600, rdata)])
    const asked = type === DS ? Type.TXT : type
    const { answers } = await find(made, owner.replace('*', 'any'), asked)
    const own = answers.filter((text) => text.startsWith(owner.slice(0, -1)))
    if (hidden !== undefined) t.notMatch(own.join(), / (A|AAAA|TXT|MX) /, owner)
    else if (type !== DS) t.equal(own.length > 0, true, owner)
  }
})

t.test('RFC 6672 §2.4 a DNAME at the apex hides all that is below it', async (t) => {
  const made = service(false, `${ZONE}\n@ IN DNAME elsewhere.`)
  for (const owner of ['x.dyn.example.', 'x.sub.dyn.example.', 'ns1.dyn.example.']) {
    await effectOf(made, [], [add(owner, Type.TXT, 60, TEXT)])
    t.strictSame(hiddenIn(made), [by(`${owner} TXT`, 'DNAME at dyn.example.')])
  }
  await effectOf(made, [], [add('dyn.example.', Type.TXT, 60, TEXT)])
  t.equal(hiddenIn(made), undefined, 'but not the apex')
  await effectOf(made, [], [add('dyn.example.', Type.DNAME, 60, wireName('other.'))])
  t.equal(hiddenIn(made), undefined)
})

t.test('the zone as it would be is what counts, whatever the order of the changes', async (t) => {
  const text = add('x.new.dyn.example.', Type.TXT, 60, TEXT)
  const cut = add('new.dyn.example.', Type.NS, 60, wireName('ns.elsewhere.'))
  const expected = by('x.new.dyn.example. TXT', 'delegation at new.dyn.example.')
  for (const changes of [
    [text, cut],
    [cut, text],
  ]) {
    const made = service()
    await effectOf(made, [], changes)
    t.strictSame(hiddenIn(made), [expected])
    t.strictSame(await effectOf(service(true), [], changes), nothing('REFUSED'))
  }
})

t.test('what goes with its cover is seen, also in a strict zone', async (t) => {
  const made = service(true)
  const changes = [
    add('x.sub.dyn.example.', Type.TXT, 60, TEXT),
    deleteRrset('sub.dyn.example.', Type.NS),
    add('x.moved.dyn.example.', Type.A, 60, A),
    deleteRecord('moved.dyn.example.', Type.DNAME, wireName('www.example.')),
  ]
  t.equal((await effectOf(made, [], changes)).rcode, 'NOERROR')
  t.equal(hiddenIn(made), undefined)
  t.match(await find(made, 'x.sub.dyn.example.', Type.TXT), { answers: { length: 1 } })
})

t.test('what is not in the zone in the end is not hidden in it', async (t) => {
  const text = add('x.sub.dyn.example.', Type.TXT, 60, TEXT)
  for (const changes of [
    [text, deleteName('x.sub.dyn.example.')],
    [text, deleteRecord('x.sub.dyn.example.', Type.TXT, TEXT)],
    [add('sub.dyn.example.', Type.CNAME, 60, wireName('x.'))],
    [add('x.sub.dyn.example.', Type.SOA, 60, soa(99))],
  ]) {
    for (const strict of [false, true]) {
      const made = service(strict)
      t.strictSame(await effectOf(made, [], changes), nothing('NOERROR'))
      t.equal(hiddenIn(made), undefined)
    }
  }
})

t.test('a strict zone lets go of what is hidden', async (t) => {
  const made = service(true, `${ZONE}\nold.sub IN TXT old\nold.sub IN A 192.0.2.1`)
  const changes = [
    deleteRecord('ns.sub.dyn.example.', Type.A, ipv4('192.0.2.99')),
    deleteRrset('old.sub.dyn.example.', Type.TXT),
    deleteName('old.sub.dyn.example.'),
  ]
  const { rcode, gone } = await effectOf(made, [], changes)
  t.equal(rcode, 'NOERROR')
  t.equal(gone.length, 3)
})

t.test('prerequisites of a strict zone are asked first, and malformed changes too', async (t) => {
  const hidden = add('x.sub.dyn.example.', Type.TXT, 60, TEXT)
  const unmet = rr('none.dyn.example.', Type.ANY, Class.ANY, 0)
  t.strictSame(await effectOf(service(true), [unmet], [hidden]), nothing('NXDOMAIN'))
  const bad = rr('x.dyn.example.', Type.A, Class.IN, 60)
  t.strictSame(await effectOf(service(true), [], [hidden, bad]), nothing('FORMERR'))
})

t.test(
  'RFC 8914 §4.1 a client with EDNS and a key is told, and the log names them all',
  async (t) => {
    const made = service()
    const owners = ['a', 'b'].map((label) => `${label}.sub.dyn.example.`)
    const changes = owners.map((owner) => add(owner, Type.TXT, 60, TEXT))
    const packet = made.sign(update('dyn.example.', [], changes, { additionals: [opt()] }))
    const answer = await made.ask(packet)
    t.equal(rcodeOf(answer), 'NOERROR')
    const text = `${by('a.sub.dyn.example. TXT', SUB)} (and 1 more)`
    t.equal(optionOf(answer, Option.EXTENDED_ERROR)?.toString('latin1'), `\0\0${text}`)
    t.strictSame(
      hiddenIn(made),
      owners.map((owner) => by(`${owner} TXT`, SUB)),
    )
    t.equal(serialOf(zoneOf(made)), 11)
    t.equal(zoneLines(zoneOf(made)).filter((line) => / TXT /.test(line)).length, 2)
  },
)

t.test('RFC 8914 §4.1 a strict refusal tells the client why, and the log', async (t) => {
  const made = service(true)
  const changes = ['a', 'b'].map((label) => add(`${label}.sub.dyn.example.`, Type.TXT, 60, TEXT))
  const packet = made.sign(update('dyn.example.', [], changes, { additionals: [opt()] }))
  const answer = await made.ask(packet)
  const first = by('a.sub.dyn.example. TXT', SUB)
  const reason = `${first} (and 1 more)`
  t.equal(rcodeOf(answer), 'REFUSED')
  t.ok(answer.includes(reason))
  t.match(made.lines, [{ fields: { rcode: 'REFUSED', reason, hidden: [first, String] } }])
})
