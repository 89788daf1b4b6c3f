/** Writes the answer to a question: the loop of RFC 1034 §4.3.2, one section after the other. */
import { Rcode, RrClass, RrType } from '../wire/codes.ts'
import { ExtendedErrorCode, type ExtendedError } from '../wire/edns.ts'
import { Flag } from '../wire/header.ts'
import {
  foldedName,
  isAtOrBelow,
  joinNames,
  nameEquals,
  parentOf,
  type Name,
} from '../wire/name.ts'
import { nameRanges } from '../wire/rdata.ts'
import type { Question } from '../wire/record.ts'
import type { MessageWriter, Section } from '../wire/writer.ts'
import { nameKeyOf, type NameKey } from '../zone/name-key.ts'
import { findRrset, type Node } from '../zone/node.ts'
import { rrsetLength, type Rrset } from '../zone/rrset.ts'
import { soaMinimum, soaOf } from '../zone/soa.ts'
import type { ZoneNames } from '../zone/zone.ts'
import type { ZoneSet } from '../zone/zone-set.ts'
import { lookup, type Lookup } from './lookup.ts'

/** A zone that answers questions. */
export interface QueryZone {
  readonly apex: Name
  /** Undefined while it cannot answer: never transferred, or not for too long. */
  readonly view: ZoneNames | undefined
}

export interface Answer {
  readonly rcode: Rcode
  /** AA and TC, as in the header. */
  readonly flags: number
  readonly error?: ExtendedError
  /** Equal for equal answers, whatever name was asked for: for rate limiting. */
  readonly account: string
}

/** CNAMEs and DNAMEs that are followed for one question: more is a loop or worth a new question. */
const MAX_ALIASES = 16

/** Names in an answer whose addresses are looked for: they are a courtesy. */
const MAX_TARGETS = 16

/** All that answering needs of a ZoneSet. */
export type ZoneFinder<Z extends QueryZone = QueryZone> = Pick<ZoneSet<Z>, 'enclosing'>

/**
 * @param question of class IN, with a type that is data or ANY
 * @param wholeAny whether QTYPE ANY gets every RRset, or one (RFC 8482 §4.1)
 */
export const answerQuestion = (
  zones: ZoneFinder,
  question: Question,
  writer: MessageWriter,
  wholeAny: boolean,
): Answer => new Answering(zones, question.type, writer, wholeAny).from(question.name)

/** The nearest zone; for a DS at an apex the one above it, if that is ours (RFC 4035 §3.1.4.1). */
export const zoneFor = <Z extends QueryZone>(
  zones: ZoneFinder<Z>,
  name: Name,
  type: RrType,
): Z | undefined => {
  const zone = zones.enclosing(name)
  if (type !== RrType.DS || zone === undefined || !nameEquals(zone.apex, name)) return zone
  return name.length === 1 ? zone : (zones.enclosing(parentOf(name)) ?? zone)
}

class Answering {
  private readonly zones: ZoneFinder
  private readonly type: RrType
  private readonly writer: MessageWriter
  private readonly wholeAny: boolean
  private truncated = false
  private account = ''
  /** Names whose addresses were looked at: they go into the additional section once. */
  private readonly added = new Set<NameKey>()
  private readonly dnameOwners: Name[] = []

  constructor(zones: ZoneFinder, type: RrType, writer: MessageWriter, wholeAny: boolean) {
    this.zones = zones
    this.type = type
    this.writer = writer
    this.wholeAny = wholeAny
  }

  from(qname: Name): Answer {
    const visited: Name[] = []
    let name = qname
    let authoritative = false
    let rcode: Rcode = Rcode.NOERROR
    while (visited.length <= MAX_ALIASES) {
      // RFC 1034 §3.6.2: a loop is an error, and is told as far as it goes.
      if (visited.some((other) => nameEquals(other, name))) {
        return this.finish(Rcode.SERVFAIL, authoritative)
      }
      const isFirst = visited.length === 0
      visited.push(name)
      const zone = zoneFor(this.zones, name, this.type)
      // The first name decides whether we answer at all; an alias may lead out of our zones.
      if (zone?.view === undefined) {
        if (!isFirst) return this.finish(rcode, authoritative)
        return zone === undefined ? REFUSED : UNAVAILABLE
      }
      const found = lookup(zone.view, nameKeyOf(name), this.type)
      // RFC 1035 §4.1.1: AA speaks of the first owner name of the answer.
      if (isFirst) {
        authoritative = found.kind !== 'referral'
        this.account = accountOf(zone.view, found, this.type)
      }
      const target = this.write(zone.view, name, found)
      // RFC 6604 §3: the RCODE is that of the last name of the chain.
      if (found.kind === 'nxdomain') rcode = Rcode.NXDOMAIN
      if (target === 'too-long') return this.finish(Rcode.YXDOMAIN, authoritative)
      if (target === undefined) break
      name = target
    }
    return this.finish(rcode, authoritative)
  }

  private finish(rcode: Rcode, authoritative: boolean): Answer {
    const flags = (authoritative ? Flag.AA : 0) | (this.truncated ? Flag.TC : 0)
    return { rcode, flags, account: this.account }
  }

  /** Writes what was found for `name`; gives the name that the answer goes on with, if it does. */
  private write(zone: ZoneNames, name: Name, found: Lookup): Name | 'too-long' | undefined {
    switch (found.kind) {
      case 'answer': {
        const rrsets = this.wholeAny ? found.rrsets : smallestOf(found.rrsets)
        for (const rrset of rrsets) this.put('answer', name, rrset)
        // RFC 2181 §5.5: what QTYPE ANY has brought does not come a second time.
        if (rrsets.length > 1) this.added.add(nameKeyOf(name))
        for (const rrset of rrsets) this.addAddresses(zone, rrset)
        return undefined
      }
      case 'nodata':
      case 'nxdomain':
        this.putNegativeSoa(zone)
        return undefined
      case 'cname':
        this.put('answer', name, found.rrset)
        return targetOf(found.rrset)
      case 'dname':
        return this.writeDname(name, found.node, found.rrset)
      case 'referral':
        this.put('authority', found.node.owner, found.rrset)
        this.addGlue(zone, found.node.owner, found.rrset)
        return undefined
    }
  }

  /** RFC 6672 §3.1: the DNAME, and a CNAME for those who do not know it. */
  private writeDname(name: Name, node: Node, rrset: Rrset): Name | 'too-long' | undefined {
    this.put('answer', node.owner, rrset)
    const prefix = name.subarray(0, name.length - node.owner.length)
    const replaced = joinNames(prefix, targetOf(rrset))
    if (replaced === undefined) return 'too-long'
    this.put('answer', name, { type: RrType.CNAME, ttl: rrset.ttl, rdatas: [replaced] })
    return this.type === RrType.CNAME || this.type === RrType.ANY ? undefined : replaced
  }

  private put(section: Section, owner: Name, { type, ttl, rdatas }: Rrset): void {
    if (this.truncated || (type === RrType.DNAME && this.isRepeatedDname(owner))) return
    this.truncated = !this.writer.rrset(section, owner, type, RrClass.IN, ttl, rdatas)
  }

  /** RFC 2181 §5.5: an RRset goes in once; of all that a chain meets, it can meet a DNAME again. */
  private isRepeatedDname(owner: Name): boolean {
    const isRepeated = this.dnameOwners.some((written) => nameEquals(written, owner))
    if (!isRepeated) this.dnameOwners.push(owner)
    return isRepeated
  }

  /** RFC 2308 §3: the SOA, whose TTL here is the lesser of its own and its MINIMUM (§5). */
  private putNegativeSoa(zone: ZoneNames): void {
    const { ttl, rdata } = soaOf(zone.get(zone.apexKey))
    const negativeTtl = Math.min(ttl, soaMinimum(rdata))
    this.put('authority', zone.apex, { type: RrType.SOA, ttl: negativeTtl, rdatas: [rdata] })
  }

  /**
   * RFC 1034 §4.2.1: the addresses of name servers in this zone. Those at or below the cut cannot
   * be found without us: when they do not fit, TC says so (RFC 9471 §2).
   */
  private addGlue(zone: ZoneNames, cut: Name, servers: Rrset): void {
    const targets = namesIn(servers).filter((target) => isAtOrBelow(target, zone.apex))
    for (const target of targets.filter((name) => isAtOrBelow(name, cut))) {
      for (const rrset of this.addressesOnce(zone, target)) this.put('additional', target, rrset)
    }
    for (const target of targets) this.addOptional(zone, target)
  }

  /** RFC 1034 §4.3.2 step 6, RFC 2782: the addresses that will be asked for next; TC never. */
  private addAddresses(zone: ZoneNames, rrset: Rrset): void {
    if (!bringsAddresses.has(rrset.type)) return
    for (const target of namesIn(rrset).slice(0, MAX_TARGETS)) {
      if (this.truncated || !isAtOrBelow(target, zone.apex)) continue
      // What the lookup finds is ours to say; what lies below a cut is not.
      const own = lookup(zone, nameKeyOf(target), RrType.ANY)
      if (own.kind === 'answer') this.addOptional(zone, target)
    }
  }

  private addOptional(zone: ZoneNames, owner: Name): void {
    if (this.truncated) return
    for (const { type, ttl, rdatas } of this.addressesOnce(zone, owner)) {
      this.writer.rrset('additional', owner, type, RrClass.IN, ttl, rdatas)
    }
  }

  private addressesOnce(zone: ZoneNames, owner: Name): Rrset[] {
    const key = nameKeyOf(owner)
    if (this.added.has(key)) return []
    this.added.add(key)
    const node = zone.get(key)
    return [findRrset(node, RrType.A), findRrset(node, RrType.AAAA)].filter(
      (rrset) => rrset !== undefined,
    )
  }
}

const REFUSED: Answer = { rcode: Rcode.REFUSED, flags: 0, account: 'refused' }

/** RFC 1034 §4.3.5: an expired zone is not answered from. RFC 8914 §4.25 has a number for that. */
const UNAVAILABLE: Answer = {
  rcode: Rcode.SERVFAIL,
  flags: 0,
  error: { code: ExtendedErrorCode.INVALID_DATA, text: '' },
  account: 'unavailable',
}

/**
 * Names that do not exist, names below one cut and names that one wildcard stands in for are asked
 * for without end, and answered alike.
 */
const accountOf = (zone: ZoneNames, found: Lookup, type: RrType): string => {
  switch (found.kind) {
    case 'answer':
    case 'nodata':
    case 'cname':
      return `${type} ${found.source}`
    case 'nxdomain':
      return `nxdomain ${zone.apexKey}`
    case 'referral':
    case 'dname':
      return `below ${foldedName(found.node.owner)}`
  }
}

/**
 * RFC 8482 §4.1: of many RRsets a small one, so that nobody is sent more than need be, nor TC where
 * there is something that fits. The first of equal ones; the only one as it is.
 */
const smallestOf = (rrsets: readonly Rrset[]): readonly Rrset[] => {
  if (rrsets.length < 2) return rrsets
  const lengths = rrsets.map(rrsetLength)
  const at = lengths.indexOf(Math.min(...lengths))
  return rrsets.slice(at, at + 1)
}

const bringsAddresses = new Set<RrType>([RrType.NS, RrType.MX, RrType.SRV])

/** The first name in each record. */
const namesIn = ({ type, rdatas }: Rrset): Name[] =>
  rdatas.flatMap((rdata) =>
    nameRanges(type, rdata, 'any')
      .slice(0, 1)
      // What stands in a name's place in checked RDATA is a name.
      .map(({ start, end }) => rdata.subarray(start, end) as Name),
  )

/** Where a CNAME or DNAME leads. */
const targetOf = ({ rdatas }: Rrset): Name =>
  // There is one (RFC 2181 §10.1, RFC 6672 §2.4), and its checked RDATA is a name.
  rdatas[0] as Name
