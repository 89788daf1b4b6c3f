/**
 * One secondary zone: when it asks its primaries, what it makes of their answers, and for how long
 * what it has may be answered (RFC 1034 §4.3.5).
 */
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { nameToText } from '../text/name-text.ts'
import type { Name } from '../wire/name.ts'
import type { SecondaryState } from '../zone/secondary-state.ts'
import { isSerialAfter, type Serial } from '../zone/serial.ts'
import { serialOfApex, soaOf } from '../zone/soa.ts'
import type { ZoneStore, ZoneView } from '../zone/zone.ts'
import { hear, type Heard } from './hear.ts'
import type { Network } from './network.ts'
import { primaryText, type Primary } from './primary.ts'
import type { Slots } from './slots.ts'
import {
  expireSeconds,
  firstRetrySeconds,
  jittered,
  refreshSeconds,
  retrySeconds,
} from './timers.ts'

export interface SecondaryContext {
  readonly store: ZoneStore
  readonly network: Network
  readonly clock: Clock
  readonly log: Log
  /** From 0 up to 1. */
  readonly random: () => number
  /** Transfers of all zones. */
  readonly transfers: Slots
  /**
   * What the zone is answered from from now on; undefined while it cannot be.
   * @param isSecondary false when it was promoted: then it takes UPDATEs itself
   */
  readonly serve: (apex: Name, view: ZoneView | undefined, isSecondary: boolean) => void
}

/** Before a zone is asked for again that we could not handle. */
const AFTER_BUG_MILLISECONDS = 300_000

const NEVER: SecondaryState = {
  refreshedMilliseconds: 0,
  expiresMilliseconds: 0,
  promotedMilliseconds: undefined,
  isForeign: false,
}

export class SecondaryZone {
  readonly apex: Name
  readonly text: string
  readonly primaries: readonly Primary[]
  isRefreshing = false
  /** `Clock.monotonicMilliseconds` of the next refresh. */
  dueMilliseconds: number
  /** Why the last refresh failed; empty when it did not. */
  reason = ''
  private readonly context: SecondaryContext
  private state: SecondaryState
  private isServed = false
  private failures = 0
  /** Raised by whatever makes a refresh that is under way pointless. */
  private epoch = 0
  /** Heard of news while it was asking. */
  private isAgain = false
  private favourite: Primary | undefined

  /** Begins to be served from what the store has, if that is still good. */
  constructor(context: SecondaryContext, apex: Name, primaries: readonly Primary[]) {
    this.context = context
    this.apex = apex
    this.text = nameToText(apex)
    this.primaries = primaries
    this.dueMilliseconds = context.clock.monotonicMilliseconds()
    this.state = context.store.secondaryState(apex) ?? this.stateOfNew()
    const { promotedMilliseconds } = this.state
    if (promotedMilliseconds === undefined) {
      this.serve(this.remainingMilliseconds > 0 ? this.view : undefined)
      return
    }
    this.serve(this.view)
    const fields = { zone: this.text, since: new Date(promotedMilliseconds) }
    context.log.warn(fields, STILL_PROMOTED)
  }

  get view(): ZoneView | undefined {
    return this.context.store.zone(this.apex)
  }

  get serial(): Serial | undefined {
    const { view } = this
    return view && serialOfApex(view.get(view.apexKey))
  }

  get isPromoted(): boolean {
    return this.state.promotedMilliseconds !== undefined
  }

  /** For how long yet the zone may be answered for; 0 when it may not. */
  get remainingMilliseconds(): number {
    const left = this.state.expiresMilliseconds - this.context.clock.nowMilliseconds()
    return this.view === undefined ? 0 : Math.max(left, 0)
  }

  /** RFC 7314 §3: what whoever fetches it from us is told; undefined when it is ours to say. */
  get expiresInSeconds(): number | undefined {
    return this.isPromoted ? undefined : Math.floor(this.remainingMilliseconds / 1000)
  }

  /**
   * A zone that was there before it was a secondary one has serials that say nothing of the
   * primary's: all of it is taken, and until then it is answered for as if it had come just now.
   */
  private stateOfNew(): SecondaryState {
    const { view } = this
    if (view === undefined) return NEVER
    const state = { ...NEVER, expiresMilliseconds: this.expiryOf(view), isForeign: true }
    this.context.store.setSecondaryState(this.apex, state)
    return state
  }

  /** When what a primary has just said of this version, and not for how long, is good no more. */
  private expiryOf(view: ZoneView): number {
    const { rdata } = soaOf(view.get(view.apexKey))
    return this.context.clock.nowMilliseconds() + expireSeconds(rdata) * 1000
  }

  private serve(view: ZoneView | undefined): void {
    this.isServed = view !== undefined
    this.context.serve(this.apex, view, !this.isPromoted)
  }

  /** Stops answering when what there is has become too old. */
  expireIfDue(): void {
    if (!this.isServed || this.isPromoted || this.remainingMilliseconds > 0) return
    this.serve(undefined)
    const refreshed = new Date(this.state.refreshedMilliseconds)
    const fields = { zone: this.text, refreshed, reason: this.reason }
    this.context.log.error(fields, 'zone expired: SERVFAIL until a primary answers')
  }

  /** Whether that a primary has this serial is worth asking about (RFC 1996 §3.7: it is a hint). */
  isNews(serial: Serial | undefined): boolean {
    const ours = this.isServed && !this.state.isForeign ? this.serial : undefined
    return serial === undefined || ours === undefined || isSerialAfter(serial, ours)
  }

  /** RFC 1996 §4.4: asks at once, whoever told of the news first. */
  hurry(favourite: Primary | undefined): void {
    this.isAgain = this.isRefreshing
    this.favourite = favourite
    this.dueMilliseconds = this.context.clock.monotonicMilliseconds()
  }

  /** Asks the primaries, one after the other, until one gives its word. Never rejects. */
  async refresh(): Promise<void> {
    const { epoch } = this
    this.isRefreshing = true
    this.takeNews()
    try {
      await this.askEach(epoch)
    } catch (bug) {
      const what = 'a refresh could not be handled; please report this line'
      this.context.log.error({ zone: this.text, err: bug }, what)
      this.wait(AFTER_BUG_MILLISECONDS)
    }
    this.isRefreshing = false
    if (this.takeNews()) this.wait(0)
  }

  /** Whether there was news since this was called last. */
  private takeNews(): boolean {
    const { isAgain } = this
    this.isAgain = false
    return isAgain
  }

  private async askEach(epoch: number): Promise<void> {
    const { favourite } = this
    this.favourite = undefined
    const others = this.primaries.filter((primary) => primary !== favourite)
    const primaries = favourite === undefined ? others : [favourite, ...others]
    const reasons: string[] = []
    for (const primary of primaries) {
      const heard = await this.hear(primary, epoch)
      // What is heard for one who is no secondary any more, or has become one again, is void.
      if (epoch !== this.epoch) return
      if (heard.ok) {
        this.succeeded(heard)
        return
      }
      reasons.push(`${primaryText(primary)}: ${heard.why}`)
    }
    this.failed(reasons.join('; '))
  }

  private hear(primary: Primary, epoch: number): Promise<Heard> {
    const { apex, view } = this
    const { isForeign } = this.state
    const isWanted = (): boolean => epoch === this.epoch
    return hear({ ...this.context, apex, view, isForeign, primary, isWanted })
  }

  private succeeded(heard: Extract<Heard, { ok: true }>): void {
    const { clock, random, log } = this.context
    // A primary's good word is of a zone that there is.
    const view = this.view as ZoneView
    const now = clock.nowMilliseconds()
    const told = heard.expireSeconds
    const until = told === undefined ? this.expiryOf(view) : now + told * 1000
    this.keepIfPossible({
      refreshedMilliseconds: now,
      // RFC 7314 §4: hearing that nothing is new takes no time away.
      expiresMilliseconds: heard.isNew ? until : Math.max(until, this.state.expiresMilliseconds),
      promotedMilliseconds: undefined,
      isForeign: false,
    })
    if (this.reason !== '') log.info({ zone: this.text }, 'zone refreshed again')
    this.reason = ''
    this.failures = 0
    if (heard.isNew || !this.isServed) {
      this.serve(this.remainingMilliseconds > 0 ? view : undefined)
    }
    const { rdata } = soaOf(view.get(view.apexKey))
    this.wait(jittered(refreshSeconds(rdata), random()))
  }

  private failed(reason: string): void {
    const { view, serial } = this
    const { random, log } = this.context
    this.failures++
    const seconds =
      view === undefined
        ? firstRetrySeconds(this.failures)
        : retrySeconds(soaOf(view.get(view.apexKey)).rdata)
    // What is said once is true until something else is said.
    if (reason !== this.reason) {
      const expires = view === undefined ? undefined : new Date(this.state.expiresMilliseconds)
      const fields = { zone: this.text, reason, serial, expires, retrySeconds: seconds }
      log.warn(fields, 'zone not refreshed')
    }
    this.reason = reason
    this.wait(jittered(seconds, random()))
  }

  private wait(milliseconds: number): void {
    this.dueMilliseconds = this.context.clock.monotonicMilliseconds() + milliseconds
  }

  /** A full disk must not keep a zone from being refreshed: the next restart knows less, that is all. */
  private keepIfPossible(state: SecondaryState): void {
    this.state = state
    try {
      this.context.store.setSecondaryState(this.apex, state)
    } catch (error) {
      this.context.log.error({ zone: this.text, err: error }, 'zone times not kept')
    }
  }

  /**
   * Makes it a primary zone, for good: what it has is the truth from now on.
   * @returns why it cannot be one
   * @throws StoreError when it could not be put on disk; then it is none
   */
  promote(): string | undefined {
    if (this.isPromoted) return `${this.text} is promoted already`
    if (this.view === undefined) {
      return `${this.text} was never transferred: there is nothing that could be promoted`
    }
    this.change({ ...this.state, promotedMilliseconds: this.context.clock.nowMilliseconds() })
    this.context.log.warn({ zone: this.text, serial: this.serial }, 'zone promoted')
    return undefined
  }

  /**
   * Makes it a secondary zone again: all of it is taken from its primary, whatever it has become.
   * @returns why it cannot be one
   * @throws StoreError as `promote` does
   */
  demote(): string | undefined {
    const { view } = this
    if (!this.isPromoted || view === undefined) return `${this.text} is not promoted`
    const expiresMilliseconds = this.expiryOf(view)
    const state = { ...this.state, expiresMilliseconds, isForeign: true }
    this.change({ ...state, promotedMilliseconds: undefined })
    this.context.log.warn({ zone: this.text, serial: this.serial }, 'zone demoted')
    return undefined
  }

  private change(state: SecondaryState): void {
    this.context.store.setSecondaryState(this.apex, state)
    this.stop()
    this.state = state
    this.serve(this.view)
    this.hurry(undefined)
  }

  /** What is under way has no effect any more. */
  stop(): void {
    this.epoch++
  }
}

const STILL_PROMOTED =
  'the zone was promoted: it is a primary zone, though the configuration names primaries; ' +
  'take "primary" out, or livezone demote it'
