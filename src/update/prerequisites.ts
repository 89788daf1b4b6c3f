/** RFC 2136 §3.2: whether the zone is as the client says it is. */
import { toLatin1 } from '../base/bytes.ts'
import { Rcode, rrTypeName } from '../wire/codes.ts'
import { canonicalRdata } from '../wire/rdata.ts'
import { nameToText } from '../text/name-text.ts'
import { nameKeyOf, type NameKey } from '../zone/name-key.ts'
import { findRrset } from '../zone/node.ts'
import { sameRdatas } from '../zone/rrset.ts'
import type { ZoneDraft } from '../zone/zone.ts'
import type { Prerequisite, Read } from './sections.ts'
import { refusal, type Refusal } from './verdict.ts'

type Equals = Extract<Prerequisite, { kind: 'rrset-equals' }>

/** A set that must be there as it is, put together from its records (§3.2.3). */
interface ExpectedRrset {
  readonly first: Equals
  readonly key: NameKey
  /** By what makes them equal: a record that is named twice is one member of the set. */
  readonly rdatas: Map<string, Uint8Array>
}

/**
 * §3.2.5: one after the other, the sets that must be there as they are last of all.
 * @returns what is not as it should be, the first of it; undefined when all is
 */
export const unmetPrerequisite = (
  zone: Pick<ZoneDraft, 'get'>,
  prerequisites: Read<Prerequisite>,
): Refusal | undefined => {
  const expected = new Map<string, ExpectedRrset>()
  for (const prerequisite of prerequisites.items) {
    const key = nameKeyOf(prerequisite.owner)
    if (prerequisite.kind === 'rrset-equals') {
      const { type, rdata } = prerequisite
      const id = `${type} ${key}`
      const rrset = expected.get(id) ?? { first: prerequisite, key, rdatas: new Map() }
      rrset.rdatas.set(toLatin1(canonicalRdata(type, rdata)), rdata)
      expected.set(id, rrset)
    } else {
      const fault = unmetByName(zone, prerequisite, key)
      if (fault !== undefined) return fault
    }
  }
  if (prerequisites.refusal !== undefined) return prerequisites.refusal
  for (const { first, key, rdatas } of expected.values()) {
    // §2.4.2: neither TTL nor order are compared.
    const present = findRrset(zone.get(key), first.type)
    if (present === undefined || !sameRdatas(first.type, present.rdatas, [...rdatas.values()])) {
      return unmet(Rcode.NXRRSET, `${describe(first)} is another set of records`)
    }
  }
  return undefined
}

const unmetByName = (
  zone: Pick<ZoneDraft, 'get'>,
  prerequisite: Exclude<Prerequisite, Equals>,
  key: NameKey,
): Refusal | undefined => {
  const node = zone.get(key)
  switch (prerequisite.kind) {
    case 'rrset-exists':
      return findRrset(node, prerequisite.type) === undefined
        ? unmet(Rcode.NXRRSET, `${describe(prerequisite)} does not exist`)
        : undefined
    case 'rrset-absent':
      return findRrset(node, prerequisite.type) === undefined
        ? undefined
        : unmet(Rcode.YXRRSET, `${describe(prerequisite)} exists`)
    // §2.4.4: an empty non-terminal is not in use.
    case 'name-in-use':
      return node === undefined
        ? unmet(Rcode.NXDOMAIN, `${nameToText(prerequisite.owner)} is not in use`)
        : undefined
    case 'name-unused':
      return node === undefined
        ? undefined
        : unmet(Rcode.YXDOMAIN, `${nameToText(prerequisite.owner)} is in use`)
  }
}

const describe = ({ owner, type }: Exclude<Prerequisite, { kind: `name-${string}` }>): string =>
  `${nameToText(owner)} ${rrTypeName(type)}`

const unmet = (rcode: Refusal['rcode'], what: string): Refusal =>
  refusal(rcode, `prerequisite not met: ${what}`)
