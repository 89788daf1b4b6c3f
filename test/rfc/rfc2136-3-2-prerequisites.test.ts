/** RFC 2136 §3.2: how prerequisites are tested, and in which order their faults are told. */
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
} from '../support/updates.ts'

const CHANGE = add('marker.dyn.example.', Type.TXT, 5, txt('met'))
const WWW_1 = ipv4('192.0.2.1')
const WWW_2 = ipv4('192.0.2.2')

const rcode = async (...prerequisites: readonly Buffer[]): Promise<string> => {
  const effect = await effectOf(new TestService(), prerequisites, [CHANGE])
  const whole = effect.rcode === 'NOERROR' ? effect.came.length === 1 : effect.came.length === 0
  return whole && effect.serial === 10 + effect.came.length ? effect.rcode : 'half done'
}

t.test('RFC 2136 §3.2 a prerequisite outside the zone is NOTZONE in every form', async (t) => {
  for (const owner of ['example.', '.', 'www.other.example.', 'mydyn.example.']) {
    t.equal(await rcode(exists(owner, Type.A)), 'NOTZONE', `exists, ${owner}`)
    t.equal(await rcode(equals(owner, Type.A, WWW_1)), 'NOTZONE', `equals, ${owner}`)
    t.equal(await rcode(absent(owner, Type.A)), 'NOTZONE', `absent, ${owner}`)
    t.equal(await rcode(inUse(owner)), 'NOTZONE', `in use, ${owner}`)
    t.equal(await rcode(unused(owner)), 'NOTZONE', `unused, ${owner}`)
  }
})

t.test('RFC 2136 §3.2.1 class ANY asks for zero TTL and RDLENGTH, a name, a type', async (t) => {
  t.equal(await rcode(rr('www.dyn.example.', Type.A, Class.ANY, 1)), 'FORMERR')
  t.equal(await rcode(rr('www.dyn.example.', Type.A, Class.ANY, 0, WWW_1)), 'FORMERR')
  t.equal(await rcode(inUse('none.dyn.example.')), 'NXDOMAIN')
  t.equal(await rcode(inUse('www.dyn.example.')), 'NOERROR')
  t.equal(await rcode(exists('www.dyn.example.', Type.TXT)), 'NXRRSET')
  t.equal(await rcode(exists('www.dyn.example.', Type.A)), 'NOERROR')
})

t.test('RFC 2136 §3.2.2 class NONE asks for zero TTL and RDLENGTH, no name, no type', async (t) => {
  t.equal(await rcode(rr('none.dyn.example.', Type.A, Class.NONE, 1)), 'FORMERR')
  t.equal(await rcode(rr('none.dyn.example.', Type.A, Class.NONE, 0, WWW_1)), 'FORMERR')
  t.equal(await rcode(unused('www.dyn.example.')), 'YXDOMAIN')
  t.equal(await rcode(unused('none.dyn.example.')), 'NOERROR')
  t.equal(await rcode(absent('www.dyn.example.', Type.A)), 'YXRRSET')
  t.equal(await rcode(absent('www.dyn.example.', Type.TXT)), 'NOERROR')
})

t.test('RFC 2136 §3.2.3 the class of the zone asks for zero TTL and the same set', async (t) => {
  const one = equals('www.dyn.example.', Type.A, WWW_1)
  const two = equals('www.dyn.example.', Type.A, WWW_2)
  t.equal(await rcode(rr('www.dyn.example.', Type.A, Class.IN, 60, WWW_1)), 'FORMERR')
  t.equal(await rcode(one, two), 'NOERROR')
  t.equal(await rcode(one), 'NXRRSET', 'fewer')
  t.equal(await rcode(one, two, equals('www.dyn.example.', Type.A, ipv4('192.0.2.3'))), 'NXRRSET')
  t.equal(await rcode(one, two, equals('www.dyn.example.', Type.TXT, txt('a'))), 'NXRRSET')
})

t.test('RFC 2136 §3.2.3 a record that is named twice is one member of the set', async (t) => {
  const one = equals('www.dyn.example.', Type.A, WWW_1)
  const two = equals('www.dyn.example.', Type.A, WWW_2)
  t.equal(await rcode(one, two, one), 'NOERROR')
  t.equal(await rcode(one, one), 'NXRRSET', 'and does not stand for another')
  const ns = (server: string): Buffer => equals('dyn.example.', Type.NS, wireName(server))
  const servers = ['ns1.dyn.example.', 'ns2.example.', 'NS1.DYN.example.'].map(ns)
  t.equal(await rcode(...servers), 'NOERROR', 'spelled as it may be')
})

t.test('RFC 2136 §3.2.3 a prerequisite of any other class is FORMERR', async (t) => {
  for (const rrClass of [0, Class.CH, Class.HS, 253, 65280]) {
    const prerequisite = rr('www.dyn.example.', Type.A, rrClass, 0, WWW_1)
    t.equal(await rcode(prerequisite), 'FORMERR', `CLASS${rrClass}`)
  }
})

t.test('RFC 2136 §3.2.4 no metatype but ANY can be asked for', async (t) => {
  const { TKEY, IXFR, AXFR, MAILB, MAILA } = Type
  // OPT and TSIG have their own place in a message.
  for (const type of [0, 128, TKEY, IXFR, AXFR, MAILB, MAILA]) {
    t.equal(await rcode(exists('www.dyn.example.', type)), 'FORMERR', `exists TYPE${type}`)
    t.equal(await rcode(absent('www.dyn.example.', type)), 'FORMERR', `absent TYPE${type}`)
    const same = equals('www.dyn.example.', type, WWW_1)
    t.equal(await rcode(same), 'FORMERR', `equals TYPE${type}`)
  }
  t.equal(await rcode(equals('www.dyn.example.', Type.ANY, WWW_1)), 'FORMERR', 'equals ANY')
})

/** One prerequisite for each line of the pseudocode that returns, in the order of the lines. */
const faults = {
  'rr.ttl != 0': [rr('www.other.example.', Type.A, Class.ANY, 1), 'FORMERR'],
  'zone_of(rr.name) != ZNAME': [rr('www.other.example.', 0, 3, 0, WWW_1), 'NOTZONE'],
  'ANY, rr.rdlength != 0': [rr('none.dyn.example.', Type.A, Class.ANY, 0, WWW_1), 'FORMERR'],
  'ANY ANY, !zone_name': [inUse('none.dyn.example.'), 'NXDOMAIN'],
  'ANY, !zone_rrset': [exists('none.dyn.example.', Type.A), 'NXRRSET'],
  'NONE, rr.rdlength != 0': [rr('www.dyn.example.', Type.A, Class.NONE, 0, WWW_1), 'FORMERR'],
  'NONE ANY, zone_name': [unused('www.dyn.example.'), 'YXDOMAIN'],
  'NONE, zone_rrset': [absent('www.dyn.example.', Type.A), 'YXRRSET'],
  else: [rr('www.dyn.example.', Type.A, Class.CH, 0, WWW_1), 'FORMERR'],
} as const

t.test('RFC 2136 §3.2.5 each line of the pseudocode gives its RCODE', async (t) => {
  for (const [line, [prerequisite, expected]] of Object.entries(faults)) {
    t.equal(await rcode(prerequisite), expected, line)
  }
})

t.test('RFC 2136 §3.2.5 the first prerequisite with a fault decides', async (t) => {
  for (const [line, [prerequisite, expected]] of Object.entries(faults)) {
    for (const [other, [later]] of Object.entries(faults)) {
      const both = await rcode(exists('www.dyn.example.', Type.A), prerequisite, later)
      t.equal(both, expected, `${line}, and then ${other}`)
    }
  }
})

t.test('RFC 2136 §3.2.5 sets are compared when all else holds', async (t) => {
  const different = equals('www.dyn.example.', Type.A, WWW_1)
  t.equal(await rcode(different, inUse('www.dyn.example.')), 'NXRRSET')
  for (const [line, [later, expected]] of Object.entries(faults)) {
    t.equal(await rcode(different, later), expected, `a set that differs, and then ${line}`)
  }
})

t.test('RFC 2136 §3.2 prerequisites are tested before the update section is scanned', async (t) => {
  const outside = add('www.other.example.', Type.A, 60, WWW_1)
  const unmet = [inUse('none.dyn.example.')]
  t.same(await effectOf(new TestService(), unmet, [outside]), nothing('NXDOMAIN'))
  const met = [inUse('www.dyn.example.')]
  t.same(await effectOf(new TestService(), met, [outside]), nothing('NOTZONE'))
})

t.test('RFC 2136 §3.2 prerequisites see the zone as the last UPDATE left it', async (t) => {
  const service = new TestService()
  await effectOf(service, [], [deleteName('www.dyn.example.')])
  const effect = await effectOf(service, [inUse('www.dyn.example.')], [CHANGE])
  t.same(effect, nothing('NXDOMAIN', 11))
})
