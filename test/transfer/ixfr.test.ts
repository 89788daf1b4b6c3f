/** Condensing changes, and when the whole zone is better. */
import t from 'tap'
import { MemoryStore } from '../../src/store/memory.ts'
import { changesSince, Difference, DIFFERENCE_LIMITS } from '../../src/transfer/ixfr.ts'
import type { ZoneRecord } from '../../src/zone/changeset.ts'
import { serialOf } from '../../src/zone/serial.ts'
import type { ZoneView } from '../../src/zone/zone.ts'
import { FakeClock } from '../support/clock.ts'
import { a, change, lineOf, publish, put, remove, soa, txt } from '../support/records.ts'

const changeset = (removed: readonly ZoneRecord[], added: readonly ZoneRecord[], n = 10) => ({
  serialBefore: serialOf(n),
  serialAfter: serialOf(n + 1),
  removed: [soa('x.', n), ...removed],
  added: [soa('x.', n + 1), ...added],
})

const lines = (difference: Difference): string[] => [...difference.records()].map(lineOf)

const [one, two] = [a('one.x.', '192.0.2.1'), a('two.x.', '192.0.2.2')]

t.test('RFC 1995 §4 what came and went, or went and came back, is not in it', async (t) => {
  const difference = new Difference()
  t.ok(difference.add(changeset([one], [two], 10)))
  t.ok(difference.add(changeset([two], [one], 11)))
  t.equal(difference.size, 0)
  t.equal(difference.read, 8)
  t.strictSame(
    lines(difference),
    [12, 10, 12, 12].map((n) => lineOf(soa('x.', n))),
  )
})

t.test('RFC 1995 §4 another TTL or another spelling of RDATA is another record', async (t) => {
  const difference = new Difference()
  difference.add(changeset([one], [{ ...one, ttl: 60 }]))
  difference.add(changeset([txt('t.x.', 'a')], [txt('t.x.', 'A')]))
  t.equal(difference.size, 4)
})

t.test('a change without a SOA is a bug that is told of', async (t) => {
  const difference = new Difference()
  difference.add({ ...changeset([], []), removed: [] })
  t.throws(() => lines(difference), { message: 'a change without a SOA' })
})

t.test('what is more than the limits allow is said', async (t) => {
  const limited = (limits: Partial<typeof DIFFERENCE_LIMITS>): boolean =>
    new Difference({ ...DIFFERENCE_LIMITS, ...limits }).add(changeset([one], [two]))
  t.ok(limited({ records: 2, read: 4 }))
  t.notOk(limited({ records: 1 }))
  t.notOk(limited({ read: 3 }))
  t.notOk(limited({ octets: 400 }))
  t.ok(limited({ octets: 500 }))
})

const result = (
  store: MemoryStore,
  zone: ZoneView,
  serial: number,
  limits = DIFFERENCE_LIMITS,
): { difference: Difference | undefined; steps: number } => {
  const iteration = changesSince(store, zone, serialOf(serial), limits)
  for (let steps = 1; ; steps++) {
    const { done, value } = iteration.next()
    if (done === true) return { difference: value, steps }
  }
}

/** A zone of that many names, some of which are then changed. */
const changed = async (names: number, changes: number): Promise<[MemoryStore, ZoneView]> => {
  const store = new MemoryStore(new FakeClock())
  const records = Array.from({ length: names }, (_, n) => a(`n${n}.x.`, '192.0.2.1'))
  const view = publish(store, 'x.', records)
  await change(store, view, (draft) => {
    for (let n = 0; n < changes; n++) put(draft, a(`c${n}.x.`, '192.0.2.1'))
  })
  await change(store, view, (draft) => {
    for (let n = 0; n < changes; n++) remove(draft, `n${n}.x.`)
  })
  return [store, view]
}

t.test('a difference larger than the zone is not worth it', async (t) => {
  const [store, view] = await changed(2000, 600)
  t.equal(result(store, view, 10).difference?.size, 1200)
  await change(store, view, (draft) => {
    for (let n = 0; n < 2000; n++) remove(draft, `n${n}.x.`)
  })
  t.equal(result(store, view, 10).difference, undefined)
  const [smallStore, smallView] = await changed(300, 300)
  t.equal(result(smallStore, smallView, 10).difference?.size, 600, 'a small one always is')
})

t.test('it is worked out in steps', async (t) => {
  const [store, view] = await changed(5000, 2500)
  const { difference, steps } = result(store, view, 10)
  t.equal(difference?.size, 5000)
  t.equal(steps, 1 + 2 + 4)
})

t.test('of a version that is not known, and over the limits, there is none', async (t) => {
  const [store, view] = await changed(10, 3)
  t.equal(result(store, view, 9).difference, undefined)
  t.equal(result(store, view, 10, { ...DIFFERENCE_LIMITS, records: 5 }).difference, undefined)
  t.equal(result(store, view, 10, { ...DIFFERENCE_LIMITS, records: 6 }).difference?.size, 6)
})
