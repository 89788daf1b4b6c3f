/** Sources that are held back: from when on, for how long, and how they are let in again. */
import t from 'tap'
import { LoginBlocks } from '../../src/dyndns/login-blocks.ts'
import { sourceOf, sourceText } from '../../src/dyndns/source.ts'
import { FakeClock } from '../support/clock.ts'
import { basic, TestWeb } from '../support/web.ts'

const ADDRESS = '192.0.2.1'
const MINUTE = 60_000

const setUp = () => {
  const clock = new FakeClock()
  const blocks = new LoginBlocks(clock)
  const fail = (times: number, address = ADDRESS) => {
    for (let n = 1; n < times; n++) blocks.failed(address)
    return blocks.failed(address)
  }
  return { clock, blocks, fail }
}

t.test('after ten failures in a minute a source is held back for one', async (t) => {
  const { clock, blocks, fail } = setUp()
  t.strictSame(fail(10), { kind: 'may-retry' })
  t.strictSame(fail(1), { kind: 'blocked', milliseconds: MINUTE, isNew: true })
  clock.advanceSeconds(20)
  t.strictSame(fail(3), { kind: 'blocked', milliseconds: 40_000, isNew: false })
  const since = clock.milliseconds - 20_000
  t.strictSame(blocks.list(), [
    { source: ADDRESS, since, until: since + MINUTE, times: 1, refused: 4 },
  ])
  t.strictSame(fail(1, '192.0.2.2'), { kind: 'may-retry' }, 'others are not')
  clock.advanceSeconds(40)
  t.strictSame(blocks.list(), [])
})

t.test('who goes on is held back twice as long, up to a quarter of an hour', async (t) => {
  const { clock, fail } = setUp()
  fail(10)
  const minutes = Array.from({ length: 6 }, () => {
    const verdict = fail(1)
    const wait = verdict.kind === 'blocked' ? verdict.milliseconds : 0
    clock.advanceSeconds(wait / 1000)
    return wait / MINUTE
  })
  t.strictSame(minutes, [1, 2, 4, 8, 15, 15])
  clock.advanceSeconds(3599)
  t.strictSame(fail(1), { kind: 'blocked', milliseconds: 15 * MINUTE, isNew: true })
  clock.advanceSeconds(900 + 3600)
  t.strictSame(fail(10), { kind: 'may-retry' }, 'after a quiet hour it begins anew')
  t.match(fail(1), { milliseconds: MINUTE })
})

t.test('a hundred failures an hour are too many, too', async (t) => {
  const { clock, fail } = setUp()
  for (let n = 0; n < 20; n++) {
    fail(7)
    clock.advanceSeconds(60)
  }
  t.match(fail(10), { kind: 'blocked' })
})

t.test('the operator may let a source in', async (t) => {
  const { blocks, fail } = setUp()
  fail(11, '2001:db8::1')
  t.equal(blocks.clear('2001:db8:0:1::2'), false, 'another network')
  t.equal(blocks.clear('2001:db8::2'), true)
  t.strictSame(blocks.list(), [])
  t.strictSame(fail(10, '2001:db8::1'), { kind: 'may-retry' })
})

t.test('the longest blocked comes first, and only so many are remembered', async (t) => {
  const { clock, blocks, fail } = setUp()
  fail(11)
  clock.advanceSeconds(1)
  fail(11, '192.0.2.2')
  t.strictSame(
    blocks.list().map(({ source }) => source),
    ['192.0.2.2', ADDRESS],
  )
  const few = new LoginBlocks(clock, 2)
  for (let n = 0; n < 33; n++) few.failed(`192.0.2.${Math.floor(n / 11)}`)
  t.strictSame(
    few.list().map(({ source }) => source),
    ['192.0.2.1', '192.0.2.2'],
  )
})

t.test('a source is an IPv4 address, or the /64 of an IPv6 address', async (t) => {
  t.equal(sourceOf('2001:db8::1'), sourceOf('2001:db8::2'))
  t.not(sourceOf('2001:db8::1'), sourceOf('2001:db8:0:1::1'))
  t.strictSame(['192.0.2.1', '2001:db8:1:2:3::4'].map(sourceText), [
    '192.0.2.1',
    '2001:db8:1:2::/64',
  ])
})

t.test(
  'a block is told once, with how long it lasts, and ends with a secret that is right',
  async (t) => {
    const web = new TestWeb()
    const token = web.token('home.dyn.example.')
    const guess = () =>
      web.ask('/nic/update?hostname=home.dyn.example', { authorization: basic('x', 'y') })
    for (let n = 0; n < 10; n++) await guess()
    const blocked = { status: 429, headers: { 'retry-after': '60' } }
    for (let n = 0; n < 5; n++) t.match(await guess(), blocked)
    web.clock.advanceSeconds(1)
    const told = web.attempts
      .since()
      .filter(({ result }) => result.kind === 'failed' && result.fault === 'throttled')
    t.strictSame(told.length, 0, 'ten strangers a second are told, and those were ten')
    web.clock.advanceSeconds(60)
    t.match(await guess(), { status: 429, headers: { 'retry-after': '120' } })
    t.match(web.attempts.since().at(-1)?.result, {
      fault: 'throttled',
      why: 'too many logins of 203.0.113.77 failed: no more for 2 minutes',
    })
    t.match(await web.get('/nic/update?myip=198.51.100.1', token), /^200 good/)
  },
)
