/** RFC 1034 §4.3.5: a secondary asks as often as the SOA says, and stops answering when it must. */
import t from 'tap'
import { MemoryStore } from '../../src/store/memory.ts'
import { named } from '../support/records.ts'
import { FakeClock } from '../support/clock.ts'
import { answerTo, APEX, aRr, nsRr, soaRr } from '../support/primary-answers.ts'
import { primaryAt, settled, TestSecondary } from '../support/secondary.ts'

t.test('RFC 1034 §4.3.5 a zone that was never there is transferred at once', async (t) => {
  const test = new TestSecondary()
  test.primaryHas(10)
  await test.start()
  t.strictSame(test.network.takeAsked(), ['192.0.2.1 tcp AXFR'])
  t.equal(test.answered()?.length, 3)
  t.equal(test.served?.isSecondary, true)
  t.equal(test.network.open, 0, 'no connection is left open')
  t.match(test.lines[0], {
    level: 'info',
    message: 'zone transferred from its primary',
    fields: {
      primary: '192.0.2.1#53',
      type: 'AXFR',
      as: 'replacement',
      serialAfter: 10,
      records: 4,
    },
  })
})

t.test('until then it is not answered for, and asked for again ever less often', async (t) => {
  const test = new TestSecondary()
  await test.start()
  t.equal(test.answered(), undefined)
  t.strictSame(test.network.takeAsked(), ['192.0.2.1 tcp AXFR'])
  for (const seconds of [5, 10, 20, 40, 80, 160, 300, 300]) {
    await test.pass(seconds - 1)
    t.strictSame(test.network.takeAsked(), [], `not within ${seconds} s`)
    await test.pass(1)
    t.strictSame(test.network.takeAsked(), ['192.0.2.1 tcp AXFR'])
  }
  t.strictSame(test.messages(), ['warn zone not refreshed'], 'said once')
  test.primaryHas(10)
  await test.pass(300)
  t.equal(test.answered()?.length, 3)
  t.match(test.messages().at(-1), 'info zone refreshed again')
})

t.test('RFC 1034 §4.3.5 after REFRESH the serial is asked for, and that is all', async (t) => {
  const test = new TestSecondary()
  test.primaryHas(10)
  await test.start()
  test.network.takeAsked()
  for (let times = 0; times < 3; times++) {
    await test.pass(7199)
    t.strictSame(test.network.takeAsked(), [])
    await test.pass(1)
    t.strictSame(test.network.takeAsked(), ['192.0.2.1 udp SOA'])
  }
})

t.test('a new serial brings an IXFR, and AXFR where the answer does not fit', async (t) => {
  const test = new TestSecondary()
  test.primaryHas(10)
  await test.start()
  test.network.takeAsked()
  const soa = soaRr(12)
  test.network.udp = (query) => [answerTo(query, [soa])]
  test.network.tcp = (query) => [
    answerTo(query, [soa, soaRr(10), aRr('www', 1), soa, aRr('new', 2), soa]),
  ]
  await test.pass(7200)
  t.strictSame(test.network.takeAsked(), ['192.0.2.1 udp SOA', '192.0.2.1 tcp IXFR'])
  t.match(test.lines.at(-1)?.fields, {
    type: 'IXFR',
    as: 'change',
    serialBefore: 10,
    serialAfter: 12,
  })
  t.match(test.answered()?.join('\n'), /new\.dyn\.example\. 60 1 c0000202/)
  // The journal has it as one change, by the primary.
  const [entry, ...more] = test.served?.view ? test.store.journal(test.served.view) : []
  t.strictSame(more, [])
  t.match(entry, {
    author: { principal: 'primary:192.0.2.1', source: '192.0.2.1#53', transport: 'tcp' },
    changeset: { serialBefore: 10, serialAfter: 12 },
  })

  const next = soaRr(13)
  test.network.udp = (query) => [answerTo(query, [next])]
  test.network.tcp = (query) => [
    query.includes(Buffer.from([0, 251, 0, 1]))
      ? answerTo(query, [next, soaRr(12), aRr('not-there', 1), next, next])
      : answerTo(query, [next, nsRr(), aRr('whole', 3), next]),
  ]
  await test.pass(7200)
  t.strictSame(test.network.takeAsked(), [
    '192.0.2.1 udp SOA',
    '192.0.2.1 tcp IXFR',
    '192.0.2.1 tcp AXFR',
  ])
  t.match(test.lines.at(-1)?.fields, {
    type: 'AXFR',
    as: 'change',
    insteadBecause: /do not fit: not-there\.dyn\.example\. A is to go/,
  })
  t.match(test.answered()?.join('\n'), /whole\.dyn\.example\. 60 1 c0000203/)
})

t.test('RFC 1034 §4.3.5 after RETRY it asks again, after EXPIRE it answers no more', async (t) => {
  const test = new TestSecondary()
  test.primaryHas(10, [1], { refresh: 1000, retry: 100, expire: 2000 })
  await test.start()
  test.network.takeAsked()
  test.primaryIsSilent()
  await test.pass(1000)
  t.strictSame(test.network.takeAsked(), Array(3).fill('192.0.2.1 udp SOA'))
  await test.pass(99)
  t.strictSame(test.network.takeAsked(), [])
  await test.pass(1)
  t.strictSame(test.network.takeAsked(), Array(3).fill('192.0.2.1 udp SOA'))
  await test.pass(899)
  t.equal(test.answered()?.length, 3, 'still answered for')
  await test.pass(1)
  t.equal(test.answered(), undefined)
  t.match(test.lines.at(-1), { level: 'error', message: /zone expired/ })
  t.match(test.lines.at(-1)?.fields, { reason: /does not answer/ })
  // What there is is still good when the primary says so.
  test.primaryHas(10, [1], { refresh: 1000, retry: 100, expire: 2000 })
  test.network.takeAsked()
  await test.pass(100)
  t.strictSame(test.network.takeAsked(), ['192.0.2.1 udp SOA'])
  t.equal(test.answered()?.length, 3)
})

t.test('REFRESH, RETRY and EXPIRE have sane bounds', async (t) => {
  const test = new TestSecondary()
  test.primaryHas(10, [1], { refresh: 0, retry: 0, expire: 0 })
  await test.start()
  test.network.takeAsked()
  await test.pass(29)
  t.strictSame(test.network.takeAsked(), [])
  test.primaryIsSilent()
  await test.pass(30)
  t.equal(test.network.takeAsked().length, 3)
  t.not(test.answered(), undefined)
  await test.pass(1)
  t.equal(test.answered(), undefined, 'REFRESH and RETRY together')
})

t.test('several primaries are asked in order until one gives its word', async (t) => {
  const test = new TestSecondary()
  test.primaryHas(10)
  const { tcp } = test.network
  let dead = true
  test.network.tcp = (query) => (dead ? [] : tcp(query))
  await test.start(primaryAt('192.0.2.1'), primaryAt('192.0.2.2'))
  t.strictSame(test.network.takeAsked(), ['192.0.2.1 tcp AXFR', '192.0.2.2 tcp AXFR'])
  t.match(test.lines[0]?.fields['reason'], /192\.0\.2\.1#53: .*; 192\.0\.2\.2#53: /)
  dead = false
  await test.pass(5)
  t.strictSame(test.network.takeAsked(), ['192.0.2.1 tcp AXFR'])
})

t.test('a primary that is behind is no reason to go back', async (t) => {
  const test = new TestSecondary()
  test.primaryHas(10)
  await test.start()
  test.primaryHas(9, [1, 2])
  await test.pass(7200)
  t.equal(test.zone.serial, 10)
  t.match(test.lines.at(-1)?.fields, { reason: /it has serial 9, which is before ours, 10/ })
  // Also when only the transfer shows it.
  const { tcp } = test.network
  test.primaryHas(11)
  test.network.tcp = tcp
  await test.pass(900)
  t.equal(test.zone.serial, 10)
  t.equal(test.answered()?.length, 3)
})

t.test('an IXFR that says that nothing is new is a good word', async (t) => {
  const test = new TestSecondary()
  test.primaryHas(10)
  await test.start()
  test.primaryHas(11)
  test.network.tcp = (query) => [answerTo(query, [soaRr(10)])]
  await test.pass(7200)
  t.strictSame(test.messages(), ['info zone transferred from its primary'])
  // As is a whole zone that is the one that we have.
  test.network.tcp = (query) => [answerTo(query, [soaRr(10), nsRr(), soaRr(10)])]
  await test.pass(7200)
  t.strictSame(test.messages(), ['info zone transferred from its primary'])
})

t.test('a zone that is known after a restart is answered for while it is good', async (t) => {
  const clock = new FakeClock()
  const store = new MemoryStore(clock)
  const first = new TestSecondary({ store, clock })
  first.primaryHas(10)
  await first.start()
  await first.secondaries.stop()

  clock.advanceSeconds(604_799)
  const second = new TestSecondary({ store, clock })
  second.primaryIsSilent()
  await second.start()
  t.equal(second.answered()?.length, 3)
  await second.pass(1)
  t.equal(second.answered(), undefined)
  await second.secondaries.stop()

  const third = new TestSecondary({ store, clock })
  third.primaryIsSilent()
  await third.start()
  t.equal(third.answered(), undefined, 'expired is expired')
  await third.secondaries.stop()
  await third.pass(100_000)
  t.equal(third.network.takeAsked().length, 3, 'who has stopped asks no more')
})

t.test('a bug of ours ends neither the server nor the refreshing', async (t) => {
  const test = new TestSecondary()
  test.network.tcp = () => {
    throw new TypeError('a bug')
  }
  await test.start()
  t.match(test.lines[0], { level: 'error', message: /please report/, fields: { zone: APEX } })
  test.primaryHas(10)
  await test.pass(299)
  t.equal(test.answered(), undefined)
  await test.pass(1)
  t.equal(test.answered()?.length, 3)
})

t.test('news that come while it asks make it ask once more', async (t) => {
  const test = new TestSecondary()
  test.primaryHas(10)
  await test.start(primaryAt('192.0.2.1'), primaryAt('192.0.2.2'))
  let open = (): void => undefined
  test.primaryHas(11)
  test.network.gate = new Promise((resolve) => (open = resolve))
  test.network.takeAsked()
  test.secondaries.hurry(test.zone.apex, undefined)
  await test.pass(0)
  t.strictSame(test.network.takeAsked(), ['192.0.2.1 udp SOA', '192.0.2.1 tcp IXFR'])
  // Of the second's news, and twice: it is asked first, and once.
  const [, second] = test.zone.primaries
  test.secondaries.hurry(test.zone.apex, second)
  test.secondaries.hurry(test.zone.apex, second)
  await test.pass(10)
  t.strictSame(test.network.takeAsked(), [])
  open()
  await settled()
  await test.pass(0)
  t.strictSame(test.network.takeAsked(), ['192.0.2.2 udp SOA'])
  await test.pass(7199)
  t.strictSame(test.network.takeAsked(), [])
  test.secondaries.hurry(named('other.'), undefined)
})

t.test('a first transfer that is no zone is not taken', async (t) => {
  const test = new TestSecondary()
  test.network.tcp = (query) => [answerTo(query, [soaRr(10), aRr('www', 1), soaRr(10)])]
  await test.start()
  t.equal(test.answered(), undefined)
  t.match(test.lines, [
    { message: 'zone not refreshed', fields: { reason: /^192\.0\.2\.1#53: .*no NS at its apex/ } },
  ])
})

/** Whose time of day may be set without time passing. */
class SetClock extends FakeClock {
  backMilliseconds = 0

  override nowMilliseconds(): number {
    return super.nowMilliseconds() - this.backMilliseconds
  }
}

t.test('where the clock was set back, a zone is answered for until it shows EXPIRE', async (t) => {
  const clock = new SetClock()
  const test = new TestSecondary({ clock })
  test.primaryHas(10)
  await test.start()
  test.primaryIsSilent()
  await test.pass(604_799)
  clock.backMilliseconds = 60_000
  await test.pass(1)
  t.equal(test.answered()?.length, 3)
  await test.pass(59)
  t.equal(test.answered()?.length, 3)
  await test.pass(1)
  t.equal(test.answered(), undefined)
})
