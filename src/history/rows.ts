/** Journal entries as rows of a history: which of them are wanted, for people and for programs. */
import { nameEquals, type Name } from '../wire/name.ts'
import type { Author, ZoneRecord } from '../zone/changeset.ts'
import { withoutSerials } from '../zone/patch.ts'
import type { JournalEntry } from '../zone/zone.ts'
import { patchLines, recordLine } from './patch-text.ts'
import { timeToText } from './point-text.ts'

export interface HistoryFilter {
  /** Only what changed something at this name. */
  readonly owner?: Name | undefined
  /** Only what this principal did, such as `key:ddns-key.`. */
  readonly principal?: string | undefined
  /** Only what came at this time or later: milliseconds since 1970. */
  readonly sinceMilliseconds?: number | undefined
}

/** @param entries the newest first, of which no more are read than are needed */
export function* filtered(
  entries: Iterable<JournalEntry>,
  { owner, principal, sinceMilliseconds = 0 }: HistoryFilter,
): Generator<JournalEntry> {
  const wanted = principal?.toLowerCase()
  for (const entry of entries) {
    if (entry.timeMilliseconds < sinceMilliseconds) return
    if (wanted !== undefined && entry.author.principal.toLowerCase() !== wanted) continue
    if (owner !== undefined && !touches(entry, (name) => nameEquals(name, owner))) continue
    yield entry
  }
}

/** Whether the change is about one of the names, its serial aside. */
export const touches = ({ changeset }: JournalEntry, isOne: (owner: Name) => boolean): boolean => {
  const isThere = (record: ZoneRecord): boolean => isOne(record.owner)
  const { removed, added } = withoutSerials(changeset)
  return removed.some(isThere) || added.some(isThere)
}

/** `key:ddns-key. from 192.0.2.77#5353 (udp), ddns-key. zonesub ANY` */
const authorText = ({ author, grants }: JournalEntry): string => {
  const from = author.source === '' ? '' : ` from ${author.source}`
  const by = grants.length === 0 ? '' : `, ${grants.join(', ')}`
  return `${author.principal}${from} (${author.transport})${by}`
}

/** Who did what in one line, and below it what went and what came. */
export const rowText = (entry: JournalEntry): string => {
  const { changeset, timeMilliseconds } = entry
  const head = `${changeset.serialAfter}  ${timeToText(timeMilliseconds)}  ${authorText(entry)}`
  return [head, ...patchLines(changeset).map((line) => `  ${line}`), '', ''].join('\n')
}

/** For programs: the fields are named as in the log of updates. */
export interface Row extends Author {
  readonly serialBefore: number
  readonly serialAfter: number
  /** RFC 3339 */
  readonly time: string
  readonly grants: readonly string[]
  /** As lines of a master file, and so is what was added. */
  readonly removed: readonly string[]
  readonly added: readonly string[]
}

/** @param isShown whether a record at the name is in the row */
export const rowOf = (
  { changeset, author, grants, timeMilliseconds }: JournalEntry,
  isShown: (owner: Name) => boolean = () => true,
): Row => {
  const { removed, added } = withoutSerials(changeset)
  const lines = (records: readonly ZoneRecord[]): string[] =>
    records.filter(({ owner }) => isShown(owner)).map(recordLine)
  return {
    serialBefore: changeset.serialBefore,
    serialAfter: changeset.serialAfter,
    time: timeToText(timeMilliseconds),
    ...author,
    grants,
    removed: lines(removed),
    added: lines(added),
  }
}

/** One line. */
export const rowJson = (entry: JournalEntry): string => `${JSON.stringify(rowOf(entry))}\n`
