/** What `[[key]]` and `[[zone]]` say of how much may be used up. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { DEFAULT_BUDGET } from '../../src/access/budget.ts'
import { loadConfig, type Config } from '../../src/config/load.ts'
import { configText } from '../support/config-text.ts'
import { problemsOf } from '../support/problems.ts'

const load = (folder: string, rest: string): Config => {
  writeFileSync(join(folder, 'x.toml'), configText({ rest }))
  return loadConfig(join(folder, 'x.toml'))
}

t.test('a key that nothing is said of has what every client has', async (t) => {
  const [key] = load(t.testdir(), '[[key]]\nname = "k."').keySettings
  t.strictSame(key?.budget, DEFAULT_BUDGET)
})

t.test('all of it can be said', async (t) => {
  const lines = [
    'max-names = 10',
    'max-records = 20',
    '[[key]]',
    'name = "k."',
    'updates-per-minute = 60',
    'burst = 5',
    'names = 3',
    'records = 4',
    'records-per-rrset = 2',
    'types-per-name = 1',
    'min-ttl = 30',
    'max-ttl = "1d"',
    'ttl-outside = "refuse"',
    '[[key]]',
    'name = "other."',
    'updates-per-minute = 1',
    'max-ttl = "100y"',
  ]
  const { zones, keySettings } = load(t.testdir(), lines.join('\n').replace('100y', '5000w'))
  t.strictSame(zones[0]?.ceiling, { names: 10, records: 20 })
  t.strictSame(keySettings[0]?.budget, {
    rate: { perMinute: 60, burst: 5 },
    names: 3,
    records: 4,
    recordsPerRrset: 2,
    typesPerName: 1,
    ttl: { least: 30, most: 86_400, outside: 'refuse' },
  })
  t.strictSame(keySettings[1]?.budget.rate, { perMinute: 1, burst: 10 })
  t.equal(keySettings[1]?.budget.ttl.most, 0x7fff_ffff, 'RFC 2181 §8')
})

t.test('what cannot be is said at its place', async (t) => {
  const folder = t.testdir()
  const problems = (line: string): unknown =>
    problemsOf(folder, () => load(folder, `[[key]]\nname = "k."\n${line}`))
  t.strictSame(problems('min-ttl = 60\nmax-ttl = 59'), [
    'x.toml:8:1: key.min-ttl: is more than "max-ttl"',
  ])
  t.strictSame(problems('burst = 0'), [
    'x.toml:8:1: key.burst: write a whole number from 1 to 1000000',
  ])
  t.strictSame(problems('ttl-outside = "drop"'), [
    'x.toml:8:1: key.ttl-outside: write "clamp" or "refuse"',
  ])
})
