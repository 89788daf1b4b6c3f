/** Response rate limiting with a clock that stands still. */
import t from 'tap'
import { RateLimiter, type RateLimits, type RateVerdict } from '../../src/server/rate-limit.ts'
import { FakeClock } from '../support/clock.ts'
import { knownAccounts } from '../support/service.ts'

const LIMITS: RateLimits = {
  responsesPerSecond: 10,
  slip: 2,
  ipv4PrefixLength: 24,
  ipv6PrefixLength: 56,
}

const limiterFor = (limits = LIMITS, clock = new FakeClock()): RateLimiter =>
  new RateLimiter(limits, clock, knownAccounts())

const client = Uint8Array.of(192, 0, 2, 1)

const account = (limiter: RateLimiter, address: Uint8Array, answer: string): RateVerdict =>
  limiter.account(limiter.networkOf(address), limiter.answerOf(answer))

const ask = (limiter: RateLimiter, times: number, address = client, answer = 'x'): RateVerdict[] =>
  Array.from({ length: times }, () => account(limiter, address, answer))

const count = (verdicts: readonly RateVerdict[], verdict: RateVerdict): number =>
  verdicts.filter((other) => other === verdict).length

t.test('a second has its answers, and no more', async (t) => {
  const clock = new FakeClock()
  const limiter = limiterFor(LIMITS, clock)
  const verdicts = ask(limiter, 30)
  t.strictSame(verdicts.slice(0, 10), Array(10).fill('send'))
  t.equal(count(verdicts, 'send'), 10)
  t.equal(count(verdicts, 'truncate'), 10, 'every second of those held back')
  t.equal(count(verdicts, 'drop'), 10)
})

t.test('credit comes back with time, debt is forgotten after the window', async (t) => {
  const clock = new FakeClock()
  const limiter = limiterFor(LIMITS, clock)
  ask(limiter, 1000)
  clock.advanceSeconds(5)
  t.equal(count(ask(limiter, 1), 'send'), 0, 'the debt of five seconds')
  clock.advanceSeconds(1)
  t.equal(count(ask(limiter, 20), 'send'), 9)
  clock.advanceSeconds(3600)
  t.equal(count(ask(limiter, 20), 'send'), 10, 'never more than a second has')
})

t.test('without slip nothing is truncated', async (t) => {
  const limiter = new RateLimiter({ ...LIMITS, slip: 0 }, new FakeClock())
  t.equal(count(ask(limiter, 30), 'drop'), 20)
})

t.test('0 a second is no limit', async (t) => {
  const limiter = limiterFor({ ...LIMITS, responsesPerSecond: 0 })
  t.equal(count(ask(limiter, 1000), 'send'), 1000)
})

t.test('a network is one client, another network and another answer are others', async (t) => {
  const limiter = limiterFor()
  ask(limiter, 10)
  t.not(account(limiter, Uint8Array.of(192, 0, 2, 254), 'x'), 'send', 'same /24')
  t.equal(account(limiter, Uint8Array.of(192, 0, 3, 1), 'x'), 'send', 'another /24')
  t.equal(account(limiter, client, 'y'), 'send', 'another answer')
})

t.test('of IPv6 the first 56 bits are the network', async (t) => {
  const limiter = limiterFor()
  const network = Buffer.from('20010db8000000aa0000000000000001', 'hex')
  const same = Buffer.from('20010db8000000bbffff000000000009', 'hex')
  const other = Buffer.from('20010db8000001aa0000000000000001', 'hex')
  ask(limiter, 10, network)
  t.not(account(limiter, same, 'x'), 'send')
  t.equal(account(limiter, other, 'x'), 'send')
})

t.test('a prefix need not end at an octet', async (t) => {
  const limiter = limiterFor({ ...LIMITS, ipv4PrefixLength: 20 })
  ask(limiter, 10, Uint8Array.of(10, 0, 0x1f, 1))
  t.not(account(limiter, Uint8Array.of(10, 0, 0x10, 1), 'x'), 'send')
  t.equal(account(limiter, Uint8Array.of(10, 0, 0x20, 1), 'x'), 'send')
})

t.test('limiters that share their accounts allow no more together than one does', async (t) => {
  const accounts = knownAccounts()
  const clock = new FakeClock()
  const [one, other] = [accounts, accounts].map((shared) => new RateLimiter(LIMITS, clock, shared))
  // There are two.
  const limiters = [one as RateLimiter, other as RateLimiter]
  const sent = limiters.map((limiter) => count(ask(limiter, 6), 'send'))
  t.strictSame(sent, [6, 4])
})
