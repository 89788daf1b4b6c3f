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
  /** Ends it now; done when it has ended. */
  kill(): Promise<unknown>
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
    kill: () => worker.terminate(),
  }
}

/** Before the next thread: one that ends at once must not keep the machine busy. */
const PAUSE_MILLISECONDS = 1000

/** What a reader that is told to end may take for it. */
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
  private isStopping = false
  private readonly closing = new Map<number, () => void>()
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

  /** Resolves when no thread takes or sends anything at that socket. */
  closed(fd: number): Promise<void> {
    if (!this.isReady) return Promise.resolve()
    return new Promise((resolve) => {
      this.closing.set(fd, resolve)
      this.post({ kind: 'close', fd })
    })
  }

  /** Resolves when there is no thread any more. */
  async stop(): Promise<void> {
    this.isStopping = true
    this.endPause()
    const { thread } = this
    if (thread === undefined) return
    const ended = new Promise<void>((resolve) => {
      this.onEnded = resolve
    })
    const endPatience = this.alarm(PATIENCE_MILLISECONDS, () => void thread.kill())
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
      for (const told of this.options.briefing()) this.post(told)
      for (const settle of this.onSettled) settle()
    }
    this.options.onMessage(message, waiting)
    if (message.kind === 'closed') this.letGo(message.fd)
  }

  private letGo(fd: number): void {
    this.closing.get(fd)?.()
    this.closing.delete(fd)
  }

  private ended(error: unknown): void {
    this.thread = undefined
    this.isReady = false
    for (const fd of this.closing.keys()) this.letGo(fd)
    for (const settle of this.onSettled) settle()
    this.onEnded()
    if (this.isStopping) return
    this.options.onLost(error)
    this.endPause = this.alarm(PAUSE_MILLISECONDS, () => {
      this.begin()
    })
  }
}
