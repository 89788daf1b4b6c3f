/** `livezone key rotate`, `retire` and what `list` says of last uses, without and beside a server. */
import t from 'tap'
import { secretId } from '../../src/access/key-uses.ts'
import { systemClock } from '../../src/base/clock.ts'
import { loadKeyring } from '../../src/config/keys-folder.ts'
import { LmdbStore } from '../../src/store/lmdb.ts'
import type { KeyUse } from '../../src/zone/key-use.ts'
import { query, signed } from '../support/messages.ts'
import { Operator } from '../support/operator.ts'
import { name } from '../support/service.ts'
import { askUdp } from '../support/sockets.ts'
import { rcodeOf } from '../support/tsig.ts'

const secretOf = (text: string): string => /secret "([^"]+)"/.exec(text)?.[1] ?? ''

const rotated = async (folder: string, ...words: readonly string[]): Promise<Operator> => {
  const operator = new Operator(folder)
  await operator.run('key', 'generate', 'k.example')
  const { code, stderr } = await operator.run('key', 'rotate', 'K.Example.', ...words)
  t.equal(code, 0, stderr)
  return operator
}

const HOUR = 3600_000

/** As a server would have stored them; undefined for a secret that was never used. */
const storeUses = async (
  operator: Operator,
  ...uses: readonly (Partial<KeyUse> | undefined)[]
): Promise<void> => {
  const held = loadKeyring(operator.path('keys')).held(name('k.example.'))
  const store = LmdbStore.open(operator.path('data'), systemClock)
  const changes = [held?.current, held?.old].flatMap((key, index) => {
    const use = uses[index]
    const now = { timeMilliseconds: Date.now(), source: '192.0.2.1' }
    return key === undefined || use === undefined
      ? []
      : [[secretId(key), { ...now, ...use }] as const]
  })
  store.putKeyUses(new Map(changes))
  await store.close()
}

t.test('key rotate says what it did and what comes next', async (t) => {
  const operator = new Operator(t.testdir())
  await operator.run('key', 'generate', 'k')
  const before = operator.read('keys/k.key')
  const { code, stdout, stderr } = await operator.run('key', 'rotate', 'k')
  t.equal(code, 0)
  t.equal(stderr, '')
  t.match(
    stdout,
    /^\S*keys\/k\.key has a new secret, and \S*keys\/k\.old\.key the old one, which is taken as well: livezone reload, give \S*keys\/k\.key to the clients, and in the end livezone key retire k\.\n$/,
  )
  t.equal(operator.read('keys/k.old.key'), before)
  t.notMatch(stdout, secretOf(before))
  t.notMatch(stdout, secretOf(operator.read('keys/k.key')))
  const list = await operator.run('key', 'list')
  t.equal(
    list.stdout,
    'k. hmac-sha256 256 current, never used, expires never\nk. hmac-sha256 256 old, never used, expires never\n',
  )
})

t.test('key rotate --algorithm makes the new secret for another', async (t) => {
  const operator = await rotated(t.testdir(), '--algorithm', 'hmac-sha512')
  t.match(operator.read('keys/k.example.key'), 'algorithm hmac-sha512;')
  t.match(operator.read('keys/k.example.old.key'), 'algorithm hmac-sha256;')
})

t.test('key rotate a second time says to retire first', async (t) => {
  const operator = await rotated(t.testdir())
  const { code, stdout, stderr } = await operator.run('key', 'rotate', 'k.example')
  t.equal(code, 2)
  t.equal(stdout, '')
  t.match(stderr, /has an old secret still: livezone key retire k\.example\. first\n$/)
})

t.test('key list shows the last use of each secret and when the key expires', async (t) => {
  const operator = await rotated(t.testdir())
  const at = (iso: string, source: string): KeyUse => ({
    timeMilliseconds: Date.parse(iso),
    source,
  })
  await storeUses(
    operator,
    at('2026-11-25T12:00:00Z', '2001:db8::1'),
    at('2026-11-24T12:00:00Z', '192.0.2.1'),
  )
  const config = operator.read('livezone.toml')
  operator.write(
    'livezone.toml',
    `${config}[[key]]\nname = "K.example"\nexpires = 2027-01-01T00:00:00Z\n`,
  )
  const expires = 'expires 2027-01-01T00:00:00Z'
  t.strictSame((await operator.run('key', 'list')).stdout.split('\n'), [
    `k.example. hmac-sha256 256 current, last used 2026-11-25T12:00:00Z from 2001:db8::1, ${expires}`,
    `k.example. hmac-sha256 256 old, last used 2026-11-24T12:00:00Z from 192.0.2.1, ${expires}`,
    '',
  ])
})

const STAYS = [
  [
    'a client used it less than a day ago',
    [{}, { timeMilliseconds: Date.now() - 23 * HOUR, source: '192.0.2.2' }],
    /that was less than a day ago: --force removes it all the same\n$/,
  ],
  [
    'no client has used the new one',
    [undefined, { timeMilliseconds: Date.now() - 100 * HOUR }],
    /last used \S+ from 192\.0\.2\.1; no client has used the new one: --force/,
  ],
  [
    'the client went back to it',
    [{ timeMilliseconds: Date.now() - HOUR }, {}],
    /that was less than a day ago: --force/,
  ],
] as const

for (const [title, uses, message] of STAYS) {
  t.test(`key retire keeps an old secret that seems to be used: ${title}`, async (t) => {
    const operator = await rotated(t.testdir())
    await storeUses(operator, ...uses)
    const { code, stdout, stderr } = await operator.run('key', 'retire', 'k.example')
    t.equal(code, 2)
    t.equal(stdout, '')
    t.match(stderr, message)
    t.ok(operator.files().includes('keys/k.example.old.key'))
    const forced = await operator.run('key', 'retire', 'k.example', '--force')
    t.equal(forced.code, 0)
    t.match(
      forced.stdout,
      /^the old secret of k\.example\.: last used .*is removed: livezone reload\n$/,
    )
    t.notOk(operator.files().includes('keys/k.example.old.key'))
  })
}

const GOES = [
  ['it was never used', [{}, undefined]],
  [
    'that was more than a day ago',
    [{}, { timeMilliseconds: Date.now() - 25 * HOUR, source: '::1' }],
  ],
  ['the client has the new one now', [{}, { timeMilliseconds: Date.now() - HOUR }]],
] as const

for (const [title, uses] of GOES) {
  t.test(`key retire removes an old secret that nobody uses: ${title}`, async (t) => {
    const operator = await rotated(t.testdir())
    await storeUses(operator, ...uses)
    const { code, stdout } = await operator.run('key', 'retire', 'k.example')
    t.equal(code, 0)
    t.match(
      stdout,
      /^the old secret of k\.example\.: .*k\.example\.old\.key is removed: livezone reload\n$/,
    )
    t.strictSame(
      operator.files().filter((file) => file.endsWith('.key')),
      ['keys/k.example.key'],
    )
  })
}

t.test('key retire without an old secret says so', async (t) => {
  const operator = new Operator(t.testdir())
  await operator.run('key', 'generate', 'k')
  const { code, stderr } = await operator.run('key', 'retire', 'k')
  t.equal(code, 2)
  t.match(stderr, /^k\. has no old secret in .*keys\n$/)
})

t.test('beside a server, what was used a moment ago is known', async (t) => {
  const operator = new Operator(t.testdir())
  const server = operator.serve()
  t.teardown(() => server.end('SIGKILL'))
  const port = await server.ready()
  const old = Buffer.from(secretOf(operator.read('keys/ddns-key.key')), 'base64')
  await operator.run('key', 'rotate', 'ddns-key')
  t.match(await operator.run('reload'), { code: 0, stdout: 'reloaded\nkeys changed: ddns-key.\n' })
  const timeSeconds = Math.floor(Date.now() / 1000)
  const ask = (secret: Buffer): Promise<Buffer> =>
    askUdp(port, signed(query('dyn.example.', 6), { keyName: 'ddns-key', secret, timeSeconds }))
  t.equal(rcodeOf(await ask(old)), 0)
  const current = Buffer.from(secretOf(operator.read('keys/ddns-key.key')), 'base64')
  const list = await operator.run('key', 'list')
  t.match(list.stdout, /current, never used.*\n.* old, last used \S+ from 127\.0\.0\.1/)
  t.equal((await operator.run('key', 'retire', 'ddns-key')).code, 2)
  t.equal(rcodeOf(await ask(current)), 0)
  t.equal((await operator.run('key', 'retire', 'ddns-key')).code, 0, 'the client has moved')
  await operator.run('reload')
  t.equal(rcodeOf(await ask(old)), 9)
  await server.end('SIGTERM')
})
