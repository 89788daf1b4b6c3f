/** Changes and prerequisites as JSON, made into those of an UPDATE (RFC 2136 §2.4, §2.5). */
import type * as z from 'zod'
import { nameFromText } from '../text/name-text.ts'
import { rdataFromText } from '../text/rdata-text.ts'
import type { Change, Prerequisite } from '../update/sections.ts'
import { isMetaType, RrType, rrTypeFromName } from '../wire/codes.ts'
import { rootName, type Name } from '../wire/name.ts'
import { faulty } from './route.ts'
import type { Fault } from './problem.ts'
import type { change, prerequisite } from './schemas.ts'

type WrittenChange = z.output<typeof change>
type WrittenPrerequisite = z.output<typeof prerequisite>

export interface ReadUpdate {
  readonly prerequisites: readonly Prerequisite[]
  readonly changes: readonly Change[]
}

/** @throws ApiRefusal with all that is no name, TYPE or RDATA */
export const readUpdate = (written: {
  readonly prerequisites: readonly WrittenPrerequisite[]
  readonly changes: readonly WrittenChange[]
}): ReadUpdate => {
  const faults: Fault[] = []
  const prerequisites = written.prerequisites.flatMap((one, index) =>
    prerequisitesFrom(one, new Words(`/prerequisites/${index}`, faults)),
  )
  const changes = written.changes.flatMap((one, index) =>
    changesFrom(one, new Words(`/changes/${index}`, faults)),
  )
  if (faults.length > 0) throw faulty(422, faults.slice(0, MOST_FAULTS))
  return { prerequisites, changes }
}

const MOST_FAULTS = 20

/** Reads the words of one item; what is wrong with one is noted, and something stands in its place. */
class Words {
  private readonly pointer: string
  private readonly faults: Fault[]

  constructor(pointer: string, faults: Fault[]) {
    this.pointer = pointer
    this.faults = faults
  }

  name(text: string): Name {
    const parsed = nameFromText(text)
    if (parsed.ok) return parsed.name
    this.fault('name', parsed.why)
    return rootName
  }

  type(text: string): RrType {
    const type = rrTypeFromName(text)
    if (type !== undefined && !isMetaType(type)) return type
    this.fault('type', `"${text}" is no type of records`)
    return RrType.A
  }

  /** @param typeText was read before */
  rdata(typeText: string, text: string, member = 'rdata'): Uint8Array {
    const type = rrTypeFromName(typeText)
    if (type === undefined || isMetaType(type)) return NONE
    const parsed = rdataFromText(type, text)
    if (parsed.ok) return parsed.rdata
    this.fault(member, `column ${parsed.column}: ${parsed.why}`)
    return NONE
  }

  private fault(member: string, detail: string): void {
    this.faults.push({ pointer: `${this.pointer}/${member}`, detail })
  }
}

const NONE = new Uint8Array(0)

const prerequisitesFrom = (written: WrittenPrerequisite, words: Words): Prerequisite[] => {
  const owner = words.name(written.name)
  switch (written.op) {
    case 'rrsetExists':
      return [{ kind: 'rrset-exists', owner, type: words.type(written.type) }]
    case 'rrsetEquals': {
      const type = words.type(written.type)
      return written.records.map((text, at) => ({
        kind: 'rrset-equals',
        owner,
        type,
        rdata: words.rdata(written.type, text, `records/${at}`),
      }))
    }
    case 'rrsetAbsent':
      return [{ kind: 'rrset-absent', owner, type: words.type(written.type) }]
    case 'nameInUse':
      return [{ kind: 'name-in-use', owner }]
    case 'nameUnused':
      return [{ kind: 'name-unused', owner }]
  }
}

const changesFrom = (written: WrittenChange, words: Words): Change[] => {
  const owner = words.name(written.name)
  switch (written.op) {
    case 'add': {
      const { ttl } = written
      const type = words.type(written.type)
      return [{ kind: 'add', owner, type, ttl, rdata: words.rdata(written.type, written.rdata) }]
    }
    case 'delete': {
      const type = words.type(written.type)
      const rdata = words.rdata(written.type, written.rdata)
      return [{ kind: 'delete-record', owner, type, rdata }]
    }
    case 'deleteRrset':
      return [{ kind: 'delete-rrset', owner, type: words.type(written.type) }]
    case 'deleteName':
      return [{ kind: 'delete-name', owner }]
    case 'setRrset': {
      const { ttl } = written
      const type = words.type(written.type)
      const added = written.records.map((text, at): Change => {
        const rdata = words.rdata(written.type, text, `records/${at}`)
        return { kind: 'add', owner, type, ttl, rdata }
      })
      return [{ kind: 'delete-rrset', owner, type }, ...added]
    }
  }
}
