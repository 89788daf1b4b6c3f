/** All who follow the changes of zones: so many in all, so many of one caller, ended with their listener. */
import type { Writable } from 'node:stream'
import { principalText } from '../access/principal.ts'
import { Scheduler, type Alarm } from '../base/scheduler.ts'
import { retryAfter } from '../dyndns/request.ts'
import { nameKeyOf, type NameKey } from '../zone/name-key.ts'
import type { Serial } from '../zone/serial.ts'
import type { CommitObserver, ZoneView } from '../zone/zone.ts'
import type { Caller } from './callers.ts'
import { EventStream } from './event-stream.ts'
import type { ApiParts } from './parts.ts'
import { ApiRefusal } from './problem.ts'
import { serialIn, type PresentZone } from './zone-access.ts'

/** Streams that are open at once. */
const MOST_STREAMS = 64
/** Of one caller. */
const MOST_OF_ONE = 8
const RETRY_SECONDS = 30

interface Open {
  readonly key: NameKey
  readonly who: string
  /** The listener that it came by. */
  readonly listener: object
  readonly stream: EventStream
}

export class EventStreams implements CommitObserver {
  private readonly parts: Pick<ApiParts, 'store' | 'clock' | 'zones'>
  private readonly scheduler: Scheduler
  private readonly open = new Set<Open>()

  constructor(parts: Pick<ApiParts, 'store' | 'clock' | 'zones'>, alarm?: Alarm) {
    this.parts = parts
    this.scheduler = new Scheduler(parts.clock, alarm)
    parts.store.observe(this)
  }

  get count(): number {
    return this.open.size
  }

  /** @throws ApiRefusal when there are too many already */
  admit(caller: Caller): void {
    const who = principalText(caller.principal)
    const own = Array.from(this.open).filter((one) => one.who === who).length
    const isFull = this.open.size >= MOST_STREAMS
    if (!isFull && own < MOST_OF_ONE) return
    const why = isFull ? `${MOST_STREAMS} streams` : `${MOST_OF_ONE} streams of yours`
    throw new ApiRefusal(429, `${why} are open already`, {}, retryAfter(RETRY_SECONDS))
  }

  /** @param since undefined for what comes from now on */
  begin(
    response: Writable,
    listener: object,
    caller: Caller,
    { apex, view }: PresentZone,
    since: Serial | undefined,
  ): void {
    const serial = serialIn(view)
    const { store, clock, zones } = this.parts
    const stream = new EventStream(
      {
        store,
        clock,
        scheduler: this.scheduler,
        caller,
        apex,
        view: () => zones().get(apex)?.view,
        onEnd: () => this.open.delete(open),
      },
      response,
      since ?? serial,
    )
    const who = principalText(caller.principal)
    const open: Open = { key: nameKeyOf(apex), who, listener, stream }
    this.open.add(open)
    stream.begin(serial)
  }

  committed(zone: ZoneView): void {
    this.wake(zone)
  }

  replaced(zone: ZoneView): void {
    this.wake(zone)
  }

  /** Nothing of a listener is waited for when it closes. */
  endAllOf(listener: object): void {
    for (const one of [...this.open]) if (one.listener === listener) one.stream.end()
  }

  private wake({ apexKey }: ZoneView): void {
    for (const { key, stream } of this.open) if (key === apexKey) stream.wake()
  }
}
