/** Many secondary zones: so many are refreshed and transferred at once, and the others have their turn. */
import t from 'tap'
import type { SecondaryZone } from '../../src/secondary/secondary-zone.ts'
import { named, publish } from '../support/records.ts'
import { primaryAt, settled, TestSecondary } from '../support/secondary.ts'

t.test('so many zones at once and no more, and none is forgotten', async (t) => {
  const test = new TestSecondary()
  let open = (): void => undefined
  test.network.gate = new Promise((resolve) => (open = resolve))
  for (let n = 0; n < 300; n++) test.secondaries.add(named(`z${n}.`), [primaryAt('192.0.2.1')])
  test.secondaries.start()
  await settled()
  t.equal(test.network.open, 10, 'transfers')
  const promoted = test.secondaries.get(named('z299.'))
  t.match(promoted && test.secondaries.promote(promoted), /never transferred/)
  open()
  for (let turns = 0; turns < 400; turns++) {
    await settled()
    await test.pass(0)
  }
  t.equal(test.network.takeAsked().length, 300)
  await test.secondaries.stop()
})

/** Has each transfer wait until it is let go; in the order in which they began. */
const gated = (test: TestSecondary): (() => void)[] => {
  const gates: (() => void)[] = []
  test.network.tcp = () => {
    test.network.gate = new Promise((resolve) => gates.push(resolve))
    return []
  }
  return gates
}

/** Zones that were ours before, each due after the one before: they have what can be promoted. */
const ours = (test: TestSecondary, count: number): SecondaryZone[] =>
  Array.from({ length: count }, (_, n) => {
    const apex = `z${n}.`
    publish(test.store, apex)
    test.clock.milliseconds++
    test.secondaries.add(named(apex), [primaryAt(`192.0.2.${n}`)])
    // It was added a line before.
    return test.secondaries.get(named(apex)) as SecondaryZone
  })

t.test('a zone that is promoted while it waits for its transfer is not asked for', async (t) => {
  const test = new TestSecondary()
  const gates = gated(test)
  const zones = ours(test, 12)
  test.secondaries.start()
  await settled()
  t.equal(test.network.takeAsked().length, 10)
  t.equal(zones[10] && test.secondaries.promote(zones[10]), undefined)
  for (const open of gates) open()
  await settled()
  t.strictSame(test.network.takeAsked(), ['192.0.2.11 tcp AXFR'])
})

t.test('a zone that is promoted while it waits for its refresh leaves its place', async (t) => {
  const test = new TestSecondary()
  const gates = gated(test)
  const zones = ours(test, 202)
  test.secondaries.start()
  await settled()
  const refreshing = (): string[] =>
    zones.slice(200).flatMap(({ isRefreshing, text }) => (isRefreshing ? [text] : []))
  t.strictSame(refreshing(), [])
  t.equal(zones[200] && test.secondaries.promote(zones[200]), undefined)
  gates[0]?.()
  await settled()
  await test.pass(0)
  t.strictSame(refreshing(), ['z201.'])
})
