/** The folder of key files: read whole, made on the very first start, compared with what is named. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { algorithmFromText } from '../../src/access/algorithm.ts'
import {
  checkKeys,
  keyFileName,
  loadKeyring,
  makeFirstKeys,
  writeNewKey,
} from '../../src/config/keys-folder.ts'
import { loadConfig, type Config } from '../../src/config/load.ts'
import { nameToText } from '../../src/text/name-text.ts'
import { configText, grantText } from '../support/config-text.ts'
import { problemsOf } from '../support/problems.ts'
import { name } from '../support/service.ts'

const SECRET = 'YSBzZWNyZXQgb2YgdGhpcnR5LXR3byBvY3RldHMgISE='

const keyText = (...names: readonly string[]): string =>
  names.map((one) => `key "${one}" { algorithm hmac-sha256; secret "${SECRET}"; };\n`).join('')

/** The configuration grants to each of the keys, and names one more for transfers. */
const configFor = (folder: string, granted: readonly string[], transfer: string[] = []): Config => {
  const grants = granted.map((key) => grantText(`key = "${key}"`, 'match = "zonesub"'))
  const rest = [`transfer = ${JSON.stringify(transfer)}`, ...grants].join('\n')
  const file = join(folder, 'x.toml')
  writeFileSync(file, configText({ rest }))
  return loadConfig(file)
}

const withKeys = (folder: string, files: Readonly<Record<string, string>>): string => {
  const keys = join(folder, 'keys')
  mkdirSync(keys)
  for (const [file, text] of Object.entries(files)) {
    writeFileSync(join(keys, file), text, { mode: 0o600 })
  }
  return keys
}

t.test('every *.key in the folder is read, and nothing else', async (t) => {
  const keys = withKeys(t.testdir(), {
    'b.key': keyText('b'),
    'a.key': keyText('a.', 'C.example'),
    README: 'no key',
    'old.key.bak': keyText('old'),
  })
  t.strictSame(
    Array.from(loadKeyring(keys), ({ current }) => current.text),
    ['a.', 'C.example.', 'b.'],
  )
})

t.test('a folder that is not there has no keys', async (t) => {
  t.strictSame([...loadKeyring(join(t.testdir(), 'keys'))], [])
})

t.test('all that is wrong with the key files is said at once, and no secret with it', async (t) => {
  const folder = t.testdir()
  const keys = withKeys(folder, {
    'a.key': keyText('a'),
    'again.key': keyText('b', 'A'),
    'bad.key': `key "c" {\n  secret ${SECRET};\n};`,
    'open.key': keyText('d'),
    'b.key': keyText('B'),
  })
  chmodSync(join(keys, 'open.key'), 0o644)
  const problems = problemsOf(folder, () => loadKeyring(keys))
  t.strictSame(problems, [
    'keys/again.key:2:1: A. stands in a.key already: an old secret that clients may still use goes into a.old.key',
    'keys/b.key:1:1: B. stands in again.key already: an old secret that clients may still use goes into again.old.key',
    'keys/bad.key:1:1: the key has no algorithm',
    'keys/open.key:1:1: everybody can read the secret (mode 644): chmod 600 it',
  ])
})

t.test('a key file that cannot be read does not hide what is wrong with another', async (t) => {
  const folder = t.testdir()
  const keys = withKeys(folder, { 'b.key': 'nonsense' })
  mkdirSync(join(keys, 'a.key'), { mode: 0o700 })
  t.throws(() => loadKeyring(keys), {
    errors: [{ code: 'EISDIR' }, { name: 'InputError', line: 1, column: 1 }],
  })
})

t.test('a new key has a file of its own that only its owner can read', async (t) => {
  const path = join(t.testdir(), 'not', 'yet', 'k.key')
  writeNewKey(path, name('k.example.'))
  t.equal(statSync(path).mode & 0o777, 0o600)
  const text = readFileSync(path, 'utf8')
  const [held] = loadKeyring(join(path, '..'))
  const key = held?.current
  t.equal(key?.text, 'k.example.')
  t.equal(key?.algorithm.text, 'hmac-sha256')
  t.equal(key?.secret.symmetricKeySize, 32)
  t.throws(
    () => {
      writeNewKey(path, name('k.example.'))
    },
    { code: 'EEXIST' },
  )
  t.equal(readFileSync(path, 'utf8'), text, 'the old key is still there')
  t.strictSame(readdirSync(join(path, '..')), ['k.key'], 'and nothing beside it')
  t.throws(
    () => {
      writeNewKey('/proc/k.key', name('k.example.'))
    },
    { code: 'ENOENT' },
    'what the system says of a place that takes no file',
  )
})

t.test(
  'a new key is of the algorithm that is asked for, and its secret as long as the MAC',
  async (t) => {
    const folder = t.testdir()
    writeNewKey(join(folder, 'k.key'), name('k.'), algorithmFromText('hmac-sha512'))
    const [held] = loadKeyring(folder)
    const key = held?.current
    t.equal(key?.algorithm.text, 'hmac-sha512')
    t.equal(key?.secret.symmetricKeySize, 64)
  },
)

for (const [text, file] of [
  ['ddns-key.', 'ddns-key.key'],
  ['Host_1.dyn.example.', 'Host_1.dyn.example.key'],
  ['_acme.', '_acme.key'],
] as const) {
  t.test(`the key ${text} has the file ${file}`, async (t) => {
    t.strictSame(keyFileName(name(text)), { ok: true, file })
  })
}

for (const text of ['.', '-k.', 'a/b.', '\\..', 'a\\000b.', 'a\\.\\.\\/x.', 'a\\032b.', '*.x.']) {
  t.test(`the key ${text} makes no file name`, async (t) => {
    t.match(keyFileName(name(text)), { ok: false, why: /makes no file name: use letters, digits/ })
  })
}

t.test('the very first start makes the keys that grants name, each once', async (t) => {
  const folder = t.testdir()
  const config = configFor(folder, ['a.', 'b.example.', 'A.'], ['key:b.example.', '127.0.0.1'])
  checkKeys(config)
  t.notOk(existsSync(config.keys), 'checking makes nothing')
  const made = makeFirstKeys(config)
  t.strictSame(
    made.map(({ path }) => path),
    ['a.key', 'b.example.key'].map((file) => join(config.keys, file)),
  )
  t.strictSame(
    made.map(({ name }) => nameToText(name)),
    ['a.', 'b.example.'],
  )
  const secrets = Array.from(loadKeyring(config.keys), ({ current: { secret } }) =>
    secret.export().toString('hex'),
  )
  t.equal(new Set(secrets).size, 2, 'each has a secret of its own')
  checkKeys(config)
  t.strictSame(makeFirstKeys(config), [], 'and no later start makes any')
})

t.test('no key is made where there is one already', async (t) => {
  const folder = t.testdir()
  const keys = withKeys(folder, { 'other.key': keyText('other') })
  t.strictSame(makeFirstKeys(configFor(folder, ['a.'])), [])
  t.strictSame(readdirSync(keys), ['other.key'])
})

t.test('no folder is made when no key is', async (t) => {
  const config = configFor(t.testdir(), [])
  t.strictSame(makeFirstKeys(config), [])
  t.notOk(existsSync(config.keys))
})

t.test('a folder of keys that cannot be reached is none that is not there', async (t) => {
  const folder = t.testdir()
  const config = configFor(folder, ['a.'])
  symlinkSync('keys', config.keys)
  for (const look of [checkKeys, makeFirstKeys]) {
    const [problem, ...more] = problemsOf(folder, () => {
      look(config)
    })
    t.match(problem, /^x\.toml:3:1: cannot read \/keys: ELOOP/)
    t.strictSame(more, [])
  }
})

t.test('a first key that cannot be made is said at the setting of the folder', async (t) => {
  const folder = t.testdir()
  const config = configFor(folder, ['a.'])
  symlinkSync('none/keys', config.keys)
  const [problem, ...more] = problemsOf(folder, () => makeFirstKeys(config))
  t.match(problem, /^x\.toml:3:1: cannot make \/keys\/a\.key: ENOENT/)
  t.strictSame(more, [])
})

t.test('a key that can have no file is refused where a grant names it', async (t) => {
  const folder = t.testdir()
  const config = configFor(folder, ['a.', 'a/b.'])
  t.strictSame(
    problemsOf(folder, () => {
      checkKeys(config)
    }),
    ['x.toml:12:1: "a/b." makes no file name: use letters, digits, "-", "_" and "."'],
  )
})

t.test('each key that no file has is refused where it is named, with what to type', async (t) => {
  const folder = t.testdir()
  withKeys(folder, { 'a.key': keyText('a') })
  const config = configFor(folder, ['A.', 'b.'], ['::1', 'key:c.', 'key:a.'])
  t.strictSame(
    problemsOf(folder, () => {
      checkKeys(config)
    }),
    [
      'x.toml:12:1: no file in /keys has the key b.: livezone key generate b.',
      'x.toml:6:19: no file in /keys has the key c.: livezone key generate c.',
    ],
  )
})

t.test('a first start makes no key for a transfer: whoever transfers has one', async (t) => {
  const folder = t.testdir()
  const config = configFor(folder, ['a.'], ['key:b.'])
  t.strictSame(
    problemsOf(folder, () => {
      checkKeys(config)
    }),
    ['x.toml:6:13: no file in /keys has the key b.: livezone key generate b.'],
  )
})

t.test(
  'with a key file that is wrong, the keys that it may have are not said to be missing',
  async (t) => {
    const folder = t.testdir()
    withKeys(folder, { 'a.key': 'key a' })
    const config = configFor(folder, ['a.'])
    t.strictSame(
      problemsOf(folder, () => {
        checkKeys(config)
      }),
      ['keys/a.key:1:6: the file ends within a key'],
    )
  },
)
