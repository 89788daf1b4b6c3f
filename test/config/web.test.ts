/** `[http]` as operators write it, and what they are told. */
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { loadConfig, type Config } from '../../src/config/load.ts'
import { fleetOf } from '../../src/config/web.ts'
import { nameToText } from '../../src/text/name-text.ts'
import { configText } from '../support/config-text.ts'

const load = (t: Test, rest: string): Config => {
  const file = join(t.testdir(), 'x.toml')
  writeFileSync(file, configText({ rest }))
  return loadConfig(file)
}

t.test('without the table nothing is listened on', async (t) => {
  const { http } = load(t, '')
  t.match(http, { listen: [], legacyListen: [], tlsListen: [], ttl: 60, fleets: [] })
  t.match(http, { queryCredentials: true, anyPath: true, trustedProxies: [] })
})

for (const [title, rest, place, setting, other] of [
  ['DNS', 'listen = ["127.0.0.1:80", "127.0.0.1:5300"]', '7:27', 'http.listen', 'listen'],
  ['one list', 'listen = ["[::1]:80", "[::1]:80"]', '7:23', 'http.listen', 'http.listen'],
  [
    'two',
    'listen = ["[::1]:80"]\nlegacy-listen = ["[::1]:80"]',
    '8:18',
    'http.legacy-listen',
    'http.listen',
  ],
] as const) {
  t.test(`an address and port that ${title} has already is refused where it stands`, async (t) => {
    const file = join(t.testdir(), 'x.toml')
    const listen = 'listen = ["127.0.0.1:5300"]'
    writeFileSync(file, configText({ listen, rest: `[http]\n${rest}\n` }))
    const id = rest.includes('5300') ? '127.0.0.1 with port 5300' : '::1 with port 80'
    const message = `${file}:${place}: ${setting}: ${other} has ${id} already: take another port`
    t.throws(() => loadConfig(file), { name: 'InputError', message })
  })
}

t.test('port 0 is another one each time, and an address has several ports', async (t) => {
  const ports = ['0', '0', '80', '81'].map((port) => `"127.0.0.1:${port}"`).join()
  t.equal(load(t, `[http]\nlisten = [${ports}]\n`).http.listen.length, 4)
})

t.test('every setting', async (t) => {
  const config = load(
    t,
    `private = true
[http]
listen = ["127.0.0.1:8080"]
legacy-listen = ["[::1]:8245"]
tls-listen = ["127.0.0.1:443"]
certificate = "tls/cert.pem"
key = "/tls/key.pem"
trusted-proxies = ["192.0.2.0/24"]
ttl = 120
query-credentials = false
any-path = false
stale = "7d"
block = ["bad.dyn.example."]
blocked-agents = ["CheapCam/1."]
[[http.fleet]]
name = "cameras"
domain = "cam.dyn.example."
secret = "cameras.secret"
deny = ["00:11:22:33:44:FF"]
`,
  )
  t.equal(config.zones[0]?.takesPrivate, true)
  const { http } = config
  t.match(http, {
    listen: [{ address: '127.0.0.1', port: 8080 }],
    legacyListen: [{ address: '::1', port: 8245 }],
    tlsListen: [{ address: '127.0.0.1', port: 443 }],
    files: { certificate: /tls\/cert\.pem$/, key: '/tls/key.pem' },
    trustedProxies: [{ address: '192.0.2.0', prefixLength: 24 }],
    ttl: 120,
    queryCredentials: false,
    anyPath: false,
    stale: 7 * 86_400,
    blockedAgents: ['CheapCam/1.'],
  })
  t.strictSame(http.blocked.map(nameToText), ['bad.dyn.example.'])
  const [fleet] = http.fleets
  if (fleet === undefined) throw new Error('no fleet')
  t.throws(() => fleetOf(fleet), { code: 'ENOENT' })
  writeFileSync(fleet.secretFile, `${'0123456789abcdef'.repeat(2)}\n`, { mode: 0o644 })
  t.throws(() => fleetOf(fleet), /others can read .*: chmod 600 it/)
  chmodSync(fleet.secretFile, 0o600)
  const made = fleetOf(fleet)
  t.equal(nameToText(made.domain), 'cam.dyn.example.')
  t.strictSame([...made.denied], ['00:11:22:33:44:ff'])
  writeFileSync(fleet.secretFile, 'short')
  t.throws(() => fleetOf(fleet), /fewer than 32 characters/)
})

t.test('what is wrong is said at its place', async (t) => {
  const rows: readonly (readonly [string, string])[] = [
    ['tls-listen = ["127.0.0.1:1"]', '"tls-listen" needs a certificate = "..."'],
    ['tls-listen = ["127.0.0.1:1"]\ncertificate = "x"', '"tls-listen" needs a key = "..."'],
    ['ttl = 29', 'write a whole number from 30 to 86400'],
    ['listen = ["localhost:80"]', '"localhost:80" is no address and port'],
    ['trusted-proxies = ["x"]', '"x" is no address or network'],
    ['any-path = 1', 'write true or false'],
    ['block = "x."', 'list names of hosts'],
    ['blocked-agents = [""]', 'list what clients call themselves'],
    [`blocked-agents = ["${'x'.repeat(101)}"]`, 'list what clients call themselves'],
    [`blocked-agents = [${'"x",'.repeat(101)}]`, '100 at most'],
    ['stale = "x"', 'write a time such as "30d"'],
    [
      '[[http.fleet]]\nname = "a b"\ndomain = "x."\nsecret = "y"',
      'write letters, digits and hyphens',
    ],
    [
      `[[http.fleet]]\nname = "a"\nsecret = "y"\ndomain = "${'x'.repeat(60)}.${`${'x'.repeat(60)}.`.repeat(3)}"`,
      'leaves no room for the labels of devices',
    ],
  ]
  for (const [lines, message] of rows) {
    t.throws(() => load(t, `[http]\n${lines}\n`), { message: new RegExp(escaped(message)) }, lines)
  }
})

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
