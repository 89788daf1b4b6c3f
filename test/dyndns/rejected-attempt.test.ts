/** Updates of web clients that were refused, beside UPDATEs that were. */
import t from 'tap'
import { rejectionOfAttempt } from '../../src/dyndns/rejected-attempt.ts'
import type { Rejection } from '../../src/server/rejections.ts'
import { Rejections } from '../../src/server/rejections.ts'
import { name } from '../support/service.ts'
import { FakeClock } from '../support/clock.ts'
import { TestWeb } from '../support/web.ts'

const HOME = 'home.dyn.example'

const setUp = () => {
  const web = new TestWeb()
  const found: (Rejection | undefined)[] = []
  web.attempts.subscribe((attempt) => found.push(rejectionOfAttempt(attempt, web.zones)))
  return { web, found, token: web.token(`${HOME}.`, { types: ['A'] }) }
}

t.test('a host that is refused has the words of the rules', async (t) => {
  const { web, found, token } = setUp()
  await web.get(`/nic/update?hostname=${HOME},x.example&myip=2001:db8::1&offline=no`, token)
  const [rejection] = found
  t.match(rejection, {
    timeMilliseconds: web.clock.milliseconds,
    source: '203.0.113.77#50000',
    transport: 'https',
    principal: 'token:home.dyn.example.',
    claimedKey: undefined,
    zone: 'dyn.example.',
    rcode: 'REFUSED',
    agent: 'test/1.0',
    prerequisites: [],
    changes: [`${HOME} AAAA 2001:db8::1`, 'x.example AAAA 2001:db8::1'],
  })
  const logged = web.lines.find(({ fields }) => fields['zone'] === 'dyn.example.')
  t.equal(rejection?.reason, `${String(logged?.fields['reason'])}; the token is not for x.example`)
})

t.test('what was done is none, and who only asked what it needs is none', async (t) => {
  const { web, found, token } = setUp()
  await web.get(`/nic/update?hostname=${HOME}&myip=198.51.100.1`, token)
  await web.ask(`/nic/update?hostname=${HOME}`)
  t.strictSame(found, [undefined, undefined])
})

t.test('a request that comes to nothing has its reason', async (t) => {
  const { web, found, token } = setUp()
  await web.get(`/nic/update?hostname=${HOME}&myip=<ipaddr>`, token)
  await web.get('/nic/update?hostname=..,x.example&myip=x', token)
  await web.get(`/nic/update?hostname=${HOME}`, 'wrong')
  t.match(found, [
    {
      rcode: 'FORMERR',
      principal: 'token:home.dyn.example.',
      reason: /placeholders/,
      changes: [HOME],
    },
    { rcode: 'FORMERR', zone: undefined, reason: '"x" is no address' },
    {
      rcode: 'NOTAUTH',
      principal: 'anonymous',
      zone: 'dyn.example.',
      reason: 'no token has this secret',
    },
  ])
})

t.test('a host may be refused without words', async (t) => {
  const { web, token } = setUp()
  await web.get(`/nic/update?hostname=${HOME}&myip=198.51.100.1`, token)
  const [attempt] = web.attempts.since()
  if (attempt === undefined) throw new Error('nothing was tried')
  const refused = {
    kind: 'refused',
    host: HOME,
    fault: 'dnserr',
    why: undefined,
    asked: [],
  } as const
  const result = { kind: 'hosts', hosts: [refused] } as const
  t.match(rejectionOfAttempt({ ...attempt, result }, web.zones), { rcode: 'FORMERR', reason: '' })
})

t.test('they stand among the others, in the order of time, strangers apart', async (t) => {
  const { web, found, token } = setUp()
  const rejections = new Rejections(web.clock)
  await web.get(`/nic/update?hostname=${HOME}&myip=x`, token)
  const [one] = found
  if (one === undefined) throw new Error('nothing was refused')
  for (let n = 0; n < 20; n++) rejections.addRead({ ...one, principal: 'anonymous' }, true)
  rejections.addRead(one, false)
  const latest = (filter = {}) => rejections.latest({ most: 100, ...filter })
  t.equal(latest().length, 11)
  t.equal(latest({ zone: name('DYN.example.') }).length, 11)
  t.equal(latest({ zone: name('other.example.') }).length, 0)
  t.equal(latest({ key: name('k.') }).length, 0)
  t.equal(new Rejections(new FakeClock()).latest({ most: 1 }).length, 0)
})
