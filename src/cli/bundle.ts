/**
 * All commands in one file, as `build.js` makes it, with what V8 has compiled of it beside it: to read and
 * compile the source anew would be half of what a start costs (ADR 18).
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Script } from 'node:vm'

const BUNDLE = 'program.cjs'
const CODE = 'program.code'

const DIGEST_LENGTH = 32

/** Runs a command line, and says the exit status. */
export type Run = (commandLine: readonly string[]) => Promise<number>

export interface Bundle {
  readonly run: Run
  /** Whether the code was there and was taken. */
  readonly isCompiled: boolean
  /** Keeps what is compiled by now for the next start. */
  readonly keepCode: () => void
}

/** What Node wraps around a module of the older kind; on one line with it, for the lines of a stack trace. */
const HEAD = '(function (exports, require, module, bundleUrl) {'
const TAIL = '\n})'

type Wrapped = (exports: object, require: NodeJS.Require, module: object, url: string) => void

/** @returns undefined where there is none: the files are as the compiler leaves them */
export const bundleIn = (folder: string): Bundle | undefined => {
  const file = join(folder, BUNDLE)
  if (!existsSync(file)) return undefined
  const source = readFileSync(file)
  const code = codeOf(source, join(folder, CODE))
  // `build.js` leaves nothing but ASCII in it.
  const script = new Script(HEAD + source.toString('latin1') + TAIL, {
    filename: file,
    ...(code && { cachedData: code }),
  })
  const module = { exports: {} }
  // The source was put into a function a moment ago.
  const wrapped = script.runInThisContext() as Wrapped
  wrapped(module.exports, createRequire(file), module, pathToFileURL(file).href)
  // `build.js` makes it of `program.ts`.
  const { run } = module.exports as { run: Run }
  return {
    run,
    isCompiled: script.cachedDataRejected === false,
    keepCode: () => {
      const compiled = script.createCachedData()
      const digest = digestOf(source, compiled)
      writeFileSync(join(folder, CODE), Buffer.concat([digest, compiled]))
    },
  }
}

/**
 * V8 refuses code of another version or with other flags. But it tells sources apart by their length alone, and
 * believes what it is given: whether this belongs to the source, and is whole, is for us to see.
 */
const codeOf = (source: Buffer, file: string): Buffer | undefined => {
  if (!existsSync(file)) return undefined
  const stored = readFileSync(file)
  const code = stored.subarray(DIGEST_LENGTH)
  const isOfSource = digestOf(source, code).equals(stored.subarray(0, DIGEST_LENGTH))
  return isOfSource ? code : undefined
}

const digestOf = (source: Buffer, code: Buffer): Buffer =>
  createHash('sha256').update(source).update(code).digest()
