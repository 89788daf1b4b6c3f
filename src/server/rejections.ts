/**
 * The last updates that were refused, for whoever asks why. UPDATEs are kept as they came, and made
 * readable only then. Strangers have a ring of their own, so that they push nothing out that a client
 * with a key wants to know, and fill it only so fast.
 */
import { principalText, type Principal } from '../access/principal.ts'
import { copyBytes } from '../base/bytes.ts'
import type { Clock } from '../base/clock.ts'
import { nameToText } from '../text/name-text.ts'
import {
  readChanges,
  readPrerequisites,
  type Change,
  type Prerequisite,
  type Read,
} from '../update/sections.ts'
import { changeText, prerequisiteText } from '../update/update-text.ts'
import { rcodeName, type Rcode } from '../wire/codes.ts'
import { readHeader } from '../wire/header.ts'
import { parseMessage, type Message } from '../wire/message.ts'
import { rootName, type Name } from '../wire/name.ts'
import { perSecond } from './per-second.ts'

/** What is known of an UPDATE besides its octets. */
export interface Refused {
  readonly principal: Principal
  /** `192.0.2.1#53211` */
  readonly source: string
  readonly transport: 'udp' | 'tcp' | 'http' | 'https'
  readonly rcode: Rcode
  readonly reason: string | undefined
}

/** A refused UPDATE for people; nothing of its signature but the name of the key. */
export interface Rejection {
  /** Milliseconds since 1970. */
  readonly timeMilliseconds: number
  readonly source: string
  readonly transport: 'udp' | 'tcp' | 'http' | 'https'
  /** As it is logged: `key:ddns-key.`, `token:home`, or `anonymous` when none was proved. */
  readonly principal: string
  /** The key that the client says it has. */
  readonly claimedKey: string | undefined
  readonly zone: string | undefined
  readonly rcode: string
  readonly reason: string | undefined
  /** What a web client says that it is. */
  readonly agent?: string
  /** As nsupdate would be told them, or `HOST A ADDRESS` of a web client. */
  readonly prerequisites: readonly string[]
  readonly changes: readonly string[]
}

export interface RejectionFilter {
  readonly zone?: Name | undefined
  readonly key?: Name | undefined
  /** So many, the latest. */
  readonly most: number
}

/** Of each of the two kinds. */
export const MOST_REJECTIONS = 1000
/** Octets of packets, of each of the two kinds. */
const MOST_OCTETS = 4 * 1024 * 1024
const STRANGERS_PER_SECOND = 10
/** Lines of a section that are shown. */
const MOST_LINES = 50

/** An UPDATE as values, from whoever speaks no DNS. */
export interface WrittenUpdate {
  readonly apex: Name
  readonly prerequisites: Read<Prerequisite>
  readonly changes: Read<Change>
}

interface Kept {
  /** Those that came before it: many come within a millisecond. */
  readonly number: number
  /** What it holds of memory, about. */
  readonly octets: number
  readonly read: () => Rejection
}

/** What was asked for. */
type Content = Pick<Rejection, 'zone' | 'claimedKey' | 'prerequisites' | 'changes'>

/** Drops the oldest for the newest. */
class Ring {
  private readonly kept: Kept[] = []
  private octets = 0

  add(kept: Kept): void {
    this.kept.push(kept)
    this.octets += kept.octets
    for (let [oldest] = this.kept; oldest !== undefined && this.isFull; [oldest] = this.kept) {
      this.octets -= oldest.octets
      this.kept.shift()
    }
  }

  private get isFull(): boolean {
    return this.kept.length > MOST_REJECTIONS || this.octets > MOST_OCTETS
  }

  [Symbol.iterator](): IterableIterator<Kept> {
    return this.kept.values()
  }
}

export class Rejections {
  private readonly clock: Clock
  private readonly ofKeys = new Ring()
  private readonly ofStrangers = new Ring()
  private readonly mayStrangerAdd: () => boolean
  private came = 0

  constructor(clock: Clock) {
    this.clock = clock
    this.mayStrangerAdd = perSecond(clock, STRANGERS_PER_SECOND)
  }

  add(packet: Uint8Array, refused: Refused): void {
    const isStranger = refused.principal.kind !== 'key'
    if (isStranger && !this.mayStrangerAdd()) return
    const copy = copyBytes(packet)
    const ring = isStranger ? this.ofStrangers : this.ofKeys
    ring.add(this.kept(refused, copy.length, () => contentOf(copy)))
  }

  /** Of somebody who proved who they are. */
  addWritten(written: WrittenUpdate, refused: Refused): void {
    const content = {
      zone: nameToText(written.apex),
      claimedKey: undefined,
      prerequisites: linesOf(written.prerequisites, prerequisiteText),
      changes: linesOf(written.changes, changeText),
    }
    this.ofKeys.add(this.kept(refused, octetsOf(content), () => content))
  }

  /** An update that was no message, and is readable as it is. */
  addRead(rejection: Rejection, isStranger: boolean): void {
    if (isStranger && !this.mayStrangerAdd()) return
    const ring = isStranger ? this.ofStrangers : this.ofKeys
    ring.add({ number: this.came++, octets: octetsOf(rejection), read: () => rejection })
  }

  private kept(refused: Refused, octets: number, content: () => Content): Kept {
    const { source, transport, principal, rcode, reason } = refused
    const timeMilliseconds = this.clock.nowMilliseconds()
    const read = (): Rejection => ({
      timeMilliseconds,
      source,
      transport,
      principal: principalText(principal),
      rcode: rcodeName(rcode),
      reason,
      ...content(),
    })
    return { number: this.came++, octets, read }
  }

  /** The oldest first. */
  latest({ zone, key, most }: RejectionFilter): Rejection[] {
    const all = [...this.ofKeys, ...this.ofStrangers].sort((a, b) => b.number - a.number).values()
    const found: Rejection[] = []
    for (const kept of all) {
      if (found.length >= most) break
      const rejection = kept.read()
      if (zone !== undefined && !isNamed(rejection.zone, zone)) continue
      if (key !== undefined && !isNamed(rejection.claimedKey, key)) continue
      found.push(rejection)
    }
    return found.reverse()
  }
}

const isNamed = (text: string | undefined, wanted: Name): boolean =>
  text?.toLowerCase() === nameToText(wanted).toLowerCase()

/** Undefined for octets that are no message. */
const messageOf = (packet: Uint8Array): Message | undefined => {
  const header = readHeader(packet)
  const parsed = header && parseMessage(packet, header)
  return parsed?.ok === true ? parsed.message : undefined
}

const contentOf = (packet: Uint8Array): Content => {
  const { questions = [], answers = [], authorities = [], tsig } = messageOf(packet) ?? {}
  const [zone] = questions
  return {
    zone: zone && nameToText(zone.name),
    claimedKey: tsig && nameToText(tsig.owner),
    // Whatever the zone: what is outside of it is what one wants to see.
    prerequisites: linesOf(readPrerequisites(packet, answers, rootName), prerequisiteText),
    changes: linesOf(readChanges(packet, authorities, rootName), changeText),
  }
}

const octetsOf = (content: Content): number => JSON.stringify(content).length

const linesOf = <T>({ items, refusal }: Read<T>, textOf: (item: T) => string): string[] => {
  const lines = items.slice(0, MOST_LINES).map(textOf)
  if (items.length > MOST_LINES) lines.push(`; and ${items.length - MOST_LINES} more`)
  return refusal === undefined ? lines : [...lines, `; not read any further: ${refusal.why}`]
}
