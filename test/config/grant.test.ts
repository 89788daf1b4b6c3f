/** What `[[zone.grant]]` may say, and what an operator is told who says something else. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { loadConfig, type ZoneConfig } from '../../src/config/load.ts'
import { nameToText } from '../../src/text/name-text.ts'
import { configText, grantText } from '../support/config-text.ts'
import { problemsOf } from '../support/problems.ts'

const zoneOf = (folder: string, ...grants: readonly string[]): ZoneConfig => {
  const file = join(folder, 'x.toml')
  writeFileSync(file, configText({ rest: grants.join('\n') }))
  const [zone] = loadConfig(file).zones
  if (zone === undefined) throw new Error('no zone')
  return zone
}

const textsOf = (folder: string, ...lines: readonly string[]): string[] =>
  zoneOf(folder, grantText(...lines)).policy.rules.map(({ text }) => text)

const problems = (folder: string, ...lines: readonly string[]): string[] =>
  problemsOf(folder, () => zoneOf(folder, grantText(...lines))).map((one) =>
    one.replace(/^x\.toml:(\d+):\d+: zone\.grant/, '$1'),
  )

const K = 'key = "k."'
const ALL = 'match = "zonesub"'

const good: readonly (readonly [title: string, lines: readonly string[], text: string])[] = [
  [
    'every right',
    [K, ALL, 'rights = ["update", "transfer", "list"]'],
    'k. zonesub to update transfer list',
  ],
  ['rights without update', [K, 'rights = ["list"]'], 'k. to list'],
  [
    'a wildcard',
    [K, 'match = "wildcard"', 'name = "*.a.dyn.example."'],
    'k. wildcard *.a.dyn.example.',
  ],
  ['a key for many', ['key = "*.dyn.example."', 'match = "selfsub"'], '*.dyn.example. selfsub'],
  ['every key', ['key = "*"', 'match = "self"'], '*. self'],
  ['limits', [K, ALL, 'types = ["A", "txt(2)", "ANY(3)"]'], 'k. zonesub A TXT(2) ANY(3)'],
  [
    'addresses and a transport',
    [ALL, 'from = ["192.0.2.1", "2001:db8::/32"]', 'transport = "tcp"'],
    'anyone zonesub from 192.0.2.1 2001:db8::/32 over tcp',
  ],
  ['a denial for all', ['deny = true', ALL], 'deny anyone zonesub'],
  [
    'a strict rule in shadow',
    [K, ALL, 'strict = true', 'shadow = true'],
    'shadow k. zonesub strict',
  ],
  [
    'the reverse name over TCP',
    ['from = ["::/0"]', 'match = "tcp-self"', 'transport = "tcp"'],
    'anyone tcp-self from ::/0 over tcp',
  ],
]

for (const [title, lines, text] of good) {
  t.test(`${title} can be written`, async (t) => {
    t.strictSame(textsOf(t.testdir(), ...lines), [text])
  })
}

const whole = 'a zone is transferred as a whole'

/** The line of the file, the setting below `zone.grant`, and the advice. */
const bad: readonly (readonly [title: string, lines: readonly string[], ...expected: string[]])[] =
  [
    [
      'nobody in particular, from anywhere',
      [ALL],
      '6: give it a key = "...", or from = ["..."] where nobody has to sign',
    ],
    [
      'an empty list of addresses',
      [K, ALL, 'from = []'],
      '9.from: list addresses and networks, such as ["192.0.2.1", "2001:db8::/32"]',
    ],
    [
      'a transport that we do not have',
      [K, ALL, 'transport = "tls"'],
      '9.transport: write one of "udp", "tcp"',
    ],
    [
      'a right that we do not have',
      [K, ALL, 'rights = ["read"]'],
      '9.rights: list what it gives, such as ["update", "transfer"]',
    ],
    ['a flag that is none', [K, ALL, 'deny = "yes"'], '9.deny: write true or false'],
    [
      'hosts without a preset',
      [K, ALL, 'hosts = ["dyn.example."]'],
      '9.hosts: "hosts" goes with a preset: write "name" here',
    ],
    [
      'a strict denial',
      [K, ALL, 'deny = true', 'strict = true'],
      '10.strict: a rule that denies ignores nothing: take it out',
    ],
    [
      'a denial of numbers',
      [K, ALL, 'deny = true', 'types = ["A(2)"]'],
      '10.types: a rule that denies takes no numbers: write the types alone',
    ],
    [
      'a type twice, of which one would count',
      [K, ALL, 'types = ["TXT(2)", "A", "TYPE16"]'],
      '9.types: TXT stands here a second time: take one out',
    ],
    [
      'names where a zone is transferred',
      [K, 'match = "name"', 'name = "a.dyn.example."', 'types = ["A"]', 'rights = ["list"]'],
      `8.match: ${whole}: take it out`,
      `9.name: ${whole}: take it out`,
      `10.types: ${whole}: take it out`,
    ],
    [
      'a transfer of names',
      [K, 'match = "self"', 'rights = ["update", "transfer"]'],
      `9.rights: ${whole}: give that a rule of its own`,
    ],
    [
      'no wildcard',
      [K, 'match = "wildcard"', 'name = "a.dyn.example."'],
      '9.name: match = "wildcard" is for a name that begins with "*."',
    ],
    [
      'a wildcard without its name',
      [K, 'match = "wildcard"'],
      '6: match = "wildcard" needs the name that it is for: name = "..."',
    ],
    [
      'a wildcard elsewhere',
      [K, 'match = "wildcard"', 'name = "*.example."'],
      '9.name: *.example. is not in the zone dyn.example.',
    ],
    [
      'self without a key',
      ['from = ["::1"]', 'match = "self"'],
      '8.match: match = "self" needs a key: key = "...", or "*" for each one',
    ],
    [
      'selfsub without a key',
      ['deny = true', 'match = "selfsub"'],
      '8.match: match = "selfsub" needs a key: key = "...", or "*" for each one',
    ],
    [
      'selfsub for a key elsewhere',
      [K, 'match = "selfsub"'],
      '7.key: k. is not in the zone dyn.example.',
    ],
    [
      'tcp-self over UDP',
      [K, 'match = "tcp-self"', 'transport = "udp"'],
      '9.transport: match = "tcp-self" is for TCP: take it out',
    ],
    [
      'no record at all',
      [K, ALL, 'types = ["A(0)"]'],
      '9.types: "A(0)" allows no record: write deny = true in a rule of its own',
    ],
    ['half a bracket', [K, ALL, 'types = ["A(1"]'], '9.types: "A(1" is no record type'],
    ...['RRSIG', 'NSEC', 'NSEC3', 'NSEC3PARAM'].map((type) => {
      const what = `9.types: ${type} records are the server's own, and no rule gives them: take it out`
      return [type, [K, ALL, `types = ["${type}"]`], what] as const
    }),
    [
      'a preset that we do not have',
      [K, 'preset = "all"'],
      '8.preset: write one of "acme", "host", "router", "dhcp", "external-dns"',
    ],
    [
      'a preset for hosts without one',
      [K, 'preset = "acme"'],
      '6: preset = "acme" needs hosts = ["..."], or name = "..." for one',
    ],
    [
      'a preset for hosts with two kinds of them',
      [K, 'preset = "host"', 'hosts = ["a.dyn.example."]', 'name = "b.dyn.example."'],
      '10.name: "hosts" has the names: take it out',
    ],
    [
      'hosts elsewhere',
      [K, 'preset = "host"', 'hosts = ["a.dyn.example.", "b.example."]'],
      '9.hosts: b.example. is not in the zone dyn.example.',
    ],
    [
      'a preset for the zone with a name',
      [K, 'preset = "dhcp"', 'name = "a.dyn.example."'],
      '9.name: preset = "dhcp" is for the zone: take it out',
    ],
    [
      'a preset for the zone with hosts',
      [K, 'preset = "external-dns"', 'hosts = ["a.dyn.example."]'],
      '9.hosts: preset = "external-dns" is for the zone: take it out',
    ],
    [
      'a preset and what it says already',
      [K, 'preset = "dhcp"', ALL, 'types = ["A"]', 'rights = ["update"]', 'deny = true'],
      ...['9.match', '10.types', '11.rights', '12.deny'].map(
        (at) => `${at}: preset = "dhcp" says that already: take it out`,
      ),
    ],
    [
      'a host whose challenge has too long a name',
      [K, 'preset = "acme"', `name = "${`${'x'.repeat(59)}.`.repeat(4)}dyn.example."`],
      '6: with "_acme-challenge." before it, one of the names is too long',
    ],
  ]

for (const [title, lines, ...expected] of bad) {
  t.test(`${title} is refused`, async (t) => {
    t.strictSame(problems(t.testdir(), ...lines), expected)
  })
}

const presets: readonly (readonly [lines: readonly string[], texts: readonly string[]])[] = [
  [
    ['preset = "acme"', 'hosts = ["www.dyn.example.", "*.apps.dyn.example."]'],
    [
      'k. name _acme-challenge.www.dyn.example. TXT(10)',
      'k. name _acme-challenge.apps.dyn.example. TXT(10)',
    ],
  ],
  [['preset = "acme"', 'name = "dyn.example."'], ['k. name _acme-challenge.dyn.example. TXT(10)']],
  [['preset = "host"', 'name = "pc.dyn.example."'], ['k. name pc.dyn.example. A AAAA']],
  [['preset = "router"', 'name = "home.dyn.example."'], ['k. subdomain home.dyn.example. A AAAA']],
  [['preset = "dhcp"'], ['k. zonesub A AAAA DHCID TXT PTR']],
  [['preset = "external-dns"'], ['k. zonesub A AAAA CNAME TXT to update transfer list']],
]

for (const [lines, texts] of presets) {
  t.test(`${lines.join(', ')} becomes plain rules`, async (t) => {
    t.strictSame(textsOf(t.testdir(), K, ...lines), texts)
  })
}

t.test('a preset has conditions as a rule has them', async (t) => {
  const lines = ['preset = "host"', 'name = "pc.dyn.example."', 'from = ["192.0.2.0/24"]']
  t.strictSame(textsOf(t.testdir(), ...lines, 'transport = "tcp"', 'strict = true'), [
    'anyone name pc.dyn.example. A AAAA from 192.0.2.0/24 over tcp strict',
  ])
})

t.test('rules are numbered through the presets, and a grant names one key or none', async (t) => {
  const zone = zoneOf(
    t.testdir(),
    grantText(K, 'preset = "acme"', 'hosts = ["a.dyn.example.", "b.dyn.example."]'),
    grantText('key = "l."', ALL),
    grantText('key = "*.dyn.example."', 'match = "self"'),
    grantText('deny = true', ALL),
  )
  t.strictSame(
    zone.policy.rules.map(({ number }) => number),
    [1, 2, 3, 4, 5],
  )
  t.strictSame(
    zone.grants.map(({ key }) => key && nameToText(key)),
    ['k.', 'l.', undefined, undefined],
  )
})
