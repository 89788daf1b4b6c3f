/** docs/policy.md: its configurations are taken, and become what it says; real servers take theirs. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { loadConfig } from '../src/config/load.ts'
import { configText } from './support/config-text.ts'
import { runHere } from './support/operator.ts'
import { repositoryRoot } from './support/source-tree.ts'
import { run, skipWithout } from './support/tools.ts'

const document = readFileSync(join(repositoryRoot(), 'docs/policy.md'), 'utf8')

/** What stands between the fences, by title. */
const blocks = new Map(
  Array.from(
    document.matchAll(/^```\w+ title=(\S+)\n(.*?)^```$/gms),
    ([, title = '', text = '']) => [title, text],
  ),
)

const block = (title: string): string => {
  const text = blocks.get(title)
  if (text === undefined) throw new Error(`docs/policy.md has no block title=${title}`)
  return text
}

const configurations = [...document.matchAll(/^```toml title=(\S+)$/gm)].map(
  ([, title = '']) => title,
)

/** A block, with what every configuration has above its zones. */
const written = (folder: string, title: string): string => {
  const text = block(title)
  const file = join(folder, 'livezone.toml')
  const whole = text.includes('[[zone]]')
    ? configText({ zone: text })
    : configText({ rest: `file = "dyn.example.zone"\n${text}` })
  writeFileSync(file, whole)
  return file
}

t.test('every configuration of docs/policy.md is taken', async (t) => {
  t.strictSame(configurations, ['presets', 'from-bind', 'from-knot', 'from-powerdns'])
  for (const title of configurations) {
    const config = loadConfig(written(t.testdir(), title))
    t.ok(
      config.zones.every(({ policy }) => policy.rules.length > 0),
      title,
    )
  }
})

t.test('the presets become the rules that docs/policy.md prints', async (t) => {
  const file = written(t.testdir(), 'presets')
  const { code, stdout } = await runHere(['policy', '--config', file])
  t.equal(code, 0)
  t.equal(stdout, block('presets.policy'))
})

t.test('BIND takes its part', { skip: skipWithout('named-checkconf') }, async (t) => {
  const file = join(t.testdir(), 'named.conf')
  writeFileSync(file, block('named.conf'))
  t.strictSame(await run('named-checkconf', [file]), { code: 0, stdout: '', stderr: '' })
})

t.test('Knot DNS takes its part', { skip: skipWithout('/usr/sbin/knotc') }, async (t) => {
  const folder = t.testdir()
  const keys = ['ddns-key.', 'acme-www.', 'host.dyn.example.'].map(
    (key) => `  - id: ${key}\n    algorithm: hmac-sha256\n    secret: c2VjcmV0IQ==\n`,
  )
  mkdirSync(join(folder, 'run'))
  const file = join(folder, 'knot.conf')
  writeFileSync(
    file,
    `server:\n  rundir: "${folder}/run"\nkey:\n${keys.join('')}${block('knot.conf')}`,
  )
  const { code, stdout, stderr } = await run('/usr/sbin/knotc', ['-c', file, 'conf-check'])
  t.equal(code, 0, stdout + stderr)
})
