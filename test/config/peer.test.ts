/** Servers that settings name: what may be written, what it becomes, and what is refused. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { checkKeys } from '../../src/config/keys-folder.ts'
import { loadConfig, type Config } from '../../src/config/load.ts'
import { nameToText } from '../../src/text/name-text.ts'
import { configText } from '../support/config-text.ts'
import { problemsOf } from '../support/problems.ts'

const load = (folder: string, rest: string): Config => {
  writeFileSync(join(folder, 'x.toml'), configText({ rest }))
  return loadConfig(join(folder, 'x.toml'))
}

const peersOf = (folder: string, rest: string): (readonly (string | number)[])[] | undefined =>
  load(folder, rest).zones[0]?.notify.map(({ address, port, key }) => [
    address,
    port,
    ...(key === undefined ? [] : [nameToText(key)]),
  ])

t.test('nobody is notified unless it is said', async (t) => {
  t.strictSame(peersOf(t.testdir(), ''), [])
  t.equal(load(t.testdir(), '').zones[0]?.notifyNs, false)
  t.equal(load(t.testdir(), 'notify-ns = true').zones[0]?.notifyNs, true)
})

t.test('a server is an address, with or without a port, with or without a key', async (t) => {
  const rest = `notify = [
    "192.0.2.1",
    "192.0.2.1:5311",
    "2001:db8::1",
    "[2001:db8::2]",
    "[2001:db8::1]:5311",
    { address = "192.0.2.2:5300", key = "xfr-key" },
    { address = "2001:DB8:0:0::a", key = "XFR-key." },
    { address = "192.0.2.3" },
    "fe80::1%eth0",
  ]`
  t.strictSame(peersOf(t.testdir(), rest), [
    ['192.0.2.1', 53],
    ['192.0.2.1', 5311],
    ['2001:db8::1', 53],
    ['2001:db8::2', 53],
    ['2001:db8::1', 5311],
    ['192.0.2.2', 5300, 'xfr-key.'],
    ['2001:db8::a', 53, 'XFR-key.'],
    ['192.0.2.3', 53],
    ['fe80::1%eth0', 53],
  ])
})

const EXAMPLE =
  'list servers, such as ["192.0.2.1", "[2001:db8::1]:5300", { address = "192.0.2.2", key = "xfr-key." }]'

const problems = (folder: string, rest: string): string[] =>
  problemsOf(folder, () => load(folder, rest)).map((one) => one.replace('x.toml:', ''))

for (const written of [
  '',
  'localhost',
  '192.0.2.256',
  '192.0.2.1:0',
  '192.0.2.1:65536',
  '192.0.2.1:',
  '[192.0.2.1]:53',
  '192.0.2.0/24',
  '2001:db8::1:5300:1:1:1:1:1',
  '[::1]53',
  'key:xfr-key.',
]) {
  t.test(`"${written}" is no server`, async (t) => {
    t.strictSame(problems(t.testdir(), `notify = ["::1", "${written}"]`), [
      `6:18: zone.notify: "${written}" is no address and port; ${EXAMPLE}`,
    ])
  })
}

t.test('what else is no server is refused where it stands', async (t) => {
  const refusals = [
    ['notify = "192.0.2.1"', `6:1: zone.notify: ${EXAMPLE}`],
    ['notify = [1]', '6:11: zone.notify: write a table of address, key'],
    ['notify = [{ key = "k." }]', `6:11: zone.notify.address: ${EXAMPLE}`],
    ['notify = [{ address = 1 }]', `6:13: zone.notify.address: ${EXAMPLE}`],
    [
      'notify = [{ address = "::1", key = "a..b" }]',
      '6:30: zone.notify.key: "a..b" is no domain name: the name has an empty label',
    ],
    [
      'notify = [{ address = "::1", port = 53 }]',
      '6:30: "port" is no setting here; these are: address, key',
    ],
    ['notify-ns = "yes"', '6:1: zone.notify-ns: write true or false'],
    [`notify = [${'"::1",'.repeat(65)}]`, '6:1: zone.notify: list at most 64 servers'],
  ] as const
  for (const [rest, expected] of refusals) {
    t.strictSame(problems(t.testdir(), rest), [expected])
  }
})

t.test('a key that no file has is said where it stands', async (t) => {
  const folder = t.testdir({ keys: {} })
  const config = load(folder, 'notify = ["::1", { address = "::2", key = "xfr-key." }]')
  t.strictSame(
    problemsOf(folder, () => {
      checkKeys(config)
    }),
    ['x.toml:6:18: no file in /keys has the key xfr-key.: livezone key generate xfr-key.'],
  )
})
