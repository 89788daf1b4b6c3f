/** Tokens: made, found, rotated and revoked, and what of them outlasts the process. */
import { createSecretKey } from 'node:crypto'
import t from 'tap'
import { deviceHost, Identities } from '../../src/access/identities.ts'
import { deviceLabel, deviceSecret, digestOf } from '../../src/access/token-secret.ts'
import { TokenError, Tokens } from '../../src/access/tokens.ts'
import { WebIdentity } from '../../src/access/web-identity.ts'
import { addressSetOf } from '../../src/config/networks.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { nameToText } from '../../src/text/name-text.ts'
import { RrType } from '../../src/wire/codes.ts'
import { StoreError } from '../../src/zone/zone.ts'
import { FakeClock } from '../support/clock.ts'
import { recordingLog } from '../support/log.ts'
import { name } from '../support/service.ts'

const SCOPE = { name: 'home', hosts: ['h.dyn.example.'], below: false, types: ['A'], from: [] }
const ADDRESS = '203.0.113.1'
const WEEK = 7 * 24 * 3600

const setUp = (store = new MemoryStore(new FakeClock())) => {
  const clock = new FakeClock()
  const { log, lines } = recordingLog()
  const open = () => new Tokens(store, clock, log, addressSetOf)
  return { clock, store, lines, open, tokens: open() }
}

t.test('a secret is short enough for cameras and random enough for us', async (t) => {
  const { tokens } = setUp()
  const secrets = new Set(
    Array.from({ length: 50 }, (_, n) => tokens.create({ ...SCOPE, name: `${n}` })),
  )
  t.equal(secrets.size, 50)
  for (const secret of secrets) t.match(secret, /^dd[a-z2-7]{26}$/)
})

t.test('the store has the digest, and the secret is nowhere', async (t) => {
  const { tokens, store, open } = setUp()
  const secret = tokens.create(SCOPE)
  t.match(store.tokens(), [{ digest: digestOf(secret), name: 'home', hosts: ['h.dyn.example.'] }])
  t.notMatch(JSON.stringify(store.tokens()), secret)
  t.match(open().find(secret, ADDRESS), { ok: true, identity: { name: 'home' } }, 'also later')
  t.match(open().find('x', ADDRESS), { ok: false, why: 'no token has this secret' })
})

t.test('a token keeps its role, and one of an older version has none', async (t) => {
  const { tokens, open } = setUp()
  const admin = { name: 'ci', role: 'admin', hosts: [], below: false, types: [], from: [] } as const
  tokens.create(admin)
  const secret = tokens.rotate('ci')
  t.match(open().find(secret, ADDRESS), { ok: true, role: 'admin', identity: { hosts: [] } })
  t.match(open().list(), [{ name: 'ci', role: 'admin' }])
  const older = tokens.create(SCOPE)
  t.match(open().find(older, ADDRESS), { ok: true, role: undefined })
})

t.test('a name is there once', async (t) => {
  const { tokens } = setUp()
  tokens.create(SCOPE)
  t.throws(
    () => tokens.create(SCOPE),
    new TokenError('there is a token home already: rotate it, or give this one another --name'),
  )
})

t.test('a token may be for networks and for a time', async (t) => {
  const { tokens, clock } = setUp()
  const expires = clock.nowMilliseconds() + 1000
  const secret = tokens.create({ ...SCOPE, from: ['192.0.2.0/24'], expires })
  t.equal(tokens.find(secret, '192.0.2.9').ok, true)
  t.match(tokens.find(secret, ADDRESS), { why: 'token home is taken from 192.0.2.0/24 alone' })
  clock.advanceSeconds(1)
  t.match(tokens.find(secret, '192.0.2.9'), { why: 'token home has expired' })
  t.match(tokens.list(), [{ expires, from: ['192.0.2.0/24'] }])
})

t.test('while a token is rotated both secrets are good, until the new one is used', async (t) => {
  const { tokens, open, clock } = setUp()
  const first = tokens.create(SCOPE)
  const old = tokens.find(first, ADDRESS)
  if (old.ok) old.use(ADDRESS, 'router')
  const second = tokens.rotate('home')
  t.equal(tokens.find(first, ADDRESS).ok, true)
  const retires = clock.nowMilliseconds() + WEEK * 1000
  t.match(tokens.list(), [{ name: 'home', retires, lastUse: { agent: 'router' } }])
  t.equal(tokens.list().length, 1)
  const found = tokens.find(second, ADDRESS)
  if (found.ok) found.use(ADDRESS, 'router')
  t.equal(tokens.find(first, ADDRESS).ok, false)
  tokens.save()
  t.equal(open().find(first, ADDRESS).ok, false)
  t.equal(open().find(second, ADDRESS).ok, true)
})

t.test('after a week the old secret is good no more', async (t) => {
  const { tokens, clock } = setUp()
  const first = tokens.create(SCOPE)
  const second = tokens.rotate('home')
  const found = tokens.find(first, ADDRESS)
  if (found.ok) found.use(ADDRESS, 'the old one ends nothing')
  t.equal(tokens.find(second, ADDRESS).ok, true)
  clock.advanceSeconds(WEEK)
  t.match(tokens.find(first, ADDRESS), { why: 'token home was rotated: this is its old secret' })
})

t.test(
  'there are two secrets at most: the one in use stays, whatever comes after it',
  async (t) => {
    const { tokens, store, clock } = setUp()
    const inUse = tokens.create(SCOPE)
    const lost = tokens.rotate('home')
    clock.advanceSeconds(WEEK - 1)
    const next = tokens.rotate('home')
    t.equal(store.tokens().length, 2)
    t.match(tokens.find(lost, ADDRESS), { fault: 'unknown-secret' })
    t.equal(tokens.find(next, ADDRESS).ok, true)
    clock.advanceSeconds(WEEK - 1)
    t.equal(tokens.find(inUse, ADDRESS).ok, true)
  },
)

t.test('a secret whose week is over makes room for the one after it', async (t) => {
  const { tokens, store, clock } = setUp()
  const first = tokens.create(SCOPE)
  const second = tokens.rotate('home')
  clock.advanceSeconds(WEEK)
  const third = tokens.rotate('home')
  t.equal(store.tokens().length, 2)
  t.match(tokens.find(first, ADDRESS), { fault: 'unknown-secret' })
  t.equal(tokens.find(second, ADDRESS).ok, true)
  t.equal(tokens.find(third, ADDRESS).ok, true)
})

t.test('what a token was last used for is told after all its secrets were rotated', async (t) => {
  const { tokens, clock } = setUp()
  const found = tokens.find(tokens.create(SCOPE), ADDRESS)
  if (found.ok) found.use(ADDRESS, 'router')
  t.match(tokens.list(), [{ lastUse: { agent: 'router' } }])
  for (let rotation = 0; rotation < 3; rotation++) {
    clock.advanceSeconds(WEEK)
    tokens.rotate('home')
    t.match(tokens.list(), [{ lastUse: { agent: 'router' } }])
  }
})

t.test('a token that is revoked is gone with all its secrets', async (t) => {
  const { tokens, store } = setUp()
  const first = tokens.create(SCOPE)
  tokens.rotate('home')
  tokens.revoke('home')
  t.equal(tokens.find(first, ADDRESS).ok, false)
  t.strictSame(store.tokens(), [])
  t.strictSame(tokens.list(), [])
  t.throws(
    () => {
      tokens.revoke('home')
    },
    { message: 'there is no token home', isMissing: true },
  )
  t.throws(() => tokens.rotate('home'), TokenError)
})

t.test('the last use is kept, and put on disk when that is asked for', async (t) => {
  class Failing extends MemoryStore {
    failure: Error | undefined
    override putTokens(...args: Parameters<MemoryStore['putTokens']>): void {
      if (this.failure !== undefined) throw this.failure
      super.putTokens(...args)
    }
  }
  const store = new Failing(new FakeClock())
  const { tokens, clock, open, lines } = setUp(store)
  tokens.save()
  const found = tokens.find(tokens.create(SCOPE), ADDRESS)
  if (found.ok) found.use(ADDRESS, 'a'.repeat(200))
  const lastUse = { time: clock.nowMilliseconds(), source: ADDRESS, agent: 'a'.repeat(100) }
  t.match(tokens.list(), [{ lastUse }])
  t.equal(open().list()[0]?.lastUse, undefined)
  store.failure = new StoreError('full')
  tokens.save()
  t.match(lines, [{ level: 'warn', fields: { err: 'full' } }])
  t.throws(() => tokens.create({ ...SCOPE, name: 'other' }), StoreError)
  store.failure = new Error('a bug')
  t.throws(
    () => {
      tokens.save()
    },
    { message: 'a bug' },
  )
  store.failure = undefined
  tokens.save()
  t.match(open().list(), [{ lastUse }])
})

t.test('a store with words that this version does not know is read all the same', async (t) => {
  const { store, open } = setUp()
  const digest = digestOf('secret')
  const record = { ...SCOPE, digest, hosts: ['a..b'], types: ['NEW'], created: 0 }
  store.putTokens(new Map([[digest, record]]))
  t.match(open().find('secret', ADDRESS), { ok: true, identity: { hosts: [] } })
})

t.test('a host that is too long for a challenge has none', async (t) => {
  const host = name(`${'x'.repeat(60)}.`.repeat(4))
  const scope = { name: 'x', hosts: [host], below: false, types: [RrType.TXT] }
  t.equal(new WebIdentity(scope).rules.length, 1)
})

t.test('a device of a fleet proves itself by its id and what follows from it', async (t) => {
  const { tokens } = setUp()
  const secret = createSecretKey(Buffer.from('a fleet secret of 32 octets or so'))
  const fleet = {
    name: 'cameras',
    domain: name('cam.dyn.example.'),
    secret,
    types: [RrType.A],
    denied: new Set(['00:11:22:33:44:66']),
  }
  const identities = new Identities(tokens, [fleet])
  const user = '00:11:22:33:44:AA'
  const device = deviceSecret(secret, user)
  t.match(device, /^[a-z2-7]{26}$/)
  const label = deviceLabel(secret, user)
  t.match(label, /^[a-z2-7]{16}$/)
  t.equal(nameToText(deviceHost(fleet, user)), `${label}.cam.dyn.example.`)
  const found = identities.find({ user: user.toLowerCase(), secret: device }, ADDRESS)
  t.match(found, { ok: true, identity: { name: `cameras/${label}` } })
  if (found.ok) found.use(ADDRESS, 'nothing is kept of it')
  t.equal(identities.find({ user: 'another', secret: device }, ADDRESS).ok, false)
  t.equal(identities.find({ user, secret: 'short' }, ADDRESS).ok, false)
  t.equal(identities.find({ user: '', secret: device }, ADDRESS).ok, false)
  t.equal(identities.find({ user: 'x'.repeat(129), secret: device }, ADDRESS).ok, false)
  const denied = '00:11:22:33:44:66'
  t.match(identities.find({ user: denied, secret: deviceSecret(secret, denied) }, ADDRESS), {
    ok: false,
    why: 'a denied device of cameras',
  })
  const token = tokens.create(SCOPE)
  t.equal(identities.find({ user: 'anybody', secret: token }, ADDRESS).ok, true)
  const domain = name(`${'x'.repeat(60)}.`.repeat(4))
  t.throws(() => deviceHost({ ...fleet, domain }, user), /without room/)
})

t.test('tokens are known by their hosts, as long as one of them is there', async (t) => {
  const { clock, tokens } = setUp()
  const first = tokens.create({ ...SCOPE, hosts: ['H.dyn.example.', 'i.dyn.example.'] })
  const second = tokens.create({ ...SCOPE, name: 'other' })
  t.strictSame([...tokens.hosts()], ['h.dyn.example', 'i.dyn.example'])
  t.strictSame(
    ['home', 'x'].map((one) => tokens.has(one)),
    [true, false],
  )
  const use = (secret: string, address: string) => {
    clock.advanceSeconds(1)
    const found = tokens.find(secret, address)
    if (found.ok) found.use(address, 'a')
  }
  t.equal(tokens.lastUseOf('h.dyn.example'), undefined)
  use(second, '192.0.2.2')
  use(first, '192.0.2.1')
  t.match(tokens.lastUseOf('h.dyn.example'), { source: '192.0.2.1' })
  use(second, '192.0.2.3')
  t.match(tokens.lastUseOf('h.dyn.example'), { source: '192.0.2.3' })
  t.match(tokens.lastUseOf('i.dyn.example'), { source: '192.0.2.1' })
  t.equal(tokens.lastUseOf('x.dyn.example'), undefined)
  tokens.rotate('home')
  tokens.revoke('home')
  t.strictSame([...tokens.hosts()], ['h.dyn.example'])
  t.strictSame(
    ['h', 'i'].map((label) => tokens.isForHost(`${label}.dyn.example`)),
    [true, false],
  )
})
