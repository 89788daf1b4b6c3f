/** Running another program to its end, within limits. */
import { execFile } from 'node:child_process'

const MOST_OCTETS = 1024 * 1024

export type Ended =
  | { readonly ok: true; readonly stdout: string }
  /** `isMissing`: there is no such program. */
  | { readonly ok: false; readonly why: string; readonly isMissing: boolean }

export interface ProgramOptions {
  readonly milliseconds: number
  /** Added to our own. */
  readonly environment?: Readonly<Record<string, string>>
}

/** @param command the program, then its arguments; no shell reads them */
export const runProgram = (
  [program, ...args]: readonly [string, ...string[]],
  { milliseconds, environment }: ProgramOptions,
): Promise<Ended> =>
  new Promise((resolve) => {
    const options = {
      timeout: milliseconds,
      killSignal: 'SIGKILL',
      maxBuffer: MOST_OCTETS,
      env: { ...process.env, ...environment },
    } as const
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) {
        resolve({ ok: true, stdout })
        return
      }
      const lines = stderr.trim()
      const said = lines.slice(lines.lastIndexOf('\n') + 1)
      const isLate = error.killed === true
      const end = isLate
        ? `did not end in ${milliseconds / 1000} s`
        : `failed: ${said === '' ? reasonOf(error) : said}`
      resolve({ ok: false, why: `${program} ${end}`, isMissing: error.code === 'ENOENT' })
    })
  })

const reasonOf = ({ code, message }: Error & { code?: unknown }): string =>
  typeof code === 'number' ? `exit ${code}` : message
