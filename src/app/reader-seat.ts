/**
 * The place of one reader: the thread that has it, and after one that ended by a bug the next. Meanwhile
 * the writer answers what that thread would have, for it takes datagrams as well.
 */
import { Worker } from 'node:worker_threads'
import { systemAlarm, type Alarm } from '../base/scheduler.ts'
import type { FromReader, ReaderStart, ToReader } from './reader-messages.ts'

/** What is known of a thread. */
export interface ReaderThread {
  post(message: ToReader): void
  /** Has the process not wait for it: koffi would end the process with a thread that is made to end. */
  abandon(): void
}

/** @param onEnd gets the error that it ended by, if it did, and is called once */
export type StartThread = (
  start: ReaderStart,
  onMessage: (message: FromReader) => void,
  onEnd: (error: unknown) => void,
) => ReaderThread

export const startThread: StartThread = (start, onMessage, onEnd) => {
  const worker = new Worker(new URL('./reader-thread.js', import.meta.url), { workerData: start })
  let problem: unknown
  worker.on('message', onMessage)
  worker.on('error', (error) => {
    problem = error
  })
  worker.on('exit', () => {
    onEnd(problem)
  })
  return {
    post: (message) => {
      worker.postMessage(message)
    },
    abandon: () => {
      worker.unref()
    },
  }
}

/** Before the next thread; twice as long after each that could not begin. */
const PAUSE_MILLISECONDS = 1000
const LONGEST_PAUSE_MILLISECONDS = 60_000

/** What a reader that is told to let go of a socket, or to end, may take for it. */
const PATIENCE_MILLISECONDS = 5000

export interface SeatOptions {
  /** Without `waiting`, which each thread has for itself. */
  readonly start: Omit<ReaderStart, 'waiting'>
  /** What a thread is told that begins. */
  readonly briefing: () => readonly ToReader[]
  /** Gets what it tells; @param waiting as in `ReaderStart` */
  readonly onMessage: (message: FromReader, waiting: Int32Array) => void
  /** Is told of a thread that ended, though nobody told it to. */
  readonly onLost: (error: unknown) => void
  readonly startThread?: StartThread
  readonly alarm?: Alarm
}

export class ReaderSeat {
  /** Resolves when the first thread takes datagrams, or has ended. */
  readonly settled: Promise<void>
  private readonly options: SeatOptions
  private readonly startThread: StartThread
  private readonly alarm: Alarm
  private thread: ReaderThread | undefined
  private isReady = false
  private pauseMilliseconds = PAUSE_MILLISECONDS
  private isStopping = false
  private readonly closing = new Map<number, (isFree: boolean) => void>()
  private readonly onSettled: (() => void)[] = []
  private onEnded: () => void = () => undefined
  private endPause: () => void = () => undefined

  constructor(options: SeatOptions) {
    this.options = options
    this.startThread = options.startThread ?? startThread
    this.alarm = options.alarm ?? systemAlarm
    this.settled = new Promise((resolve) => {
      this.onSettled.push(resolve)
    })
    this.begin()
  }

  /** Tells a thread that is there; one that begins is briefed. */
  post(message: ToReader): void {
    if (this.isReady) this.thread?.post(message)
  }

  /** @returns whether no thread takes or sends anything at that socket any more; false when none says so in time */
  async closed(fd: number): Promise<boolean> {
    if (!this.isReady) return true
    const answered = new Promise<boolean>((resolve) => {
      this.closing.set(fd, resolve)
    })
    const endPatience = this.alarm(PATIENCE_MILLISECONDS, () => {
      this.letGo(fd, false)
    })
    this.post({ kind: 'close', fd })
    const isFree = await answered
    endPatience()
    return isFree
  }

  /** Resolves when there is no thread any more, or none that is waited for. */
  async stop(): Promise<void> {
    this.isStopping = true
    this.endPause()
    const { thread } = this
    if (thread === undefined) return
    const ended = new Promise<void>((resolve) => {
      this.onEnded = resolve
    })
    const endPatience = this.alarm(PATIENCE_MILLISECONDS, () => {
      thread.abandon()
      this.onEnded()
    })
    thread.post({ kind: 'stop' })
    await ended
    endPatience()
  }

  private begin(): void {
    const waiting = new SharedArrayBuffer(4)
    const octets = new Int32Array(waiting)
    this.thread = this.startThread(
      { ...this.options.start, waiting },
      (message) => {
        this.take(message, octets)
      },
      (error) => {
        this.ended(error)
      },
    )
  }

  private take(message: FromReader, waiting: Int32Array): void {
    if (message.kind === 'ready') {
      this.isReady = true
      this.pauseMilliseconds = PAUSE_MILLISECONDS
      for (const told of this.options.briefing()) this.post(told)
      for (const settle of this.onSettled) settle()
    }
    this.options.onMessage(message, waiting)
    if (message.kind === 'closed') this.letGo(message.fd, true)
  }

  private letGo(fd: number, isFree: boolean): void {
    this.closing.get(fd)?.(isFree)
    this.closing.delete(fd)
  }

  private ended(error: unknown): void {
    this.thread = undefined
    this.isReady = false
    for (const fd of this.closing.keys()) this.letGo(fd, true)
    for (const settle of this.onSettled) settle()
    this.onEnded()
    if (this.isStopping) return
    this.options.onLost(error)
    this.endPause = this.alarm(this.pauseMilliseconds, () => {
      this.begin()
    })
    this.pauseMilliseconds = Math.min(this.pauseMilliseconds * 2, LONGEST_PAUSE_MILLISECONDS)
  }
}
