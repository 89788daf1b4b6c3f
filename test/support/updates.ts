/**
 * The forms of RFC 2136 §2.4 and §2.5 as octets, and what an UPDATE does to a zone: the answer's
 * RCODE, the serial, and the records that went and came, read from the store before and after.
 */
import { decode, type Answer } from 'dns-packet'
import { recordToText } from '../../src/text/record-text.ts'
import type { ZoneView } from '../../src/zone/zone.ts'
import { query, rr, u16, u32, update, wireName, type Sections } from './messages.ts'
import { name, type TestService } from './service.ts'

/** The numbers of IANA's registry that the tests speak of. */
export const Type = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  NULL: 10,
  WKS: 11,
  PTR: 12,
  MX: 15,
  TXT: 16,
  KEY: 25,
  AAAA: 28,
  SRV: 33,
  DNAME: 39,
  OPT: 41,
  RRSIG: 46,
  NSEC: 47,
  DHCID: 49,
  NSEC3: 50,
  NSEC3PARAM: 51,
  TKEY: 249,
  IXFR: 251,
  AXFR: 252,
  MAILB: 253,
  MAILA: 254,
  ANY: 255,
} as const

export const Class = { IN: 1, CH: 3, HS: 4, NONE: 254, ANY: 255 } as const

/** §2.4.1 */
export const exists = (owner: string, type: number): Buffer => rr(owner, type, Class.ANY, 0)
/** §2.4.2, one record of the set */
export const equals = (owner: string, type: number, rdata: Buffer): Buffer =>
  rr(owner, type, Class.IN, 0, rdata)
/** §2.4.3 */
export const absent = (owner: string, type: number): Buffer => rr(owner, type, Class.NONE, 0)
/** §2.4.4 */
export const inUse = (owner: string): Buffer => rr(owner, Type.ANY, Class.ANY, 0)
/** §2.4.5 */
export const unused = (owner: string): Buffer => rr(owner, Type.ANY, Class.NONE, 0)

/** §2.5.1 */
export const add = (owner: string, type: number, ttl: number, rdata: Buffer): Buffer =>
  rr(owner, type, Class.IN, ttl, rdata)
/** §2.5.2 */
export const deleteRrset = (owner: string, type: number): Buffer => rr(owner, type, Class.ANY, 0)
/** §2.5.3 */
export const deleteName = (owner: string): Buffer => rr(owner, Type.ANY, Class.ANY, 0)
/** §2.5.4 */
export const deleteRecord = (owner: string, type: number, rdata: Buffer): Buffer =>
  rr(owner, type, Class.NONE, 0, rdata)

export const ipv4 = (text: string): Buffer => Buffer.from(text.split('.').map(Number))

/** One <character-string>. */
export const txt = (text: string): Buffer =>
  Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'latin1')])

export const mx = (preference: number, exchange: string): Buffer =>
  Buffer.concat([u16(preference), wireName(exchange)])

/** A SOA as the zone of `TestService` has it, with another serial. */
export const soa = (serial: number, minimum = 300): Buffer =>
  Buffer.concat([
    wireName('ns1.dyn.example.'),
    wireName('hostmaster.dyn.example.'),
    ...[serial, 7200, 900, 604800, minimum].map(u32),
  ])

/** RFC 1035 §4.1.1, RFC 2136 §2.2 */
const RCODES = [
  ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'],
  ['YXDOMAIN', 'YXRRSET', 'NXRRSET', 'NOTAUTH', 'NOTZONE'],
].flat()

export const rcodeOf = (answer: Buffer): string =>
  RCODES[answer.readUInt8(3) & 0xf] ?? `RCODE${answer.readUInt8(3) & 0xf}`

export const zoneOf = (service: TestService, apex = 'dyn.example.'): ZoneView => {
  const view = service.store.zone(name(apex))
  if (view === undefined) throw new Error(`no zone ${apex}`)
  return view
}

/** Every record of a zone as a line of a master file, in order. */
export const zoneLines = (view: ZoneView): string[] =>
  Array.from(view.nodes())
    .flatMap(({ owner, rrsets }) =>
      rrsets.flatMap(({ type, ttl, rdatas }) =>
        rdatas.map((rdata) => recordToText(owner, ttl, type, rdata)),
      ),
    )
    .sort()

const isSoa = (line: string): boolean => line.includes(' IN SOA ')

export const serialOf = (view: ZoneView): number =>
  Number(zoneLines(view).find(isSoa)?.split(' ')[6])

export interface Effect {
  readonly rcode: string
  readonly serial: number
  /** Records that are no longer there, and those that are now; the SOA is in `serial`. */
  readonly gone: readonly string[]
  readonly came: readonly string[]
}

/** Sends a signed UPDATE, and tells what became of it. */
export const effectOf = async (
  service: TestService,
  prerequisites: readonly Buffer[],
  changes: readonly Buffer[],
  more: Sections = {},
): Promise<Effect> => {
  const view = zoneOf(service)
  const before = zoneLines(view)
  const packet = service.sign(update('dyn.example.', prerequisites, changes, more))
  const answer = await service.ask(packet, 'tcp')
  const after = zoneLines(view)
  return {
    rcode: rcodeOf(answer),
    serial: serialOf(view),
    gone: before.filter((line) => !after.includes(line) && !isSoa(line)),
    came: after.filter((line) => !before.includes(line) && !isSoa(line)),
  }
}

/** An UPDATE that had no effect on the zone of `TestService`. */
export const nothing = (rcode: string, serial = 10): Effect => ({
  rcode,
  serial,
  gone: [],
  came: [],
})

export interface Found {
  readonly rcode: string
  /** `name TTL TYPE data` as dns-packet reads the answer section, in order. */
  readonly answers: readonly string[]
}

/** Asks a QUERY, and lets dns-packet read the answer. */
export const find = async (service: TestService, owner: string, type: number): Promise<Found> => {
  const answer = await service.ask(query(owner, type), 'tcp')
  const answers = decode(answer).answers ?? []
  return { rcode: rcodeOf(answer), answers: answers.map(answerText).sort() }
}

const answerText = (answer: Answer): string => {
  if (answer.type === 'OPT') return 'OPT'
  const { data } = answer
  const text = typeof data === 'string' ? data : JSON.stringify(data)
  return `${answer.name} ${answer.ttl} ${answer.type} ${text}`
}
