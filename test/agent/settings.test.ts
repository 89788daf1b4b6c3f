/** The agent's configuration, and what is wrong with one. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { loadAgentSettings, type AgentSettings } from '../../src/agent/settings.ts'
import { problemsOf } from '../support/problems.ts'

const KEY = (name: string): string =>
  `key "${name}" { algorithm hmac-sha256; secret "c2VjcmV0"; };\n`

const HOST = '[[host]]\nname = "home.dyn.example."\n'
const DNS = '[update]\nserver = "192.0.2.53"\nkey = "home.key"\n'
const WEB = '[update]\nurl = "https://dyn.example/nic/update"\ntoken = "home.token"\n'

const folderFor = (t: Test, config: string): string => {
  const folder = t.testdir({ 'agent.toml': config })
  for (const [name, text] of [
    ['home.key', KEY('home')],
    ['two.key', KEY('a') + KEY('b')],
    ['none.key', '# none yet\n'],
    ['broken.key', 'key'],
    ['home.token', 'dd123\n'],
    ['bad.token', 'two words'],
  ] as const) {
    writeFileSync(join(folder, name), text, { mode: 0o600 })
  }
  return folder
}

const load = (t: Test, config: string, environment = {}): AgentSettings =>
  loadAgentSettings(join(folderFor(t, config), 'agent.toml'), environment)

t.test('what is left out has a value', async (t) => {
  const settings = load(t, HOST + DNS)
  t.match(settings, {
    hosts: [{ zone: undefined, families: ['ipv4', 'ipv6'], suffix: undefined, ttlSeconds: 60 }],
    update: { kind: 'dns', server: { host: '192.0.2.53', port: 53 }, key: { text: 'home.' } },
    fingerprint: /^[0-9a-f]{16}$/,
    sources: { ipv4: [{ kind: 'interface', interface: undefined }] },
    allowPrivate: false,
    stateFile: /\/agent\.json$/,
    intervalSeconds: 300,
    verifySeconds: 3600,
    hooks: { change: undefined, failure: undefined, recover: undefined, webhook: undefined },
  })
})

t.test('all of it can be said', async (t) => {
  const settings = load(
    t,
    `state = "state/a.json"
interval = 60
verify = 600
allow-private = true
${HOST}zone = "dyn.example."
families = ["ipv6", "ipv6"]
suffix = "::5/64"
ttl = 120
${WEB}user = "me"
server = "[2001:db8::53]:5300"
[ipv4]
interface = "wan"
web = "http://dyn.example/myip"
command = ["my-ip", "-4"]
[ipv6]
sources = ["web", "interface", "web"]
web = "http://dyn.example/myip"
[hooks]
on-change = ["a"]
on-failure = ["b", "c"]
on-recover = ["d"]
webhook = "https://dyn.example/hook"
`,
  )
  t.match(settings, {
    hosts: [{ families: ['ipv6'], suffix: { prefixLength: 64 }, ttlSeconds: 120 }],
    update: {
      kind: 'web',
      user: 'me',
      token: 'dd123',
      server: { host: '2001:db8::53', port: 5300 },
    },
    allowPrivate: true,
    stateFile: /\/state\/a\.json$/,
    intervalSeconds: 60,
    verifySeconds: 600,
    hooks: { change: ['a'], failure: ['b', 'c'], recover: ['d'] },
  })
  t.strictSame(
    settings.sources.ipv4.map(({ kind }) => kind),
    ['interface', 'web', 'command'],
  )
  t.strictSame(
    settings.sources.ipv6.map(({ kind }) => kind),
    ['web', 'interface'],
  )
})

t.test('a server is a name or an address, with a port or without', async (t) => {
  for (const [written, host, port] of [
    ['ns1.dyn.example', 'ns1.dyn.example', 53],
    ['ns1.dyn.example:5300', 'ns1.dyn.example', 5300],
    ['2001:db8::53', '2001:db8::53', 53],
    ['[2001:db8::53]', '2001:db8::53', 53],
  ] as const) {
    const { update } = load(t, HOST + DNS.replace('192.0.2.53', written))
    t.match(update, { server: { host, port } }, written)
  }
})

t.test('another server, user or secret makes another fingerprint', async (t) => {
  const prints = [DNS, DNS.replace('.53"', '.54"'), WEB, `${WEB}user = "me"\n`].map(
    (update) => load(t, HOST + update).fingerprint,
  )
  t.equal(new Set(prints).size, prints.length)
  t.equal(load(t, HOST + DNS).fingerprint, prints[0])
})

t.test('a service has its secrets and its state where systemd puts them', async (t) => {
  const folder = folderFor(t, HOST + DNS)
  const given = folder
  for (const name of ['given', 'state']) mkdirSync(join(folder, name))
  writeFileSync(join(given, 'given', 'home.key'), KEY('given'), { mode: 0o600 })
  const environment = {
    CREDENTIALS_DIRECTORY: join(given, 'given'),
    STATE_DIRECTORY: join(given, 'state'),
  }
  const settings = loadAgentSettings(join(folder, 'agent.toml'), environment)
  t.match(settings.update, { key: { text: 'given.' } })
  t.equal(settings.stateFile, join(given, 'state', 'agent.json'))
  writeFileSync(join(folder, 'agent.toml'), HOST + WEB)
  const other = loadAgentSettings(join(folder, 'agent.toml'), environment)
  t.match(other.update, { token: 'dd123' }, 'one that is not there is beside the configuration')
})

t.test('what is wrong is said with its place', async (t) => {
  const two = '[[host]]\nname = "HOME.dyn.example."\n'
  for (const [config, ...problems] of [
    ['', '1:1: host: write [[host]]', '1:1: update: write a table of server'],
    [`${HOST}oops = 1\n${DNS}`, '3:1: "oops" is no setting here'],
    [`${HOST}zone = "else."\n${DNS}`, '3:1: host.zone: home.dyn.example. is not in the zone else.'],
    [`${HOST}suffix = "x"\n${DNS}`, '3:1: host.suffix: "x" is no suffix'],
    [
      `${HOST}suffix = "::1/64"\nfamilies = ["ipv4"]\n${DNS}`,
      '3:1: host.suffix: a suffix is for an IPv6 address',
    ],
    [`${HOST}families = ["ipv5"]\n${DNS}`, '3:13: host.families: list families'],
    [`${HOST}ttl = 0\n${DNS}`, '3:1: host.ttl: write a whole number of seconds'],
    [HOST + two + DNS, '4:1: host.name: HOME.dyn.example. stands here a second time'],
    [`${HOST}[update]\nserver = "a"\n`, '3:1: update: write server and key'],
    [`${HOST}${DNS}user = "me"\n`, '3:1: update: write server and key'],
    [`${HOST}[update]\nurl = "http://a/"\n`, '3:1: update: write server and key'],
    [`${HOST}${WEB}key = "home.key"\n`, '6:1: update.key: a key is for DNS updates'],
    [`${HOST}${DNS.replace('192.0.2.53', 'a:b:c')}`, '4:1: update.server: "a:b:c" is no server'],
    [`${HOST}${DNS.replace('192.0.2.53', '[a]:53')}`, '4:1: update.server: "[a]:53" is no server'],
    [`${HOST}${DNS.replace('192.0.2.53', 'a:0')}`, '4:1: update.server: "a:0" is no server'],
    [`${HOST}${WEB.replace('https:', 'ftp:')}`, '4:1: update.url: write a URL'],
    [`${HOST}${WEB.replace('https://', '')}`, '4:1: update.url: write a URL'],
    [`${HOST}${DNS}[ipv4]\nsources = ["web"]\n`, '7:12: ipv4.sources: say which: web = ...'],
    [`${HOST}${DNS}[ipv4]\ncommand = []\n`, '7:1: ipv4.command: list a program'],
    [`${HOST}${DNS.replace('home.key', 'no.key')}`, '5:1: cannot read no.key: ENOENT'],
    [`${HOST}${DNS.replace('home.key', 'two.key')}`, /5:1: .*two\.key has 2 keys/],
    [`${HOST}${DNS.replace('home.key', 'none.key')}`, /5:1: .*none\.key has no key/],
    [`${HOST}${DNS.replace('home.key', 'broken.key')}`, /^broken\.key:1:4: the file ends/],
    [`${HOST}${WEB.replace('home.token', 'bad.token')}`, /5:1: .*does not hold one token/],
  ] as const) {
    const folder = folderFor(t, config)
    const found = problemsOf(folder, () => loadAgentSettings(join(folder, 'agent.toml'), {}))
    t.equal(found.length, problems.length, found.join('\n'))
    for (const [index, problem] of problems.entries()) t.match(found[index], problem)
  }
})

t.test('a token that everybody can read is none', async (t) => {
  const folder = folderFor(t, HOST + WEB)
  chmodSync(join(folder, 'home.token'), 0o644)
  const found = problemsOf(folder, () => loadAgentSettings(join(folder, 'agent.toml')))
  t.match(found, [/5:1: everybody can read .*home\.token: chmod 600 it/])
})
