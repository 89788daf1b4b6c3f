/** What is said of hosts: that they are well, silent, failing, or updated by two that take turns. */
import t from 'tap'
import type { Attempt } from '../../src/dyndns/attempts.ts'
import { HostStates, type HostSettings } from '../../src/dyndns/host-states.ts'
import { LastHour } from '../../src/dyndns/last-hour.ts'
import { basic, TestWeb } from '../support/web.ts'

const HOME = 'home.dyn.example'
const DAY = 86_400

class TestHosts {
  readonly web = new TestWeb()
  readonly states: HostStates
  readonly token: string

  constructor(settings: Partial<HostSettings> = {}) {
    const { clock, tokens, attempts } = this.web
    this.states = new HostStates(clock, tokens)
    this.states.configure({
      staleSeconds: undefined,
      isBlocked: () => false,
      isIdentity: (name) => tokens.has(name),
      ...settings,
    })
    attempts.subscribe(this.states.take)
    this.token = this.web.token(`${HOME}.`)
  }

  update(address: string, more: Parameters<TestWeb['get']>[2] = {}): Promise<string> {
    return this.web.get(`/nic/update?hostname=${HOME}&myip=${address}`, this.token, more)
  }

  get state() {
    return this.states.of(HOME)
  }

  advance(seconds: number): void {
    this.web.clock.advanceSeconds(seconds)
  }
}

t.test('a host that nothing has updated is unseen', async (t) => {
  t.match(new TestHosts().state, {
    host: HOME,
    condition: 'unseen',
    words: 'nothing has updated it yet',
    hints: [],
    lastSeen: undefined,
    failures: 0,
    changes: 0,
    repeats: 0,
  })
})

t.test('a host that is updated is well, also by a request that changes nothing', async (t) => {
  const hosts = new TestHosts()
  await hosts.update('198.51.100.1')
  const seen = { address: '203.0.113.77', agent: 'test/1.0', time: hosts.web.clock.milliseconds }
  t.match(hosts.state, { condition: 'ok', lastSeen: { ...seen, outcome: 'good' }, changes: 1 })
  hosts.advance(300)
  await hosts.update('198.51.100.1')
  hosts.advance(120)
  t.match(hosts.state, {
    condition: 'ok',
    words: 'seen 2 minutes ago, from 203.0.113.77',
    lastSeen: { outcome: 'nochg' },
    repeats: 1,
  })
})

t.test('a host that is silent for ten times as long as usual, and a day, is stale', async (t) => {
  const hosts = new TestHosts()
  for (let n = 0; n < 12; n++) {
    await hosts.update('198.51.100.1')
    // For the other family, say.
    hosts.advance(1)
    await hosts.update('198.51.100.1')
    hosts.advance(n < 11 ? 300 : DAY - 2)
  }
  t.equal(hosts.state.condition, 'ok')
  hosts.advance(DAY + 3)
  t.match(hosts.state, {
    condition: 'stale',
    words: 'not seen for 2 days; it used to come every 5 minutes',
  })
  const slow = new TestHosts()
  for (let n = 0; n < 4; n++) {
    await slow.update('198.51.100.1')
    slow.advance(DAY)
  }
  slow.advance(9 * DAY)
  t.equal(slow.state.condition, 'ok')
  slow.advance(1)
  t.match(slow.state, {
    condition: 'stale',
    words: 'not seen for 10 days; it used to come every 1 day',
  })
})

t.test('a host of which nothing is usual yet may be silent for 35 days', async (t) => {
  const hosts = new TestHosts()
  for (let n = 0; n < 3; n++) {
    await hosts.update('198.51.100.1')
    hosts.advance(60)
  }
  hosts.advance(35 * DAY - 60)
  t.equal(hosts.state.condition, 'ok')
  hosts.advance(1)
  t.match(hosts.state, { condition: 'stale', words: 'not seen for 35 days' })
})

t.test('the operator may say after how long a host is stale', async (t) => {
  const hosts = new TestHosts({ staleSeconds: 600 })
  await hosts.update('198.51.100.1')
  hosts.advance(600)
  t.equal(hosts.state.condition, 'ok')
  hosts.advance(1)
  t.equal(hosts.state.condition, 'stale')
})

t.test('over a restart there is the last use of the token', async (t) => {
  const hosts = new TestHosts()
  await hosts.update('198.51.100.1')
  const { clock, tokens } = hosts.web
  const later = new HostStates(clock, tokens)
  hosts.advance(DAY)
  t.match(later.of(HOME), {
    condition: 'ok',
    words: 'seen 1 day ago, from 203.0.113.77',
    lastSeen: { outcome: undefined, agent: 'test/1.0' },
  })
})

t.test(
  'three failures in a row are failing, the first of a host that never was well',
  async (t) => {
    const hosts = new TestHosts()
    await hosts.update('<ipaddr>')
    t.match(hosts.state, {
      condition: 'failing',
      words:
        /^its request failed, the last 0 seconds ago from 203.0.113.77: "<ipaddr>" was not filled in/,
      failures: 1,
      lastFailure: { outcome: 'placeholder', address: '203.0.113.77' },
    })
    await hosts.update('198.51.100.1')
    t.match(hosts.state, { condition: 'ok', failures: 0 })
    for (let n = 0; n < 2; n++) await hosts.update('127.0.0.1')
    t.match(hosts.state, { condition: 'ok', failures: 2 })
    await hosts.update('127.0.0.1')
    t.match(hosts.state, {
      condition: 'failing',
      words:
        '3 requests in a row failed, the last 0 seconds ago from 203.0.113.77: 127.0.0.1 is a loopback address',
    })
    hosts.advance(DAY + 1)
    t.equal(hosts.state.condition, 'ok', 'it has not tried for a day')
  },
)

t.test(
  'a host that is refused counts, and so does a name that is none of the client’s',
  async (t) => {
    const hosts = new TestHosts()
    await hosts.update('198.51.100.1', { address: '192.0.2.1' })
    for (let n = 0; n < 3; n++) {
      await hosts.web.get('/nic/update?hostname=homme.dyn.example', hosts.token)
    }
    t.match(hosts.state, {
      condition: 'failing',
      failures: 3,
      lastFailure: { outcome: 'nohost', why: 'the token is not for homme.dyn.example' },
      lastSeen: { address: '203.0.113.77', outcome: 'nohost' },
    })
  },
)

t.test('trouble of ours, and what comes too often, is no failure', async (t) => {
  const hosts = new TestHosts()
  for (let n = 1; n <= 10; n++) await hosts.update(`198.51.100.${n}`)
  t.match(hosts.state, { condition: 'ok', failures: 0, lastSeen: { outcome: 'throttled' } })
  const [attempt] = hosts.web.attempts.since()
  const result = { kind: 'failed', fault: 'trouble', why: 'full', hosts: [HOME] } as const
  for (let n = 0; n < 9; n++) hosts.states.take({ ...(attempt as Attempt), result })
  t.match(hosts.state, { condition: 'ok', failures: 0, lastSeen: { outcome: 'trouble' } })
})

t.test(
  'an attempt without hosts says nothing, and a reason without words is its fault',
  async (t) => {
    const hosts = new TestHosts()
    await hosts.update('198.51.100.1')
    const attempt = hosts.web.attempts.since()[0] as Attempt
    hosts.states.take({ ...attempt, result: { kind: 'hosts', hosts: [] } })
    t.match(hosts.state, { condition: 'ok', failures: 0 })
    const refused = {
      kind: 'refused',
      host: HOME,
      fault: 'dnserr',
      why: undefined,
      asked: [],
    } as const
    for (let n = 0; n < 3; n++)
      hosts.states.take({ ...attempt, result: { kind: 'hosts', hosts: [refused] } })
    t.match(hosts.state, { condition: 'failing', words: /: dnserr$/ })
  },
)

t.test('a login that fails counts, but not from elsewhere while the host is updated', async (t) => {
  const hosts = new TestHosts()
  const guess = (more = {}) =>
    hosts.web.ask(`/nic/update?hostname=${HOME},other.example`, {
      authorization: basic('x', 'y'),
      ...more,
    })
  await guess()
  t.match(hosts.state, { condition: 'failing', failures: 1, lastSeen: undefined })
  await hosts.update('198.51.100.1')
  for (let n = 0; n < 4; n++) await guess({ address: '192.0.2.1' })
  t.match(hosts.state, {
    condition: 'ok',
    failures: 0,
    hints: ['4 logins for it from elsewhere failed in the last hour, while it was updated.'],
  })
  for (let n = 0; n < 3; n++) await guess()
  t.match(hosts.state, { condition: 'failing', lastFailure: { outcome: 'unknown-secret' } })
  await hosts.update('198.51.100.1')
  hosts.advance(3600)
  await guess({ address: '192.0.2.1' })
  t.match(hosts.state, { failures: 1, hints: [], lastSeen: { outcome: 'nochg' } })
  t.strictSame(
    hosts.states.all().map(({ host }) => host),
    [HOME],
    'strangers make no host',
  )
})

t.test('a request without credentials is no failure', async (t) => {
  const hosts = new TestHosts()
  await hosts.web.ask(`/nic/update?hostname=${HOME}`)
  t.match(hosts.state, { condition: 'unseen', failures: 0 })
})

t.test('more than six changes an hour among three addresses are two that take turns', async (t) => {
  const hosts = new TestHosts()
  for (let n = 0; n < 7; n++) {
    t.equal(hosts.state.condition, n === 0 ? 'unseen' : 'ok')
    await hosts.update(`198.51.100.${(n % 2) + 1}`)
    hosts.advance(60)
  }
  t.match(hosts.state, {
    condition: 'flapping',
    words: '7 changes in an hour, to 198.51.100.1 and 198.51.100.2: two devices update this host',
    changes: 7,
  })
  hosts.advance(3600)
  t.match(hosts.state, { condition: 'ok', changes: 0 })
  for (let n = 0; n < 9; n++) {
    await hosts.update(`2001:db8::${(n % 4) + 1}`)
    hosts.advance(60)
  }
  t.equal(hosts.state.condition, 'ok', 'four addresses')
  for (let n = 0; n < 120; n++) {
    await hosts.update(`2001:db8::${(n % 3) + 1}`)
    hosts.advance(60)
  }
  t.match(hosts.state, { condition: 'flapping', changes: 59 })
})

t.test('so many changes are remembered, whatever comes', async (t) => {
  const hosts = new TestHosts()
  await hosts.update('198.51.100.1')
  const attempt = hosts.web.attempts.since()[0] as Attempt
  for (let n = 0; n < 150; n++) hosts.states.take(attempt)
  t.equal(hosts.state.changes, 100)
})

t.test('more than twenty requests an hour that change nothing are told', async (t) => {
  const hosts = new TestHosts()
  for (let n = 0; n < 21; n++) {
    await hosts.update('198.51.100.1')
    hosts.advance(60)
  }
  t.strictSame(hosts.state.hints, [])
  await hosts.update('198.51.100.1')
  t.strictSame(hosts.state.hints, [
    '21 updates of the last hour changed nothing: let the device send fewer.',
  ])
})

t.test('without a configuration all who updated a host are taken for somebody', async (t) => {
  const { web, states } = new TestHosts()
  const other = new HostStates(web.clock, web.tokens)
  const below = web.token('net.dyn.example.', { below: true })
  web.attempts.subscribe(other.take)
  await web.get('/nic/update?hostname=a.net.dyn.example&myip=198.51.100.1', below)
  web.tokens.revoke('net.dyn.example.')
  t.strictSame(
    [other, states].map((one) => one.all().length),
    [2, 1],
  )
  t.equal(other.of('a.net.dyn.example').condition, 'ok')
})

t.test('a host that the operator blocks is blocked', async (t) => {
  const hosts = new TestHosts({ isBlocked: (host) => host === HOME })
  t.match(hosts.state, { condition: 'blocked', words: /by the operator/ })
})

t.test(
  'hosts are those of tokens, and those that somebody who is still there has updated',
  async (t) => {
    const hosts = new TestHosts()
    const below = hosts.web.token('net.dyn.example.', { below: true })
    await hosts.web.get('/nic/update?hostname=a.net.dyn.example&myip=198.51.100.1', below)
    const names = () => hosts.states.all().map(({ host }) => host)
    t.strictSame(names(), ['a.net.dyn.example', HOME, 'net.dyn.example'])
    hosts.web.tokens.revoke('net.dyn.example.')
    t.strictSame(names(), [HOME])
  },
)

t.test('of 65,536 hosts something is remembered', async (t) => {
  const hosts = new TestHosts({ isIdentity: () => true })
  await hosts.update('198.51.100.1')
  const attempt = hosts.web.attempts.since()[0] as Attempt
  for (let n = 0; n < 65_536; n++) hosts.states.take({ ...attempt, concerns: [`h${n}.example`] })
  t.equal(hosts.state.changes, 0)
  t.equal(hosts.states.of('h0.example').changes, 1)
})

t.test('the last hour is counted in slices of five minutes', async (t) => {
  const hour = new LastHour()
  const start = 1_700_000_100_000
  for (let n = 0; n < 24; n++) hour.add(start + n * 300_000)
  t.equal(hour.count(start + 23 * 300_000), 12)
  t.equal(hour.count(start + 24 * 300_000), 11)
  hour.add(start)
  t.equal(hour.count(start + 24 * 300_000), 12, 'a clock that is set back loses nothing')
  t.equal(hour.count(start + 100 * 300_000), 0)
})
