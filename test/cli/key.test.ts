/** `livezone key generate` and `livezone key list`: secrets stay in their files. */
import { chmodSync, readdirSync, statSync } from 'node:fs'
import t from 'tap'
import { BUNDLED } from '../support/livezone.ts'
import { Operator } from '../support/operator.ts'
import { run } from '../support/tools.ts'

const secretOf = (text: string): string => /secret "([^"]+)"/.exec(text)?.[1] ?? ''

t.test('key generate makes a file that BIND reads and only its owner can', async (t) => {
  const operator = new Operator(t.testdir())
  const { code, stdout, stderr } = await operator.run('key', 'generate', 'laptop.dyn.example.')
  t.equal(code, 0)
  t.equal(stderr, '')
  const text = operator.read('keys/laptop.dyn.example.key')
  t.match(
    text,
    /^key "laptop\.dyn\.example" \{\n\talgorithm hmac-sha256;\n\tsecret "[A-Za-z0-9+/]{43}=";\n\};\n$/,
  )
  t.equal(statSync(operator.path('keys/laptop.dyn.example.key')).mode & 0o777, 0o600)
  t.match(stdout, /laptop\.dyn\.example\.key: give it to the client \(nsupdate -k .*\.key\)/)
  t.notMatch(stdout, secretOf(text))
})

t.test('a key that the disk does not take leaves no file that has half of it', async (t) => {
  const operator = new Operator(t.testdir())
  operator.write('keys/README', 'no key')
  // No file may get an octet: as a full disk, and the same everywhere.
  const { code, stderr } = await run('sh', [
    '-c',
    'ulimit -f 0 && exec "$@"',
    'sh',
    ...[process.execPath, BUNDLED, 'key', 'generate', 'k.'],
    ...['--config', operator.path('livezone.toml')],
  ])
  t.equal(code, 1)
  t.match(stderr, /^EFBIG: /)
  t.strictSame(readdirSync(operator.path('keys')), ['README'])
})

for (const [algorithm, octets] of [
  ['hmac-md5', 16],
  ['hmac-sha1', 20],
  ['hmac-sha224', 28],
  ['hmac-sha256', 32],
  ['hmac-sha384', 48],
  ['hmac-sha512', 64],
] as const) {
  t.test(`RFC 8945 §6 key generate --algorithm ${algorithm} makes as many octets`, async (t) => {
    const operator = new Operator(t.testdir())
    t.equal((await operator.run('key', 'generate', 'k.', '--algorithm', algorithm)).code, 0)
    t.match(operator.read('keys/k.key'), `algorithm ${algorithm};`)
    t.equal(Buffer.from(secretOf(operator.read('keys/k.key')), 'base64').length, octets)
    const { stdout } = await operator.run('key', 'list')
    t.equal(stdout, `k. ${algorithm} ${octets * 8} current, never used, expires never\n`)
  })
}

t.test('key generate refuses a key that there is already, in any case and any file', async (t) => {
  const operator = new Operator(t.testdir())
  await operator.run('key', 'generate', 'k.example.')
  const text = operator.read('keys/k.example.key')
  operator.write('keys/renamed.key', text.replace('k.example', 'other'))
  for (const name of ['k.example.', 'K.Example', 'other.']) {
    const { code, stdout, stderr } = await operator.run('key', 'generate', name)
    t.equal(code, 2)
    t.equal(stdout, '')
    t.match(stderr, new RegExp(`^there is a key ${name.replace(/\.?$/, '.')} already in .*keys\n$`))
  }
  t.equal(operator.read('keys/k.example.key'), text)
})

t.test('key generate never writes over a file, whatever is in it', async (t) => {
  const operator = new Operator(t.testdir())
  operator.write('keys/k.key', '# nothing yet\n')
  const { code, stderr } = await operator.run('key', 'generate', 'k.')
  t.equal(code, 1)
  t.match(stderr, /^EEXIST: .*k\.key'\n$/)
  t.equal(operator.read('keys/k.key'), '# nothing yet\n')
})

for (const [name, message] of [
  ['a..b', /^"a\.\.b" is no domain name: the name has an empty label\n$/],
  ['', /^"" is no domain name: the name is empty\n$/],
  ['x'.repeat(64), /is no domain name: a label of the name has 64 octets/],
  ['../../etc/passwd', /is no domain name: the name has an empty label\n$/],
  ['a/b', /^"a\/b\." makes no file name: use letters, digits, "-", "_" and "\."\n$/],
  ['.', /^"\." makes no file name/],
] as const) {
  t.test(`key generate refuses the name "${name.slice(0, 20)}"`, async (t) => {
    const operator = new Operator(t.testdir())
    const { code, stdout, stderr } = await operator.run('key', 'generate', name)
    t.equal(code, 2)
    t.equal(stdout, '')
    t.match(stderr, message)
    t.strictSame(operator.files(), ['dyn.example.zone', 'livezone.toml'])
  })
}

t.test('key list names keys, algorithms and bits of MAC in the order of their files', async (t) => {
  const operator = new Operator(t.testdir())
  t.strictSame(await operator.run('key', 'list'), { code: 0, stdout: '', stderr: '' })
  const secret = 'c2VjcmV0IHNlY3JldCBzZWNyZXQ='
  operator.write('keys/b.key', `key "B" { algorithm hmac-sha1; secret "${secret}"; };`)
  operator.write('keys/a.key', `key "z." { algorithm hmac-sha512-256; secret "${secret}"; };`)
  t.strictSame(await operator.run('key', 'list'), {
    code: 0,
    stdout:
      'z. hmac-sha512 256 current, never used, expires never\n' +
      'B. hmac-sha1 160 current, never used, expires never\n',
    stderr: '',
  })
})

t.test(
  'key list and key generate say what is wrong with a key file, without its secret',
  async (t) => {
    const operator = new Operator(t.testdir())
    await operator.run('key', 'generate', 'k.')
    chmodSync(operator.path('keys/k.key'), 0o644)
    for (const words of [['list'], ['generate', 'other.']]) {
      const { code, stdout, stderr } = await operator.run('key', ...words)
      t.equal(code, 2)
      t.equal(stdout, '')
      t.match(stderr, /k\.key:1:1: everybody can read the secret \(mode 644\): chmod 600 it\n$/)
      t.notMatch(stderr, secretOf(operator.read('keys/k.key')))
    }
  },
)
