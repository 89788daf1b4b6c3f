/**
 * Addresses as text, and the texts of those that were seen lately: making a text takes longer than all
 * else that is done for a packet.
 */
import { ADDRESS_OCTETS, addressAt, Family } from './socket-address.ts'

/** Texts that are remembered. */
const PLACES = 1024

/** The address in struct sockaddr_in and sockaddr_in6, in words. */
const IPV4_WORD = 1
const IPV6_WORD = 2
const IPV6_WORDS = 4

/** What is remembered of each: family, address. */
const KEY_WORDS = 5

export class AddressTexts {
  private readonly keys = new Uint32Array(PLACES * KEY_WORDS)
  private readonly texts: string[] = Array<string>(PLACES).fill('')
  private readonly ipv6Text: (octets: Uint8Array) => string

  /** @param ipv6Text shows 16 octets */
  constructor(ipv6Text: (octets: Uint8Array) => string) {
    this.ipv6Text = ipv6Text
  }

  /** @param at of a struct sockaddr, in words; ADDRESS_OCTETS of it are there */
  of(words: Uint32Array, at: number): string {
    const family = word(words, at) & 0xffff
    const isIpv4 = family === Family.INET
    const first = at + (isIpv4 ? IPV4_WORD : IPV6_WORD)
    const count = isIpv4 ? 1 : IPV6_WORDS
    let hash = family
    for (let index = 0; index < count; index++) {
      hash = Math.imul(hash ^ word(words, first + index), 0x9e3779b1)
      hash ^= hash >>> 15
    }
    const place = hash & (PLACES - 1)
    const key = place * KEY_WORDS
    let isKnown = this.keys[key] === family
    this.keys[key] = family
    for (let index = 0; index < count; index++) {
      const at = key + 1 + index
      isKnown &&= this.keys[at] === words[first + index]
      this.keys[at] = word(words, first + index)
    }
    if (!isKnown) this.texts[place] = this.textOf(words, at)
    // Every place is inside.
    return this.texts[place] as string
  }

  private textOf(words: Uint32Array, at: number): string {
    const octets = Buffer.from(words.buffer, words.byteOffset + at * 4, ADDRESS_OCTETS)
    return addressAt(octets, 0, this.ipv6Text)
  }
}

/** Every index is inside. */
const word = (words: Uint32Array, at: number): number => words[at] as number
