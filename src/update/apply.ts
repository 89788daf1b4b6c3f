/**
 * RFC 2136 §3.4.2: what each change does to the draft. What the RFC says to ignore is ignored and
 * told to the caller; what goes over a limit is refused, and then nothing of the UPDATE is kept.
 */
import { DEFAULT_BUDGET, type Budget } from '../access/budget.ts'
import { Rcode, RrType, rrTypeName } from '../wire/codes.ts'
import { nameToText } from '../text/name-text.ts'
import { nameKeyOf, type NameKey } from '../zone/name-key.ts'
import { findRrset, keepRrsets, withRrset, type Node } from '../zone/node.ts'
import {
  hasRdata,
  MAX_RRSET_LENGTH,
  rrsetLength,
  withoutRdata,
  withRdata,
  type Rrset,
} from '../zone/rrset.ts'
import { isSerialAfter } from '../zone/serial.ts'
import { soaSerial } from '../zone/soa.ts'
import type { ZoneDraft } from '../zone/zone.ts'
import { hasCnameConflict } from '../zone/zone-contents.ts'
import type { Change } from './sections.ts'
import { refusal, type Refusal } from './verdict.ts'

/** Octets of RDATA at one name: a name is read and written as a whole. */
export const MAX_NODE_LENGTH = 128_000

/** What a change came to when it did not simply take effect. */
export type Effect = { readonly ignored: string } | Refusal | undefined

/** Records of one RRset, and types at one name, that an UPDATE may bring about. */
export type NodeLimits = Pick<Budget, 'recordsPerRrset' | 'typesPerName'>

export const applyChange = (
  draft: ZoneDraft,
  change: Change,
  limits: NodeLimits = DEFAULT_BUDGET,
): Effect => {
  const key = nameKeyOf(change.owner)
  switch (change.kind) {
    case 'add':
      return addRecord(draft, key, change, limits)
    case 'delete-rrset':
      return deleteRrset(draft, key, change.type)
    case 'delete-name':
      return deleteName(draft, key)
    case 'delete-record':
      return deleteRecord(draft, key, change)
  }
}

/** §3.4.2.2 */
const addRecord = (
  draft: ZoneDraft,
  key: NameKey,
  change: Extract<Change, { kind: 'add' }>,
  limits: NodeLimits,
): Effect => {
  const { owner, type, ttl, rdata } = change
  const node = draft.get(key)
  const present = findRrset(node, type)
  const ignored = reasonToIgnore(draft, node, present, change)
  if (ignored !== undefined) return { ignored }
  // A DNAME is one (RFC 6672 §5.2), and so are CNAME and SOA: the new one takes its place.
  const replaces = type === RrType.CNAME || type === RrType.SOA || type === RrType.DNAME
  const kept = type === RrType.WKS ? withoutSameService(present, rdata) : present
  const rrset = withRdata(replaces ? undefined : kept, type, ttl, rdata)
  const next = withRrset(node, owner, rrset)
  const excess = overLimit(next, rrset, limits)
  if (excess !== undefined) return refusal(Rcode.REFUSED, `${nameToText(owner)}: ${excess}`)
  draft.set(key, next)
  return undefined
}

const reasonToIgnore = (
  draft: ZoneDraft,
  node: Node | undefined,
  present: Rrset | undefined,
  { owner, type, rdata }: Extract<Change, { kind: 'add' }>,
): string | undefined => {
  const name = nameToText(owner)
  if (type === RrType.SOA) {
    const [current] = present?.rdatas ?? []
    if (current === undefined) return `${name} is not the apex and takes no SOA`
    // Higher than the zone's, too: by RFC 1982 §3.2 two steps up may lead below it.
    const isHigher = [soaSerial(current), draft.serialBefore].every((serial) =>
      isSerialAfter(soaSerial(rdata), serial),
    )
    return isHigher ? undefined : `the new SOA has no higher serial`
  }
  if (hasCnameConflict(node, type)) {
    return type === RrType.CNAME ? `${name} has other data` : `${name} has a CNAME`
  }
  // RFC 6672 §5.2: a name with a DNAME takes no CNAME, which the rule above has covered.
  return undefined
}

/** §1.1.5, §3.4.2.2: a WKS is known by address and protocol, its first five octets. */
const withoutSameService = (present: Rrset | undefined, rdata: Uint8Array): Rrset | undefined => {
  if (present === undefined) return undefined
  const service = Buffer.from(rdata.subarray(0, 5))
  const rdatas = present.rdatas.filter((other) => !service.equals(other.subarray(0, 5)))
  return rdatas.length === 0 ? undefined : { ...present, rdatas }
}

const overLimit = (
  node: Node,
  rrset: Rrset,
  { recordsPerRrset, typesPerName }: NodeLimits,
): string | undefined => {
  if (rrset.rdatas.length > recordsPerRrset) {
    return `an RRset has at most ${recordsPerRrset} records`
  }
  if (node.rrsets.length > typesPerName) {
    return `a name has at most ${typesPerName} types`
  }
  if (rrsetLength(rrset) > MAX_RRSET_LENGTH) return 'the RRset is too large for a message'
  const length = node.rrsets.reduce((sum, present) => sum + rrsetLength(present), 0)
  if (length > MAX_NODE_LENGTH) return `a name has at most ${MAX_NODE_LENGTH} octets of data`
  return undefined
}

/** §3.4.2.3: an RRset goes; SOA and NS of the apex stay. */
const deleteRrset = (draft: ZoneDraft, key: NameKey, type: RrType): Effect => {
  if (key === draft.apexKey && isKeptAtApex(type)) {
    return { ignored: `the ${rrTypeName(type)} of the apex stays` }
  }
  const node = draft.get(key)
  if (node !== undefined)
    draft.set(
      key,
      keepRrsets(node, (rrset) => rrset.type !== type),
    )
  return undefined
}

/** §3.4.2.3: everything at the name goes; SOA and NS of the apex stay. */
const deleteName = (draft: ZoneDraft, key: NameKey): Effect => {
  const node = draft.get(key)
  if (node === undefined) return undefined
  const isApex = key === draft.apexKey
  draft.set(key, isApex ? keepRrsets(node, (rrset) => isKeptAtApex(rrset.type)) : undefined)
  return undefined
}

/** §3.4.2.4: one record goes; the SOA and the last NS of the apex stay. */
const deleteRecord = (
  draft: ZoneDraft,
  key: NameKey,
  { owner, type, rdata }: Extract<Change, { kind: 'delete-record' }>,
): Effect => {
  const node = draft.get(key)
  const present = findRrset(node, type)
  if (node === undefined || present === undefined || !hasRdata(present, rdata)) return undefined
  if (key === draft.apexKey && type === RrType.SOA) return { ignored: 'the SOA stays' }
  const rest = withoutRdata(present, rdata)
  if (key === draft.apexKey && type === RrType.NS && rest === undefined) {
    return { ignored: 'the last NS of the apex stays' }
  }
  const next =
    rest === undefined
      ? keepRrsets(node, (rrset) => rrset.type !== type)
      : withRrset(node, owner, rest)
  draft.set(key, next)
  return undefined
}

/** What no UPDATE takes away from the apex. */
export const isKeptAtApex = (type: RrType): boolean => type === RrType.SOA || type === RrType.NS
