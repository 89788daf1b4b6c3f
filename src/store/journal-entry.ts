/**
 * A journal entry as octets: time in milliseconds (8), serial before (4) and after (4), length of
 * the note (4) and the note, who made the change and what allowed it, as JSON, number of records removed (4) and added (4), and the
 * records: owner length (1) and owner, type (2), TTL (4), RDLENGTH (2) and RDATA.
 */
import { asBuffer } from '../base/bytes.ts'
import { rrTypeOf } from '../wire/codes.ts'
import type { Name } from '../wire/name.ts'
import { Reader } from '../wire/reader.ts'
import type { ZoneRecord } from '../zone/changeset.ts'
import { serialOf, type Serial } from '../zone/serial.ts'
import type { JournalEntry } from '../zone/zone.ts'

type Note = Pick<JournalEntry, 'author' | 'grants'>

const ENTRY_HEAD = 8 + 4 + 4 + 4 + 4 + 4
const RECORD_HEAD = 1 + 2 + 4 + 2

export const encodeJournalEntry = (entry: JournalEntry): Buffer => {
  const { serialBefore, serialAfter, removed, added } = entry.changeset
  const note: Note = { author: entry.author, grants: entry.grants }
  const noteText = JSON.stringify(note)
  const noteLength = Buffer.byteLength(noteText)
  let size = ENTRY_HEAD + noteLength
  for (const { owner, rdata } of removed) size += RECORD_HEAD + owner.length + rdata.length
  for (const { owner, rdata } of added) size += RECORD_HEAD + owner.length + rdata.length
  const octets = Buffer.allocUnsafe(size)
  let at = octets.writeBigUInt64BE(BigInt(entry.timeMilliseconds), 0)
  at = octets.writeUInt32BE(serialBefore, at)
  at = octets.writeUInt32BE(serialAfter, at)
  at = octets.writeUInt32BE(noteLength, at)
  at += octets.write(noteText, at)
  at = octets.writeUInt32BE(removed.length, at)
  at = octets.writeUInt32BE(added.length, at)
  for (const record of removed) at = writeRecord(octets, at, record)
  for (const record of added) at = writeRecord(octets, at, record)
  return octets
}

const writeRecord = (octets: Buffer, start: number, record: ZoneRecord): number => {
  let at = octets.writeUInt8(record.owner.length, start)
  octets.set(record.owner, at)
  at = octets.writeUInt16BE(record.type, at + record.owner.length)
  at = octets.writeUInt32BE(record.ttl, at)
  at = octets.writeUInt16BE(record.rdata.length, at)
  octets.set(record.rdata, at)
  return at + record.rdata.length
}

/** Of an encoded entry, without decoding the rest of it: milliseconds since 1970. */
export const timeOf = (octets: Uint8Array): number => Number(asBuffer(octets).readBigUInt64BE(0))

/** Likewise. */
export const serialBeforeOf = (octets: Uint8Array): Serial =>
  serialOf(asBuffer(octets).readUInt32BE(8))

export const decodeJournalEntry = (octets: Uint8Array): JournalEntry => {
  const reader = new Reader(octets)
  const timeMilliseconds = reader.u32() * 0x1_0000_0000 + reader.u32()
  const serialBefore = serialOf(reader.u32())
  const serialAfter = serialOf(reader.u32())
  // `encodeJournalEntry` wrote a Note there.
  const note = JSON.parse(Buffer.from(reader.bytes(reader.u32())).toString()) as Note
  const removedCount = reader.u32()
  const addedCount = reader.u32()
  const removed = readRecords(reader, removedCount)
  const added = readRecords(reader, addedCount)
  return { changeset: { serialBefore, serialAfter, removed, added }, ...note, timeMilliseconds }
}

const readRecords = (reader: Reader, count: number): ZoneRecord[] =>
  Array.from({ length: count }, () => ({
    // `writeRecord` was given a name.
    owner: reader.bytes(reader.u8()) as Name,
    type: rrTypeOf(reader.u16()),
    ttl: reader.u32(),
    rdata: reader.bytes(reader.u16()),
  }))
