/** `livezone check`: all that `serve` would read, and nothing written. */
import { chmodSync, mkdirSync } from 'node:fs'
import { open } from 'lmdb'
import t from 'tap'
import { LmdbStore } from '../../src/store/lmdb.ts'
import { CONFIG, Operator } from '../support/operator.ts'
import { configText, grantText } from '../support/config-text.ts'

const SECRET = 'dGhpcyBpcyBhIHNlY3JldCBvZiB0aGlydHktdHdvIG8='
const KEY = `key "ddns-key" { algorithm hmac-sha256; secret "${SECRET}"; };\n`

/** The lines of stderr, without the folder. */
const complaints = async (operator: Operator): Promise<string[]> => {
  const before = operator.files()
  const { code, stdout, stderr } = await operator.run('check')
  if (code !== 2 || stdout !== '') throw new Error(`exit ${code}: ${stdout}`)
  if (operator.files().join() !== before.join()) throw new Error('it made files')
  return stderr.trimEnd().replaceAll(`${operator.folder}/`, '').split('\n')
}

t.test(
  'what is good before the very first start is said to be good, and stays untouched',
  async (t) => {
    const operator = new Operator(t.testdir())
    const before = operator.files()
    t.strictSame(await operator.run('check'), {
      code: 0,
      stdout: `${operator.path('livezone.toml')} is good, and so are its keys and zone files\n`,
      stderr: '',
    })
    t.strictSame(operator.files(), before)
  },
)

t.test('a zone without a file is good when the store has it', async (t) => {
  const operator = new Operator(t.testdir(), `${CONFIG}[[zone]]\nname = "other.example."\n`)
  operator.write('keys/ddns-key.key', KEY)
  const what = 'the store does not have this zone: give it a "file", or livezone import it'
  t.strictSame(await complaints(operator), [`livezone.toml:11:1: ${what}`], 'there is no store')
  const imported = await operator.run(
    'import',
    'elsewhere.example.',
    operator.path('dyn.example.zone'),
  )
  t.equal(imported.code, 0, imported.stderr)
  t.strictSame(await complaints(operator), [`livezone.toml:11:1: ${what}`], 'it has another')
  t.equal(
    (await operator.run('import', 'other.example.', operator.path('dyn.example.zone'))).code,
    0,
  )
  t.equal((await operator.run('check')).code, 0)
})

t.test('a zone with a primary needs no file', async (t) => {
  const zone = '[[zone]]\nname = "other.example."\nprimary = ["192.0.2.1"]\n'
  const operator = new Operator(t.testdir(), CONFIG + zone)
  operator.write('keys/ddns-key.key', KEY)
  t.equal((await operator.run('check')).code, 0)
})

t.test('a zone file that is not there is an error at its place in the configuration', async (t) => {
  const operator = new Operator(t.testdir(), CONFIG.replace('dyn.example.zone', 'none.zone'))
  t.strictSame(await complaints(operator), [
    "livezone.toml:6:1: cannot read none.zone: ENOENT: no such file or directory, open 'none.zone'",
  ])
})

t.test('a folder in the place of a zone file is an error there as well', async (t) => {
  const operator = new Operator(t.testdir(), CONFIG.replace('dyn.example.zone', 'zones'))
  mkdirSync(operator.path('zones'))
  t.match(await complaints(operator), [/^livezone\.toml:6:1: cannot read zones: EISDIR/])
})

for (const [title, zone, expected] of [
  ['a record that is none', '@ 60 IN A 192.0.2.300', /^dyn\.example\.zone:1:\d+: ./],
  ['a zone without a SOA', '@ 60 IN NS ns1', /^dyn\.example\.zone:1:1: the zone has no SOA$/],
  [
    'a second SOA',
    `@ 60 SOA a b 1 2 3 4 5\n@ 60 SOA a b 2 2 3 4 5`,
    /^dyn\.example\.zone:2:1: .*second SOA/,
  ],
  [
    'an owner outside the zone',
    `@ 60 SOA a b 1 2 3 4 5\n\nx. 60 A 192.0.2.1`,
    /^dyn\.example\.zone:3:1: .*not in the zone/,
  ],
] as const) {
  t.test(`${title} is an error at its place in the zone file`, async (t) => {
    t.match(await complaints(new Operator(t.testdir(), CONFIG, zone)), [expected])
  })
}

t.test('a store that an ended start left empty is none yet', async (t) => {
  const operator = new Operator(t.testdir())
  operator.write('data/data.mdb', '')
  t.equal((await operator.run('check')).code, 0)
  await open({ path: operator.path('data') }).close()
  t.match(await complaints(operator), [
    /^livezone\.toml:2:1: data cannot be opened: there is no store/,
  ])
})

t.test('a bug of ours is no fault of the store', async (t) => {
  const operator = new Operator(t.testdir())
  operator.write('data/data.mdb', 'anything')
  t.capture(LmdbStore, 'openForReading', () => {
    throw new RangeError('a bug')
  })
  const { code, stderr } = await operator.run('check')
  t.equal(code, 1)
  t.match(stderr, /^RangeError: a bug\n +at /)
})

for (const [title, setting, value, place, complaint] of [
  ['a file in the place of the keys', 'keys', 'x', 3, /^cannot read x: ENOTDIR/],
  ['a file in the place of the store', 'data', 'x', 2, /^cannot read x: ENOTDIR/],
  ['a store below a file', 'data', 'x/data', 2, /^cannot read x\/data: ENOTDIR/],
  ['a store that is damaged', 'data', 'bad', 2, /^bad cannot be opened: data\.mdb is no LMDB/],
] as const) {
  t.test(`${title} is an error at its setting`, async (t) => {
    const rest = `file = "dyn.example.zone"\n${grantText('key = "ddns-key."', 'match = "zonesub"')}`
    const config = configText({ rest, [setting]: `${setting} = "${value}"` })
    const operator = new Operator(t.testdir(), config)
    operator.write('x', 'a file')
    operator.write('bad/data.mdb', 'no store'.repeat(10_000))
    const lines = await complaints(operator)
    const before = `livezone.toml:${place}:1: `
    t.match(
      lines.map((line) => line.replace(before, '')),
      [complaint],
    )
  })
}

t.test('secrets and the certificate are read too, each named at its setting', async (t) => {
  const more = `[http]
tls-listen = ["127.0.0.1:0"]
certificate = "none.pem"
key = "none.key"
[[http.fleet]]
name = "cameras"
domain = "cameras.dyn.example."
secret = "cameras.secret"
[alerts]
webhook = "https://example.net/livezone"
secret-file = "none.secret"
`
  const operator = new Operator(t.testdir(), CONFIG + more)
  operator.write('cameras.secret', 'short')
  const first = CONFIG.split('\n').length
  const lines = await complaints(operator)
  t.match(lines, [
    `livezone.toml:${first + 7}:1: cameras.secret has fewer than 32 characters`,
    `livezone.toml:${first + 2}:1: no certificate for HTTPS: ENOENT`,
    `livezone.toml:${first + 10}:1: ENOENT`,
  ])
  t.equal(lines.length, 3)
})

t.test('a key file that everybody can read is an error', async (t) => {
  const operator = new Operator(t.testdir())
  operator.write('keys/ddns-key.key', KEY)
  chmodSync(operator.path('keys/ddns-key.key'), 0o604)
  t.match(await complaints(operator), [/^keys\/ddns-key\.key:1:1: .*chmod 600/])
})

t.test(
  'a key that is named and in no file is an error at each place where it is named',
  async (t) => {
    const grants = ['ddns-key.', 'laptop.'].map((key) =>
      grantText(`key = "${key}"`, 'match = "zonesub"'),
    )
    const rest = ['transfer = ["key:laptop."]', 'file = "dyn.example.zone"', ...grants].join('\n')
    const operator = new Operator(t.testdir(), configText({ rest }))
    operator.write('keys/ddns-key.key', KEY)
    const what = 'no file in keys has the key laptop.: livezone key generate laptop.'
    t.strictSame(await complaints(operator), [
      `livezone.toml:13:1: ${what}`,
      `livezone.toml:6:13: ${what}`,
    ])
  },
)

t.test(
  'configuration, keys and zone files: all that is wrong is said at once, and no secret',
  async (t) => {
    const config = `${CONFIG}[[zone]]\nname = "a.example."\nfile = "a.zone"\n[[zone]]\nname = "b.example."\nfile = "b.zone"\n`
    const operator = new Operator(t.testdir(), config, '@ 60 IN A nowhere')
    operator.write('b.zone', '@ 60 IN NS ns')
    operator.write('keys/one.key', KEY)
    operator.write('keys/two.key', KEY)
    operator.write('keys/zzz.key', `key "z" { secret "${SECRET}"; algorithm hmac-sha0; };`)
    const lines = await complaints(operator)
    t.match(lines, [
      /^keys\/two\.key:1:1: ddns-key\. stands in one\.key already: an old secret .* goes into one\.old\.key$/,
      /^keys\/zzz\.key:1:\d+: /,
      /^dyn\.example\.zone:1:11: /,
      /^livezone\.toml:12:1: cannot read a\.zone: /,
      /^b\.zone:1:1: the zone has no SOA$/,
    ])
    t.equal(lines.length, 5)
    t.notMatch(lines.join('\n'), SECRET)
  },
)
