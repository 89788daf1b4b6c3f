/** Serial numbers: compared and raised on a circle, by RFC 1982. */
import t from 'tap'
import { isSerialAfter, nextSerial, serialOf } from '../../src/zone/serial.ts'

t.test('RFC 1982 §3.2 a serial is after those in the half circle before it', async (t) => {
  const cases: [number, number, boolean, string][] = [
    [1, 0, true, 'the next'],
    [0, 1, false, 'the one before'],
    [44, 0, true, 'ahead by less than half'],
    [0x7fff_ffff, 0, true, 'ahead by just less than half'],
    [0x8000_0001, 0, false, 'ahead by just more than half'],
    [0, 0xffff_ffff, true, 'past the end of the numbers'],
    [0xffff_ffff, 0, false, 'not yet past the end'],
    [100, 0xffff_ff00, true, 'some way past the end'],
    [0x7fff_fffe, 0xffff_ffff, true, 'half less one past the end'],
    [7, 7, false, 'no serial is after itself'],
  ]
  for (const [a, b, expected, why] of cases) {
    t.equal(isSerialAfter(serialOf(a), serialOf(b)), expected, `${a} after ${b}: ${why}`)
  }
})

t.test('RFC 1982 §3.2 of two serials 2^31 apart neither is after the other', async (t) => {
  for (const value of [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]) {
    const opposite = serialOf(value + 0x8000_0000)
    t.notOk(isSerialAfter(serialOf(value), opposite), `${value} after ${opposite}`)
    t.notOk(isSerialAfter(opposite, serialOf(value)), `${opposite} after ${value}`)
  }
})

t.test('RFC 1982 §3.1 the next serial is after its own, and is never 0', async (t) => {
  const cases: [number, number][] = [
    [0, 1],
    [1, 2],
    [2_024_123_199, 2_024_123_200],
    [0x7fff_ffff, 0x8000_0000],
    [0xffff_fffe, 0xffff_ffff],
    [0xffff_ffff, 1],
  ]
  for (const [value, next] of cases) {
    t.equal(nextSerial(serialOf(value)), next)
    t.ok(isSerialAfter(nextSerial(serialOf(value)), serialOf(value)), `after ${value}`)
  }
})

t.test('a serial has 32 bits', async (t) => {
  t.equal(serialOf(0x1_0000_0005), 5)
  t.equal(serialOf(-1), 0xffff_ffff)
  t.equal(serialOf(0xffff_ffff), 0xffff_ffff)
})
