/**
 * What a zone cut or a DNAME hides: data at and below it that no query is answered with
 * (RFC 1034 §4.2.1, RFC 6672 §2.4). Such data may be there, and UPDATE may put it there.
 */
import { nameToText } from '../text/name-text.ts'
import { rrTypeName, RrType } from '../wire/codes.ts'
import { nameEquals, type Name } from '../wire/name.ts'
import { keysDownTo, nameKeyOf } from '../zone/name-key.ts'
import { findRrset, type Node } from '../zone/node.ts'
import { hasRdata } from '../zone/rrset.ts'
import type { ZoneDraft } from '../zone/zone.ts'
import type { Change } from './sections.ts'

/** Types that are the parent's own at a cut (RFC 4035 §2.2, §2.3, §2.4). */
const ownAtCut = new Set<RrType>([RrType.NS, RrType.DS, RrType.NSEC, RrType.RRSIG])

/** What of these changes would be hidden in the zone as it would be, each in words. */
export const hiddenChanges = (
  zone: Pick<ZoneDraft, 'apexKey' | 'get'>,
  changes: readonly Change[],
): string[] => {
  const hidden: string[] = []
  for (const change of changes) {
    if (change.kind !== 'add' || !isThere(zone, change)) continue
    const { owner, type } = change
    const cover = coverOf(zone, owner, type)
    if (cover === undefined) continue
    const what = `${nameToText(owner)} ${rrTypeName(type)}`
    hidden.push(`${what} is hidden by the ${cover.kind} at ${nameToText(cover.node.owner)}`)
  }
  return hidden
}

/** Whether it was neither ignored nor taken away again by a later change. */
const isThere = (
  zone: Pick<ZoneDraft, 'get'>,
  { owner, type, rdata }: Extract<Change, { kind: 'add' }>,
): boolean => {
  const rrset = findRrset(zone.get(nameKeyOf(owner)), type)
  return rrset !== undefined && hasRdata(rrset, rdata)
}

interface Cover {
  readonly kind: 'delegation' | 'DNAME'
  readonly node: Node
}

const coverOf = (
  zone: Pick<ZoneDraft, 'apexKey' | 'get'>,
  owner: Name,
  type: RrType,
): Cover | undefined => {
  const key = nameKeyOf(owner)
  if (key === zone.apexKey) return undefined
  const apex = zone.get(zone.apexKey)
  if (apex !== undefined && hasDname(apex)) return { kind: 'DNAME', node: apex }
  for (const level of keysDownTo(key, zone.apexKey)) {
    const node = zone.get(level)
    if (node === undefined) continue
    const servers = findRrset(node, RrType.NS)
    if (servers !== undefined) {
      const isOwn = level === key && ownAtCut.has(type)
      return isOwn || isGlue(servers.rdatas, owner, type) ? undefined : { kind: 'delegation', node }
    }
    if (level !== key && hasDname(node)) return { kind: 'DNAME', node }
  }
  return undefined
}

const hasDname = (node: Node): boolean => findRrset(node, RrType.DNAME) !== undefined

/** Addresses of the cut's own servers go out with referrals. */
const isGlue = (servers: readonly Uint8Array[], owner: Name, type: RrType): boolean =>
  (type === RrType.A || type === RrType.AAAA) &&
  // The RDATA of an NS is a name.
  servers.some((server) => nameEquals(server as Name, owner))
