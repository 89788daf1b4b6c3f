/** The two kinds of entry that a message's sections hold (RFC 1035 §4.1.2, §4.1.3). */
import { rrClassOf, rrTypeOf, type RrClass, type RrType } from './codes.ts'
import type { Name } from './name.ts'
import type { Reader } from './reader.ts'

/** An entry of the question section, or of an UPDATE's zone section (RFC 2136 §2.3). */
export interface Question {
  readonly name: Name
  readonly type: RrType
  readonly class: RrClass
}

/** An RR in a packet. */
export interface RecordView {
  /** Where its owner name begins. */
  readonly offset: number
  readonly owner: Name
  readonly type: RrType
  readonly class: RrClass
  /** Seconds, as 32 unsigned bits. */
  readonly ttl: number
  readonly rdataOffset: number
  readonly rdataLength: number
}

/** The reader is not ok afterwards when there was none. */
export const readQuestion = (reader: Reader): Question => ({
  name: reader.name(),
  type: rrTypeOf(reader.u16()),
  class: rrClassOf(reader.u16()),
})

/** Stops at the first record that does not fit, whatever the count in the header claims. */
export const readRecords = (reader: Reader, count: number): RecordView[] => {
  const records: RecordView[] = []
  for (let i = 0; i < count && reader.ok; i++) {
    const offset = reader.offset
    const owner = reader.name()
    const type = rrTypeOf(reader.u16())
    const rrClass = rrClassOf(reader.u16())
    const ttl = reader.u32()
    const rdataLength = reader.u16()
    const rdataOffset = reader.offset
    reader.skip(rdataLength)
    records.push({ offset, owner, type, class: rrClass, ttl, rdataOffset, rdataLength })
  }
  return records
}
