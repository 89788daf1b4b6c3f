/** What becomes of a command whose output nobody takes. */
import type { Writable } from 'node:stream'
import { isSystemError } from '../base/system-error.ts'

/** What is used of a process. */
export interface WritingProcess {
  readonly stdout: Writable
  readonly stderr: Pick<Writable, 'write'>
  exit(status: number): void
}

export const endWithStdout = (process: WritingProcess): void => {
  process.stdout.on('error', (error: Error) => {
    // Whoever read it has seen enough, as `head` has.
    if (isSystemError(error) && error.code === 'EPIPE') {
      process.exit(0)
      return
    }
    process.stderr.write(`${error.message}\n`)
    process.exit(1)
  })
}
