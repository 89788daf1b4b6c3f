/** Mistakes in key files: each is named with its place, and none of them shows a secret. */
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parseKeys, readKeyFile } from '../../src/access/key-file.ts'
import { InputError } from '../../src/base/input-error.ts'

/** What is said of a text that is no key file. */
const complaint = (action: () => unknown): InputError => {
  try {
    action()
  } catch (error) {
    if (error instanceof InputError) return error
    throw error
  }
  throw new Error('there was no complaint')
}

const SECRET = 'c2VjcmV0IQ=='

/** A mistake, where it is, and what is said of it. */
const mistakes: readonly [string, string, string, string][] = [
  ['something else', 'options { };', '1:1', 'expected "key"'],
  ['a bare secret', SECRET, '1:1', 'expected "key"'],
  [
    'a key without a name',
    `key { algorithm hmac-sha1; secret ${SECRET}; };`,
    '1:7',
    'expected "{"',
  ],
  ['an empty name', `key "" { };`, '1:5', 'this is no key name'],
  ['a bad name', 'key a..b { };', '1:5', 'this is no key name'],
  ['@ for a name', 'key @ { };', '1:5', 'this is no key name'],
  ['no opening bracket', 'key k algorithm hmac-sha1;', '1:7', 'expected "{"'],
  [
    'a missing semicolon',
    `key k {\n\talgorithm hmac-sha1\n\tsecret ${SECRET};\n};`,
    '3:2',
    'expected ";"',
  ],
  ['one missing after the secret', `key k { secret ${SECRET} };`, '1:29', 'expected ";"'],
  [
    'one missing after the bracket',
    `key a { secret AAAA; algorithm hmac-md5; }\nkey b`,
    '2:1',
    'expected ";"',
  ],
  [
    'one missing at the very end',
    'key a {\nsecret AAAA; algorithm hmac-md5; }',
    '2:35',
    'the file ends within a key',
  ],
  ['one too many', `key a { secret AAAA; algorithm hmac-md5; };\n;`, '2:1', 'expected "key"'],
  [
    'an unknown algorithm',
    'key k { algorithm hmac-sha3; };',
    '1:19',
    'the algorithm is none of hmac-md5, hmac-sha1, hmac-sha224, hmac-sha256, hmac-sha384, hmac-sha512',
  ],
  ['an unknown one with bits', 'key k { algorithm sha1-80; };', '1:19', 'the algorithm is none of'],
  ['no algorithm', `\n  key k { secret ${SECRET}; };`, '2:3', 'the key has no algorithm'],
  ['no secret', 'key k { algorithm hmac-sha1; };', '1:1', 'the key has no secret'],
  ['nothing at all', 'key k { };', '1:1', 'the key has no algorithm'],
  ['an empty secret', 'key k { secret ""; };', '1:16', 'the secret is not base64'],
  ['a semicolon for a secret', 'key k { secret ; };', '1:16', 'the secret is not base64'],
  [
    'another word',
    'key k { secrets AAAA; };',
    '1:9',
    'expected "algorithm" or "secret", each once, or "}"',
  ],
  [
    'two secrets',
    'key k { secret AAAA;\nsecret BBBB; };',
    '2:1',
    'expected "algorithm" or "secret", each once',
  ],
  [
    'two algorithms',
    'key k { algorithm hmac-md5;\n algorithm hmac-sha1; };',
    '2:2',
    'expected "algorithm" or "secret", each once',
  ],
  ['the end after key', 'key', '1:4', 'the file ends within a key'],
  [
    'the end after a semicolon',
    'key k {\n algorithm hmac-md5;\n\n',
    '4:1',
    'the file ends within a key',
  ],
  ['a quote without end', 'key k { secret "AAAA; };', '1:16', 'a quote or comment does not end'],
  [
    'a quote that ends on another line',
    'key k {\n secret "AA\nAA"; };',
    '2:9',
    'a quote or comment does not end',
  ],
  [
    'a comment without end',
    'key k { } ;\n\n /* key l { };',
    '3:2',
    'a quote or comment does not end',
  ],
  [
    'a comment without end for a name',
    'key /*k { algorithm hmac-md5; secret AAAA; };',
    '1:5',
    'a quote or comment does not end',
  ],
  [
    'a place after many comments',
    '# one\n// two\n/* three\n four */ key "k" }',
    '4:18',
    'expected "{"',
  ],
]

for (const [what, text, place, why] of mistakes) {
  t.test(`${what}: ${place}`, async (t) => {
    const error = complaint(() => parseKeys(text, 'keys/some.key'))
    const message = `keys/some.key:${place}: ${why}`
    t.equal(error.message.slice(0, message.length), message)
    t.equal(`${error.line}:${error.column}`, place)
    t.equal(error.file, 'keys/some.key')
  })
}

/** Bits after the name of an algorithm that RFC 8945 §5.2.2.1 does not allow, or that are none. */
const badBits: readonly [string, string][] = [
  ['hmac-md5-72', 'a hmac-md5 has 80 to 128 bits, a multiple of 8'],
  ['hmac-md5-136', 'a hmac-md5 has 80 to 128 bits, a multiple of 8'],
  ['hmac-sha1-168', 'a hmac-sha1 has 80 to 160 bits, a multiple of 8'],
  ['hmac-sha224-104', 'a hmac-sha224 has 112 to 224 bits, a multiple of 8'],
  ['hmac-sha256-120', 'a hmac-sha256 has 128 to 256 bits, a multiple of 8'],
  ['hmac-sha256-129', 'a hmac-sha256 has 128 to 256 bits, a multiple of 8'],
  ['hmac-sha384-184', 'a hmac-sha384 has 192 to 384 bits, a multiple of 8'],
  ['hmac-sha512-520', 'a hmac-sha512 has 256 to 512 bits, a multiple of 8'],
  ['hmac-sha256-00', 'a hmac-sha256 has 128 to 256 bits, a multiple of 8'],
  ['hmac-sha256-8', 'the algorithm is none of'],
  ['hmac-sha256-1280', 'the algorithm is none of'],
  ['hmac-sha256-', 'the algorithm is none of'],
]

for (const [text, why] of badBits) {
  t.test(`RFC 8945 §5.2.2.1 no key is for ${text}`, async (t) => {
    const file = `key k { algorithm ${text}; secret AAAA; };`
    const { message } = complaint(() => parseKeys(file, 'k'))
    t.equal(message.slice(0, why.length + 8), `k:1:19: ${why}`)
  })
}

/** Each of them has the secret somewhere, or most of it. */
const leaky: readonly string[] = [
  `key k { algorithm hmac-sha1; secret "c2VjcmV0I!=="; };`,
  `key k { algorithm hmac-sha1; secret "c2VjcmV0IQ==="Q; };`,
  `key k { algorithm hmac-sha1; secret "c2VjcmV0IQ==c2VjcmV0IQ=="; };`,
  `key k { algorithm hmac-sha1; secret "c2VjcmV0I"; };`,
  `key k { algorithm hmac-sha1; secret "c2VjcmV0I-_="; };`,
  `key k { algorithm hmac-sha1; secret c2Vjcm V0IQc2VjcmV0IQ==; };`,
  `key k { algorithm hmac-sha1; secret "c2Vjcm" "c2VjcmV0IQ=="; };`,
  `key k { algorithm hmac-sha1; "c2VjcmV0IQ=="; };`,
  `key k { algorithm hmac-sha1; secret "c2VjcmV0IQ== };`,
  `key k "c2VjcmV0IQ==";`,
  `c2VjcmV0IQ==`,
]

for (const text of leaky) {
  t.test(`no part of a secret is shown: ${text}`, async (t) => {
    const error = complaint(() => parseKeys(text, 'some.key'))
    t.notMatch(`${error.message}\n${error.stack ?? ''}`, /c2V|V0I/)
    t.match(error.message, /^some\.key:1:\d+: /)
  })
}

t.test('a file that everybody can read, write or enter is refused', async (t) => {
  const folder = t.testdir({ 'open.key': `key k { algorithm hmac-sha1; secret ${SECRET}; };` })
  const file = join(folder, 'open.key')
  for (const mode of [0o644, 0o604, 0o602, 0o601, 0o666, 0o777]) {
    chmodSync(file, mode)
    const error = complaint(() => readKeyFile(file))
    const shown = mode.toString(8)
    t.equal(
      error.message,
      `${file}:1:1: everybody can read the secret (mode ${shown}): chmod 600 it`,
    )
  }
})

t.test('a mistake in a file is placed in that file', async (t) => {
  const file = join(t.testdir({ 'bad.key': '\nkee' }), 'bad.key')
  chmodSync(file, 0o600)
  t.equal(complaint(() => readKeyFile(file)).message, `${file}:2:1: expected "key"`)
})

t.test('a file with nothing in it is none, one with comments only was meant', async (t) => {
  const folder = t.testdir({ 'empty.key': '\n', 'retired.key': `# key k { secret ${SECRET}; };\n` })
  const [empty, retired] = [join(folder, 'empty.key'), join(folder, 'retired.key')]
  for (const file of [empty, retired]) chmodSync(file, 0o600)
  const why = 'there is nothing in this file: remove it, or write the key into it'
  t.equal(complaint(() => readKeyFile(empty)).message, `${empty}:1:1: ${why}`)
  t.strictSame(readKeyFile(retired), [])
})

t.test('a file that is not there is the error of the system', async (t) => {
  t.throws(() => readKeyFile(join(t.testdir(), 'no.key')), { code: 'ENOENT' })
})
