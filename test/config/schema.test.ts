/** Every setting that is refused: where, and with which advice. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { loadConfig } from '../../src/config/load.ts'
import { configText, grantText, type ConfigParts } from '../support/config-text.ts'
import { problemsOf } from '../support/problems.ts'

const problems = (folder: string, text: string): string[] => {
  const file = join(folder, 'x.toml')
  writeFileSync(file, text)
  return problemsOf(folder, () => loadConfig(file)).map((one) => one.replace('x.toml:', ''))
}

const ENDPOINTS = 'listen: list addresses and ports, such as ["127.0.0.1:53", "[::1]:53"]'
const DATA = 'data: name the folder of the store, such as "data"'
const KEYS = 'keys: name the folder of the key files, such as "keys"'
const ZONES = 'zone: write [[zone]] and below it name = "...", for each zone'
const NAME = 'write a domain name, such as "dyn.example."'
const FILE = 'zone.file: name a master file, such as "zones/dyn.example.zone"'
const TRANSFER = 'zone.transfer: list keys and networks, such as ["key:NAME", "192.0.2.0/24"]'
const GRANTS = 'zone.grant: write [[zone.grant]] above each grant'
const KEY = 'zone.grant: give it a key = "...", or from = ["..."] where nobody has to sign'
const MATCH =
  'zone.grant.match: write one of "zonesub", "name", "subdomain", "wildcard", "self", "selfsub", "tcp-self"'
const TYPES = 'zone.grant.types: list record types, such as ["A", "TXT"], or leave "types" out'

const noEndpoint = (text: string): string =>
  `listen: "${text}" is no address and port, such as 127.0.0.1:53 or [::1]:53`
const noAllowance = (text: string): string =>
  `zone.transfer: "${text}" is neither key:NAME nor an address or network`

type Refusal = readonly [title: string, parts: ConfigParts, ...expected: string[]]

const refuse = (about: string, refusals: readonly Refusal[]): void => {
  for (const [title, parts, ...expected] of refusals) {
    t.test(`${about}: ${title} is refused`, async (t) => {
      t.strictSame(problems(t.testdir(), configText(parts)), expected)
    })
  }
}

const badEndpoints = [
  ['a port alone', '53'],
  ['an address alone', '127.0.0.1'],
  ['an IPv6 address without brackets', '::1:53'],
  ['an IPv4 address in brackets', '[127.0.0.1]:53'],
  ['a host name', 'localhost:53'],
  ['an address that is none', '127.0.0.256:53'],
  ['a port above 65535', '127.0.0.1:65536'],
  ['a port of six digits', '127.0.0.1:000053'],
  ['a port that is no number', '127.0.0.1:domain'],
  ['nothing', ''],
  ['more after the port', '127.0.0.1:53 '],
] as const

refuse('listen', [
  ['its absence', { listen: '' }, `1:1: ${ENDPOINTS}`],
  ['a string', { listen: '  listen = "127.0.0.1:53"' }, `1:3: ${ENDPOINTS}`],
  ['an empty list', { listen: 'listen = []' }, `1:1: ${ENDPOINTS}`],
  ['an empty string, once,', { listen: 'listen = ""' }, `1:1: ${ENDPOINTS}`],
  [
    'an address and port twice',
    {
      listen:
        'listen = ["[::1]:0", "[::1]:0", "127.0.0.1:1", "[::1]:1", "127.0.0.1:2", "127.0.0.1:1"]',
    },
    '1:74: listen: 127.0.0.1 with port 1 stands here a second time: take one out',
  ],
  ['a number in the list', { listen: 'listen = ["127.0.0.1:1", 53]' }, `1:26: ${ENDPOINTS}`],
  ...badEndpoints.map(([title, text]): Refusal => {
    return [title, { listen: `listen = ["${text}"]` }, `1:11: ${noEndpoint(text)}`]
  }),
])

refuse('data and keys', [
  ['the absence of data', { data: '' }, `1:1: ${DATA}`],
  ['the absence of keys', { keys: '' }, `1:1: ${KEYS}`],
  ['a number', { data: 'data = 1' }, `2:1: ${DATA}`],
  ['a list', { keys: 'keys = ["keys"]' }, `3:1: ${KEYS}`],
  ['a NUL', { data: 'data = "a\\u0000"' }, `2:1: ${DATA}`],
  ['the empty string', { data: 'data = ""', keys: 'keys = ""' }, `2:1: ${DATA}`, `3:1: ${KEYS}`],
])

refuse('zone', [
  ['its absence', { zone: '' }, `1:1: ${ZONES}`],
  ['an empty list', { zone: 'zone = []' }, `4:1: ${ZONES}`],
  ['a single table', { zone: '[zone]\nname = "dyn.example."' }, `4:1: ${ZONES}`],
  [
    'a string in the list',
    { zone: 'zone = ["dyn.example."]' },
    '4:9: zone: write a table of name, file, primary, forward, transfer, notify, notify-ns, strict, private, max-names, max-records, journal, grant',
  ],
  ['one without a name', { zone: '[[zone]]\n' }, `4:1: zone.name: ${NAME}`],
  ['a name that is a number', { zone: '[[zone]]\nname = 1' }, `5:1: zone.name: ${NAME}`],
  ['an empty name', { zone: '[[zone]]\nname = ""' }, `5:1: zone.name: ${NAME}`],
  [
    'a name that is none',
    { zone: '[[zone]]\nname = "a..b"' },
    '5:1: zone.name: "a..b" is no domain name: the name has an empty label',
  ],
  [
    'a second one of the same name, in another case',
    { rest: '[[zone]]\nname = "DYN.Example"' },
    '7:1: zone.name: the zone DYN.Example. stands here a second time',
  ],
  ['a file with a NUL in its name', { rest: 'file = "a\\u0000b"' }, `6:1: ${FILE}`],
  ['a file that is no string', { rest: 'file = true' }, `6:1: ${FILE}`],
  ['a file without a name', { rest: 'file = ""' }, `6:1: ${FILE}`],
])

refuse('zone.transfer', [
  ['a string', { rest: 'transfer = "127.0.0.1"' }, `6:1: ${TRANSFER}`],
  ['a number in the list', { rest: 'transfer = [\n1]' }, `7:1: ${TRANSFER}`],
  [
    'a key without a name',
    { rest: 'transfer = ["key:"]' },
    '6:13: zone.transfer: "key:" names no key: the name is empty',
  ],
  ...[
    'localhost',
    '127.0.0.1/33',
    '::1/129',
    '127.0.0.1/',
    '127.0.0.0/255.0.0.0',
    '/8',
    '',
    '10.0/8',
  ].map((text): Refusal => {
    return [`"${text}"`, { rest: `transfer = ["::1", "${text}"]` }, `6:20: ${noAllowance(text)}`]
  }),
])

refuse('zone.grant', [
  ['a table without [[ ]]', { rest: '[zone.grant]\nkey = "k."' }, `6:1: ${GRANTS}`],
  ['one without a key or match', { rest: grantText() }, `6:1: ${KEY}`, `6:1: ${MATCH}`],
  [
    'a key that is a number',
    { rest: grantText('match = "zonesub"', 'key = 5') },
    `8:1: zone.grant.key: ${NAME}`,
  ],
  [
    'a key that is no name',
    { rest: grantText('key = ".k"', 'match = "zonesub"') },
    '7:1: zone.grant.key: ".k" is no domain name: the name has an empty label',
  ],
  [
    'a match that we do not have',
    { rest: grantText('key = "k."', 'match = "any"') },
    `8:1: ${MATCH}`,
  ],
  ['a match that is a number', { rest: grantText('key = "k."', 'match = 0') }, `8:1: ${MATCH}`],
  [
    'match = "name" without a name',
    { rest: grantText('key = "k."', 'match = "name"') },
    '6:1: zone.grant: match = "name" needs the name that it is for: name = "..."',
  ],
  [
    'match = "subdomain" without a name',
    { rest: grantText('key = "k."', 'match = "subdomain"') },
    '6:1: zone.grant: match = "subdomain" needs the name that it is for: name = "..."',
  ],
  [
    'match = "zonesub" with a name',
    { rest: grantText('key = "k."', 'match = "zonesub"', 'name = "a.dyn.example."') },
    '9:1: zone.grant.name: match = "zonesub" takes no name: take it out',
  ],
  [
    'match = "self" with a name',
    { rest: grantText('key = "k."', 'match = "self"', 'name = "a.dyn.example."') },
    '9:1: zone.grant.name: match = "self" takes no name: take it out',
  ],
  [
    'a name outside the zone',
    { rest: grantText('key = "k."', 'match = "name"', 'name = "dyn.example.org."') },
    '9:1: zone.grant.name: dyn.example.org. is not in the zone dyn.example.',
  ],
  [
    'a subdomain outside the zone',
    { rest: grantText('key = "k."', 'match = "subdomain"', 'name = "example."') },
    '9:1: zone.grant.name: example. is not in the zone dyn.example.',
  ],
  [
    'match = "self" for a key that is outside the zone',
    { rest: grantText('match = "self"', 'key = "k."') },
    '8:1: zone.grant.key: k. is not in the zone dyn.example.',
  ],
  [
    'a name that is none',
    { rest: grantText('key = "k."', 'match = "name"', 'name = "a b."') },
    '9:1: zone.grant.name: "a b." is no domain name: the name has a blank or control character; write it as \\DDD, its decimal value',
  ],
])

const typesOf = (types: string): ConfigParts => ({
  rest: grantText('key = "k."', 'match = "zonesub"', `types = ${types}`),
})

refuse('zone.grant.types', [
  ['a string', typesOf('"A"'), `9:1: ${TYPES}`],
  ['an empty list', typesOf('[]'), `9:1: ${TYPES}`],
  ['a number in the list', typesOf('["A", 1]'), `9:15: ${TYPES}`],
  [
    'a type that nobody has',
    typesOf('["A", "AA"]'),
    '9:15: zone.grant.types: "AA" is no record type',
  ],
  [
    'a number above 65535',
    typesOf('["TYPE65536"]'),
    '9:10: zone.grant.types: "TYPE65536" is no record type',
  ],
  // RFC 6895 §3.1
  ...['TSIG', 'OPT', 'AXFR', 'TKEY', 'MAILA', 'TYPE0', 'TYPE128', 'TYPE254'].map(
    (type): Refusal => {
      return [
        `the meta type ${type}`,
        typesOf(`["${type}"]`),
        `9:10: zone.grant.types: ${type} records are never in a zone`,
      ]
    },
  ),
])

const TOP =
  'is no setting here; these are: listen, data, keys, control, zone, key, udp-size, udp, workers, answer-cache, cookie-secret, proxy, identity, rate-limit, journal, transfers, http, alerts'
const ZONE =
  'is no setting here; these are: name, file, primary, forward, transfer, notify, notify-ns, strict, private, max-names, max-records, journal, grant'
const GRANT =
  'is no setting here; these are: key, match, name, types, deny, from, transport, rights, strict, shadow, preset, hosts'

refuse('an unknown setting', [
  ['at the top', { data: 'data = "data"\n colour = 1' }, `3:2: "colour" ${TOP}`],
  ['in a zone', { rest: 'zonefile = "x"' }, `6:1: "zonefile" ${ZONE}`],
  [
    'in a grant',
    { rest: grantText('key = "k."', 'match = "zonesub"', '  type = "A"') },
    `9:3: "type" ${GRANT}`,
  ],
  ['as a table', { rest: '[smtp]\nport = 25' }, `6:1: "smtp" ${TOP}`],
  ['as a table in a zone', { rest: '[[zone.grants]]\nkey = "k."' }, `6:1: "grants" ${ZONE}`],
  ['as a dotted key', { data: 'data = "data"\nlog.level = "info"' }, `3:1: "log" ${TOP}`],
  [
    'as a quoted key',
    { data: 'data = "data"\n"key\\u0073" = "keys"', keys: '"Keys" = "keys"' },
    `4:1: "Keys" ${TOP}`,
  ],
  [
    'that every object has',
    { data: 'data = "data"\nconstructor = 1\ntoString = 2' },
    `3:1: "constructor" ${TOP}`,
    `4:1: "toString" ${TOP}`,
  ],
  [
    'in an inline table',
    { zone: 'zone = [{ name = "dyn.example.", ttl = 1 }]' },
    `4:34: "ttl" ${ZONE}`,
  ],
  [
    'in an inline table of an inline table',
    { zone: 'zone = [{ name = "a.", grant = [{ key = "k.", match = "zonesub", x.y = 1 }] }]' },
    `4:66: "x" ${GRANT}`,
  ],
])

t.test('TOML that is none is refused where it stops making sense', async (t) => {
  t.strictSame(problems(t.testdir(), configText({ keys: 'keys = ' })).length, 1)
  t.match(problems(t.testdir(), configText({ keys: 'keys = @' })), [/^3:8: ./])
})

t.test('an empty file lacks everything that has to be said', async (t) => {
  t.strictSame(
    problems(t.testdir(), ''),
    [ENDPOINTS, DATA, KEYS, ZONES].map((one) => `1:1: ${one}`),
  )
})

t.test('all that is wrong is said at once, from top to bottom', async (t) => {
  const text = configText({
    listen: 'listen = ["nowhere", "127.0.0.1:0", "[::1]:99999"]',
    data: 'data = 1',
    keys: 'color = "red"',
    rest: [
      'transfer = ["nobody"]',
      grantText('key = "k."', 'match = "name"'),
      grantText('key = "k."', 'match = "zonesub"', 'types = ["NOPE", "TSIG"]'),
      '[[zone]]\nname = "other.example."',
      grantText('key = "k."', 'match = "name"', 'name = "www.dyn.example."'),
      '[[zone]]\nhue = 1\nname = ""',
    ].join('\n'),
  })
  t.strictSame(problems(t.testdir(), text), [
    `1:1: ${KEYS}`,
    `1:11: ${noEndpoint('nowhere')}`,
    `1:37: ${noEndpoint('[::1]:99999')}`,
    `2:1: ${DATA}`,
    `3:1: "color" ${TOP}`,
    `6:13: ${noAllowance('nobody')}`,
    '7:1: zone.grant: match = "name" needs the name that it is for: name = "..."',
    '14:10: zone.grant.types: "NOPE" is no record type',
    '14:18: zone.grant.types: TSIG records are never in a zone',
    '21:1: zone.grant.name: www.dyn.example. is not in the zone other.example.',
    `24:1: "hue" ${ZONE}`,
    `25:1: zone.name: ${NAME}`,
  ])
})

t.test('a mistake elsewhere does not hide the same zone standing there twice', async (t) => {
  const rest = '[[zone]]\nname = "dyn.example."\n[[zone]]\nname = "dyn.example."'
  t.strictSame(problems(t.testdir(), configText({ listen: 'listen = 1', rest })), [
    `1:1: ${ENDPOINTS}`,
    '7:1: zone.name: the zone dyn.example. stands here a second time',
    '9:1: zone.name: the zone dyn.example. stands here a second time',
  ])
})
