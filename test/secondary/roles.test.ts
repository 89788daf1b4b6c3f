/** A secondary zone becomes a primary one and back, and what was ours before becomes another's. */
import t from 'tap'
import { MemoryStore } from '../../src/store/memory.ts'
import { FailingStates } from '../support/failing-store.ts'
import { FakeClock } from '../support/clock.ts'
import { answerTo, APEX, aRr, soaRr } from '../support/primary-answers.ts'
import { a, change, publish, put } from '../support/records.ts'
import { settled, TestSecondary } from '../support/secondary.ts'

const wwwOf = (test: TestSecondary): string[] =>
  (test.answered() ?? []).filter((line) => line.startsWith('www'))

t.test('a promoted zone asks no more, and never expires', async (t) => {
  const test = new TestSecondary()
  test.primaryHas(10)
  await test.start()
  test.network.takeAsked()
  t.equal(test.secondaries.promote(test.zone), undefined)
  t.equal(test.served?.isSecondary, false)
  t.equal(test.answered()?.length, 3)
  await test.pass(1_000_000)
  t.strictSame(test.network.takeAsked(), [])
  t.equal(test.answered()?.length, 3)
  t.match(test.secondaries.promote(test.zone), /promoted already/)
  t.match(test.messages().at(-1), 'warn zone promoted')
})

t.test('an expired zone can be promoted, one that never came cannot', async (t) => {
  const test = new TestSecondary()
  await test.start()
  t.match(test.secondaries.promote(test.zone), /dyn\.example\. was never transferred/)
  test.primaryHas(10, [1], { refresh: 1000, retry: 100, expire: 2000 })
  await test.pass(5)
  test.primaryIsSilent()
  await test.pass(10_000)
  t.equal(test.answered(), undefined)
  t.equal(test.secondaries.promote(test.zone), undefined)
  t.equal(test.answered()?.length, 3)
})

t.test('a promotion outlives a restart, and the log says so', async (t) => {
  const clock = new FakeClock()
  const store = new MemoryStore(clock)
  const first = new TestSecondary({ store, clock })
  first.primaryHas(10)
  await first.start()
  first.secondaries.promote(first.zone)
  await first.secondaries.stop()
  const second = new TestSecondary({ store, clock })
  await second.start()
  t.strictSame(second.network.takeAsked(), [])
  t.strictSame([second.served?.isSecondary, second.answered()?.length], [false, 3])
  t.match(second.lines[0], { level: 'warn', message: /was promoted: it is a primary zone/ })
})

t.test('a demoted zone takes all of the primary, whatever it has become', async (t) => {
  const test = new TestSecondary()
  test.primaryHas(10)
  await test.start()
  t.match(test.secondaries.demote(test.zone), /is not promoted/)
  test.secondaries.promote(test.zone)
  const { view } = test.zone
  if (view === undefined) throw new Error('no zone')
  for (const last of ['7', '8']) {
    await change(test.store, view, (draft) => {
      put(draft, a(`www.${APEX}`, `192.0.2.${last}`, 60))
    })
  }
  t.equal(test.zone.serial, 12)
  test.primaryHas(11, [3])
  test.network.takeAsked()
  t.equal(test.secondaries.demote(test.zone), undefined)
  t.equal(test.served?.isSecondary, true)
  await test.pass(0)
  t.strictSame(test.network.takeAsked(), ['192.0.2.1 tcp AXFR'])
  t.strictSame(wwwOf(test), ['www.dyn.example. 60 1 c0000203'])
  t.equal(test.zone.serial, 11)
  t.match(test.lines.at(-1)?.fields, { as: 'replacement', serialBefore: 12, serialAfter: 11 })
  // And from then on as any other.
  await test.pass(7200)
  t.strictSame(test.network.takeAsked(), ['192.0.2.1 udp SOA'])
})

t.test('a transfer that is under way when the zone is promoted takes no effect', async (t) => {
  for (const serial of [11, 12]) {
    const test = new TestSecondary()
    test.primaryHas(10)
    await test.start()
    let open = (): void => undefined
    test.network.gate = new Promise((resolve) => (open = resolve))
    const soa = soaRr(serial)
    test.primaryHas(serial, [9])
    if (serial === 12) {
      test.network.tcp = (query) => [
        answerTo(query, [soa, soaRr(10), aRr('www', 1), soa, aRr('www', 9), soa]),
      ]
    }
    await test.pass(7200)
    test.secondaries.promote(test.zone)
    open()
    await settled()
    t.strictSame(wwwOf(test), ['www.dyn.example. 60 1 c0000201'])
    t.equal(test.zone.serial, 10)
    t.match(test.messages().at(-1), 'warn zone promoted')
    t.notOk(test.network.asked.slice(-2).includes('192.0.2.1 tcp AXFR') && serial === 12)
    await test.secondaries.stop()
  }
})

t.test('the first transfer that is under way is not published into a zone of ours', async (t) => {
  const clock = new FakeClock()
  const store = new MemoryStore(clock)
  publish(store, APEX)
  const test = new TestSecondary({ store, clock })
  let open = (): void => undefined
  test.network.gate = new Promise((resolve) => (open = resolve))
  test.primaryHas(5)
  await test.start()
  test.secondaries.promote(test.zone)
  open()
  await settled()
  t.equal(test.zone.serial, 10)
})

t.test('a zone that was ours is taken whole, and answered for until then', async (t) => {
  for (const [serial, as] of [
    [5, 'replacement'],
    [10, 'replacement'],
    [15, 'change'],
  ] as const) {
    const clock = new FakeClock()
    const store = new MemoryStore(clock)
    publish(store, APEX, [a(`old.${APEX}`, '192.0.2.1')])
    const test = new TestSecondary({ store, clock })
    await test.start()
    t.equal(test.answered()?.length, 3)
    t.strictSame(test.network.takeAsked(), ['192.0.2.1 tcp AXFR'])
    // What it is outlives a restart.
    await test.secondaries.stop()
    const again = new TestSecondary({ store, clock })
    again.primaryHas(serial)
    await again.start()
    t.strictSame(again.network.takeAsked(), ['192.0.2.1 tcp AXFR'])
    t.match(again.lines[0]?.fields, { as, serialBefore: 10, serialAfter: serial })
    t.match(again.answered()?.join(' '), /^dyn.* www\.dyn[^ ]* 60 1 c0000201$/)
    await again.pass(7200)
    t.strictSame(again.network.takeAsked(), ['192.0.2.1 udp SOA'])
  }
})

t.test('a full disk keeps a zone from being promoted, but not from being refreshed', async (t) => {
  const store = new FailingStates()
  const test = new TestSecondary({ store })
  test.primaryHas(10)
  await test.start()
  store.isFull = true
  await test.pass(7200)
  t.match(test.lines.at(-1), { level: 'error', message: 'zone times not kept' })
  t.equal(test.zone.remainingMilliseconds, 604_800_000)
  t.throws(() => test.secondaries.promote(test.zone), { name: 'StoreError' })
  t.equal(test.zone.isPromoted, false)
})
