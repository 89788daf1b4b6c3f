/** How much of the journals is kept: for all zones, for one, and what is refused. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { loadConfig, type JournalConfig } from '../../src/config/load.ts'
import { configText } from '../support/config-text.ts'
import { problemsOf } from '../support/problems.ts'

const load = (folder: string, rest: string): JournalConfig[] => {
  const file = join(folder, 'x.toml')
  writeFileSync(file, configText({ rest }))
  return loadConfig(file).zones.map(({ journal }) => journal)
}

t.test('a journal is kept for thirty days and up to a gibibyte', async (t) => {
  t.strictSame(load(t.testdir(), ''), [{ keepSeconds: 2_592_000, octets: 1_073_741_824 }])
})

t.test('what is said for all is good for each zone that does not say otherwise', async (t) => {
  const rest = `[[zone]]
name = "b."
journal = { keep = "1w2d" }
[[zone]]
name = "c."
[zone.journal]
size = 4096
keep = 0
[journal]
keep = "12h"
size = "5MiB"
`
  t.strictSame(load(t.testdir(), rest), [
    { keepSeconds: 43_200, octets: 5_242_880 },
    { keepSeconds: 777_600, octets: 5_242_880 },
    { keepSeconds: 0, octets: 4096 },
  ])
})

t.test('sizes have the units of IEC 80000-13, or none', async (t) => {
  for (const [written, octets] of [
    ['0', 0],
    ['"7"', 7],
    ['"3KiB"', 3072],
    ['"2TiB"', 2_199_023_255_552],
  ] as const) {
    t.match(load(t.testdir(), `[journal]\nsize = ${written}`), [{ octets }])
  }
})

const KEEP = 'journal.keep: write a time such as "30d" or "12h", or a number of seconds'
const SIZE = 'journal.size: write a size such as "1GiB" or "500MiB", or a number of octets'

for (const [setting, message] of [
  ['keep = "a month"', KEEP],
  ['keep = -1', KEEP],
  ['keep = 1.5', KEEP],
  ['keep = true', KEEP],
  ['keep = "9999999w"', KEEP],
  ['size = "1GB"', SIZE],
  ['size = "1 GiB"', SIZE],
  ['size = "GiB"', SIZE],
  ['size = -1', SIZE],
  ['size = []', SIZE],
] as const) {
  t.test(`${setting} is refused`, async (t) => {
    const folder = t.testdir()
    const written = `[journal]\n${setting}`
    t.strictSame(
      problemsOf(folder, () => load(folder, written)),
      [`x.toml:7:1: ${message}`],
    )
  })
}
