/** Key files that are right, as tsig-keygen or a person may write them, and the ones we write. */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import {
  algorithmFromText,
  algorithmTexts,
  type TsigAlgorithm,
} from '../../src/access/algorithm.ts'
import { generateKey, parseKeys, readKeyFile } from '../../src/access/key-file.ts'
import type { TsigKey } from '../../src/access/keyring.ts'
import { name } from '../support/service.ts'

const known = (text: string): TsigAlgorithm => {
  const algorithm = algorithmFromText(text)
  if (algorithm === undefined) throw new Error(`no ${text}`)
  return algorithm
}

const keysIn = (text: string): TsigKey[] => parseKeys(text, 'a.key').map(({ key }) => key)

const oneKey = (text: string): TsigKey => {
  const [key, ...more] = keysIn(text)
  if (key === undefined || more.length > 0) throw new Error('not one key')
  return key
}

const secretOf = (key: TsigKey): string => key.secret.export().toString('base64')

/** As BIND's tools lay it out, blanks and all: tsig-keygen, and rndc-confgen, which made it. */
const KEYGEN = `key "ddns-key.example" {
	algorithm hmac-sha512;
	secret "tyW2Inxg2i4EvGvxkBmEMSP8RxxQou5YiLutbiAsnebu1qfAumZAgjUdutrhSSsjr2JPNkwluLkswLY8taygOA==";
};
`

t.test('a key in the layout of tsig-keygen is read', async (t) => {
  const key = oneKey(KEYGEN)
  t.strictSame(key.name, name('ddns-key.example.'))
  t.equal(key.text, 'ddns-key.example.')
  t.equal(key.algorithm, known('hmac-sha512'))
  t.equal(key.macLength, 64)
  t.equal(secretOf(key), /secret "(.*)"/.exec(KEYGEN)?.[1])
})

/** The same key, spelled in every way that BIND understands. */
const spellings: readonly [string, string][] = [
  ['bare words', 'key k. { algorithm hmac-sha256; secret c2VjcmV0IQ==; };'],
  ['quotes', 'key "k" { algorithm "hmac-sha256"; secret "c2VjcmV0IQ=="; };'],
  ['no blanks', 'key"k"{algorithm hmac-sha256;secret"c2VjcmV0IQ==";};'],
  ['the secret first', 'key k { secret "c2VjcmV0IQ=="; algorithm hmac-sha256; };'],
  ['upper case', 'key k { algorithm HMAC-SHA256; secret "c2VjcmV0IQ=="; };'],
  [
    'line ends of Windows',
    'key k {\r\n\talgorithm hmac-sha256;\r\n\tsecret c2VjcmV0IQ==;\r\n};\r\n',
  ],
  [
    '// to the end of line',
    '// key x {\nkey k { // x;\nalgorithm hmac-sha256;// x\nsecret c2VjcmV0IQ==; };//',
  ],
  [
    '# to the end of line',
    '# key x {\nkey k { # x;\nalgorithm hmac-sha256;# x\nsecret c2VjcmV0IQ==; };#',
  ],
  [
    '/* to its end */',
    '/* key x {\n " // # */key k {/**/algorithm /* x\n*/hmac-sha256; secret c2VjcmV0IQ==;/***/};/* / * */',
  ],
  ['a byte order mark', '\uFEFFkey k { algorithm hmac-sha256; secret "c2VjcmV0IQ=="; };'],
]

for (const [what, text] of spellings) {
  t.test(`a key is read that is written with ${what}`, async (t) => {
    const key = oneKey(text)
    t.strictSame(key.name, name('k.'))
    t.equal(key.text, 'k.')
    t.equal(key.algorithm, known('hmac-sha256'))
    t.equal(key.macLength, 32)
    t.equal(Buffer.from(key.secret.export()).toString(), 'secret!')
  })
}

t.test('what looks like a comment in quotes or within a word is none', async (t) => {
  t.equal(secretOf(oneKey('key k { algorithm hmac-sha1; secret "//8/"; };')), '//8/')
  t.equal(secretOf(oneKey('key k { algorithm hmac-sha1; secret ab//; };')), 'ab//')
  t.equal(oneKey('key "a#b" { algorithm hmac-sha1; secret "//8/"; };').text, 'a#b.')
})

t.test('a file may hold several keys, or none', async (t) => {
  const text =
    '# two\nkey a { algorithm hmac-sha1; secret AAAA; };\n  key b { algorithm hmac-md5; secret BBBB; };'
  const keys = parseKeys(text, 'two.key')
  t.strictSame(
    keys.map(({ key, line, column }) => [
      key.text,
      key.algorithm.text,
      secretOf(key),
      line,
      column,
    ]),
    [
      ['a.', 'hmac-sha1', 'AAAA', 2, 1],
      ['b.', 'hmac-md5', 'BBBB', 3, 3],
    ],
  )
  for (const nothing of ['', '\n', '# nothing', '/* nothing */']) {
    t.strictSame(parseKeys(nothing, 'no.key'), [])
  }
})

t.test('names keep their case, and have the escapes of RFC 1035 §5.1', async (t) => {
  const key = oneKey('key "Ddns\\.Key\\032.Example" { algorithm hmac-sha1; secret AAAA; };')
  t.strictSame(key.name, name('Ddns\\.Key\\032.Example.'))
  t.equal(key.text, 'Ddns\\.Key\\032.Example.')
  t.strictSame(oneKey('key . { algorithm hmac-sha1; secret AAAA; };').name, name('.'))
})

t.test('RFC 4648 §4 a secret may be any octets, with or without its padding', async (t) => {
  for (const [text, octets] of [
    ['AA==', [0]],
    ['AA', [0]],
    ['AAE=', [0, 1]],
    ['+/+/', [0xfb, 0xff, 0xbf]],
  ] as const) {
    const { secret } = oneKey(`key k { algorithm hmac-sha1; secret "${text}"; };`)
    t.strictSame(secret.export(), Buffer.from(octets), text)
  }
})

/** The least and the most bits that RFC 8945 §5.2.2.1 allows. */
const truncations: readonly [string, number, number][] = [
  ['hmac-md5', 80, 128],
  ['hmac-md5.sig-alg.reg.int', 80, 128],
  ['hmac-sha1', 80, 160],
  ['hmac-sha224', 112, 224],
  ['hmac-sha256', 128, 256],
  ['hmac-sha384', 192, 384],
  ['hmac-sha512', 256, 512],
]

for (const [text, least, most] of truncations) {
  t.test(`RFC 8945 §5.2.4 ${text} may be truncated to ${least} bits`, async (t) => {
    const macLengthOf = (algorithm: string): number =>
      oneKey(`key k { algorithm ${algorithm}; secret AAAA; };`).macLength
    t.equal(macLengthOf(text), most / 8)
    for (let bits = least; bits <= most; bits += 8) {
      const key = oneKey(`key k { algorithm ${text}-${bits}; secret AAAA; };`)
      t.equal(key.macLength, bits / 8)
      t.equal(key.algorithm, algorithmFromText(text))
    }
  })
}

t.test('a new key is read as it was meant, and is another each time', async (t) => {
  for (const text of algorithmTexts) {
    for (const keyName of ['ddns-key.', 'Host.dyn.example.', '.', 'a\\.b\\032\\255.']) {
      const file = generateKey(name(keyName), known(text))
      const key = oneKey(file)
      t.strictSame(key.name, name(keyName))
      t.equal(key.algorithm.text, text)
      t.equal(key.secret.symmetricKeySize, known(text).macLength, 'RFC 2104 §3: as the hash')
      t.not(generateKey(name(keyName), known(text)), file)
    }
  }
})

t.test('a new key is laid out as tsig-keygen does it', async (t) => {
  const shape =
    /^key "ddns-key\.example" \{\n\talgorithm hmac-sha512;\n\tsecret "[^"]{88}";\n\};\n$/
  t.match(generateKey(name('ddns-key.example.'), known('hmac-sha512')), shape)
  t.match(KEYGEN, shape)
})

const skipUnless = (program: string): { skip: string } | Record<string, never> =>
  existsSync(program) ? {} : { skip: `${program} is not here` }

const CHECKCONF = '/usr/bin/named-checkconf'

t.test('BIND takes a new key', skipUnless(CHECKCONF), async (t) => {
  const texts = algorithmTexts.map((text) => generateKey(name(`${text}.example.`), known(text)))
  const folder = t.testdir({ 'new.key': texts.join('\n') })
  const { status, stdout } = spawnSync(CHECKCONF, [join(folder, 'new.key')], { encoding: 'utf8' })
  t.equal(status, 0)
  t.equal(stdout, '')
})

const CONFGEN = '/usr/sbin/rndc-confgen'

t.test('a key that BIND made is read', skipUnless(CONFGEN), async (t) => {
  const file = join(t.testdir(), 'bind.key')
  for (const text of algorithmTexts) {
    const { status } = spawnSync(CONFGEN, ['-a', '-c', file, '-k', 'bind-key', '-A', text])
    t.equal(status, 0)
    const [placed] = readKeyFile(file)
    t.match(placed, { key: { text: 'bind-key.', algorithm: { text } }, line: 1, column: 1 })
    const written = /secret "(.*)"/.exec(readFileSync(file, 'utf8'))?.[1]
    t.equal(placed && secretOf(placed.key), written)
  }
})

t.test('a file that only its owner, or a group, can read is read', async (t) => {
  const file = join(t.testdir(), 'some.key')
  writeFileSync(file, KEYGEN)
  for (const mode of [0o400, 0o600, 0o640, 0o660]) {
    chmodSync(file, mode)
    t.equal(readKeyFile(file).length, 1, mode.toString(8))
  }
})
