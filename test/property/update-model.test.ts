/**
 * Any sequence of UPDATEs leaves the same zone in LMDB, in memory, and in a naive model of the RFC:
 * RCODEs, records and serial are compared after every step.
 */
import fc from 'fast-check'
import t from 'tap'
import { LmdbStore } from '../../src/store/lmdb.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { nameToText } from '../../src/text/name-text.ts'
import type { ZoneView } from '../../src/zone/zone.ts'
import { FakeClock } from '../support/clock.ts'
import { fleetingFolder } from '../support/fleeting-folder.ts'
import { rr, update, wireName } from '../support/messages.ts'
import { allOf, TestService } from '../support/service.ts'
import { Class, ipv4, rcodeOf, soa, txt, Type, zoneOf } from '../support/updates.ts'
import { UpdateModel, type ModelRecord, type ModelUpdate } from '../support/update-model.ts'

const APEX = 'dyn.example.'

const ZONE_TEXT = `
$TTL 60
@      IN SOA   ns1.dyn.example. hostmaster.dyn.example. 10 7200 900 604800 300
@      IN NS    ns1
@      IN NS    ns2.example.
www    IN A     192.0.2.1
www    IN A     192.0.2.2
alias  IN CNAME www
old    IN DNAME new
`

const record = (name: string, type: number, rdata: Buffer): ModelRecord => ({
  name,
  type,
  class: Class.IN,
  ttl: 60,
  rdata,
})

const ZONE_RECORDS = [
  record(APEX, Type.SOA, soa(10)),
  record(APEX, Type.NS, wireName('ns1.dyn.example.')),
  record(APEX, Type.NS, wireName('ns2.example.')),
  record('www.dyn.example.', Type.A, ipv4('192.0.2.1')),
  record('www.dyn.example.', Type.A, ipv4('192.0.2.2')),
  record('alias.dyn.example.', Type.CNAME, wireName('www.dyn.example.')),
  record('old.dyn.example.', Type.DNAME, wireName('new.dyn.example.')),
]

const UNKNOWN = 65280

/** RDATA of each type: some that the zone has, spelled otherwise too, and some that is none. */
const rdatas: Record<number, readonly Buffer[]> = {
  [Type.A]: [
    ...['192.0.2.1', '192.0.2.2', '192.0.2.3'].map(ipv4),
    Buffer.from([192, 0, 2]),
    Buffer.alloc(0),
  ],
  [Type.NS]: ['ns1.dyn.example.', 'NS1.dyn.example.', 'ns2.example.', 'ns3.example.'].map(wireName),
  [Type.CNAME]: ['www.dyn.example.', 'WWW.dyn.example.', 'ns1.dyn.example.'].map(wireName),
  [Type.SOA]: [0, 9, 10, 11, 12, 500, 2 ** 31, 2 ** 31 + 9, 2 ** 31 + 11, 2 ** 32 - 1].map(
    (serial) => soa(serial),
  ),
  [Type.TXT]: [txt('a'), txt('A'), txt('')],
  [Type.AAAA]: [Buffer.alloc(16, 1), Buffer.alloc(16, 2), Buffer.alloc(15)],
  [Type.DNAME]: ['new.dyn.example.', 'NEW.dyn.example.', 'example.'].map(wireName),
  [UNKNOWN]: [Buffer.alloc(0), Buffer.from('a'), Buffer.from('A')],
}

const owners = fc.oneof(
  {
    weight: 30,
    arbitrary: fc.constantFrom(
      APEX,
      'www.dyn.example.',
      'WWW.Dyn.example.',
      'alias.dyn.example.',
      'old.dyn.example.',
      'new.dyn.example.',
      'a.b.www.dyn.example.',
      'DYN.example.',
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('example.', 'www.other.example.', 'mydyn.example.') },
)

const types = fc.oneof(
  { weight: 40, arbitrary: fc.constantFrom(...Object.keys(rdatas).map(Number)) },
  { weight: 1, arbitrary: fc.constantFrom(0, Type.AXFR, Type.MAILA, Type.MAILB, 128) },
)

const withRdata = (type: number): fc.Arbitrary<Buffer> =>
  fc.constantFrom(...(rdatas[type] ?? [Buffer.from([1])]))

const EMPTY = fc.constant(Buffer.alloc(0))

/** Making an arbitrary takes longer than a value of it. */
const madeOnce = <K, V>(make: (key: K) => V): ((key: K) => V) => {
  const made = new Map<K, V>()
  return (key) => {
    const value = made.get(key) ?? make(key)
    made.set(key, value)
    return value
  }
}

/** A record of a class, with the TTL and RDATA that its form asks for, but for one in thirty. */
const formed = (
  rrClass: number,
  typeOf: fc.Arbitrary<number>,
  rdataOf: (type: number) => fc.Arbitrary<Buffer>,
  ttl: fc.Arbitrary<number>,
): fc.Arbitrary<ModelRecord> => {
  const ttlOf = fc.oneof({ weight: 30, arbitrary: ttl }, { weight: 1, arbitrary: fc.constant(7) })
  const ofType = madeOnce((type: number) =>
    fc.record({
      name: owners,
      type: fc.constant(type),
      class: fc.constant(rrClass),
      ttl: ttlOf,
      rdata: fc.oneof(
        { weight: 30, arbitrary: rdataOf(type) },
        { weight: 1, arbitrary: withRdata(type) },
      ),
    }),
  )
  return typeOf.chain(ofType)
}

const zero = fc.constant(0)
const ttls = fc.constantFrom(0, 30, 60, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1)
const typesOrAny = fc.oneof(
  { weight: 2, arbitrary: types },
  { weight: 1, arbitrary: fc.constant<number>(Type.ANY) },
)
const empty = (): fc.Arbitrary<Buffer> => EMPTY
const strange = fc
  .constantFrom<number[]>(0, Class.CH, Class.HS, 253, UNKNOWN)
  .chain(madeOnce((rrClass: number) => formed(rrClass, typesOrAny, withRdata, zero)))

const prerequisites = fc.oneof(
  { weight: 10, arbitrary: formed(Class.ANY, typesOrAny, empty, zero) },
  { weight: 10, arbitrary: formed(Class.NONE, typesOrAny, empty, zero) },
  { weight: 10, arbitrary: formed(Class.IN, types, withRdata, zero) },
  { weight: 1, arbitrary: strange },
)

const changes = fc.oneof(
  { weight: 50, arbitrary: formed(Class.IN, types, withRdata, ttls) },
  { weight: 25, arbitrary: formed(Class.ANY, typesOrAny, empty, zero) },
  { weight: 25, arbitrary: formed(Class.NONE, types, withRdata, zero) },
  { weight: 1, arbitrary: strange },
)

const updates: fc.Arbitrary<ModelUpdate> = fc.record({
  prerequisites: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 2, arbitrary: fc.array(prerequisites, { maxLength: 3 }) },
  ),
  changes: fc.array(changes, { maxLength: 5 }),
})

/** UPDATEs of one step arrive in one turn of the event loop. */
const steps = fc.array(fc.array(updates, { minLength: 1, maxLength: 3 }), {
  minLength: 1,
  maxLength: 8,
})

const octets = ({ name, type, class: rrClass, ttl, rdata }: ModelRecord): Buffer =>
  rr(name, type, rrClass, ttl, rdata)

const packetOf = ({ prerequisites, changes }: ModelUpdate): Buffer =>
  update(APEX, prerequisites.map(octets), changes.map(octets))

const send = (service: TestService, packets: readonly Buffer[]): Promise<string[]> =>
  Promise.all(packets.map(async (packet) => rcodeOf(await service.ask(packet))))

/** As the model writes its zone. */
const linesOf = (view: ZoneView): string[] =>
  Array.from(view.nodes())
    .flatMap(({ owner, rrsets }) =>
      rrsets.flatMap(({ type, ttl, rdatas }) =>
        rdatas.map((rdata) => {
          const name = nameToText(owner).toLowerCase()
          return `${name} ${type} ${ttl} ${Buffer.from(rdata).toString('hex')}`
        }),
      ),
    )
    .sort()

t.test(
  'RFC 2136 §3, §3.4.2.7 both stores and the pseudocode agree after every UPDATE',
  async (t) => {
    const lmdb = LmdbStore.open(fleetingFolder(t), new FakeClock())
    const seen = new Map<string, number>()
    const services = [lmdb, new MemoryStore(new FakeClock())].map(
      (store) => new TestService(ZONE_TEXT, store),
    )
    const signer = new TestService()
    const property = fc.asyncProperty(steps, async (sequence) => {
      for (const service of services) service.addZone(APEX, ZONE_TEXT, [allOf('ddns-key.')])
      const model = new UpdateModel(APEX, ZONE_RECORDS)
      for (const step of sequence) {
        const expected = step.map((one) => model.update(one))
        for (const rcode of expected) seen.set(rcode, (seen.get(rcode) ?? 0) + 1)
        // The clocks of all services stand at the same time: one signature is good for each.
        const packets = step.map((one) => signer.sign(packetOf(one)))
        for (const service of services) {
          const rcodes = await send(service, packets)
          if (rcodes.join() !== expected.join()) {
            throw new Error(`${rcodes.join()} where the model says ${expected.join()}`)
          }
          const differs = difference(linesOf(zoneOf(service)), model.lines())
          if (differs !== undefined) throw new Error(differs)
        }
      }
    })
    await fc.assert(property, { numRuns: 500 })
    const all = ['FORMERR', 'NOERROR', 'NOTZONE', 'NXDOMAIN', 'NXRRSET', 'YXDOMAIN', 'YXRRSET']
    t.same([...seen.keys()].sort(), all, 'and every RCODE was seen')
    await lmdb.close()
  },
)

const difference = (zone: readonly string[], model: readonly string[]): string | undefined =>
  zone.join() === model.join()
    ? undefined
    : `only in the zone: ${zone.filter((line) => !model.includes(line)).join(', ')}; ` +
      `only in the model: ${model.filter((line) => !zone.includes(line)).join(', ')}`
