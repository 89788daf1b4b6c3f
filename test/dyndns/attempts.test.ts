/** What web clients tried: one attempt a request, kept in bounds, told to who listens, without secrets. */
import t from 'tap'
import { Attempts, hostsOfResult, MOST_ATTEMPTS, type Attempt } from '../../src/dyndns/attempts.ts'
import { adviceFor, codeFor, isLoginFault, type Fault } from '../../src/dyndns/fault.ts'
import { diskFull, FailingStore } from '../support/failing-store.ts'
import { FakeClock } from '../support/clock.ts'
import { name } from '../support/service.ts'
import { basic, TestWeb } from '../support/web.ts'

const HOME = 'home.dyn.example'
const URL = `/nic/update?hostname=${HOME}&myip=198.51.100.1`
const NONE = { 4: [], 6: [] }

const made = (number: number): Omit<Attempt, 'number'> => ({
  time: number,
  milliseconds: 0,
  address: '192.0.2.1',
  port: 1,
  transport: 'http',
  agent: '',
  dialect: 'dyndns2',
  identity: undefined,
  concerns: [],
  result: { kind: 'failed', fault: 'no-credentials', why: '', hosts: [] },
})

/** The result of the last one. */
const lastOf = (web: TestWeb): Attempt['result'] | undefined => web.attempts.since().at(-1)?.result

t.test('an update says who made it, for which host, and what was there before', async (t) => {
  const web = new TestWeb()
  const token = web.token(`${HOME}.`)
  await web.get(URL, token, { userAgent: 'x'.repeat(101) })
  await web.get(URL, token)
  await web.get('/nic/update?hostname=home&myip=198.51.100.2', token)
  const [first, second, third] = web.attempts.since()
  const after = { 4: ['198.51.100.1'], 6: [] }
  t.strictSame(first, {
    number: 1,
    time: web.clock.milliseconds,
    milliseconds: 0,
    address: '203.0.113.77',
    port: 50_000,
    transport: 'https',
    agent: 'x'.repeat(100),
    dialect: 'dyndns2',
    identity: `${HOME}.`,
    concerns: [HOME],
    result: { kind: 'hosts', hosts: [{ kind: 'good', host: HOME, before: NONE, after }] },
  })
  t.strictSame(second?.result, {
    kind: 'hosts',
    hosts: [{ kind: 'nochg', host: HOME, before: after, after }],
  })
  const moved = { 4: ['198.51.100.2'], 6: [] }
  t.match(third?.result, { hosts: [{ kind: 'good', host: HOME, before: after, after: moved }] })
})

t.test('a host that is refused has its reason, and what was asked for it', async (t) => {
  const web = new TestWeb()
  const token = web.token(`${HOME}. cname.dyn.example. far.example.`, { types: ['A'] })
  web.addZone('x.dyn.example.', '@ 60 IN SOA a. b. 1 1 1 1 1\n@ 60 IN NS a.\n')
  const hosts = `${HOME},other.example,far.example,no_dot!,nobody`
  const url = `/nic/update?hostname=${hosts}&myip=2001:db8::1&txt=x`
  t.match(await web.get(url, token), /!donator\nnohost\nnohost\nnotfqdn\nnotfqdn/)
  const asked = ['AAAA 2001:db8::1', 'TXT']
  const refused = { kind: 'refused', asked } as const
  const result = lastOf(web)
  t.match(result, {
    hosts: [
      { ...refused, host: HOME, fault: '!donator', why: /AAAA/ },
      {
        ...refused,
        host: 'other.example',
        fault: 'nohost',
        why: 'the token is not for other.example',
      },
      {
        ...refused,
        host: 'far.example',
        fault: 'nohost',
        why: 'far.example is in no zone that is changed here',
      },
      { ...refused, host: 'no_dot!', fault: 'notfqdn', why: '"no_dot!" is no name of a host' },
      { ...refused, host: 'nobody', fault: 'notfqdn' },
    ],
  })
  await web.get('/nic/update?hostname=other.example&offline=yes', token)
  t.match(lastOf(web), { hosts: [{ asked: ['no A', 'no AAAA'] }] })
  await web.get('/nic/update?hostname=other.example&txt=', token)
  t.match(lastOf(web), { hosts: [{ asked: ['no TXT'] }] })
  await web.get('/nic/update?hostname=other.example&myipv6=2001:db8:1::/48', token)
  t.match(lastOf(web), { hosts: [{ asked: ['AAAA in 2001:db8:1::/48'] }] })
})

t.test('a host that the operator has blocked is told so, and the others are not', async (t) => {
  const web = new TestWeb({ settings: { blocked: [name('Home.dyn.example.')] } })
  const token = web.token(`${HOME}. b.dyn.example.`)
  const said = await web.get(`/nic/update?hostname=${HOME},b.dyn.example&myip=198.51.100.1`, token)
  t.equal(said, '200 abuse\ngood 198.51.100.1')
  t.strictSame(web.records(HOME), [])
  const asked = ['A 198.51.100.1']
  const why = `${HOME} is blocked by the operator`
  const refused = { kind: 'refused', host: HOME, fault: 'abuse', why, asked }
  t.match(lastOf(web), { hosts: [refused, { kind: 'good' }] })
  t.match(web.lines.at(-1), { message: 'update refused', fields: { reason: `${HOME}: abuse` } })
  await web.get('/nic/update?hostname=b.dyn.example&myipv6=2001:db8::1', token)
  await web.get('/nic/update?hostname=b.dyn.example&myipv6=2001:db8:1::/48', token)
  t.strictSame(web.records(HOME), [], 'nor does it follow a prefix')
  const poweradmin = `/dynamic_update.php?hostname=${HOME}&myip=198.51.100.1&verbose`
  t.equal(await web.get(poweradmin, token), '200 The host is blocked.')
})

t.test('what stands in the way of a name is dnserr', async (t) => {
  const web = new TestWeb()
  const token = web.token('alias.example.')
  web.addZone('example.', '@ 60 IN SOA a. b. 1 1 1 1 1\n@ 60 IN NS a.\nalias 60 IN CNAME b.\n')
  await web.get('/nic/update?hostname=alias.example&myip=198.51.100.1', token)
  t.match(lastOf(web), { hosts: [{ kind: 'refused', fault: 'dnserr', why: /CNAME/ }] })
})

t.test('a request that comes to nothing has the reason, and the hosts that it named', async (t) => {
  const web = new TestWeb()
  const token = web.token(`${HOME}. b.dyn.example.`)
  const update = (more: string) => `/nic/update?hostname=${HOME}&${more}`
  const many = Array(21).fill(HOME).join(',')
  const rows = [
    [update('myip=<ipaddr>'), 'placeholder', [HOME]],
    [update(`myip=${token}`), 'no-address', [HOME]],
    [update('myip=127.0.0.1'), 'unpublishable', [HOME]],
    [`/nic/update?hostname=${many}&myip=x`, 'numhost', Array<string>(20).fill(HOME)],
    ['/nic/update?myip=198.51.100.1', 'notfqdn', []],
  ] as const
  for (const [url, fault, hosts] of rows) {
    await web.get(url, token)
    t.match(lastOf(web), { kind: 'failed', fault, hosts }, fault)
  }
  t.notMatch(JSON.stringify([web.attempts.since(), web.lines]), token)
  for (let n = 0; n < 7; n++) await web.get(update(`myip=198.51.100.${n + 1}`), token)
  t.match(lastOf(web), { kind: 'failed', fault: 'throttled', hosts: [HOME] })
  await web.get(`/dynamic_update.php?hostname=${HOME}`, token, { userAgent: '' })
  t.match(lastOf(web), { kind: 'failed', fault: 'badagent', hosts: [HOME] })
})

t.test('trouble of ours is told as such', async (t) => {
  const store = new FailingStore()
  const web = new TestWeb({ store })
  const token = web.token(`${HOME}.`)
  store.failure = diskFull()
  t.match(await web.get(URL, token), /^503/)
  t.match(lastOf(web), { kind: 'failed', fault: 'trouble', why: store.failure.message })
  store.failure = new TypeError('x')
  t.match(await web.get(URL, token), /^503/)
  t.match(lastOf(web), { kind: 'failed', fault: 'trouble', why: 'a bug; please report this line' })
})

t.test('a login that fails says why, and whose secret it was where it is known', async (t) => {
  const web = new TestWeb()
  const token = web.token(`${HOME}.`, { from: ['192.0.2.0/24'] })
  const rows = [
    [{ authorization: '' }, undefined, 'no-credentials'],
    [{ authorization: basic('home', 'wrong') }, undefined, 'unknown-secret'],
    [{ authorization: basic('home', token) }, `${HOME}.`, 'wrong-network'],
  ] as const
  for (const [more, identity, fault] of rows) {
    await web.ask(URL, more)
    const last = web.attempts.since().at(-1)
    t.equal(last?.identity, identity)
    t.match(last?.result, { kind: 'failed', fault, hosts: [HOME] })
  }
})

t.test('what a stranger says of hosts is kept where it can be the name of one', async (t) => {
  const web = new TestWeb()
  const secret = 'ddabcdefghijklmnopqrstuvwxyz'
  for (const [url, hosts] of [
    ['/nic/update?hostname=home', []],
    [`/update/${secret}/${HOME}`, []],
    ['/u/abc/', []],
    [`/nic/update?hostname=${secret}.x`, ['(a secret).x']],
    [
      `/nic/update?hostname=A.example.,${'b.example,'.repeat(30)}`,
      ['a.example', ...Array<string>(19).fill('b.example')],
    ],
  ] as const) {
    await web.ask(url, { authorization: basic('home', 'wrong') })
    t.match(lastOf(web), { fault: /unknown-secret/, hosts }, url)
    web.clock.advanceSeconds(60)
  }
  t.notMatch(JSON.stringify(web.attempts.since()), secret)
})

t.test('the last 500 are kept; strangers push out none but their own', async (t) => {
  const clock = new FakeClock()
  const attempts = new Attempts(clock)
  attempts.add(made(0))
  for (let n = 1; n <= 2 * MOST_ATTEMPTS; n++) {
    if (n % 10 === 0) clock.advanceSeconds(1)
    attempts.addStranger(() => made(n))
  }
  const kept = attempts.since()
  t.equal(kept.length, MOST_ATTEMPTS + 1)
  t.strictSame([kept[0]?.number, kept.at(-1)?.number], [1, 2 * MOST_ATTEMPTS + 1])
  for (let n = 0; n < MOST_ATTEMPTS; n++) attempts.add(made(n))
  t.equal(attempts.since().length, 2 * MOST_ATTEMPTS)
  t.strictSame(
    attempts.since(3 * MOST_ATTEMPTS).map(({ number }) => number),
    [3 * MOST_ATTEMPTS + 1],
  )
})

t.test('of strangers ten a second are told', async (t) => {
  const clock = new FakeClock()
  const attempts = new Attempts(clock)
  const heard: number[] = []
  const end = attempts.subscribe(({ number }) => heard.push(number))
  for (let n = 0; n < 20; n++) attempts.addStranger(() => made(n))
  t.equal(heard.length, 10)
  end()
  attempts.add(made(1))
  t.equal(heard.length, 10)
})

t.test('each fault has its advice and its word', async (t) => {
  const rows: readonly (readonly [Fault, string, RegExp])[] = [
    ['unknown-secret', 'badauth', /token/],
    ['expired', 'badauth', /new token/],
    ['rotated', 'badauth', /rotation/],
    ['wrong-network', 'badauth', /networks/],
    ['denied-device', 'badauth', /deny/],
    ['no-credentials', 'badauth', /user name/],
    ['throttled', '911', /once a minute/],
    ['placeholder', 'dnserr', /placeholder/],
    ['no-address', 'dnserr', /IPv4/],
    ['unpublishable', 'dnserr', /public/],
    ['notfqdn', 'notfqdn', /full name/],
    ['numhost', 'numhost', /fewer/],
    ['badagent', 'badagent', /User-Agent/],
    ['blocked-agent', 'badagent', /blocked-agents/],
    ['nohost', 'nohost', /other hosts/],
    ['!donator', '!donator', /rule/],
    ['dnserr', 'dnserr', /CNAME/],
    ['abuse', 'abuse', /blocked/],
    ['trouble', '911', /log/],
  ]
  for (const [fault, code, advice] of rows) {
    t.equal(codeFor(fault), code, fault)
    t.match(adviceFor(fault), advice, fault)
  }
  t.strictSame(rows.map(([fault]) => fault).filter(isLoginFault), [
    'unknown-secret',
    'expired',
    'rotated',
    'wrong-network',
    'denied-device',
  ])
})

t.test(
  'an attempt concerns the hosts of its client that it names, or else its only one',
  async (t) => {
    const web = new TestWeb()
    const one = web.token(`${HOME}.`)
    const two = web.token('a.dyn.example. b.dyn.example.', {
      expires: web.clock.milliseconds + 60_000,
    })
    const concerns = () => web.attempts.since().at(-1)?.concerns
    await web.get(`/nic/update?hostname=${HOME.toUpperCase()},other.example&myip=198.51.100.1`, one)
    t.strictSame(concerns(), [HOME])
    await web.get('/nic/update?hostname=other.example&myip=x', one)
    t.strictSame(concerns(), [HOME])
    await web.get('/nic/update?hostname=..&myip=x', two)
    t.strictSame(concerns(), [])
    web.clock.advanceSeconds(60)
    await web.get('/nic/update?hostname=b.dyn.example,c.dyn.example', two)
    t.strictSame(concerns(), ['b.dyn.example'])
    await web.get('/nic/update?hostname=b.dyn.example', 'wrong')
    t.strictSame(concerns(), [])
  },
)

t.test('an attempt names hosts, whatever came of it', async (t) => {
  const result: Attempt['result'] = { kind: 'failed', fault: 'trouble', why: '', hosts: ['a', 'b'] }
  t.strictSame(hostsOfResult(result), ['a', 'b'])
  const one = { kind: 'good', host: 'c', before: NONE, after: NONE } as const
  t.strictSame(hostsOfResult({ kind: 'hosts', hosts: [one] }), ['c'])
})
