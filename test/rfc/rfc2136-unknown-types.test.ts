/** RFC 3597: types that nobody knows are changed as octets; compression is undone where allowed. */
import t from 'tap'
import { hex, query, u16 } from '../support/messages.ts'
import { TestService } from '../support/service.ts'
import {
  add,
  deleteRecord,
  deleteRrset,
  effectOf,
  equals,
  exists,
  find,
  nothing,
  Type,
} from '../support/updates.ts'

const NEW = 'new.dyn.example.'
const UNKNOWN = 65280

/** In every UPDATE that is sent here the zone's name stands at offset 12. */
const TO_ZONE = hex('c00c')

t.test('RFC 3597 §3 an unknown type is carried as octets, and answered as it came', async (t) => {
  for (const type of [Type.NULL, UNKNOWN, 65535, 1000, 127, 256 + 100]) {
    for (const rdata of [hex('00'), hex('03 777777 c00c'), Buffer.alloc(0), Buffer.alloc(600, 7)]) {
      const service = new TestService()
      const effect = await effectOf(service, [], [add(NEW, type, 60, rdata)])
      t.equal(effect.rcode, 'NOERROR')
      const answer = await service.ask(query(NEW, type), 'tcp')
      const tail = Buffer.concat([u16(rdata.length), rdata])
      t.ok(answer.subarray(-tail.length).equals(tail), `TYPE${type}, ${rdata.length} octets`)
    }
  }
})

t.test('RFC 3597 §6 records of unknown types are the same to the bit', async (t) => {
  const service = new TestService()
  const [lower, upper] = [Buffer.from('\x01a\0'), Buffer.from('\x01A\0')]
  const both = await effectOf(
    service,
    [],
    [lower, upper].map((r) => add(NEW, UNKNOWN, 60, r)),
  )
  t.equal(both.came.length, 2)
  const deleted = await effectOf(service, [], [deleteRecord(NEW, UNKNOWN, upper)])
  t.same(deleted.gone, ['new.dyn.example. 60 IN TYPE65280 \\# 3 014100'])
  const same = await effectOf(service, [equals(NEW, UNKNOWN, upper)], [])
  t.equal(same.rcode, 'NXRRSET')
  t.equal((await effectOf(service, [equals(NEW, UNKNOWN, lower)], [])).rcode, 'NOERROR')
})

t.test('RFC 3597 §3 unknown types are asked for and deleted by their number', async (t) => {
  const service = new TestService()
  await effectOf(service, [], [add(NEW, UNKNOWN, 60, hex('01'))])
  t.equal((await effectOf(service, [exists(NEW, UNKNOWN)], [])).rcode, 'NOERROR')
  t.equal((await effectOf(service, [exists(NEW, UNKNOWN + 1)], [])).rcode, 'NXRRSET')
  const effect = await effectOf(service, [], [deleteRrset(NEW, UNKNOWN)])
  t.same(effect.gone, ['new.dyn.example. 60 IN TYPE65280 \\# 1 01'])
})

/** RDATA with a compressed name in it, and the same as dns-packet reads it back. */
const compressed: readonly (readonly [string, number, Buffer, string])[] = [
  ['NS', 2, hex('026e73 c00c'), 'ns.dyn.example'],
  ['CNAME', 5, hex('03777777 c00c'), 'www.dyn.example'],
  ['PTR', 12, TO_ZONE, 'dyn.example'],
  ['MX', 15, hex('000a 046d61696c c00c'), '{"preference":10,"exchange":"mail.dyn.example"}'],
  ['RP', 17, hex('c00c c00c'), '{"mbox":"dyn.example","txt":"dyn.example"}'],
  [
    'SRV',
    33,
    hex('0001 0002 0050 03777777 c00c'),
    '{"priority":1,"weight":2,"port":80,"target":"www.dyn.example"}',
  ],
]

t.test('RFC 3597 §4 names in RDATA that may be compressed are expanded', async (t) => {
  for (const [what, type, rdata, data] of compressed) {
    const service = new TestService()
    t.equal((await effectOf(service, [], [add(NEW, type, 60, rdata)])).rcode, 'NOERROR', what)
    const { answers } = await find(service, NEW, type)
    t.same(answers.slice(0, 1), type === 2 ? [] : [`new.dyn.example 60 ${what} ${data}`])
    const gone = await effectOf(service, [], [deleteRecord(NEW, type, rdata)])
    t.equal(gone.gone.length, 1, `${what} is known again`)
  }
})

t.test('RFC 3597 §4 a compressed name in a prerequisite is the same name', async (t) => {
  const ns1 = equals('dyn.example.', Type.NS, hex('036e7331 c00c'))
  const ns2 = equals('dyn.example.', Type.NS, hex('036e7332 c010'))
  t.equal((await effectOf(new TestService(), [ns1, ns2], [])).rcode, 'NOERROR')
})

t.test('RFC 3597 §4 names of newer types are not compressed', async (t) => {
  const newer = { KX: [36, hex('000a c00c')], SVCB: [64, hex('0001 c00c')] } as const
  for (const [what, [type, rdata]] of Object.entries(newer)) {
    const effect = await effectOf(new TestService(), [], [add(NEW, type, 60, rdata)])
    t.same(effect, nothing('FORMERR'), what)
  }
})

t.test('RFC 1035 §4.1.4 a pointer that does not lead back is FORMERR', async (t) => {
  for (const rdata of [hex('ffff'), hex('c0'), hex('03777777 c00c 00')]) {
    const effect = await effectOf(new TestService(), [], [add(NEW, Type.PTR, 60, rdata)])
    t.same(effect, nothing('FORMERR'), rdata.toString('hex'))
  }
})
