/** Zones that are another server's, as settings name it, and what does not go together. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { checkKeys } from '../../src/config/keys-folder.ts'
import { loadConfig, type Config } from '../../src/config/load.ts'
import { configText } from '../support/config-text.ts'
import { problemsOf } from '../support/problems.ts'

const load = (folder: string, rest: string): Config => {
  writeFileSync(join(folder, 'x.toml'), configText({ rest }))
  return loadConfig(join(folder, 'x.toml'))
}

const problems = (folder: string, rest: string): string[] =>
  problemsOf(folder, () => load(folder, rest)).map((one) => one.replace('x.toml:', ''))

t.test('a zone is our own unless it has a primary', async (t) => {
  t.match(load(t.testdir(), '').zones[0], { primaries: [], forward: true })
})

t.test('primaries are servers as others are, in their order', async (t) => {
  const rest = 'primary = ["192.0.2.1", { address = "[2001:db8::1]:5300", key = "xfr-key" }]'
  const [zone] = load(t.testdir(), rest).zones
  t.strictSame(
    zone?.primaries.map(({ address, port, key }) => [address, port, key?.length]),
    [
      ['192.0.2.1', 53, undefined],
      ['2001:db8::1', 5300, 9],
    ],
  )
  t.equal(zone?.forward, true)
  t.equal(load(t.testdir(), 'primary = ["192.0.2.1"]\nforward = false').zones[0]?.forward, false)
})

t.test('a list of none, and what is no server, are refused where they stand', async (t) => {
  t.match(problems(t.testdir(), 'primary = []'), [/^6:1: zone\.primary: list servers, such as /])
  t.match(problems(t.testdir(), 'primary = ["here"]'), [/^6:12: zone\.primary: "here" is no /])
  t.match(problems(t.testdir(), 'primary = ["::1"]\nforward = "no"'), [/write true or false/])
})

t.test('a file and a primary exclude each other', async (t) => {
  t.strictSame(problems(t.testdir(), 'file = "x.zone"\nprimary = ["192.0.2.1"]'), [
    '6:1: zone.file: a zone with a "primary" comes from there: take one of the two out',
  ])
})

t.test('there is nothing to forward without a primary', async (t) => {
  t.strictSame(problems(t.testdir(), 'forward = true'), [
    '6:1: zone.forward: only a zone with a "primary" forwards updates: take it out',
  ])
})

t.test('the key of a primary has to be there', async (t) => {
  const folder = t.testdir()
  const config = load(folder, 'primary = ["::1", { address = "::2", key = "none." }]')
  const missing = problemsOf(folder, () => {
    checkKeys(config)
  })
  t.match(missing, [/x\.toml:6:19: no file in .* none\./])
})
