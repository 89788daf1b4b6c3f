/** What happened to one host, from the journal: old and new addresses, who did it, and when. */
import { rdataToText } from '../text/rdata-text.ts'
import { rrTypeName } from '../wire/codes.ts'
import { nameEquals, type Name } from '../wire/name.ts'
import type { ZoneRecord } from '../zone/changeset.ts'
import { withoutSerials } from '../zone/patch.ts'
import type { Serial } from '../zone/serial.ts'
import type { JournalEntry, ZoneStore, ZoneView } from '../zone/zone.ts'

export interface HostChange {
  readonly timeMilliseconds: number
  readonly principal: string
  readonly source: string
  /** `A 192.0.2.1 → 192.0.2.2`, one for each type. */
  readonly lines: readonly string[]
}

export interface HostHistory {
  readonly changes: readonly HostChange[]
  /** Where to read on; undefined at the end of what the journal has. */
  readonly older: Serial | undefined
}

/** Rows of one page, and changes of the zone that are read for them, while updates wait. */
const MOST_ROWS = 25
const MOST_READ = 2000

/** @param upTo the newest change that is looked at; undefined for the last there is */
export const hostHistory = (
  store: ZoneStore,
  view: ZoneView,
  host: Name,
  upTo: Serial | undefined,
): HostHistory => {
  const changes: HostChange[] = []
  let read = 0
  const reading = { newestFirst: true, ...(upTo !== undefined && { upTo }) }
  for (const entry of store.journal(view, reading)) {
    if (changes.length >= MOST_ROWS || read >= MOST_READ) {
      return { changes, older: entry.changeset.serialAfter }
    }
    read++
    const change = changeOf(entry, host)
    if (change !== undefined) changes.push(change)
  }
  return { changes, older: undefined }
}

const changeOf = (
  { changeset, author, timeMilliseconds }: JournalEntry,
  host: Name,
): HostChange | undefined => {
  const { removed, added } = withoutSerials(changeset)
  const isHosts = ({ owner }: ZoneRecord): boolean => nameEquals(owner, host)
  const [gone, come] = [removed.filter(isHosts), added.filter(isHosts)]
  const types = new Set([...gone, ...come].map(({ type }) => type))
  if (types.size === 0) return undefined
  const lines = Array.from(types, (type) => {
    const texts = (records: readonly ZoneRecord[]): string =>
      records
        .filter((record) => record.type === type)
        .map(({ rdata }) => rdataToText(type, rdata))
        .join(', ')
    const [before, after] = [texts(gone), texts(come)]
    return `${rrTypeName(type)} ${before || 'none'} → ${after || 'none'}`
  })
  const { principal, source } = author
  return { timeMilliseconds, principal, source, lines }
}
