/**
 * Answers to plain questions as octets, so that the same question need not be answered again. They are
 * decided elsewhere and only kept here, and given only as long as nothing changed of what they were
 * made from (`zone/zone-changes.ts`).
 *
 * All is in one block of memory in two halves. The young half is filled; when it is full the old one is
 * emptied and becomes the young, and what is still asked for moves over. Most servers are asked few
 * questions: the first block is small, and one of the whole size takes its place, empty, when a half of
 * it is full. An entry, in words of four octets:
 *
 *     0       hash of the question
 *     1       octets of the message; leans on spelling; how many places it depends on
 *     2       account for rate limiting
 *     3       words of the entry
 *     4, 5    when it was begun, as a double
 *     6…      places (`ZoneChanges.place`), then the message without OPT
 */
import { octetAt, u16At } from '../base/bytes.ts'
import { hashStep, newHashKey } from '../base/keyed-hash.ts'
import { HEADER_LENGTH } from '../wire/header.ts'
import { foldOctet } from '../wire/name.ts'
import type { ZoneChanges } from '../zone/zone-changes.ts'
import type { AnswerReads } from './answer-reads.ts'

const HASH = 0
const SHAPE = 1
const ACCOUNT = 2
const WORDS = 3
const MADE = 4
const PLACES = 6

const LENGTH_BITS = 0xffff
const LEANS = 0x1_0000
const COUNT_SHIFT = 24

/** Octets of a message that is kept. */
export const MOST_ANSWER_OCTETS = 4000

/** Places of the index that a question may be at: strangers choose what falls together. */
const PROBES = 8

/** Type and class. */
const QUESTION_TAIL = 4

/** Octets of a half for each place of its index: entries have twice as many at least. */
const OCTETS_A_PLACE = 32

/** Octets of the first block at most. */
const FIRST_OCTETS = 2 ** 20

/** A question in the wire format, its name not compressed. */
export interface AskedQuestion {
  readonly octets: Uint8Array
  /** Of the name. */
  readonly start: number
  /** Behind its class. */
  readonly end: number
}

/** What is kept of an answer besides its octets. */
export interface AnswerMade {
  readonly account: number
  readonly leansOnSpelling: boolean
  readonly reads: AnswerReads
}

/** What entries are in, thrice the same memory. */
class Block {
  readonly size: number
  readonly octets: Uint8Array
  readonly words: Uint32Array
  readonly doubles: Float64Array
  /** For each half: where entries are, by their hash; 0 for nothing. */
  readonly index: readonly [Uint32Array, Uint32Array]
  /** Words of a half. */
  readonly half: number

  constructor(size: number) {
    this.size = size
    const places = 2 ** Math.floor(Math.log2(size / 2 / OCTETS_A_PLACE))
    this.index = [new Uint32Array(places), new Uint32Array(places)]
    // Whole doubles, and behind the last of them nothing.
    this.half = Math.floor((size / 2 - places * 4) / 8) * 2
    const memory = new ArrayBuffer(this.half * 2 * 4)
    this.octets = new Uint8Array(memory)
    this.words = new Uint32Array(memory)
    this.doubles = new Float64Array(memory)
  }
}

export class AnswerCache {
  private size: number
  private readonly changes: ZoneChanges
  private readonly key = newHashKey()
  private block: Block
  private young: 0 | 1 = 0
  /** Where the next entry of the young half begins. */
  private next: number

  /** @param size in octets, of all that it will take of memory; what is not used is not taken. */
  constructor(size: number, changes: ZoneChanges) {
    this.size = size
    this.changes = changes
    this.block = new Block(Math.min(size, FIRST_OCTETS))
    this.next = this.startOf(0)
  }

  /** What entries are in now. */
  get octets(): Uint8Array {
    return this.block.octets
  }

  /** The first two words of all are left, for 0 is no entry. */
  private startOf(half: 0 | 1): number {
    return half === 0 ? 2 : this.block.half
  }

  clear(): void {
    for (const index of this.block.index) index.fill(0)
    this.next = this.startOf(this.young)
  }

  /**
   * The answer to the question that is still true; 0 where there is none. It is good for the accessors
   * below until something is put in.
   */
  find(question: AskedQuestion): number {
    const hash = this.hash(question)
    let entry = this.findIn(this.young, hash, question)
    const isYoung = entry !== 0
    if (!isYoung) entry = this.findIn(this.old, hash, question)
    if (entry === 0 || !this.isTrue(entry)) return 0
    return isYoung ? entry : this.moveOver(entry, hash)
  }

  accountOf(entry: number): number {
    return this.word(entry + ACCOUNT)
  }

  lengthOf(entry: number): number {
    return this.word(entry + SHAPE) & LENGTH_BITS
  }

  /** Where in `octets` the message begins. */
  messageOf(entry: number): number {
    return (entry + PLACES + this.countOf(entry)) * 4
  }

  /** Keeps an answer, if it can. @param message without OPT */
  put(question: AskedQuestion, message: Uint8Array, made: AnswerMade): void {
    const { reads } = made
    if (message.length > MOST_ANSWER_OCTETS || !reads.isWhole) return
    const hash = this.hash(question)
    const words = wordsFor(message.length, reads.count)
    const known = this.findIn(this.young, hash, question, true)
    let entry = known
    if (known === 0 || this.word(known + WORDS) < words) {
      entry = this.room(words)
      if (entry === 0) return
      this.link(entry, hash, known)
      this.block.words[entry + WORDS] = words
    }
    const { block } = this
    block.words[entry + HASH] = hash
    const leans = made.leansOnSpelling ? LEANS : 0
    block.words[entry + SHAPE] = message.length | leans | (reads.count << COUNT_SHIFT)
    block.words[entry + ACCOUNT] = made.account
    block.doubles[(entry + MADE) / 2] = reads.began
    block.words.set(reads.places.subarray(0, reads.count), entry + PLACES)
    block.octets.set(message, this.messageOf(entry))
  }

  private get old(): 0 | 1 {
    return this.young === 0 ? 1 : 0
  }

  private countOf(entry: number): number {
    return this.word(entry + SHAPE) >>> COUNT_SHIFT
  }

  private isTrue(entry: number): boolean {
    const { words, doubles } = this.block
    const made = doubles[(entry + MADE) / 2] as number
    return this.changes.isUnchangedSince(made, words, entry + PLACES, this.countOf(entry))
  }

  /** The same for names that are equal. */
  private hash({ octets, start, end }: AskedQuestion): number {
    const nameEnd = end - QUESTION_TAIL
    const { start: first, multiplier } = this.key
    let hash = first
    for (let at = start; at < nameEnd; at++) {
      hash = hashStep(hash, octetAt(octets, at) | 0x20, multiplier)
    }
    return hashStep(hash, u16At(octets, nameEnd), multiplier) >>> 0
  }

  /** @param anySpelling also where the answer would be another in other letters */
  private findIn(half: 0 | 1, hash: number, question: AskedQuestion, anySpelling = false): number {
    const index = this.block.index[half]
    for (let probe = 0; probe < PROBES; probe++) {
      const entry = index[(hash + probe) & (index.length - 1)] as number
      if (entry === 0) return 0
      if (this.word(entry + HASH) === hash && this.isAbout(entry, question, anySpelling)) {
        return entry
      }
    }
    return 0
  }

  /** Compared to the end, where it ends for both: names tell their length. */
  private isAbout(entry: number, question: AskedQuestion, anySpelling: boolean): boolean {
    const { octets, start, end } = question
    const nameEnd = end - QUESTION_TAIL
    const offset = this.messageOf(entry) + HEADER_LENGTH - start
    const exact = !anySpelling && (this.word(entry + SHAPE) & LEANS) !== 0
    const kept = this.block.octets
    for (let at = start; at < end; at++) {
      const ours = octetAt(kept, offset + at)
      const theirs = octetAt(octets, at)
      if (ours === theirs) continue
      if (exact || at >= nameEnd || foldOctet(ours) !== foldOctet(theirs)) return false
    }
    return true
  }

  /** Takes an entry of the old half into the young one, where there is room without emptying anything. */
  private moveOver(entry: number, hash: number): number {
    const words = this.word(entry + WORDS)
    if (!this.hasRoom(words)) return entry
    const moved = this.next
    this.next += words
    this.block.words.copyWithin(moved, entry, entry + words)
    this.link(moved, hash, 0)
    return moved
  }

  private hasRoom(words: number): boolean {
    return this.next + words <= this.startOf(this.young) + this.block.half - 2
  }

  /** Room for a new entry; 0 where even an empty half has none. */
  private room(words: number): number {
    if (!this.hasRoom(words)) {
      this.turn()
      if (!this.hasRoom(words)) return 0
    }
    const entry = this.next
    this.next += words
    return entry
  }

  /** Makes an empty half the young one. */
  private turn(): void {
    if (this.block.size < this.size) {
      this.grow()
    } else {
      this.young = this.old
      this.block.index[this.young].fill(0)
    }
    this.next = this.startOf(this.young)
  }

  private grow(): void {
    try {
      this.block = new Block(this.size)
    } catch {
      // So much memory is not to be had: answers are kept in what there is.
      this.size = this.block.size
      this.clear()
    }
  }

  /** Makes an entry findable, in the place of another or of whatever is in the way. */
  private link(entry: number, hash: number, instead: number): void {
    const index = this.block.index[this.young]
    const mask = index.length - 1
    let place = hash & mask
    for (let probe = 0; probe < PROBES; probe++) {
      place = (hash + probe) & mask
      const there = index[place] as number
      if (there === 0 || there === instead) break
    }
    index[place] = entry
  }

  /** Every index is inside. */
  private word(at: number): number {
    return this.block.words[at] as number
  }
}

/** Entries begin at whole doubles. */
const wordsFor = (octets: number, places: number): number =>
  Math.ceil((PLACES + places + Math.ceil(octets / 4)) / 2) * 2
