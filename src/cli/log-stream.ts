/**
 * Where log lines go: a file descriptor. Lines of one turn of the event loop are written together, for
 * a write of its own costs more than the update that it tells of. A disk that is full or a reader that
 * is slow costs lines, which are counted, and never the server: pino's own destination would wait.
 */
import { writeSync } from 'node:fs'

/** Octets that wait for the end of the turn; with more, it is not waited for. */
const MOST_WAITING = 64 * 1024

export class LogStream {
  private readonly descriptor: number
  private waiting = ''
  private lines = 0
  private lost = 0
  /** Whether the last write ended within a line. */
  private isWithinLine = false

  constructor(descriptor: number) {
    this.descriptor = descriptor
  }

  write(line: string): void {
    if (this.lines === 0) {
      setImmediate(() => {
        this.flush()
      })
    }
    this.waiting += line
    this.lines++
    if (this.waiting.length >= MOST_WAITING) this.flush()
  }

  /** To be called when the process ends: there may be no other turn. */
  flush(): void {
    if (this.lines === 0) return
    const { lines, lost } = this
    const before = this.isWithinLine ? '\n' : ''
    const notice = lost === 0 ? '' : `${JSON.stringify({ lostLogLines: lost })}\n`
    const octets = Buffer.from(before + notice + this.waiting)
    this.waiting = ''
    this.lines = 0
    let written = 0
    try {
      while (written < octets.length) written += writeSync(this.descriptor, octets, written)
      this.lost = 0
    } catch {
      // Which of the lines have gone out whole is not worth finding out.
      this.lost = lost + lines
    }
    this.isWithinLine = written > 0 && octets[written - 1] !== NEWLINE
  }
}

const NEWLINE = 0x0a
