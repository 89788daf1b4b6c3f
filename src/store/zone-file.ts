/** A zone from a master file, all of it or nothing and why not; and a zone as a master file. */
import { closeSync, openSync, readSync, realpathSync, statSync } from 'node:fs'
import { dirname, resolve, sep } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import { compareBytes } from '../base/bytes.ts'
import { InputError } from '../base/input-error.ts'
import { readMasterFile, type IncludedText, type MasterRecord } from '../text/master-file.ts'
import { recordToText } from '../text/record-text.ts'
import { RrType } from '../wire/codes.ts'
import type { Name } from '../wire/name.ts'
import type { ZoneRecord } from '../zone/changeset.ts'
import type { Rrset } from '../zone/rrset.ts'
import { isSerialAfter, nextSerial, type Serial } from '../zone/serial.ts'
import { serialOfApex, soaSerial, withSoaSerial } from '../zone/soa.ts'
import type { ZoneLoad, ZoneStore, ZoneView } from '../zone/zone.ts'

const CHUNK = 64 * 1024

/** A zone that was read whole and that nobody sees yet. */
export interface ReadZone {
  /** To be published or abandoned; it lacks nothing. */
  readonly load: ZoneLoad
  /** How many the file has. */
  readonly records: number
}

/**
 * Puts the zone into the store in the place of what was there, with a serial after that one's.
 * @param onRead is told how many octets of the file have been read, from time to time
 * @returns how many records the file has
 * @throws InputError with file, line and column of the first thing that is wrong
 */
export const loadZoneFile = (
  store: ZoneStore,
  apex: Name,
  file: string,
  onRead: (octets: number) => void = ignore,
): number => {
  const { load, records } = readZoneFile(store, apex, file, onRead)
  try {
    load.publish()
  } finally {
    // Of what was published nothing is taken away.
    load.abandon()
  }
  return records
}

/** As loadZoneFile, up to the point where the zone would be seen. */
export const readZoneFile = (
  store: ZoneStore,
  apex: Name,
  file: string,
  onRead: (octets: number) => void = ignore,
): ReadZone => {
  const include = includeFrom(dirname(file))
  const stored = store.zone(apex)
  const current = stored && serialOfApex(stored.get(stored.apexKey))
  const load = store.load(apex, 'file')
  let records = 0
  try {
    for (const record of readMasterFile(chunksOf(file, onRead), { file, origin: apex, include })) {
      const problem = load.add(withSerialAfter(current, record))
      if (problem !== undefined) {
        throw new InputError(record.file, record.line, record.column, problem)
      }
      records++
    }
    const problem = load.lacks()
    if (problem !== undefined) throw new InputError(file, 1, 1, problem)
  } catch (error) {
    load.abandon()
    throw error
  }
  return { load, records }
}

/**
 * A SOA whose serial is after the one that the stored zone had, so that secondaries notice (RFC
 * 1982); any other record as it is.
 */
const withSerialAfter = (current: Serial | undefined, record: MasterRecord): ZoneRecord => {
  const { owner, type, ttl, rdata } = record
  const isBehind =
    type === RrType.SOA && current !== undefined && !isSerialAfter(soaSerial(rdata), current)
  return { owner, type, ttl, rdata: isBehind ? withSoaSerial(rdata, nextSerial(current)) : rdata }
}

const ignore = (): void => undefined

function* chunksOf(file: string, onRead: (octets: number) => void = ignore): Generator<string> {
  const decoder = new StringDecoder('utf8')
  const chunk = Buffer.allocUnsafe(CHUNK)
  const descriptor = openSync(file, 'r')
  let read = 0
  try {
    for (;;) {
      const length = readSync(descriptor, chunk)
      if (length === 0) break
      read += length
      onRead(read)
      yield decoder.write(chunk.subarray(0, length))
    }
    yield decoder.end()
  } finally {
    closeSync(descriptor)
  }
}

/** `$INCLUDE` reaches what is in the folder of the zone file and below, links followed. */
const includeFrom =
  (folder: string) =>
  (path: string): IncludedText => {
    const file = resolve(folder, path)
    const target = realpathSync(file)
    if (!target.startsWith(realpathSync(folder) + sep)) {
      throw new Error(`${path} is outside ${folder}`)
    }
    if (!statSync(target).isFile()) throw new Error(`${path} is not a file`)
    return { file, text: chunksOf(target) }
  }

/** The zone as a master file: the SOA first, then canonical order (RFC 4034 §6.1, §6.3). */
export function* zoneFileLines(view: Pick<ZoneView, 'nodes'>): Generator<string> {
  for (const { owner, rrsets } of view.nodes()) {
    const soaFirst = rrsets.toSorted((a, b) => rank(a) - rank(b))
    for (const { type, ttl, rdatas } of soaFirst) {
      for (const rdata of rdatas.toSorted(compareBytes))
        yield `${recordToText(owner, ttl, type, rdata)}\n`
    }
  }
}

const rank = ({ type }: Rrset): number => (type === RrType.SOA ? -1 : type)
