/**
 * RFC 2136 chapter 3 as its pseudocode reads, on plain maps of strings: slow, and nothing to do with
 * the code under test. Where the pseudocode and the text above it differ, the text has its way
 * (§3.4.2.2: a SOA with the same serial is ignored; §3.4.2.4: the last NS matters at the apex only).
 */

export interface ModelRecord {
  /** In presentation format, without escapes. */
  readonly name: string
  readonly type: number
  readonly class: number
  readonly ttl: number
  readonly rdata: Buffer
}

export interface ModelUpdate {
  readonly prerequisites: readonly ModelRecord[]
  readonly changes: readonly ModelRecord[]
}

interface ModelRrset {
  ttl: number
  /** By what makes two records the same: RDATA in hex. */
  rdatas: Map<string, string>
}

/** Type to RRset, by name in lower case. */
type ModelZone = Map<string, Map<number, ModelRrset>>

const A = 1
const NS = 2
const CNAME = 5
const SOA = 6
const AAAA = 28
const DNAME = 39
const ANY_TYPE = 255
const IN = 1
const NONE = 254
const ANY = 255

/** §3.4.1.2: QUERY metatypes; RFC 6895 §3.1 has them all in a row. */
const isMeta = (type: number): boolean => type === 0 || (type >= 128 && type <= 255)

/** Octets that are no names, at the end of RDATA that begins with names. */
const PLAIN_END = new Map([
  [NS, 0],
  [CNAME, 0],
  [DNAME, 0],
  [SOA, 20],
])

/** §1.1.1: names are compared without case. Length octets are below 64, and so no letters. */
const identity = (type: number, rdata: Buffer): string => {
  const plain = PLAIN_END.get(type)
  if (plain === undefined) return rdata.toString('hex')
  const names = rdata.subarray(0, rdata.length - plain).toString('latin1')
  const lower = names.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
  return (
    Buffer.from(lower, 'latin1').toString('hex') +
    rdata.subarray(-plain || rdata.length).toString('hex')
  )
}

/** RFC 1035 §3.4.1, RFC 3596 §2.2: the types of fixed length that the tests make too short. */
const isWellFormed = ({ type, rdata }: ModelRecord): boolean => {
  if (type === A) return rdata.length === 4
  if (type === AAAA) return rdata.length === 16
  return !PLAIN_END.has(type) || rdata.length > 0
}

/** RFC 1982 §3.2 */
const isGreater = (a: number, b: number): boolean =>
  (a < b && b - a > 2 ** 31) || (a > b && a - b < 2 ** 31)

export class UpdateModel {
  private zone: ModelZone = new Map()
  private readonly apex: string

  private serialBefore = 0

  /** @param records the zone at first, its SOA among them */
  constructor(apex: string, records: readonly ModelRecord[]) {
    this.apex = apex.toLowerCase()
    for (const record of records) this.put(record)
  }

  /** §3.2 to §3.6: the RCODE, and what it leaves of the zone. */
  update({ prerequisites, changes }: ModelUpdate): string {
    const refused = this.checkPrerequisites(prerequisites) ?? this.prescan(changes)
    if (refused !== undefined) return refused
    const before = this.lines().join()
    this.serialBefore = this.serial()
    for (const change of changes) this.apply(change)
    // §3.6
    if (this.lines().join() !== before && this.serial() === this.serialBefore) this.raiseSerial()
    return 'NOERROR'
  }

  /** `name type ttl rdata` in order, names in lower case and RDATA in hex. */
  lines(): string[] {
    const lines: string[] = []
    for (const [name, rrsets] of this.zone) {
      for (const [type, { ttl, rdatas }] of rrsets) {
        for (const rdata of rdatas.values()) lines.push(`${name} ${type} ${ttl} ${rdata}`)
      }
    }
    return lines.sort()
  }

  serial(): number {
    return serialIn(this.soa())
  }

  /** §3.2.5 */
  private checkPrerequisites(prerequisites: readonly ModelRecord[]): string | undefined {
    const temp = new Map<string, { record: ModelRecord; identities: Set<string> }>()
    for (const rr of prerequisites) {
      if (rr.ttl !== 0) return 'FORMERR'
      if (!this.isInZone(rr.name)) return 'NOTZONE'
      if (rr.class === ANY || rr.class === NONE) {
        const fault = this.checkByName(rr)
        if (fault !== undefined) return fault
      } else if (rr.class === IN) {
        if (isMeta(rr.type) || !isWellFormed(rr)) return 'FORMERR'
        const id = `${rr.name.toLowerCase()} ${rr.type}`
        const set = temp.get(id) ?? { record: rr, identities: new Set<string>() }
        set.identities.add(identity(rr.type, rr.rdata))
        temp.set(id, set)
      } else return 'FORMERR'
    }
    for (const { record, identities } of temp.values()) {
      const zoneSet = [...(this.rrset(record.name, record.type)?.rdatas.keys() ?? [])]
      const isSame = zoneSet.length === identities.size && zoneSet.every((x) => identities.has(x))
      if (!isSame) return 'NXRRSET'
    }
    return undefined
  }

  private checkByName(rr: ModelRecord): string | undefined {
    if (rr.rdata.length !== 0) return 'FORMERR'
    const isWanted = rr.class === ANY
    if (rr.type === ANY_TYPE) {
      const isUsed = (this.zone.get(rr.name.toLowerCase())?.size ?? 0) > 0
      if (isWanted && !isUsed) return 'NXDOMAIN'
      return !isWanted && isUsed ? 'YXDOMAIN' : undefined
    }
    if (isMeta(rr.type)) return 'FORMERR'
    const isThere = this.rrset(rr.name, rr.type) !== undefined
    if (isWanted && !isThere) return 'NXRRSET'
    return !isWanted && isThere ? 'YXRRSET' : undefined
  }

  /** §3.4.1.3 */
  private prescan(changes: readonly ModelRecord[]): string | undefined {
    for (const rr of changes) {
      if (!this.isInZone(rr.name)) return 'NOTZONE'
      if (rr.class === IN) {
        if (isMeta(rr.type) || !isWellFormed(rr)) return 'FORMERR'
      } else if (rr.class === ANY) {
        if (rr.ttl !== 0 || rr.rdata.length !== 0) return 'FORMERR'
        if (isMeta(rr.type) && rr.type !== ANY_TYPE) return 'FORMERR'
      } else if (rr.class === NONE) {
        if (rr.ttl !== 0 || isMeta(rr.type) || !isWellFormed(rr)) return 'FORMERR'
      } else return 'FORMERR'
    }
    return undefined
  }

  /** §3.4.2.7 */
  private apply(rr: ModelRecord): void {
    const isApex = rr.name.toLowerCase() === this.apex
    if (rr.class === IN) {
      if (!this.isIgnored(rr)) this.put(rr)
    } else if (rr.class === ANY) {
      for (const type of [...(this.zone.get(rr.name.toLowerCase())?.keys() ?? [])]) {
        const stays = isApex && (type === SOA || type === NS)
        if (!stays && (rr.type === ANY_TYPE || rr.type === type)) this.remove(rr.name, type)
      }
    } else {
      const rdatas = this.rrset(rr.name, rr.type)?.rdatas
      if (rdatas === undefined || (isApex && rr.type === SOA)) return
      if (isApex && rr.type === NS && rdatas.size === 1) return
      rdatas.delete(identity(rr.type, rr.rdata))
      if (rdatas.size === 0) this.remove(rr.name, rr.type)
    }
  }

  private isIgnored(rr: ModelRecord): boolean {
    const types = [...(this.zone.get(rr.name.toLowerCase())?.keys() ?? [])]
    if (rr.type === CNAME) return types.some((type) => type !== CNAME)
    if (types.includes(CNAME)) return true
    if (rr.type !== SOA) return false
    // §3.6 and RFC 1982 §3.2: by two steps up the zone must not come to a serial below its own.
    const serials = [this.serial(), this.serialBefore]
    return !types.includes(SOA) || !serials.every((one) => isGreater(serialIn(rr.rdata), one))
  }

  /** An RRset has one TTL (RFC 2181 §5.2); a TTL with its highest bit set is zero (§8). */
  private put(rr: ModelRecord): void {
    const name = rr.name.toLowerCase()
    const rrsets = this.zone.get(name) ?? new Map<number, ModelRrset>()
    this.zone.set(name, rrsets)
    const isOne = rr.type === CNAME || rr.type === SOA || rr.type === DNAME
    const old = isOne ? undefined : rrsets.get(rr.type)
    const rdatas = old?.rdatas ?? new Map<string, string>()
    rdatas.set(identity(rr.type, rr.rdata), rr.rdata.toString('hex'))
    rrsets.set(rr.type, { ttl: rr.ttl >= 2 ** 31 ? 0 : rr.ttl, rdatas })
  }

  private remove(name: string, type: number): void {
    const rrsets = this.zone.get(name.toLowerCase())
    rrsets?.delete(type)
    if (rrsets?.size === 0) this.zone.delete(name.toLowerCase())
  }

  private raiseSerial(): void {
    const rdata = this.soa()
    const ttl = this.rrset(this.apex, SOA)?.ttl ?? 0
    // RFC 1982 §3.1, and never zero.
    rdata.writeUInt32BE((this.serial() + 1) % 2 ** 32 || 1, rdata.length - 20)
    this.put({ name: this.apex, type: SOA, class: IN, ttl, rdata })
  }

  private soa(): Buffer {
    const [hex = ''] = this.rrset(this.apex, SOA)?.rdatas.values() ?? []
    return Buffer.from(hex, 'hex')
  }

  private rrset(name: string, type: number): ModelRrset | undefined {
    return this.zone.get(name.toLowerCase())?.get(type)
  }

  private isInZone(name: string): boolean {
    return `.${name}`.toLowerCase().endsWith(`.${this.apex}`)
  }
}

const serialIn = (soa: Buffer): number => soa.readUInt32BE(soa.length - 20)
