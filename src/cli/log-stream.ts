/**
 * Where log lines go: a file descriptor, written at once. A disk that is full or a reader that is
 * slow costs lines, which are counted, and never the server: pino's own destination would wait.
 */
import { writeSync } from 'node:fs'

export class LogStream {
  private readonly descriptor: number
  private lost = 0

  constructor(descriptor: number) {
    this.descriptor = descriptor
  }

  write(line: string): void {
    try {
      if (this.lost > 0)
        writeSync(this.descriptor, `${JSON.stringify({ lostLogLines: this.lost })}\n`)
      this.lost = 0
      writeSync(this.descriptor, line)
    } catch {
      this.lost++
    }
  }
}
