/**
 * A cursor over the octets of a message. It never throws and never reads past its end: the first
 * read that does not fit makes `ok` false for good, and every read after that gives zeros. So a
 * decoder reads straight through and asks once.
 */
import { octetAt } from '../base/bytes.ts'
import { endOfName, nameAt, rootName, type Name } from './name.ts'

export class Reader {
  readonly octets: Uint8Array
  offset: number
  readonly end: number
  ok = true

  /** Reads `octets` from `offset` up to `end`; compression pointers may lead to before `offset`. */
  constructor(octets: Uint8Array, offset = 0, end = octets.length) {
    this.octets = octets
    this.offset = offset
    this.end = end
  }

  get remaining(): number {
    return this.end - this.offset
  }

  /** Takes `length` octets; false, and not ok from then on, when there are fewer. */
  private take(length: number): boolean {
    this.ok &&= length <= this.remaining
    if (this.ok) this.offset += length
    return this.ok
  }

  u8(): number {
    return this.take(1) ? octetAt(this.octets, this.offset - 1) : 0
  }

  u16(): number {
    return this.u8() * 0x100 + this.u8()
  }

  u32(): number {
    return this.u16() * 0x1_0000 + this.u16()
  }

  u48(): number {
    return this.u16() * 0x1_0000_0000 + this.u32()
  }

  /** A view of the next `length` octets; empty when there are fewer. */
  bytes(length: number): Uint8Array {
    return this.take(length)
      ? this.octets.subarray(this.offset - length, this.offset)
      : this.octets.subarray(0, 0)
  }

  rest(): Uint8Array {
    return this.bytes(this.remaining)
  }

  skip(length: number): void {
    this.take(length)
  }

  /** The name at the cursor; the root when there is none. */
  name(pointers: 'follow' | 'forbid' = 'follow'): Name {
    const end = endOfName(this.octets, this.offset)
    const name =
      end === -1 || end > this.end ? undefined : nameAt(this.octets, this.offset, pointers)
    this.ok &&= name !== undefined
    if (name === undefined || !this.ok) return rootName
    this.offset = end
    return name
  }
}
