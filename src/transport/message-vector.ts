/**
 * The memory of a batch of datagrams, as recvmmsg(2) and sendmmsg(2) want it: allocated once, filled
 * again and again. What the kernel reads and writes is all in here:
 *
 *     MESSAGES × struct mmsghdr   64 octets: pointers to the parts below, lengths, how much came
 *     MESSAGES × struct iovec     16: pointer and length of the datagram
 *     MESSAGES × envelope         96: who sent it (struct sockaddr), to which of our addresses (cmsg)
 *     MESSAGES × datagram         the longest that there is, and a little
 *
 * Each pointer leads to a place with room for the length that stands beside it, and lengths are written
 * by `lend` and `writeEnvelope` alone: 28, CONTROL_OCTETS, and at most LONGEST_DATAGRAM.
 */
import { asBuffer } from '../base/bytes.ts'
import { AddressTexts } from './address-texts.ts'
import { ADDRESS_OCTETS, Family, IPV4_ADDRESS_OCTETS, portAt } from './socket-address.ts'
import type { SystemCalls } from './system-calls.ts'

/** Datagrams of a batch. */
export const MESSAGES = 64

/** RFC 768: the length has 16 bits. */
export const LONGEST_DATAGRAM = 0xffff

/** Offsets in struct mmsghdr, in words of four octets. */
const HEADER_WORDS = 16
const NAME = 0
const NAME_LENGTH = 2
const IOVEC = 4
const IOVEC_COUNT = 6
const CONTROL = 8
const CONTROL_LENGTH = 10
const FLAGS = 12
const RECEIVED = 14

/** In struct iovec. */
const IOVEC_WORDS = 4
const BASE = 0
const LENGTH = 2

/** A sockaddr in 32 octets, then a cmsg with an in_pktinfo (28, 32 with its padding) or in6_pktinfo (36, 40). */
const ENVELOPE_WORDS = 24
const CONTROL_AT = 8
const CONTROL_OCTETS = 64
const IPV4_CONTROL_OCTETS = 32
const IPV6_CONTROL_OCTETS = 40
/** In the cmsg, behind 16 octets of its own: ipi_ifindex; behind 16 of address: ipi6_ifindex. */
const IPV4_INTERFACE = CONTROL_AT + 4
const IPV6_LOCAL = CONTROL_AT + 4
const IPV6_INTERFACE = CONTROL_AT + 8

/** Not a power of two: places at the same distance would fight for the same lines of the cache. */
const DATAGRAM_STRIDE = 0x1_0000 + 192

const IOVECS_AT = MESSAGES * HEADER_WORDS
const ENVELOPES_AT = IOVECS_AT + MESSAGES * IOVEC_WORDS
const DATAGRAMS_AT = (ENVELOPES_AT + MESSAGES * ENVELOPE_WORDS) * 4

/** Where an answer goes, and from which of our addresses. */
export interface Envelope {
  readonly words: Uint32Array
  /** Of its first word; ENVELOPE_WORDS are there. */
  readonly at: number
}

/** The same, in memory of its own. */
export const keptEnvelope = ({ words, at }: Envelope): Envelope => ({
  words: words.slice(at, at + ENVELOPE_WORDS),
  at: 0,
})

/** Indexes are below MESSAGES everywhere. */
export class MessageVector {
  /** Of the first struct mmsghdr. */
  readonly address: number
  private readonly words: Uint32Array
  /** All of the memory. */
  readonly octets: Buffer
  private readonly texts: AddressTexts
  private readonly envelopes: readonly Envelope[]

  constructor(calls: SystemCalls) {
    const memory = new ArrayBuffer(DATAGRAMS_AT + MESSAGES * DATAGRAM_STRIDE)
    this.words = new Uint32Array(memory, 0, DATAGRAMS_AT / 4)
    this.octets = Buffer.from(memory)
    this.address = calls.addressOf(memory)
    this.texts = new AddressTexts((octets) => calls.ipv6Text(octets))
    this.envelopes = Array.from({ length: MESSAGES }, (_, index) => ({
      words: this.words,
      at: envelopeAt(index),
    }))
    for (let index = 0; index < MESSAGES; index++) {
      const header = index * HEADER_WORDS
      this.point(header + NAME, envelopeAt(index) * 4)
      this.point(header + IOVEC, iovecAt(index) * 4)
      this.words[header + IOVEC_COUNT] = 1
      this.point(header + CONTROL, (envelopeAt(index) + CONTROL_AT) * 4)
      this.point(iovecAt(index) + BASE, datagramAt(index))
    }
  }

  /** The address of one struct mmsghdr. */
  addressOf(index: number): number {
    return this.address + index * HEADER_WORDS * 4
  }

  /** Makes the places before `end` ready to be received into. */
  lend(end: number): void {
    for (let index = 0; index < end; index++) {
      const header = index * HEADER_WORDS
      this.words[header + NAME_LENGTH] = ADDRESS_OCTETS
      this.words[header + CONTROL_LENGTH] = CONTROL_OCTETS
      this.words[header + FLAGS] = 0
      this.words[iovecAt(index) + LENGTH] = LONGEST_DATAGRAM
    }
  }

  /** A copy of the datagram that came: whoever gets it may keep it. */
  datagram(index: number): Buffer {
    const length = this.lengthOf(index)
    const copy = Buffer.allocUnsafe(length)
    this.octets.copy(copy, 0, datagramAt(index), datagramAt(index) + length)
    return copy
  }

  /** Where in `octets` a datagram begins; there is room for LONGEST_DATAGRAM. */
  startOf(index: number): number {
    return datagramAt(index)
  }

  /** Of a datagram that came. */
  lengthOf(index: number): number {
    return Math.min(this.word(index * HEADER_WORDS + RECEIVED), LONGEST_DATAGRAM)
  }

  sourceAddress(index: number): string {
    return this.texts.of(this.words, envelopeAt(index))
  }

  sourcePort(index: number): number {
    return portAt(this.octets, envelopeAt(index) * 4)
  }

  /** Where the answer has to go; good until the place is lent again. */
  lentEnvelope(index: number): Envelope {
    // Indexes are below MESSAGES.
    return this.envelopes[index] as Envelope
  }

  /**
   * Makes a place ready to be sent.
   * @param message of at most LONGEST_DATAGRAM octets
   */
  write(index: number, message: Uint8Array, envelope: Envelope): void {
    asBuffer(message).copy(this.octets, datagramAt(index))
    this.writeEnvelope(index, message.length, envelope)
  }

  /** Makes a place ready to be sent whose datagram stands there already. @param length of it */
  writeEnvelope(index: number, length: number, envelope: Envelope): void {
    const header = index * HEADER_WORDS
    const at = envelopeAt(index)
    for (let word = 0; word < ENVELOPE_WORDS; word++) {
      this.words[at + word] = envelope.words[envelope.at + word] as number
    }
    const isIpv4 = (this.word(at) & 0xffff) === Family.INET
    this.words[header + NAME_LENGTH] = isIpv4 ? IPV4_ADDRESS_OCTETS : ADDRESS_OCTETS
    this.words[header + CONTROL_LENGTH] = isIpv4 ? IPV4_CONTROL_OCTETS : IPV6_CONTROL_OCTETS
    // From the address that was asked, but by whatever interface the route takes; addresses of a link
    // (fe80::/10) mean nothing without their interface.
    if (isIpv4) this.words[at + IPV4_INTERFACE] = 0
    else if ((this.word(at + IPV6_LOCAL) & 0xc0ff) !== 0x80fe) this.words[at + IPV6_INTERFACE] = 0
    this.words[iovecAt(index) + LENGTH] = length
  }

  private word(at: number): number {
    // Every place is inside, as the offsets above say.
    return this.words[at] as number
  }

  /** Writes a pointer to an octet of this memory; addresses have less than 53 bits. */
  private point(word: number, octet: number): void {
    const pointer = this.address + octet
    this.words[word] = pointer % 0x1_0000_0000
    this.words[word + 1] = Math.floor(pointer / 0x1_0000_0000)
  }
}

const iovecAt = (index: number): number => IOVECS_AT + index * IOVEC_WORDS
const envelopeAt = (index: number): number => ENVELOPES_AT + index * ENVELOPE_WORDS
const datagramAt = (index: number): number => DATAGRAMS_AT + index * DATAGRAM_STRIDE
