/** The server by DNS: what it has is asked for, changes are one UPDATE a zone (RFC 2136). */
import { ipv4OctetsFromText, ipv4ToText, ipv6FromText, ipv6ToText } from '../text/address-text.ts'
import { nameToText } from '../text/name-text.ts'
import { Opcode, Rcode, rcodeName, RrClass, RrType, TsigError } from '../wire/codes.ts'
import { EDNS_UDP_SIZE, OptionCode, optRecord } from '../wire/edns.ts'
import { Flag } from '../wire/header.ts'
import type { Message } from '../wire/message.ts'
import { foldedName, isAtOrBelow, nameEquals, type Name } from '../wire/name.ts'
import { rdataAt } from '../wire/rdata.ts'
import { MessageWriter } from '../wire/writer.ts'
import { ADDRESS_TYPE, FAMILIES, type Family } from './address.ts'
import type { Published } from './decide.ts'
import { exchange, type Answered, type ExchangeParts } from './exchange.ts'
import { later, orLater, refused, type NotDone, type Outcome } from './outcome.ts'
import type { HostUpdate, Looked, Server } from './server.ts'
import type { HostSettings } from './settings.ts'

const MOST_OCTETS = 0xffff
const EMPTY = new Uint8Array(0)

interface Found {
  readonly kind: 'message'
  readonly message: Message
}

export class DnsServer implements Server {
  private readonly parts: ExchangeParts
  /** The zones of hosts whose settings name none, as the server told. */
  private readonly zones = new Map<string, Name>()

  constructor(parts: ExchangeParts) {
    this.parts = parts
  }

  async look(host: HostSettings): Promise<Looked> {
    const published: Partial<Record<Family, Published>> = {}
    for (const family of host.families) {
      const answer = await this.ask(host.name, ADDRESS_TYPE[family])
      if (answer.kind !== 'message') return { kind: 'failed', why: answer.why }
      published[family] = addressesIn(answer.message, host.name, family)
    }
    return { kind: 'found', published }
  }

  async update(updates: readonly HostUpdate[]): Promise<readonly Outcome[]> {
    const outcomes = new Map<HostUpdate, Outcome>()
    const groups = new Map<string, { zone: Name; members: HostUpdate[] }>()
    for (const update of updates) {
      const zone = await this.zoneOf(update.host)
      if ('kind' in zone) {
        outcomes.set(update, zone)
        continue
      }
      const id = foldedName(zone.name)
      const group = groups.get(id) ?? { zone: zone.name, members: [] }
      group.members.push(update)
      groups.set(id, group)
    }
    for (const { zone, members } of groups.values()) {
      const outcome = await this.send(zone, members)
      for (const member of members) outcomes.set(member, outcome)
    }
    // Every update is in a group, or has its outcome from before.
    return updates.map((update) => outcomes.get(update) as Outcome)
  }

  /** The zone that is set, or the one that the server names in a SOA (RFC 2136 §4.3). */
  private async zoneOf({ name, zone }: HostSettings): Promise<{ readonly name: Name } | NotDone> {
    const known = zone ?? this.zones.get(foldedName(name))
    if (known !== undefined) return { name: known }
    const answer = await this.ask(name, RrType.SOA)
    if (answer.kind !== 'message') return answer
    const { answers, authorities } = answer.message
    const soa = [...answers, ...authorities].find(
      ({ type, owner }) => type === RrType.SOA && isAtOrBelow(name, owner),
    )
    if (soa === undefined) return refused('the server names no zone: set "zone" for the host')
    this.zones.set(foldedName(name), soa.owner)
    return { name: soa.owner }
  }

  /** Asks for an authoritative answer. */
  private async ask(name: Name, type: RrType): Promise<Found | NotDone> {
    const writer = new MessageWriter(MOST_OCTETS)
    writer.header(0, 0)
    writer.question(name, type, RrClass.IN)
    writer.appendRecord(optRecord(OPT))
    const answered = await orLater(exchange(this.parts, writer.finish()))
    if ('kind' in answered) return answered
    const { message } = answered
    const isNegative = answered.distrust === undefined && rcodeOf(message) === Rcode.NXDOMAIN
    const outcome: Outcome = isNegative ? { kind: 'done' } : outcomeOf(answered)
    if (outcome.kind !== 'done') return outcome
    // A cache's word says nothing of what the zone has now.
    return (message.header.flags & Flag.AA) === 0
      ? refused(`the server is not authoritative for ${nameToText(name)}`)
      : { kind: 'message', message }
  }

  private async send(zone: Name, members: readonly HostUpdate[]): Promise<Outcome> {
    const answered = await orLater(exchange(this.parts, updateMessage(zone, members)))
    const outcome = 'kind' in answered ? answered : outcomeOf(answered)
    // Where zones were moved, the next attempt finds the new one.
    if (outcome.kind === 'refused') this.zones.clear()
    return outcome
  }
}

const OPT = { rcode: 0, dnssecOk: false, udpSize: EDNS_UDP_SIZE, options: [] }

/**
 * Each family that is known loses its RRset and gets the new address in the same message, so that nobody
 * sees the name without one (RFC 2136 §2.5.2, §2.5.1).
 */
export const updateMessage = (zone: Name, members: readonly HostUpdate[]): Uint8Array => {
  const writer = new MessageWriter(MOST_OCTETS)
  writer.header(0, Opcode.UPDATE << 11)
  writer.question(zone, RrType.SOA, RrClass.IN)
  for (const { host, wanted } of members) {
    for (const family of FAMILIES) {
      const address = wanted[family]
      if (address === undefined) continue
      const type = ADDRESS_TYPE[family]
      writer.rrset('authority', host.name, type, RrClass.ANY, 0, [EMPTY])
      if (address === null) continue
      const rdata = octetsOf(address, family)
      writer.rrset('authority', host.name, type, RrClass.IN, host.ttlSeconds, [rdata])
    }
  }
  writer.appendRecord(optRecord(OPT))
  return writer.finish()
}

const octetsOf = (address: string, family: Family): Uint8Array =>
  // What is wanted was read as an address before.
  (family === 'ipv4' ? ipv4OctetsFromText(address) : ipv6FromText(address)) as Uint8Array

const addressesIn = (message: Message, owner: Name, family: Family): Published => {
  const type = ADDRESS_TYPE[family]
  const addresses = message.answers
    .filter((record) => record.type === type && nameEquals(record.owner, owner))
    .flatMap(({ rdataOffset, rdataLength }) => {
      const rdata = rdataAt(message.packet, type, rdataOffset, rdataLength)
      if (rdata === undefined) return []
      return [family === 'ipv4' ? ipv4ToText(rdata) : ipv6ToText(rdata)]
    })
  return addresses.length === 0 ? null : addresses.sort().join(',')
}

/** The bits of EDNS above these are for versions and cookies that we do not send. */
const rcodeOf = ({ header }: Message): Rcode =>
  // Whatever number it is: it is compared, or shown.
  (header.flags & 0xf) as Rcode

/** RCODEs that come and go by themselves. */
const PASSING = new Set<Rcode>([Rcode.SERVFAIL])

const outcomeOf = ({ message, distrust }: Answered): Outcome => {
  const rcode = rcodeOf(message)
  if (distrust !== undefined) {
    const { why, error } = distrust
    const text = rcode === Rcode.NOERROR ? why : `${why}; ${saidText(message)}`
    // A clock is set right by itself, as after a start without a battery.
    return error === TsigError.BADTIME || PASSING.has(rcode) ? later(text) : refused(text)
  }
  if (rcode === Rcode.NOERROR) return { kind: 'done' }
  return PASSING.has(rcode) ? later(saidText(message)) : refused(saidText(message))
}

/** The RCODE, with the server's own words where it has some (RFC 8914). */
const saidText = (message: Message): string => {
  const option = message.edns?.options.find(({ code }) => code === OptionCode.EXTENDED_ERROR)
  const words = option === undefined ? '' : Buffer.from(option.data.subarray(2)).toString('utf8')
  // Log lines and terminals shall not be written by others.
  const clean = words.replace(/[^\x20-\x7e]/g, ' ').slice(0, 300)
  return `the server answers ${rcodeName(rcodeOf(message))}${clean === '' ? '' : `: ${clean}`}`
}
