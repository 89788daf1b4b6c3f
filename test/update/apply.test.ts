/** What an UPDATE may bring about at most, and how it is told what was ignored. */
import t from 'tap'
import { DEFAULT_BUDGET } from '../../src/access/budget.ts'
import { MAX_NODE_LENGTH } from '../../src/update/apply.ts'
import { MAX_RRSET_LENGTH } from '../../src/zone/rrset.ts'
import { wireName } from '../support/messages.ts'
import { TestService } from '../support/service.ts'
import {
  add,
  deleteName,
  deleteRecord,
  deleteRrset,
  effectOf,
  ipv4,
  nothing,
  soa,
  txt,
  Type,
} from '../support/updates.ts'

const HOST = 'host.dyn.example.'
const APEX = 'dyn.example.'

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

const addressRecords = (count: number): Buffer[] =>
  range(count).map((index) => add(HOST, Type.A, 60, ipv4(`198.51.100.${index}`)))

const typeRecords = (count: number): Buffer[] =>
  range(count).map((index) => add(HOST, 65280 + index, 60, Buffer.from([1])))

const reasonOf = (service: TestService): unknown => service.lines.at(-1)?.fields['reason']

t.test('an RRset has at most 100 records, and one more refuses the whole UPDATE', async (t) => {
  t.equal(DEFAULT_BUDGET.recordsPerRrset, 100)
  const service = new TestService()
  const other = add('other.dyn.example.', Type.A, 60, ipv4('192.0.2.9'))
  t.same(await effectOf(service, [], [other, ...addressRecords(101)]), nothing('REFUSED'))
  t.equal(reasonOf(service), 'host.dyn.example.: an RRset has at most 100 records')
  t.equal((await effectOf(service, [], addressRecords(100))).came.length, 100)
  t.same(await effectOf(service, [], addressRecords(101)), nothing('REFUSED', 11))
})

t.test('an RRset of 100 records can still be changed within the limit', async (t) => {
  const service = new TestService()
  await effectOf(service, [], addressRecords(100))
  const newTtl = await effectOf(service, [], [add(HOST, Type.A, 61, ipv4('198.51.100.7'))])
  t.equal(newTtl.rcode, 'NOERROR', 'a duplicate is no further record')
  const exchanged = await effectOf(
    service,
    [],
    [
      deleteRecord(HOST, Type.A, ipv4('198.51.100.7')),
      add(HOST, Type.A, 61, ipv4('198.51.100.200')),
    ],
  )
  t.equal(exchanged.rcode, 'NOERROR')
})

t.test('a name has at most 100 types, and one more refuses the whole UPDATE', async (t) => {
  t.equal(DEFAULT_BUDGET.typesPerName, 100)
  const service = new TestService()
  t.same(await effectOf(service, [], typeRecords(101)), nothing('REFUSED'))
  t.equal(reasonOf(service), 'host.dyn.example.: a name has at most 100 types')
  t.equal((await effectOf(service, [], typeRecords(100))).came.length, 100)
  const again = add(HOST, 65280, 60, Buffer.from([2]))
  t.equal((await effectOf(service, [], [again])).came.length, 1, 'a type that is there already')
  const exchanged = [deleteRrset(HOST, 65280), add(HOST, 65535, 60, Buffer.from([1]))]
  t.equal((await effectOf(service, [], exchanged)).rcode, 'NOERROR')
})

t.test('an RRset has at most 64000 octets, each record with twelve around it', async (t) => {
  t.equal(MAX_RRSET_LENGTH, 64_000)
  const service = new TestService()
  const longest = Buffer.alloc(64_000 - 12)
  const longer = Buffer.alloc(64_000 - 11)
  t.same(await effectOf(service, [], [add(HOST, Type.NULL, 60, longer)]), nothing('REFUSED'))
  t.equal(reasonOf(service), 'host.dyn.example.: the RRset is too large for a message')
  t.equal((await effectOf(service, [], [add(HOST, Type.NULL, 60, longest)])).rcode, 'NOERROR')
  const onTop = add(HOST, Type.NULL, 60, Buffer.from([1]))
  t.same(await effectOf(service, [], [onTop]), nothing('REFUSED', 11))
})

t.test('what RFC 2136 §3.4.2 ignores stands in the log, each in a few words', async (t) => {
  const service = new TestService()
  const target = wireName('ns1.dyn.example.')
  const alias = 'alias.dyn.example.'
  const changes = [
    add(alias, Type.CNAME, 60, target),
    add(alias, Type.TXT, 60, txt('a')),
    add('www.dyn.example.', Type.CNAME, 60, target),
    add('www.dyn.example.', Type.SOA, 60, soa(20)),
    add(APEX, Type.SOA, 60, soa(10)),
    deleteRrset(APEX, Type.NS),
    deleteRrset(APEX, Type.SOA),
    deleteRecord(APEX, Type.SOA, soa(10)),
    deleteRecord(APEX, Type.NS, wireName('ns2.example.')),
    deleteRecord(APEX, Type.NS, target),
    deleteName('none.dyn.example.'),
  ]
  t.equal((await effectOf(service, [], changes)).rcode, 'NOERROR')
  t.same(service.lines.at(-1)?.fields['ignored'], [
    'alias.dyn.example. has a CNAME',
    'www.dyn.example. has other data',
    'www.dyn.example. is not the apex and takes no SOA',
    'the new SOA has no higher serial',
    'the NS of the apex stays',
    'the SOA of the apex stays',
    'the SOA stays',
    'the last NS of the apex stays',
  ])
})

t.test('a name has so many octets of data, and more refuses the whole UPDATE', async (t) => {
  const service = new TestService()
  const octets = Buffer.alloc(50_000)
  for (const type of [65280, 65281]) {
    const { rcode } = await effectOf(service, [], [add(HOST, type, 60, octets)])
    t.equal(rcode, 'NOERROR')
  }
  t.equal((await effectOf(service, [], [add(HOST, 65282, 60, octets)])).rcode, 'REFUSED')
  t.equal(
    reasonOf(service),
    `host.dyn.example.: a name has at most ${MAX_NODE_LENGTH} octets of data`,
  )
})
