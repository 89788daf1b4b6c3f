/** Two secrets for one key name: which of them is current is plain to whoever looks at the folder. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { keyringOf, loadKeyring } from '../../src/config/keys-folder.ts'
import { loadConfig } from '../../src/config/load.ts'
import { configText, grantText } from '../support/config-text.ts'
import { problemsOf } from '../support/problems.ts'
import { name } from '../support/service.ts'

const keyText = (one: string, secret = 'AAAA'): string =>
  `key "${one}" { algorithm hmac-sha256; secret "${secret}"; };\n`

const keysIn = (folder: string, files: Readonly<Record<string, string>>): string => {
  const keys = join(folder, 'keys')
  mkdirSync(keys)
  for (const [file, text] of Object.entries(files)) {
    writeFileSync(join(keys, file), text, { mode: 0o600 })
  }
  return keys
}

/** The secrets of `k.`, the current one first. */
const secretsIn = (keys: string): (string | undefined)[] => {
  const held = loadKeyring(keys).held(name('k.'))
  return [held?.current, held?.old].map((key) => key?.secret.export().toString('base64'))
}

for (const [title, files, expected] of [
  ['k.key and k.old.key', { 'k.key': 'AAAA', 'k.old.key': 'BBBB' }, ['AAAA', 'BBBB']],
  ['whatever they are called', { 'x.key': 'AAAA', 'x.old.key': 'BBBB' }, ['AAAA', 'BBBB']],
  ['k.old.key alone is current', { 'k.old.key': 'BBBB' }, ['BBBB', undefined]],
  [
    'a key that lives in k.old.key has its old one in k.old.old.key',
    { 'k.old.key': 'AAAA', 'k.old.old.key': 'BBBB' },
    ['AAAA', 'BBBB'],
  ],
  [
    'one secret in both, as in the middle of a rotation',
    { 'k.key': 'AAAA', 'k.old.key': 'AAAA' },
    ['AAAA', 'AAAA'],
  ],
] as const) {
  t.test(`current and old: ${title}`, async (t) => {
    const entries: [string, string][] = Object.entries(files)
    const texts = entries.map(([file, secret]) => [file, keyText('k', secret)] as const)
    t.strictSame(secretsIn(keysIn(t.testdir(), Object.fromEntries<string>(texts))), expected)
  })
}

t.test('names are one name in any case, with and without the final dot', async (t) => {
  const files = { 'k.key': keyText('K.', 'AAAA'), 'k.old.key': keyText('k', 'BBBB') }
  t.strictSame(secretsIn(keysIn(t.testdir(), files)), ['AAAA', 'BBBB'])
})

const advice = (first: string, old: string): string =>
  `k. stands in ${first} already: an old secret that clients may still use goes into ${old}`

for (const [title, files, expected] of [
  [
    'two files of which none is the old one',
    { 'a.key': keyText('k'), 'b.key': keyText('k') },
    [`keys/b.key:1:1: ${advice('a.key', 'a.old.key')}`],
  ],
  [
    'an old file that goes with another',
    { 'a.old.key': keyText('k'), 'b.key': keyText('k') },
    [`keys/a.old.key:1:1: ${advice('b.key', 'b.old.key')}`],
  ],
  [
    'two old files',
    { 'a.old.key': keyText('k'), 'b.old.key': keyText('k') },
    [`keys/b.old.key:1:1: ${advice('a.old.key', 'a.old.old.key')}`],
  ],
  [
    'twice in one file',
    { 'a.key': keyText('k') + keyText('k') },
    [`keys/a.key:2:1: ${advice('a.key', 'a.old.key')}`],
  ],
  [
    'a third, wherever it stands',
    { 'a.key': keyText('k') + keyText('k'), 'a.old.key': keyText('k'), 'b.key': keyText('k') },
    [
      'keys/a.key:2:1: k. stands in a.key already: a.old.key has its old secret, and there can be no third',
      'keys/b.key:1:1: k. stands in a.key already: a.old.key has its old secret, and there can be no third',
    ],
  ],
] as const) {
  t.test(`refused, with its place: ${title}`, async (t) => {
    const folder = t.testdir()
    const keys = keysIn(folder, files)
    t.strictSame(
      problemsOf(folder, () => loadKeyring(keys)),
      expected,
    )
  })
}

const load = (folder: string, rest: string) => {
  writeFileSync(join(folder, 'x.toml'), configText({ rest }))
  return loadConfig(join(folder, 'x.toml'))
}

t.test('[[key]] says when a key expires: a time, or the beginning of a day', async (t) => {
  for (const [written, seconds] of [
    ['2027-01-01T00:00:00Z', 1_798_761_600],
    ['2027-01-01T01:00:00+01:00', 1_798_761_600],
    ['2027-01-01', new Date(2027, 0, 1).getTime() / 1000],
    ['2027-01-01T12:00:00.5', new Date(2027, 0, 1, 12).getTime() / 1000],
  ] as const) {
    const folder = t.testdir()
    keysIn(folder, { 'k.key': keyText('k'), 'other.key': keyText('other') })
    const config = load(
      folder,
      `[[key]]\nname = "K"\nexpires = ${written}\n[[key]]\nname = "other"`,
    )
    const keyring = keyringOf(config)
    t.equal(keyring.held(name('k.'))?.expiresSeconds, seconds, written)
    t.equal(keyring.held(name('other.'))?.expiresSeconds, undefined)
  }
})

const DATES = 'key.expires: write a date, such as 2027-01-01 or 2027-01-01T12:00:00Z'

for (const [title, rest, expected] of [
  ['a text', '[[key]]\nname = "k"\nexpires = "2027-01-01"', [`x.toml:8:1: ${DATES}`]],
  ['a time of day', '[[key]]\nname = "k"\nexpires = 12:00:00', [`x.toml:8:1: ${DATES}`]],
  [
    'a key twice',
    '[[key]]\nname = "k."\n[[key]]\nname = "K"',
    ['x.toml:9:1: key.name: the key K. stands here a second time'],
  ],
  [
    'what is no setting of a key',
    '[[key]]\nname = "k."\ncolor = 1',
    [
      'x.toml:8:1: "color" is no setting here; these are: name, expires, updates-per-minute, burst, names, records, records-per-rrset, types-per-name, min-ttl, max-ttl, ttl-outside',
    ],
  ],
  [
    'a key without a file',
    '[[key]]\nname = "none"',
    ['x.toml:7:1: no file in /keys has the key none.: livezone key generate none.'],
  ],
] as const) {
  t.test(`[[key]]: ${title} is refused`, async (t) => {
    const folder = t.testdir()
    keysIn(folder, { 'k.key': keyText('k') })
    t.strictSame(
      problemsOf(folder, () => keyringOf(load(folder, rest))),
      expected,
    )
  })
}

t.test('[[key]]: what is no table is refused', async (t) => {
  const folder = t.testdir()
  writeFileSync(join(folder, 'x.toml'), configText({ data: 'data = "data"\nkey = 1' }))
  t.strictSame(
    problemsOf(folder, () => loadConfig(join(folder, 'x.toml'))),
    ['x.toml:3:1: key: write [[key]] and below it name = "...", for each key'],
  )
})

t.test('a running server makes no keys: those that are named have to be there', async (t) => {
  const folder = t.testdir()
  const config = load(folder, grantText('key = "k"', 'match = "zonesub"'))
  t.strictSame(
    problemsOf(folder, () => keyringOf(config)),
    ['x.toml:7:1: no file in /keys has the key k.: livezone key generate k.'],
  )
})

t.test('grants and transfers name keys in any case, with and without the final dot', async (t) => {
  for (const spelling of ['k.example', 'K.Example.', 'k.EXAMPLE']) {
    const folder = t.testdir()
    keysIn(folder, { 'k.key': keyText('k.example') })
    const grant = grantText(`key = "${spelling}"`, 'match = "zonesub"')
    const rest = `transfer = ["key:${spelling}"]\n${grant}`
    t.equal(keyringOf(load(folder, rest)).get(name('k.example.'))?.text, 'k.example.')
  }
})
