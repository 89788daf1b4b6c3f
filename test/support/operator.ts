/**
 * An operator at a folder of their own, with a configuration and a zone file: what they type is run
 * in this process, or as one of its own where it takes a process.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { run } from '../../src/cli/program.ts'
import { configText, grantText } from './config-text.ts'
import { BUNDLED } from './livezone.ts'
import { plainly, type Finished } from './tools.ts'

/** The command file by file. */
const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url))

export const CONFIG = configText({
  rest: 'file = "dyn.example.zone"\n' + grantText('key = "ddns-key."', 'match = "zonesub"'),
})

export const ZONE = `$TTL 3600
@    IN SOA ns1 hostmaster 10 2h 15m 1w 60
@    IN NS  ns1
ns1  IN A   127.0.0.1
`

/** What a command of this process wrote so far. */
class Output {
  stdout = ''
  stderr = ''
  /** What happens to a piece of standard output: true when the reader wants more at once. */
  onStdout: () => boolean = () => true
}

const output = new AsyncLocalStorage<Output>()

// Only what a command writes is taken: the tests' own results go where they always go.
for (const name of ['stdout', 'stderr'] as const) {
  const stream = process[name]
  const write = stream.write.bind(stream)
  stream.write = (piece: string | Uint8Array, ...more: unknown[]): boolean => {
    const taken = output.getStore()
    // `more` is whatever the caller of an overload gave.
    if (taken === undefined) return Reflect.apply(write, stream, [piece, ...more]) as boolean
    taken[name] += String(piece)
    return name === 'stderr' || taken.onStdout()
  }
}

/** The secret in the text of a key file. */
export const secretIn = (text: string): string => /secret "([^"]+)"/.exec(text)?.[1] ?? ''

export class Operator {
  readonly folder: string

  /** @param folder an empty one */
  constructor(folder: string, config = CONFIG, zone = ZONE) {
    this.folder = folder
    this.write('livezone.toml', config)
    this.write('dyn.example.zone', zone)
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  /** Readable by the owner only, as key files have to be. */
  write(name: string, text: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true })
    writeFileSync(this.path(name), text, { mode: 0o600 })
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8')
  }

  /** Every file and folder in the operator's own, sorted. */
  files(): string[] {
    return readdirSync(this.folder, { recursive: true, encoding: 'utf8' }).sort()
  }

  /** Types `livezone` and the words, and `--config` with the operator's file. */
  run(...words: readonly string[]): Promise<Finished> {
    return runHere([...words, '--config', this.path('livezone.toml')])
  }

  serve(...words: readonly string[]): Serving {
    return new Serving(this.serveWords(words), this.folder)
  }

  serveCovered(): Serving {
    return new CoveredServing(this.serveWords([]), this.folder)
  }

  private serveWords(words: readonly string[]): string[] {
    return ['serve', '--config', this.path('livezone.toml'), ...words]
  }
}

/** Runs a command in this process. */
export const runHere = (
  words: readonly string[],
  onStdout: () => boolean = () => true,
): Promise<Finished> => {
  const taken = new Output()
  taken.onStdout = onStdout
  return output.run(taken, async () => {
    const code = await run(words)
    return { code, stdout: taken.stdout, stderr: taken.stderr }
  })
}

/** A command in a process of its own: bundled, as operators have it, and without coverage. */
export class Serving {
  stdout = ''
  stderr = ''
  readonly process: ChildProcessByStdio<null, Readable, Readable>
  private readonly ended: Promise<unknown>

  constructor(
    words: readonly string[],
    folder: string,
    start = plainly(process.execPath, BUNDLED),
  ) {
    const [command, args] = start
    this.process = spawn(command, [...args, ...words], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.ended = once(this.process, 'close')
    this.process.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text))
    this.process.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text))
  }

  /** Resolves with the port of the first address when it says that it is ready. */
  async ready(): Promise<number> {
    for (;;) {
      const [, port] = /^livezone is ready: .* on \S+:(\d+)\b.*\n/.exec(this.stdout) ?? []
      if (port !== undefined) return Number(port)
      const isOver = await Promise.race([
        once(this.process.stdout, 'data').then(() => false),
        this.ended.then(() => true),
      ])
      if (isOver) throw new Error(`livezone ended before it was ready: ${this.stderr}`)
    }
  }

  async end(signal?: NodeJS.Signals): Promise<Finished> {
    if (signal !== undefined) this.process.kill(signal)
    await this.ended
    return { code: this.process.exitCode, stdout: this.stdout, stderr: this.stderr }
  }
}

/** File by file: it takes seconds to start, but its coverage is led back to the sources. */
export class CoveredServing extends Serving {
  constructor(words: readonly string[], folder: string) {
    super(words, folder, [process.execPath, [MAIN]])
  }
}
