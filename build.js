/**
 * `node build.js FOLDER`: all commands in one file, with all packages in it but those that are named below, and what V8
 * has compiled of it when a server has answered. Some seven hundred files that are found, opened and compiled
 * one by one take longer than all else that a start does.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const folder = resolve(process.argv[2])

/** What has a binary beside it finds that from where it is. */
const NATIVE = ['koffi', '#package']

/** What nothing here calls: src/base/without-schemas.ts says why. */
const UNUSED = [
  '@fastify/ajv-compiler',
  '@fastify/fast-json-stringify-compiler',
  'light-my-request',
]

/** Large, and for few servers: others need not read them. */
const SELDOM = ['nodemailer', 'pino-pretty']

/**
 * lmdb's own part of JavaScript, which is half of what a start would compile anew. Its binary stays where the
 * package is; msgpackr takes its own where it finds it, to read what no store of ours has in it.
 */
const lmdb = {
  name: 'lmdb',
  setup: ({ onLoad, onResolve }) => {
    onLoad({ filter: /[\\/]lmdb[\\/]native\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8')
      const contents = text.replace(
        'fileURLToPath(import.meta.url)',
        "createRequire(import.meta.url).resolve('lmdb')",
      )
      if (contents === text) throw new Error(`${path} finds its binary in another way`)
      return { contents: `import { createRequire } from 'node:module'\n${contents}` }
    })
    onResolve({ filter: /^msgpackr-extract$/ }, () => ({ path: 'none', namespace: 'none' }))
    onLoad({ filter: /^none$/, namespace: 'none' }, () => ({
      contents: "throw new Error('not needed')",
    }))
  },
}

const common = {
  outdir: folder,
  bundle: true,
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
}
const bundle = async () => {
  // Files of an earlier build have other names.
  rmSync(folder, { recursive: true, force: true })
  await build({
    ...common,
    entryPoints: [
      { in: 'src/cli/main.ts', out: 'main' },
      { in: 'src/cli/bundle.ts', out: 'bundle' },
      // Where further threads begin (src/app/reader-seat.ts).
      { in: 'src/app/reader-thread.ts', out: 'reader-thread' },
    ],
    format: 'cjs',
    define: { 'import.meta.dirname': '__dirname' },
    // The program is in the other file.
    external: [...NATIVE, 'lmdb', './program.ts'],
  })
  // Node takes a sixth of its own start for modules of the newer kind.
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
  const described = { version, type: 'commonjs', imports: { '#package': './package.json' } }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(described)}\n`)
  await build({
    ...common,
    external: [...NATIVE, ...UNUSED, ...SELDOM],
    plugins: [lmdb],
    entryPoints: ['src/cli/program.ts'],
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'bundleUrl' },
  })

  // Text of one octet a character takes half of the memory, and no time to decode.
  const program = join(folder, 'program.cjs')
  const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  writeFileSync(program, readFileSync(program, 'utf8').replace(/[^\0-\x7f]/g, escaped))
}

/** Serves a zone for a moment, so that what a start needs is compiled, and keeps that. */
const keepCode = async () => {
  const { bundleIn } = await import(pathToFileURL(join(folder, 'bundle.js')).href)
  const { run, keepCode } = bundleIn(folder)
  const place = mkdtempSync(join(tmpdir(), 'livezone-build-'))
  const config = join(place, 'livezone.toml')
  const zone = '@ 60 IN SOA a a 1 1 1 1 1\n@ 60 IN NS a\na 60 IN A 192.0.2.1\n'
  writeFileSync(join(place, 'zone'), zone)
  writeFileSync(
    config,
    'listen = ["127.0.0.1:0"]\ndata = "data"\nkeys = "keys"\n[http]\nlisten = ["127.0.0.1:0"]\n' +
      '[[zone]]\nname = "x.example."\nfile = "zone"\n',
  )
  const { write } = process.stdout
  process.stdout.write = () => {
    process.stdout.write = write
    setImmediate(() => {
      process.kill(process.pid, 'SIGTERM')
    })
    return true
  }
  const status = await run(['serve', '--config', config])
  if (status === 0) keepCode()
  rmSync(place, { recursive: true })
  process.exitCode = status
}

if (process.argv[3] === 'keep-code') {
  await keepCode()
} else {
  await bundle()
  const itself = fileURLToPath(import.meta.url)
  // By itself, so that nobody takes what it logs for the log of a server that is meant to be.
  const { status } = spawnSync(process.execPath, [itself, folder, 'keep-code'], { stdio: 'ignore' })
  // Where no server can be started, as in a sandbox, the commands are no less whole.
  if (status !== 0) process.stderr.write('no code is kept for starts, which will take longer\n')
}
