/** RFC 1996: who tells a secondary of news, and what it makes of that. */
import t from 'tap'
import { serialOf } from '../../src/zone/serial.ts'
import { APEX } from '../support/primary-answers.ts'
import { named } from '../support/records.ts'
import { primaryAt, TestSecondary } from '../support/secondary.ts'

const apex = named(APEX)

const begun = async (): Promise<TestSecondary> => {
  const test = new TestSecondary()
  test.primaryHas(10)
  await test.start(primaryAt('192.0.2.1'), primaryAt('192.0.2.2', 'xfr-key.'))
  test.network.takeAsked()
  return test
}

t.test('RFC 1996 §3.10 a primary is known by its address or by its key', async (t) => {
  for (const [address, key, asked] of [
    ['192.0.2.1', undefined, '192.0.2.1'],
    ['192.0.2.2', undefined, '192.0.2.2'],
    ['198.51.100.7', named('XFR-key.'), '192.0.2.2'],
  ] as const) {
    const test = await begun()
    t.equal(test.secondaries.notified(apex, address, key, undefined), 'taken')
    await test.pass(0)
    t.equal(test.network.takeAsked()[0], `${asked} udp SOA`, 'and asked first')
  }
})

t.test('RFC 1996 §3.10 nobody else is', async (t) => {
  const test = await begun()
  t.equal(test.secondaries.notified(apex, '198.51.100.7', undefined, undefined), 'refused')
  t.equal(test.secondaries.notified(apex, '198.51.100.7', named('other.'), undefined), 'refused')
  await test.pass(0)
  t.strictSame(test.network.takeAsked(), [])
})

t.test('a zone that is ours, or promoted, is no secondary one', async (t) => {
  const test = await begun()
  t.equal(test.secondaries.notified(named('ours.'), '192.0.2.1', undefined, undefined), undefined)
  test.secondaries.promote(test.zone)
  t.equal(test.secondaries.notified(apex, '192.0.2.1', undefined, undefined), undefined)
})

t.test('RFC 1996 §3.7 a serial that we have is no news, another one is asked about', async (t) => {
  const test = await begun()
  for (const [serial, asked] of [
    [10, 0],
    [9, 0],
    [11, 1],
  ] as const) {
    t.equal(test.secondaries.notified(apex, '192.0.2.1', undefined, serialOf(serial)), 'taken')
    await test.pass(0)
    t.equal(test.network.takeAsked().length, asked, `serial ${serial}`)
  }
})

t.test('an expired zone is asked about whatever the serial', async (t) => {
  const test = await begun()
  test.primaryIsSilent()
  await test.pass(604_800)
  t.equal(test.answered(), undefined)
  test.primaryHas(10)
  test.network.takeAsked()
  test.secondaries.notified(apex, '192.0.2.1', undefined, serialOf(10))
  await test.pass(0)
  t.strictSame(test.network.takeAsked(), ['192.0.2.1 udp SOA'])
  t.equal(test.answered()?.length, 3)
})
