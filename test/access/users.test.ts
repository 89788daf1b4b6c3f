/** Users of the page: their passwords, what they manage, and how long they are signed in. */
import t from 'tap'
import { Passwords, type Asker } from '../../src/access/passwords.ts'
import { Sessions } from '../../src/access/sessions.ts'
import { manages, newPassword, UserError, Users, type NewUser } from '../../src/access/users.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import type { UserRecord } from '../../src/zone/user-store.ts'
import { FakeClock } from '../support/clock.ts'
import { name } from '../support/service.ts'

/** As cheap as scrypt can be. */
const CHEAP = 2
const PASSWORD = 'correct horse'

const OWNER: NewUser = { name: 'Anna', role: 'owner', hosts: ['h.dyn.example.'], below: false }
const ADMIN: NewUser = { name: 'root', role: 'admin', hosts: [], below: false }

const setUp = async () => {
  const clock = new FakeClock()
  const store = new MemoryStore(clock)
  const open = () => new Users(store, clock, new Passwords(CHEAP))
  const users = open()
  t.equal(users.isEmpty, true)
  await users.add(OWNER, PASSWORD)
  return { clock, store, open, users, sessions: new Sessions(users, clock) }
}

const recordOf = (users: Users, name: string): UserRecord => {
  const record = users.get(name)
  if (record === undefined) throw new Error(`no user ${name}`)
  return record
}

t.test('a user is known by the password, however the name is spelled', async (t) => {
  const { users, open, store } = await setUp()
  t.equal(await users.verify('ANNA', PASSWORD, ''), 'right')
  t.equal(await users.verify('anna', 'another one', ''), 'wrong')
  t.equal(await users.verify('nobody', PASSWORD, ''), 'wrong')
  t.equal(await open().verify('anna', PASSWORD, ''), 'right', 'also later')
  t.notMatch(JSON.stringify(store.users()), PASSWORD)
  t.equal(users.isEmpty, false)
})

t.test('a password that is replaced while it waits for its turn is a wrong one', async (t) => {
  const { users } = await setUp()
  const changed = users.setPassword('anna', 'another password')
  const verdict = users.verify('anna', PASSWORD, '')
  await changed
  t.equal(await verdict, 'wrong')
  t.equal(await users.verify('anna', 'another password', ''), 'right')
})

t.test('characters that look alike and are alike are one password', async (t) => {
  const { users } = await setUp()
  await users.setPassword('anna', 'caf\u00e9 caf\u00e9 caf\u00e9')
  t.equal(await users.verify('anna', 'cafe\u0301 cafe\u0301 cafe\u0301', ''), 'right')
})

t.test('what a user cannot be is said', async (t) => {
  const { users } = await setUp()
  const rows: readonly (readonly [Partial<NewUser>, string, RegExp])[] = [
    [{ name: 'a b' }, PASSWORD, /^"a b" is no user's name/],
    [{ name: 'bert', hosts: [] }, PASSWORD, /an owner has a host at least/],
    [{ name: 'bert', role: 'admin' }, PASSWORD, /an admin manages all hosts/],
    [{ name: 'bert' }, 'short', /10 characters at least/],
    [{ name: 'bert' }, 'x'.repeat(257), /256 characters at most/],
    [{ name: 'anna' }, PASSWORD, /there is a user anna already/],
  ]
  for (const [wish, password, why] of rows) {
    await t.rejects(users.add({ ...OWNER, ...wish }, password), { name: 'UserError', message: why })
  }
  await t.rejects(users.setPassword('bert', PASSWORD), new UserError('there is no user bert', true))
  t.throws(
    () => {
      users.remove('bert')
    },
    new UserError('there is no user bert', true),
  )
})

t.test('users are listed by name, without their passwords', async (t) => {
  const { users, clock } = await setUp()
  await users.add(ADMIN, PASSWORD)
  await users.add({ ...OWNER, name: 'aaron' }, PASSWORD)
  users.signedIn(recordOf(users, 'anna'), '192.0.2.1')
  const created = clock.nowMilliseconds()
  t.strictSame(users.list(), [
    { ...OWNER, name: 'aaron', created },
    { ...OWNER, name: 'anna', created, lastLogin: created },
    { ...ADMIN, created },
  ])
  users.remove('ANNA')
  t.equal(users.get('anna'), undefined)
})

t.test(
  'an owner manages the hosts, and what is below where it says so; an admin all',
  async (t) => {
    const { users } = await setUp()
    await users.add(ADMIN, PASSWORD)
    const anna = recordOf(users, 'anna')
    t.equal(manages(anna, name('H.dyn.example.')), true)
    t.equal(manages(anna, name('a.h.dyn.example.')), false)
    t.equal(manages({ ...anna, below: true }, name('a.h.dyn.example.')), true)
    t.equal(manages(anna, name('dyn.example.')), false)
    t.equal(manages({ ...anna, hosts: ['a..b'] }, name('dyn.example.')), false)
    t.equal(manages(recordOf(users, 'root'), name('dyn.example.')), true)
  },
)

const from = (source: string, isFamiliar = false): Asker => ({ source, isFamiliar })

t.test('passwords are tried one at a time, and only so many wait', async (t) => {
  const passwords = new Passwords(CHEAP)
  const record = await passwords.hash(PASSWORD)
  const verdicts = await Promise.all(
    Array.from({ length: 11 }, (_, n) => passwords.verify(PASSWORD, record, from(`192.0.2.${n}`))),
  )
  t.strictSame(
    verdicts.map((verdict) => verdict === 'busy'),
    [...Array<boolean>(9).fill(false), true, true],
    'one has its turn, eight wait',
  )
  const later = await passwords.verify(PASSWORD, record, from('192.0.2.9'))
  t.equal(later, 'right', 'and then there is room again')
})

t.test('one network has two places in the line', async (t) => {
  const passwords = new Passwords(CHEAP)
  const ask = (source: string) => passwords.verify('x', undefined, from(source))
  const verdicts = await Promise.all(['a', 'a', 'a', 'a', 'b'].map(ask))
  t.strictSame(verdicts, ['wrong', 'wrong', 'wrong', 'busy', 'wrong'])
})

t.test('a flood of strangers keeps nobody out who comes from where they came before', async (t) => {
  const { users, open } = await setUp()
  users.signedIn(recordOf(users, 'anna'), '192.0.2.1')
  const again = open()
  const order: string[] = []
  const ask = async (source: string) => {
    const verdict = await again.verify('anna', PASSWORD, source)
    order.push(source)
    return verdict
  }
  const flood = Array.from({ length: 20 }, (_, n) => ask(`f${n}`))
  t.equal(await ask('192.0.2.1'), 'right', 'also after a restart')
  await Promise.all(flood)
  const [first, second] = order.filter((source) => !/^f(9|1\d)$/.test(source))
  t.strictSame([first, second], ['f0', '192.0.2.1'], 'before all who wait')
})

t.test('of the networks of a user the last five are remembered, and not shown', async (t) => {
  const { users } = await setUp()
  for (const source of ['a', 'b', 'c', 'd', 'e', 'f', 'c']) {
    users.signedIn(recordOf(users, 'anna'), source)
  }
  t.strictSame(recordOf(users, 'anna').sources, ['c', 'f', 'e', 'd', 'b'])
  t.notMatch(users.list()[0], { sources: [] })
})

t.test('a cost that scrypt does not know is an error, and others have their turn', async (t) => {
  const passwords = new Passwords(CHEAP)
  await t.rejects(passwords.verify('x', { cost: 3, salt: '', hash: '' }, from('a')))
  t.equal(await passwords.verify('x', undefined, from('a')), 'wrong')
})

t.test('the cost is what OWASP asks for', async (t) => {
  t.match(await new Passwords().hash(PASSWORD), { cost: 131_072 })
})

t.test('a password that is made here is long enough, and another each time', async (t) => {
  t.match(newPassword(), /^[\w-]{20}$/)
  t.not(newPassword(), newPassword())
})

t.test('a session ends when it is closed, after two idle hours, and after twelve', async (t) => {
  const { users, sessions, clock } = await setUp()
  const anna = recordOf(users, 'anna')
  const open = () => sessions.open(anna)
  const first = open()
  t.match(sessions.find(first), { user: { name: 'anna' }, formToken: /^[\w-]{22}$/ })
  t.equal(sessions.find(`${first}x`), undefined)
  sessions.close(first)
  t.equal(sessions.find(first), undefined)
  const idle = open()
  const busy = open()
  for (let hours = 0; hours < 11; hours++) {
    clock.advanceSeconds(3600)
    t.ok(sessions.find(busy))
  }
  t.equal(sessions.find(idle), undefined)
  t.equal(sessions.find(idle), undefined)
  clock.advanceSeconds(3600)
  t.equal(sessions.find(busy), undefined)
})

t.test('a session ends with the password, and with the user', async (t) => {
  const { users, sessions } = await setUp()
  const first = sessions.open(recordOf(users, 'anna'))
  await users.setPassword('anna', 'another horse')
  t.equal(sessions.find(first), undefined)
  const second = sessions.open(recordOf(users, 'anna'))
  users.remove('anna')
  t.equal(sessions.find(second), undefined)
})

t.test('of one user and of all there are only so many sessions', async (t) => {
  const { users, sessions } = await setUp()
  const anna = recordOf(users, 'anna')
  const secrets = Array.from({ length: 21 }, () => sessions.open(anna))
  t.strictSame(
    secrets.map((secret) => sessions.find(secret) !== undefined),
    [false, ...Array<boolean>(20).fill(true)],
  )
  await users.add({ ...OWNER, name: 'bert' }, PASSWORD)
  const bert = sessions.open(recordOf(users, 'bert'))
  for (let n = 0; n < 1000; n++) sessions.open({ ...anna, name: `u${n}` })
  t.equal(sessions.find(bert), undefined)
})
