/** A program that runs until it is stopped, and what it has printed so far. */
import { spawn, type ChildProcess } from 'node:child_process'
import { EventEmitter, once } from 'node:events'

/** A test that waits in vain says so before it is ended from outside; a program may have to wait for a busy machine. */
export const PATIENCE_MILLISECONDS = 100_000

export class Daemon {
  /** Standard output and standard error, as they came. */
  output = ''
  private ended = false
  private readonly command: string
  private readonly child: ChildProcess
  private readonly news = new EventEmitter()

  constructor(command: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    this.command = command
    this.child = spawn(command, args, { env: { ...process.env, ...environment } })
    const hear = (text: string): void => {
      this.output += text
      this.news.emit('news')
    }
    const end = (): void => {
      this.ended = true
      this.news.emit('news')
    }
    this.child.stdout?.setEncoding('utf8').on('data', hear)
    this.child.stderr?.setEncoding('utf8').on('data', hear)
    this.child.once('close', end)
    this.child.once('error', (error) => {
      hear(error.message)
      end()
    })
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error(`${this.command}: ${this.output}`)
    return this.child.pid
  }

  /**
   * Resolves when the output matches that often.
   * @throws Error when the program ends before, or gives no sign of it
   */
  async printed(pattern: RegExp, times = 1): Promise<void> {
    const everyMatch = new RegExp(pattern, `g${pattern.flags}`)
    const signal = AbortSignal.timeout(PATIENCE_MILLISECONDS)
    while ([...this.output.matchAll(everyMatch)].length < times) {
      if (this.ended || signal.aborted) {
        const what = this.ended ? 'ended' : 'still runs'
        throw new Error(`${this.command} ${what} without ${String(pattern)}: ${this.output}`)
      }
      await once(this.news, 'news', { signal }).catch(() => undefined)
    }
  }

  /** Ends it with the signal and waits until it is gone. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.child.kill(signal)
    while (!this.ended) await once(this.news, 'news')
  }
}
