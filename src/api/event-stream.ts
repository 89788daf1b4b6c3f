/**
 * One reader of a zone's changes, as server-sent events. Nothing is queued for them: what comes next is
 * read from the journal when they have taken what came before.
 */
import type { Writable } from 'node:stream'
import { Appointment, type Scheduler } from '../base/scheduler.ts'
import type { Clock } from '../base/clock.ts'
import { rowOf, touches, type Row } from '../history/rows.ts'
import { nameToText } from '../text/name-text.ts'
import type { Name } from '../wire/name.ts'
import type { Serial } from '../zone/serial.ts'
import type { JournalEntry, ZoneStore, ZoneView } from '../zone/zone.ts'
import type { Caller } from './callers.ts'
import { serialIn } from './zone-access.ts'

export const STREAM_LIMITS = {
  /** A connection on which nothing happens would be given up, here and by others on the way. */
  heartbeatMilliseconds: 15_000,
  /** For which somebody may read nothing of what there is for them. */
  unreadMilliseconds: 10_000,
  /** Journal entries that are read in one turn. */
  entriesOfTurn: 100,
  /** Characters of records that one event has; a larger change is told without them. */
  charactersOfEvent: 64 * 1024,
} as const

export interface StreamParts {
  readonly store: ZoneStore
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly caller: Caller
  readonly apex: Name
  /** The zone as it is now; undefined when it is not served any more. */
  readonly view: () => ZoneView | undefined
  readonly onEnd: () => void
}

export class EventStream {
  private readonly parts: StreamParts
  private readonly response: Writable
  /** Up to which everything was sent. */
  private position: Serial
  private isWaiting = false
  private isEnded = false
  private readonly heartbeat = new Appointment(() => {
    this.beat()
  })
  private readonly cut = new Appointment(() => {
    this.response.destroy()
  })

  constructor(parts: StreamParts, response: Writable, position: Serial) {
    this.parts = parts
    this.response = response
    this.position = position
    response.on('drain', () => {
      this.isWaiting = false
      parts.scheduler.cancel(this.cut)
      this.wake()
    })
    // Whoever reads no more has gone.
    response.on('error', () => undefined)
    response.on('close', () => {
      this.stopped()
    })
  }

  /** @param serial of the zone now */
  begin(serial: Serial): void {
    this.send('begin', this.position, { zone: nameToText(this.parts.apex), serial })
    this.waitForBeat()
    this.wake()
  }

  /** There may be something new. */
  wake(): void {
    if (this.isEnded || this.isWaiting) return
    const view = this.parts.caller.isStillGood() ? this.parts.view() : undefined
    if (view === undefined) {
      this.end()
      return
    }
    if (!this.parts.store.reaches(view, this.position)) {
      const serial = serialIn(view)
      this.send('gap', serial, { since: this.position, serial })
      this.position = serial
    }
    this.sendFrom(view)
  }

  /** What was not read by now is not waited for. */
  end(): void {
    this.stopped()
    if (this.response.writableLength > 0) this.response.destroy()
    else this.response.end()
  }

  private sendFrom(view: ZoneView): void {
    let left: number = STREAM_LIMITS.entriesOfTurn
    for (const entry of this.parts.store.journal(view, { after: this.position })) {
      if (this.isWaiting) return
      if (left-- === 0) {
        setImmediate(() => {
          this.wake()
        })
        return
      }
      this.position = entry.changeset.serialAfter
      this.sendChange(entry)
    }
  }

  private sendChange(entry: JournalEntry): void {
    const { caller } = this.parts
    const mayRead = (owner: Name): boolean => caller.mayRead(owner)
    if (caller.kind === 'owner' && !touches(entry, mayRead)) return
    this.send('change', this.position, shortened(rowOf(entry, mayRead)))
  }

  private send(event: string, id: Serial, data: object): void {
    this.write(`event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`)
  }

  private write(text: string): void {
    if (this.response.write(text)) return
    this.isWaiting = true
    this.at(this.cut, STREAM_LIMITS.unreadMilliseconds)
  }

  /** Who is there is found out by it, and whether they still may. */
  private beat(): void {
    this.waitForBeat()
    this.wake()
    if (!this.isEnded && !this.isWaiting) this.write(':\n\n')
  }

  private waitForBeat(): void {
    this.at(this.heartbeat, STREAM_LIMITS.heartbeatMilliseconds)
  }

  private at(appointment: Appointment, milliseconds: number): void {
    const { scheduler, clock } = this.parts
    scheduler.at(appointment, clock.monotonicMilliseconds() + milliseconds)
  }

  private stopped(): void {
    if (this.isEnded) return
    this.isEnded = true
    this.parts.scheduler.cancel(this.heartbeat)
    this.parts.scheduler.cancel(this.cut)
    this.parts.onEnd()
  }
}

const shortened = (row: Row): Row & { readonly shortened?: true } => {
  let characters = 0
  for (const line of [...row.removed, ...row.added]) characters += line.length
  return characters > STREAM_LIMITS.charactersOfEvent
    ? { ...row, removed: [], added: [], shortened: true }
    : row
}
