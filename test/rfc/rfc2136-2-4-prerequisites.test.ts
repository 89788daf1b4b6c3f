/** RFC 2136 §2.4: the five forms of prerequisite, each met, not met, and not well formed. */
import t from 'tap'
import { rr, wireName } from '../support/messages.ts'
import { TestService } from '../support/service.ts'
import {
  absent,
  add,
  Class,
  deleteName,
  effectOf,
  equals,
  exists,
  inUse,
  ipv4,
  nothing,
  txt,
  Type,
  unused,
  type Effect,
} from '../support/updates.ts'

/** Shows that the prerequisites were met. */
const CHANGE = add('marker.dyn.example.', Type.TXT, 5, txt('met'))
const MET: Effect = {
  rcode: 'NOERROR',
  serial: 11,
  gone: [],
  came: ['marker.dyn.example. 5 IN TXT "met"'],
}

const WWW_1 = ipv4('192.0.2.1')
const WWW_2 = ipv4('192.0.2.2')

const cases: readonly (readonly [string, readonly Buffer[], Effect])[] = [
  // §2.4.1
  [
    'RFC 2136 §2.4.1 RRset exists (value independent) holds for a type that is there',
    [exists('www.dyn.example.', Type.A)],
    MET,
  ],
  [
    'RFC 2136 §2.4.1 RRset exists (value independent) fails for another type of the name',
    [exists('www.dyn.example.', Type.AAAA)],
    nothing('NXRRSET'),
  ],
  [
    'RFC 2136 §2.4.1 RRset exists (value independent) fails for a name that is not there',
    [exists('none.dyn.example.', Type.A)],
    nothing('NXRRSET'),
  ],
  [
    'RFC 2136 §2.4.1 RRset exists (value independent) with RDATA is malformed',
    [rr('www.dyn.example.', Type.A, Class.ANY, 0, WWW_1)],
    nothing('FORMERR'),
  ],
  [
    'RFC 2136 §2.4.1 RRset exists (value independent) with a TTL is malformed',
    [rr('www.dyn.example.', Type.A, Class.ANY, 60)],
    nothing('FORMERR'),
  ],
  // §2.4.2
  [
    'RFC 2136 §2.4.2 RRset exists (value dependent) holds in any order and with any TTL in the zone',
    [equals('www.dyn.example.', Type.A, WWW_2), equals('www.dyn.example.', Type.A, WWW_1)],
    MET,
  ],
  [
    'RFC 2136 §2.4.2 RRset exists (value dependent) puts a set together across other prerequisites',
    [
      equals('www.dyn.example.', Type.A, WWW_2),
      inUse('ns1.dyn.example.'),
      equals('ns1.dyn.example.', Type.A, ipv4('192.0.2.53')),
      equals('WWW.dyn.example.', Type.A, WWW_1),
    ],
    MET,
  ],
  [
    'RFC 2136 §2.4.2 RRset exists (value dependent) fails when a record of the zone is not named',
    [equals('www.dyn.example.', Type.A, WWW_1)],
    nothing('NXRRSET'),
  ],
  [
    'RFC 2136 §2.4.2 RRset exists (value dependent) fails when a record is named that is not there',
    [
      equals('www.dyn.example.', Type.A, WWW_1),
      equals('www.dyn.example.', Type.A, WWW_2),
      equals('www.dyn.example.', Type.A, ipv4('192.0.2.3')),
    ],
    nothing('NXRRSET'),
  ],
  [
    'RFC 2136 §2.4.2 RRset exists (value dependent) fails for as many records with another among them',
    [
      equals('www.dyn.example.', Type.A, WWW_1),
      equals('www.dyn.example.', Type.A, ipv4('192.0.2.3')),
    ],
    nothing('NXRRSET'),
  ],
  [
    'RFC 2136 §2.4.2 RRset exists (value dependent) fails for a name that is not there',
    [equals('none.dyn.example.', Type.A, WWW_1)],
    nothing('NXRRSET'),
  ],
  [
    'RFC 2136 §2.4.2 RRset exists (value dependent) compares names in RDATA without case',
    [
      equals('dyn.example.', Type.NS, wireName('NS1.Dyn.Example.')),
      equals('dyn.example.', Type.NS, wireName('NS2.EXAMPLE.')),
    ],
    MET,
  ],
  [
    'RFC 2136 §2.4.2 RRset exists (value dependent) with a TTL is malformed',
    [rr('www.dyn.example.', Type.A, Class.IN, 60, WWW_1)],
    nothing('FORMERR'),
  ],
  [
    'RFC 2136 §2.4.2 RRset exists (value dependent) with RDATA of another length is malformed',
    [equals('www.dyn.example.', Type.A, WWW_1.subarray(0, 3))],
    nothing('FORMERR'),
  ],
  // §2.4.3
  [
    'RFC 2136 §2.4.3 RRset does not exist holds for another type of the name',
    [absent('www.dyn.example.', Type.AAAA)],
    MET,
  ],
  [
    'RFC 2136 §1.3, §2.4.3 RRset does not exist holds for a name that is not there',
    [absent('none.dyn.example.', Type.A)],
    MET,
  ],
  [
    'RFC 2136 §2.4.3 RRset does not exist fails for a type that is there',
    [absent('www.dyn.example.', Type.A)],
    nothing('YXRRSET'),
  ],
  [
    'RFC 2136 §2.4.3 RRset does not exist with RDATA is malformed',
    [rr('www.dyn.example.', Type.AAAA, Class.NONE, 0, WWW_1)],
    nothing('FORMERR'),
  ],
  [
    'RFC 2136 §2.4.3 RRset does not exist with a TTL is malformed',
    [rr('www.dyn.example.', Type.AAAA, Class.NONE, 1)],
    nothing('FORMERR'),
  ],
  // §2.4.4
  ['RFC 2136 §2.4.4 name is in use holds for any record', [inUse('www.dyn.example.')], MET],
  [
    'RFC 2136 §2.4.4 name is in use fails for a name that is not there',
    [inUse('none.dyn.example.')],
    nothing('NXDOMAIN'),
  ],
  [
    'RFC 2136 §2.4.4 name is in use with RDATA is malformed',
    [rr('www.dyn.example.', Type.ANY, Class.ANY, 0, WWW_1)],
    nothing('FORMERR'),
  ],
  [
    'RFC 2136 §2.4.4 name is in use with a TTL is malformed',
    [rr('www.dyn.example.', Type.ANY, Class.ANY, 60)],
    nothing('FORMERR'),
  ],
  // §2.4.5
  ['RFC 2136 §2.4.5 name is not in use holds for no record', [unused('none.dyn.example.')], MET],
  [
    'RFC 2136 §2.4.5 name is not in use fails for any record',
    [unused('www.dyn.example.')],
    nothing('YXDOMAIN'),
  ],
  [
    'RFC 2136 §2.4.5 name is not in use with RDATA is malformed',
    [rr('none.dyn.example.', Type.ANY, Class.NONE, 0, WWW_1)],
    nothing('FORMERR'),
  ],
  [
    'RFC 2136 §2.4.5 name is not in use with a TTL is malformed',
    [rr('none.dyn.example.', Type.ANY, Class.NONE, 60)],
    nothing('FORMERR'),
  ],
]

for (const [title, prerequisites, effect] of cases) {
  t.test(title, async (t) => {
    t.same(await effectOf(new TestService(), prerequisites, [CHANGE]), effect)
  })
}

t.test('RFC 2136 §2.4 a prerequisite alone changes nothing and raises no serial', async (t) => {
  t.same(await effectOf(new TestService(), [inUse('www.dyn.example.')], []), nothing('NOERROR'))
})

const DEEP = `
@      IN SOA ns1 hostmaster 10 7200 900 604800 300
@      IN NS  ns1
a.b.c  IN A   192.0.2.1
`

t.test('RFC 2136 §2.4.4 an empty non-terminal is not in use', async (t) => {
  for (const owner of ['b.c.dyn.example.', 'c.dyn.example.']) {
    const service = new TestService(DEEP)
    t.same(await effectOf(service, [inUse(owner)], [CHANGE]), nothing('NXDOMAIN'), owner)
    t.same(await effectOf(service, [unused(owner)], [CHANGE]), MET, owner)
  }
})

t.test('RFC 2136 §2.4.4 a wildcard brings no name into use but its own', async (t) => {
  const service = new TestService(`${DEEP}\n*.c IN TXT "for all"\n`)
  t.same(await effectOf(service, [inUse('x.c.dyn.example.')], [CHANGE]), nothing('NXDOMAIN'))
  t.same(await effectOf(service, [inUse('*.c.dyn.example.')], [CHANGE]), MET)
})

t.test('RFC 2136 §2.4.5 a name whose records were all deleted is not in use', async (t) => {
  const service = new TestService()
  await effectOf(service, [], [deleteName('www.dyn.example.')])
  const effect = await effectOf(service, [unused('www.dyn.example.')], [CHANGE])
  t.same(effect, { ...MET, serial: 12 })
})
