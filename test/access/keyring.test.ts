/** Finding keys by name. */
import t from 'tap'
import { expiryText, hasExpired, Keyring, secretsOf } from '../../src/access/keyring.ts'
import { name, tsigKey } from '../support/service.ts'

t.test('a key is found by its name', async (t) => {
  const keyring = new Keyring()
  const [one, two] = [tsigKey('one.example.'), tsigKey('two.example.')]
  t.ok(keyring.add(one))
  t.ok(keyring.add(two))
  t.equal(keyring.get(name('one.example.')), one)
  t.equal(keyring.get(name('two.example.')), two)
})

t.test(
  'RFC 4343 §3 the case of ASCII letters does not matter, and of no other octet',
  async (t) => {
    const keyring = new Keyring()
    const key = tsigKey('Key\\228[.example.')
    keyring.add(key)
    t.equal(keyring.get(name('kEY\\228[.EXAMPLE.')), key)
    t.equal(keyring.get(name('key\\196[.example.')), undefined, 'Ä is not ä')
    t.equal(keyring.get(name('key\\228{.example.')), undefined, '[ is not {')
  },
)

t.test('a name that is like a key is not the key', async (t) => {
  const keyring = new Keyring()
  keyring.add(tsigKey('key.example.'))
  for (const other of ['.', 'key.', 'example.', 'a.key.example.', 'key\\.example.']) {
    t.equal(keyring.get(name(other)), undefined, other)
  }
})

t.test('a second key of a name, in any case, is not taken', async (t) => {
  const keyring = new Keyring()
  const first = tsigKey('key.example.')
  t.ok(keyring.add(first))
  t.notOk(keyring.add(tsigKey('KEY.example.', 'hmac-sha512')))
  t.equal(keyring.get(name('key.example.')), first)
  t.strictSame([...keyring], [{ current: first, old: undefined, expiresSeconds: undefined }])
})

t.test('a keyring lists its keys in the order they came', async (t) => {
  const keyring = new Keyring()
  t.strictSame([...keyring], [])
  const keys = ['z.', 'a.', 'm.'].map((text) => tsigKey(text))
  for (const key of keys) keyring.add(key)
  t.strictSame(
    [...keyring].map(({ current }) => current.text),
    ['z.', 'a.', 'm.'],
  )
})

t.test(
  'a key that is rotated has two secrets, and the current one is what to sign with',
  async (t) => {
    const keyring = new Keyring()
    const [current, old] = [tsigKey('k.'), tsigKey('k.', 'hmac-md5')]
    keyring.add(current, { old })
    t.equal(keyring.get(name('K.')), current)
    const held = keyring.held(name('K.'))
    t.strictSame(held, { current, old, expiresSeconds: undefined })
    t.strictSame(held && secretsOf(held), [current, old])
    keyring.add(tsigKey('other.'))
    t.strictSame(
      Array.from(keyring, secretsOf).map(({ length }) => length),
      [2, 1],
    )
  },
)

t.test('a key expires at its time, to the second, or never', async (t) => {
  const current = tsigKey('k.')
  const held = { current, old: undefined, expiresSeconds: 1_798_761_600 }
  t.notOk(hasExpired(held, 1_798_761_599))
  t.ok(hasExpired(held, 1_798_761_600))
  t.equal(expiryText(held), '2027-01-01T00:00:00Z')
  const never = { ...held, expiresSeconds: undefined }
  t.notOk(hasExpired(never, Number.MAX_SAFE_INTEGER))
  t.equal(expiryText(never), 'never')
})
