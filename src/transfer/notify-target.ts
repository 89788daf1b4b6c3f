/**
 * Telling one server of the changes of one zone (RFC 1996 §3.6): at once, but not more than once a
 * second; again and again while it does not answer, each time with the serial of that moment.
 */
import type { TsigKey } from '../access/keyring.ts'
import { signRequest, type AnswerVerifier } from '../access/tsig-client.ts'
import type { Clock } from '../base/clock.ts'
import type { Counters } from '../base/counters.ts'
import { Appointment, type Scheduler } from '../base/scheduler.ts'
import { Rcode, rcodeName } from '../wire/codes.ts'
import type { Message } from '../wire/message.ts'
import type { Serial } from '../zone/serial.ts'
import { soaOf, soaSerial } from '../zone/soa.ts'
import type { ZoneView } from '../zone/zone.ts'
import type { Lane } from './lanes.ts'
import { readNotifyAnswer, writeNotify } from './notify-message.ts'

/** A server that is told. */
export interface NotifyPeer {
  readonly address: string
  readonly port: number
  /** Signs what it is told, and has to sign what it answers. */
  readonly key: TsigKey | undefined
}

/** Questions to other servers; the transport gives it. */
export interface Questions {
  ask(to: NotifyPeer, onAnswer: (packet: Uint8Array) => void): Question | undefined
}

export interface Question {
  readonly id: number
  send(packet: Uint8Array): void
  end(): void
}

export interface NotifyContext {
  readonly scheduler: Scheduler
  readonly questions: Questions
  readonly clock: Clock
  readonly counters: Counters
}

/** What becomes of it, for whoever keeps account. */
export interface NotifyReport {
  notified(serial: Serial): void
  acknowledged(serial: Serial): void
  /** It was told several times, and will not be told again before the next change. */
  gaveUp(why: string): void
}

/** Milliseconds between two messages to the same server about the same zone, however many changes there are. */
const COALESCE = 1000
/** Milliseconds before it is told again: doubled each time. */
const FIRST_WAIT = 1000
/** §3.6 */
const LONGEST_WAIT = 60_000
/** Milliseconds for which an answer is listened to. */
const LONGEST_ASKING = 5000
/** In all about four minutes. §3.6 would have five, a minute apart. */
const MOST_TRIES = 10

const waitAfter = (tries: number): number => Math.min(FIRST_WAIT * 2 ** (tries - 1), LONGEST_WAIT)

/** Idle; or to be told at a set time; or in line for it; or told, and to answer. */
type Phase = 'idle' | 'due' | 'queued' | 'asking'

interface Asked {
  readonly question: Question
  readonly verifier: AnswerVerifier | undefined
  readonly serial: Serial
}

export class NotifyTarget {
  readonly peer: NotifyPeer
  private readonly context: NotifyContext
  private readonly lane: Lane
  private readonly view: () => ZoneView
  private readonly report: NotifyReport
  private readonly appointment = new Appointment(() => {
    this.onTime()
  })
  private phase: Phase = 'idle'
  /** Whether the zone changed after the last message. */
  private isChanged = false
  private tries = 0
  private lastSent = -Infinity
  private asked: Asked | undefined
  private failure = ''

  /** @param view the zone as it is now */
  constructor(
    context: NotifyContext,
    peer: NotifyPeer,
    lane: Lane,
    view: () => ZoneView,
    report: NotifyReport,
  ) {
    this.context = context
    this.peer = peer
    this.lane = lane
    this.view = view
    this.report = report
  }

  /** The zone changed: the server will be told. @param delay milliseconds, where it is not urgent */
  changed(delay = 0): void {
    this.isChanged = true
    // Otherwise what comes next tells of this change too.
    if (this.phase === 'idle') this.tellAt(Math.max(this.now + delay, this.lastSent + COALESCE))
  }

  /** It is not told any more when it is its turn; the first step of stopping several. */
  leaveLine(): void {
    this.lane.giveUp(this.start)
  }

  stop(): void {
    this.context.scheduler.cancel(this.appointment)
    this.leaveLine()
    this.endQuestion()
    this.phase = 'idle'
  }

  private get now(): number {
    return this.context.clock.monotonicMilliseconds()
  }

  private tellAt(milliseconds: number): void {
    this.phase = 'due'
    this.context.scheduler.at(this.appointment, milliseconds)
  }

  private onTime(): void {
    if (this.phase === 'asking') {
      this.failed(this.failure || 'it does not answer')
      return
    }
    this.queue()
  }

  private queue(): void {
    this.phase = 'queued'
    this.lane.enter(this.start)
  }

  private readonly start = (): void => {
    const { scheduler, clock, counters } = this.context
    this.phase = 'asking'
    this.isChanged = false
    this.failure = ''
    this.lastSent = this.now
    this.tries++
    this.asked = this.ask(this.view(), clock.nowSeconds())
    if (this.asked === undefined) this.failure = 'too many questions are open'
    else this.report.notified(this.asked.serial)
    counters.add('notifies sent')
    scheduler.at(this.appointment, this.now + Math.min(waitAfter(this.tries), LONGEST_ASKING))
  }

  private ask(view: ZoneView, nowSeconds: number): Asked | undefined {
    const { peer, context } = this
    const question = context.questions.ask(peer, (packet) => {
      this.answered(packet)
    })
    if (question === undefined) return undefined
    const soa = soaOf(view.get(view.apexKey))
    const unsigned = writeNotify(question.id, view.apex, soa, peer.key)
    const { packet, verifier } =
      peer.key === undefined
        ? { packet: unsigned, verifier: undefined }
        : signRequest(peer.key, unsigned, nowSeconds)
    question.send(packet)
    return { question, verifier, serial: soaSerial(soa.rdata) }
  }

  /** What is no good answer may be another's: the right one is waited for. */
  private answered(packet: Uint8Array): void {
    const { asked } = this
    const message = readNotifyAnswer(packet, this.view().apex)
    if (asked === undefined || message === undefined) return
    const verdict = asked.verifier?.verify(message, this.context.clock.nowSeconds())
    if (verdict === undefined || verdict.kind === 'valid') {
      this.heard(message, asked.serial)
    } else {
      this.failure = verdict.why
      if (verdict.kind === 'refused' && verdict.isProven) this.failed(this.failure)
    }
  }

  private heard({ header }: Message, serial: Serial): void {
    const rcode = header.flags & 0xf
    if (rcode === Rcode.NOERROR) {
      this.context.counters.add('notifies acknowledged')
      this.endQuestion()
      this.tries = 0
      this.phase = 'idle'
      this.report.acknowledged(serial)
      if (this.isChanged) this.changed()
      return
    }
    const why = `it answers ${rcodeName(rcode as Rcode)}`
    // §4.8: whoever does not know NOTIFY will not learn it by hearing it again.
    if (rcode === Rcode.NOTIMP) this.tries = MOST_TRIES
    this.failed(why)
  }

  private failed(why: string): void {
    this.endQuestion()
    if (this.tries < MOST_TRIES) {
      const due = this.lastSent + waitAfter(this.tries)
      if (due <= this.now) this.queue()
      else this.tellAt(due)
      return
    }
    this.context.counters.add('notifies given up')
    this.tries = 0
    this.phase = 'idle'
    this.report.gaveUp(why)
    if (this.isChanged) this.changed()
  }

  private endQuestion(): void {
    if (this.phase !== 'asking') return
    this.context.scheduler.cancel(this.appointment)
    this.asked?.question.end()
    this.asked = undefined
    this.lane.leave()
  }
}
