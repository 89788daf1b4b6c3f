/** RFC 2136 §3.3: a change that the client has no grant for is REFUSED, and all others with it. */
import t from 'tap'
import type { NameMatch, Rule } from '../../src/access/rule.ts'
import { rrTypeOf } from '../../src/wire/codes.ts'
import { update, wireName } from '../support/messages.ts'
import { limits, name, ruleFor, TestService, ZONE_TEXT } from '../support/service.ts'
import {
  add,
  deleteName,
  deleteRecord,
  deleteRrset,
  effectOf,
  equals,
  inUse,
  ipv4,
  nothing,
  rcodeOf,
  soa,
  txt,
  Type,
} from '../support/updates.ts'

const grant = (match: NameMatch, types: readonly number[], key = 'ddns-key.'): Rule =>
  ruleFor(key, { match, types: limits(types.map(rrTypeOf)) })

const zonesub: NameMatch = { kind: 'zonesub' }
const only = (text: string): NameMatch => ({ kind: 'name', name: name(text) })
const below = (text: string): NameMatch => ({ kind: 'subdomain', name: name(text) })

/** The zone of `TestService`, where its key has these grants alone. */
const granting = (...grants: readonly Rule[]): TestService => {
  const service = new TestService()
  service.addZone('dyn.example.', ZONE_TEXT, grants)
  return service
}

const A = ipv4('192.0.2.9')
const addA = (owner: string): Buffer => add(owner, Type.A, 60, A)

const rcode = async (service: TestService, ...changes: readonly Buffer[]): Promise<string> => {
  const effect = await effectOf(service, [], changes)
  const isUntouched = effect.serial === 10 && effect.gone.length + effect.came.length === 0
  return effect.rcode === 'NOERROR' || isUntouched ? effect.rcode : 'half done'
}

t.test('RFC 2136 §3.3, §3.3.1 without a signature every UPDATE is REFUSED', async (t) => {
  const service = new TestService()
  const answer = await service.ask(update('dyn.example.', [], [addA('www.dyn.example.')]))
  t.equal(rcodeOf(answer), 'REFUSED')
})

t.test('RFC 2136 §3.3 a key without a grant in the zone learns nothing of it', async (t) => {
  for (const service of [granting(), granting(grant(zonesub, [Type.ANY], 'another-key.'))]) {
    const probes = [inUse('www.dyn.example.'), inUse('none.dyn.example.'), inUse('other.example.')]
    for (const probe of probes) {
      t.same(await effectOf(service, [probe], []), nothing('REFUSED'))
      t.same(await effectOf(service, [probe], [addA('other.example.')]), nothing('REFUSED'))
    }
  }
})

t.test('RFC 2136 §3.3 a grant for the zone is for every name in it', async (t) => {
  for (const owner of ['dyn.example.', 'www.dyn.example.', 'a.b.c.dyn.example.']) {
    t.equal(await rcode(granting(grant(zonesub, [Type.A])), addA(owner)), 'NOERROR', owner)
  }
})

t.test('RFC 2136 §3.3 a grant for a name is for that one, whatever its case', async (t) => {
  const service = granting(grant(only('host.dyn.example.'), [Type.A]))
  t.equal(await rcode(service, addA('a.host.dyn.example.')), 'REFUSED', 'not for one below')
  t.equal(await rcode(service, addA('dyn.example.')), 'REFUSED', 'not for one above')
  t.equal(await rcode(service, addA('myhost.dyn.example.')), 'REFUSED', 'not for its letters')
  t.equal(await rcode(service, addA('HOST.dyn.Example.')), 'NOERROR')
})

t.test('RFC 2136 §3.3 a grant for a subdomain is for its name and all below', async (t) => {
  const service = granting(grant(below('sub.dyn.example.'), [Type.A]))
  t.equal(await rcode(service, addA('dyn.example.')), 'REFUSED')
  t.equal(await rcode(service, addA('nosub.dyn.example.')), 'REFUSED')
  t.equal(await rcode(service, addA('sub.dyn.example.')), 'NOERROR')
  t.equal(await rcode(service, addA('a.b.SUB.dyn.example.')), 'NOERROR')
})

t.test('RFC 2136 §3.3 a grant for self is for the name of the key', async (t) => {
  const elsewhere = granting(grant({ kind: 'self' }, [Type.ANY]))
  t.equal(await rcode(elsewhere, addA('www.dyn.example.')), 'REFUSED')
  const service = new TestService()
  // The apex of this zone is the key's own name.
  service.addZone('ddns-key.', ZONE_TEXT, [grant({ kind: 'self' }, [Type.A])])
  const own = service.sign(update('ddns-key.', [], [addA('ddns-key.')]))
  t.equal(rcodeOf(await service.ask(own)), 'NOERROR')
  const notOwn = service.sign(update('ddns-key.', [], [addA('www.ddns-key.')]))
  t.equal(rcodeOf(await service.ask(notOwn)), 'REFUSED')
})

t.test(
  'RFC 2136 §3.3 a grant names types, and every form of change asks for its own',
  async (t) => {
    const service = granting(grant(zonesub, [Type.TXT]))
    const text = txt('mine')
    t.equal(await rcode(service, addA('www.dyn.example.')), 'REFUSED')
    t.equal(await rcode(service, deleteRrset('www.dyn.example.', Type.A)), 'REFUSED')
    const record = deleteRecord('www.dyn.example.', Type.A, ipv4('192.0.2.1'))
    t.equal(await rcode(service, record), 'REFUSED')
    t.equal(await rcode(service, deleteRrset('none.dyn.example.', Type.A)), 'REFUSED', 'no oracle')
    t.equal(await rcode(service, add('www.dyn.example.', Type.TXT, 60, text)), 'NOERROR')
    t.equal(await rcode(service, deleteRecord('www.dyn.example.', Type.TXT, text)), 'NOERROR')
    t.equal(await rcode(service, deleteRrset('www.dyn.example.', Type.TXT)), 'NOERROR')
  },
)

t.test(
  'RFC 2136 §3.3 a grant without types leaves out NS and SOA, one of ANY has all',
  async (t) => {
    const ns = add('sub.dyn.example.', Type.NS, 60, wireName('ns.example.'))
    const newSoa = add('dyn.example.', Type.SOA, 60, soa(20))
    const unnamed = granting(grant(zonesub, []))
    t.equal(await rcode(unnamed, ns), 'REFUSED')
    t.equal(await rcode(unnamed, newSoa), 'REFUSED')
    t.equal(await rcode(unnamed, addA('www.dyn.example.')), 'NOERROR')
    t.equal(await rcode(granting(grant(zonesub, [Type.ANY])), ns, newSoa), 'NOERROR')
  },
)

t.test('RFC 4035 §2.2, §2.3 no grant gives RRSIG, NSEC and NSEC3', async (t) => {
  const service = granting(grant(zonesub, [Type.ANY, Type.RRSIG, Type.NSEC, Type.NSEC3]))
  for (const type of [Type.RRSIG, Type.NSEC, Type.NSEC3]) {
    t.equal(await rcode(service, deleteRrset('www.dyn.example.', type)), 'REFUSED', `TYPE${type}`)
  }
  const next = Buffer.concat([wireName('ns1.dyn.example.'), Buffer.from([0, 1, 0x40])])
  t.equal(await rcode(service, add('www.dyn.example.', Type.NSEC, 60, next)), 'REFUSED')
  const hashed = Buffer.from([1, 0, 0, 0, 0, 1, 9])
  t.equal(await rcode(service, add('www.dyn.example.', Type.NSEC3, 60, hashed)), 'REFUSED')
})

t.test('RFC 2136 §3.3 to delete a name takes a grant for every type that is there', async (t) => {
  const text = `${ZONE_TEXT}\nboth IN A 192.0.2.7\nboth IN TXT "text"\nchain IN NSEC www A NSEC\n`
  const service = new TestService()
  service.addZone('dyn.example.', text, [grant(zonesub, [Type.A, Type.NSEC])])
  t.equal(await rcode(service, deleteName('both.dyn.example.')), 'REFUSED')
  t.equal(await rcode(service, deleteName('chain.dyn.example.')), 'REFUSED', 'NSEC is not ours')
  t.equal(await rcode(service, deleteName('www.dyn.example.')), 'NOERROR')
  service.addZone('dyn.example.', text, [
    grant(zonesub, [Type.A]),
    grant(only('both.dyn.example.'), [Type.TXT]),
  ])
  t.equal(await rcode(service, deleteName('both.dyn.example.')), 'NOERROR', 'by two grants')
})

t.test('RFC 2136 §3.3 to delete a name that is not there takes a grant for the name', async (t) => {
  const service = granting(grant(only('host.dyn.example.'), [Type.A]))
  t.equal(await rcode(service, deleteName('none.dyn.example.')), 'REFUSED')
  t.equal(await rcode(service, deleteName('www.dyn.example.')), 'REFUSED', 'as one that is there')
  t.equal(await rcode(service, deleteName('host.dyn.example.')), 'NOERROR')
})

t.test('RFC 2136 §3.3 to empty the apex takes no grant for the SOA and NS that stay', async (t) => {
  const service = granting(grant(zonesub, [Type.A]))
  t.equal(await rcode(service, deleteName('dyn.example.')), 'NOERROR', 'nothing else is there')
  t.equal(await rcode(service, deleteRrset('dyn.example.', Type.NS)), 'REFUSED', 'named, it does')
  service.addZone('dyn.example.', `${ZONE_TEXT}\n@ IN TXT "text"\n`, [grant(zonesub, [Type.A])])
  t.equal(await rcode(service, deleteName('dyn.example.')), 'REFUSED')
})

t.test('RFC 2136 §3.3 what earlier changes of an UPDATE added counts as there', async (t) => {
  const service = granting(
    grant(only('host.dyn.example.'), [Type.A, Type.TXT]),
    grant(only('www.dyn.example.'), [Type.TXT]),
  )
  const text = add('host.dyn.example.', Type.TXT, 60, txt('a'))
  t.equal(await rcode(service, text, deleteName('host.dyn.example.')), 'NOERROR')
  t.equal(await rcode(service, deleteName('www.dyn.example.')), 'REFUSED', 'an A is there')
})

t.test('RFC 2136 §3.3.2 one change that is not granted takes all others along', async (t) => {
  const service = granting(grant(only('host.dyn.example.'), [Type.A]))
  const [mine, other] = [addA('host.dyn.example.'), addA('www.dyn.example.')]
  t.equal(await rcode(service, mine, other), 'REFUSED')
  t.equal(await rcode(service, other, mine), 'REFUSED')
  t.equal(await rcode(service, mine), 'NOERROR')
})

t.test('RFC 2136 §3.3, §3.3.3 permission is asked after prerequisites', async (t) => {
  const service = granting(grant(only('host.dyn.example.'), [Type.A]))
  const other = [addA('www.dyn.example.')]
  t.same(await effectOf(service, [inUse('none.dyn.example.')], other), nothing('NXDOMAIN'))
  const unmet = equals('www.dyn.example.', Type.A, A)
  t.same(await effectOf(service, [unmet], other), nothing('NXRRSET'))
  t.same(await effectOf(service, [inUse('www.dyn.example.')], other), nothing('REFUSED'))
})
