/** RFC 2136 §3.1: the zone section names one zone that this server is the primary of. */
import t from 'tap'
import { message, question, UPDATE, update } from '../support/messages.ts'
import { TestService, ZONE_TEXT } from '../support/service.ts'
import { add, ipv4, rcodeOf, serialOf, Type, zoneOf } from '../support/updates.ts'

const CHANGE = add('new.dyn.example.', Type.A, 60, ipv4('192.0.2.9'))

const outcome = async (questions: readonly Buffer[]): Promise<string> => {
  const service = new TestService()
  const packet = message({ flags: UPDATE, questions, authorities: [CHANGE] })
  return rcodeOf(await service.ask(service.sign(packet)))
}

const SOA = question('dyn.example.', Type.SOA)

t.test('RFC 2136 §3.1.1 a zone section of one SOA of a zone that is served is taken', async (t) => {
  t.equal(await outcome([SOA]), 'NOERROR')
})

t.test('RFC 2136 §3.1.1 a zone section that is not exactly one record is FORMERR', async (t) => {
  t.equal(await outcome([]), 'FORMERR', 'none')
  t.equal(await outcome([SOA, SOA]), 'FORMERR', 'two')
  const other = question('other.example.', Type.SOA)
  t.equal(await outcome([other, other]), 'FORMERR', 'two of a zone that is not served')
})

t.test('RFC 2136 §3.1.1 a zone section of another type than SOA is FORMERR', async (t) => {
  for (const type of [Type.A, Type.NS, Type.ANY, Type.AXFR, 0, 65280]) {
    t.equal(await outcome([question('dyn.example.', type)]), 'FORMERR', `TYPE${type}`)
    const other = question('other.example.', type)
    t.equal(await outcome([other]), 'FORMERR', `TYPE${type} of a zone that is not served`)
  }
})

t.test('RFC 2136 §3.1.1 a zone that is not served is NOTAUTH', async (t) => {
  for (const zone of ['other.example.', 'example.', '.', 'www.dyn.example.']) {
    t.equal(await outcome([question(zone, Type.SOA)]), 'NOTAUTH', zone)
  }
})

t.test('RFC 2136 §3.1.1 a zone of another class is NOTAUTH', async (t) => {
  for (const zclass of [3, 4, 254, 255, 0, 65280]) {
    const section = question('dyn.example.', Type.SOA, zclass)
    t.equal(await outcome([section]), 'NOTAUTH', `CLASS${zclass}`)
  }
})

t.test('RFC 2136 §3.1.1 the zone is found without case', async (t) => {
  t.equal(await outcome([question('DYN.Example.', Type.SOA)]), 'NOERROR')
})

t.test('RFC 2136 §3.1.2 every answer of the pseudocode, in its order', async (t) => {
  // if (zcount != 1 || ztype != SOA) return (FORMERR)
  t.equal(await outcome([question('other.example.', Type.A, 3)]), 'FORMERR')
  // if (zone_type(zname, zclass) == MASTER) return update()
  t.equal(await outcome([SOA]), 'NOERROR')
  // return (NOTAUTH)
  t.equal(await outcome([question('other.example.', Type.SOA, 3)]), 'NOTAUTH')
})

t.test('RFC 2136 §3.1.2 an UPDATE changes the zone it names and no other', async (t) => {
  const service = new TestService()
  service.addZone('sub.dyn.example.', ZONE_TEXT)
  const change = add('new.sub.dyn.example.', Type.A, 60, ipv4('192.0.2.9'))
  const packet = service.sign(update('dyn.example.', [], [change]))
  t.equal(rcodeOf(await service.ask(packet)), 'NOERROR')
  t.equal(serialOf(zoneOf(service)), 11)
  t.equal(serialOf(zoneOf(service, 'sub.dyn.example.')), 10)
})

t.test('RFC 2136 §3.1 a zone is named without a word about what is in it', async (t) => {
  const service = new TestService()
  const present = update('dyn.example.', [], [CHANGE])
  t.equal(rcodeOf(await service.ask(present)), 'REFUSED', 'to a stranger')
  t.equal(serialOf(zoneOf(service)), 10)
})
