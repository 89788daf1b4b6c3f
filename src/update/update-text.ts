/** An UPDATE as nsupdate would be told it: a line for each prerequisite and change. */
import { nameToText } from '../text/name-text.ts'
import { rdataToText } from '../text/rdata-text.ts'
import { rrTypeName, type RrType } from '../wire/codes.ts'
import type { Change, Prerequisite } from './sections.ts'

/** RFC 2136 §2.4, as `prereq` of nsupdate(1). */
export const prerequisiteText = (prerequisite: Prerequisite): string => {
  const owner = nameToText(prerequisite.owner)
  switch (prerequisite.kind) {
    case 'rrset-exists':
      return `prereq yxrrset ${owner} ${rrTypeName(prerequisite.type)}`
    case 'rrset-equals':
      return `prereq yxrrset ${owner} ${recordText(prerequisite.type, prerequisite.rdata)}`
    case 'rrset-absent':
      return `prereq nxrrset ${owner} ${rrTypeName(prerequisite.type)}`
    case 'name-in-use':
      return `prereq yxdomain ${owner}`
    case 'name-unused':
      return `prereq nxdomain ${owner}`
  }
}

/** RFC 2136 §2.5, as `update` of nsupdate(1). */
export const changeText = (change: Change): string => {
  const owner = nameToText(change.owner)
  switch (change.kind) {
    case 'add':
      return `update add ${owner} ${change.ttl} ${recordText(change.type, change.rdata)}`
    case 'delete-rrset':
      return `update delete ${owner} ${rrTypeName(change.type)}`
    case 'delete-name':
      return `update delete ${owner}`
    case 'delete-record':
      return `update delete ${owner} ${recordText(change.type, change.rdata)}`
  }
}

/** Octets of RDATA that are written out. */
const MOST_OCTETS = 512

const recordText = (type: RrType, rdata: Uint8Array): string => {
  const text = rdata.length > MOST_OCTETS ? `(${rdata.length} octets)` : rdataToText(type, rdata)
  return `${rrTypeName(type)} ${text}`
}
