/** What may be in a zone that comes from outside. */
import t from 'tap'
import { RrType, rrTypeOf } from '../../src/wire/codes.ts'
import type { ZoneRecord } from '../../src/zone/changeset.ts'
import type { Node } from '../../src/zone/node.ts'
import { MAX_RRSET_LENGTH } from '../../src/zone/rrset.ts'
import { addToNode, hasCnameConflict, lacking } from '../../src/zone/zone-contents.ts'
import { wireName } from '../support/messages.ts'
import { a, A, CNAME, named, nodeLines, nodeOf, ns, soa, txt } from '../support/records.ts'

const APEX = named('example.')

const cname = (owner: string, target: string): ZoneRecord => ({
  ...ns(owner, target),
  type: CNAME,
})

/** What is wrong with the last record; undefined when all of them go together. */
const wrongWith = (...records: readonly ZoneRecord[]): string | undefined => {
  let node: Node | undefined
  let why: string | undefined
  for (const record of records) {
    if (why !== undefined) throw new Error(`only the last record may be wrong: ${why}`)
    const addition = addToNode(APEX, node, record)
    if (addition.ok) node = addition.node
    else why = addition.why
  }
  return why
}

t.test('RFC 1034 §4.2.1 a record belongs to the zone when its owner is at or below', async (t) => {
  t.equal(wrongWith(a('example.', '192.0.2.1')), undefined)
  t.equal(wrongWith(a('a.b.EXAMPLE.', '192.0.2.1')), undefined)
  for (const owner of ['other.', '.', 'notexample.', 'example.com.']) {
    t.match(wrongWith(a(owner, '192.0.2.1')), /not in the zone/, owner)
  }
})

t.test('RFC 6895 §3.1 types of queries and messages are no data', async (t) => {
  const { ANY, AXFR, IXFR, MAILA, MAILB, OPT, TKEY, TSIG } = RrType
  for (const type of [rrTypeOf(0), OPT, rrTypeOf(128), TKEY, TSIG, IXFR, AXFR, MAILB, MAILA, ANY]) {
    t.match(wrongWith({ ...a('example.', '192.0.2.1'), type }), /not a type of data/, `${type}`)
  }
  for (const type of [rrTypeOf(127), rrTypeOf(256), rrTypeOf(65_280), rrTypeOf(65_535)]) {
    t.equal(wrongWith({ ...a('example.', '192.0.2.1'), type }), undefined, `${type}`)
  }
})

t.test('RFC 1035 §5.2 a zone has one SOA, at its apex', async (t) => {
  t.equal(wrongWith(soa('EXAMPLE.', 1)), undefined)
  t.match(wrongWith(soa('sub.example.', 1)), /at the apex/)
  t.match(wrongWith(soa('example.', 1), soa('example.', 2)), /second SOA/)
  t.match(wrongWith(soa('example.', 1), soa('example.', 1)), /second SOA/)
})

t.test('RFC 2181 §10.1, RFC 6672 §2.4 a name has one CNAME and one DNAME at most', async (t) => {
  for (const type of [CNAME, RrType.DNAME]) {
    const first = { ...ns('www.example.', 'x.example.'), type }
    const same = { ...ns('www.example.', 'X.example.'), type }
    const second = { ...ns('www.example.', 'y.example.'), type }
    t.match(wrongWith(first, second), /one [CD]NAME at most/)
    t.equal(wrongWith(first, same), undefined, 'the same one again is no second')
  }
})

t.test('RFC 1034 §3.6.2 a CNAME and other data exclude each other', async (t) => {
  const alias = cname('www.example.', 'x.example.')
  const address = a('www.example.', '192.0.2.1')
  const nsec = { ...txt('www.example.', ''), type: RrType.NSEC }
  t.match(wrongWith(alias, address), /CNAME and other data/)
  t.match(wrongWith(address, alias), /CNAME and other data/)
  t.match(wrongWith(nsec, address, alias), /CNAME and other data/)
  t.match(wrongWith({ ...alias, type: RrType.DNAME }, alias), /CNAME and other data/)
  // RFC 4035 §2.5
  t.equal(wrongWith(alias, nsec), undefined)
  t.equal(wrongWith(nsec, alias), undefined)
  t.notOk(hasCnameConflict(undefined, CNAME))
  t.notOk(hasCnameConflict(undefined, A))
  t.notOk(hasCnameConflict(nodeOf(alias), CNAME))
  t.notOk(hasCnameConflict(nodeOf(address), RrType.TXT))
})

t.test('RFC 2181 §5.2 of different TTLs in a file the lowest counts for the set', async (t) => {
  const cases: [ZoneRecord[], string[]][] = [
    [
      [a('w.example.', '192.0.2.1', 60), a('w.example.', '192.0.2.2', 300)],
      ['w.example. 60 1 c0000201', 'w.example. 60 1 c0000202'],
    ],
    [
      [a('w.example.', '192.0.2.1', 300), a('w.example.', '192.0.2.2', 60)],
      ['w.example. 60 1 c0000201', 'w.example. 60 1 c0000202'],
    ],
    [
      [a('w.example.', '192.0.2.1', 300), a('w.example.', '192.0.2.1', 60)],
      ['w.example. 60 1 c0000201'],
    ],
    [
      [a('w.example.', '192.0.2.1', 60), a('w.example.', '192.0.2.1', 300)],
      ['w.example. 60 1 c0000201'],
    ],
  ]
  for (const [records, expected] of cases) {
    let node: Node | undefined
    for (const record of records) {
      const addition = addToNode(APEX, node, record)
      node = addition.ok ? addition.node : undefined
    }
    t.same(nodeLines(node), expected)
  }
})

t.test('RFC 2181 §5 a record that is there already is not added again', async (t) => {
  const first = addToNode(APEX, undefined, ns('example.', 'ns1.example.'))
  const again = addToNode(APEX, first.ok ? first.node : undefined, ns('example.', 'NS1.example.'))
  const expected = [`example. 3600 2 ${wireName('ns1.example.').toString('hex')}`]
  t.same(again.ok && nodeLines(again.node), expected, 'and keeps its first spelling')
})

t.test('RFC 1035 §4.2.2 an RRset that no message could carry is refused', async (t) => {
  const records = Math.floor(MAX_RRSET_LENGTH / (12 + 4))
  const node: Node = {
    owner: named('w.example.'),
    rrsets: [
      {
        type: A,
        ttl: 60,
        rdatas: Array.from({ length: records }, (_, i) => Buffer.from([10, 0, i >> 8, i & 255])),
      },
    ],
  }
  t.match(addToNode(APEX, node, a('w.example.', '192.0.2.1')), { ok: false, why: /too large/ })
  t.match(addToNode(APEX, node, a('w.example.', '10.0.0.1')), { ok: true }, 'one of them again')
  t.match(addToNode(APEX, node, txt('w.example.', 'x')), { ok: true }, 'another RRset')
  const large = { ...txt('w.example.', ''), rdata: Buffer.alloc(MAX_RRSET_LENGTH - 12) }
  t.equal(wrongWith(large), undefined)
  t.match(wrongWith({ ...large, rdata: Buffer.alloc(MAX_RRSET_LENGTH - 11) }), /too large/)
})

t.test('RFC 1034 §4.2.1 what a zone lacks', async (t) => {
  t.match(lacking(undefined), /no SOA/)
  t.match(lacking(nodeOf(ns('example.', 'ns1.example.'))), /no SOA/)
  t.match(lacking(nodeOf(soa('example.', 1))), /no NS/)
  t.equal(lacking(nodeOf(soa('example.', 1), ns('example.', 'ns1.example.'))), undefined)
})
