/**
 * Cookies that the long way found to be good, by the address that sent them: the short way compares octets where
 * the long one hashes. Whoever sends another one, or one that is due for a new one, goes the long way.
 */
import { octetAt } from '../base/bytes.ts'
import type { Clock } from '../base/clock.ts'
import { OptionCode, type Edns } from '../wire/edns.ts'
import { isFresh } from './cookies.ts'

/** RFC 9018 §4: the client's 8 octets, and our 16. */
export const KNOWN_COOKIE_LENGTH = 24

/** Where in it our timestamp stands: behind the client's part, version and reserved octets. */
const TIMESTAMP_OFFSET = 12

/** Addresses whose cookie is remembered: some 400 kB at most. */
const REMEMBERED = 4096

export class KnownCookies {
  private readonly clock: Pick<Clock, 'nowSeconds'>
  private readonly known = new Map<string, Buffer>()

  constructor(clock: Pick<Clock, 'nowSeconds'>) {
    this.clock = clock
  }

  /** @param edns of a request whose cookie is good */
  note(address: string, edns: Edns | undefined): void {
    const data = edns?.options.find(({ code }) => code === OptionCode.COOKIE)?.data
    if (data?.length !== KNOWN_COOKIE_LENGTH || this.has(address, data, 0)) return
    if (this.known.size === REMEMBERED) this.known.clear()
    this.known.set(address, Buffer.from(data))
  }

  /** Whether a good cookie that the address has sent stands at `start`, and is given back as it is. */
  has(address: string, octets: Uint8Array, start: number): boolean {
    const cookie = this.known.get(address)
    if (cookie === undefined) return false
    let difference = 0
    // All of it, however soon it differs: the time shall not tell where.
    for (let index = 0; index < KNOWN_COOKIE_LENGTH; index++) {
      difference |= octetAt(cookie, index) ^ octetAt(octets, start + index)
    }
    return (
      difference === 0 && isFresh(cookie.readUInt32BE(TIMESTAMP_OFFSET), this.clock.nowSeconds())
    )
  }
}
