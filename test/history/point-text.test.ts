/** Points in a history as an operator writes them. */
import t from 'tap'
import {
  pointFromText,
  serialFromText,
  timeFromText,
  timeToText,
} from '../../src/history/point-text.ts'

const NOW = Date.UTC(2026, 10, 25, 20, 0, 0, 5)

t.test('ISO 8601 a date and time is in UTC unless it says otherwise', async (t) => {
  for (const [text, expected] of [
    ['2026-11-25', '2026-11-25T00:00:00.000Z'],
    ['2026-11-25T19:30', '2026-11-25T19:30:00.000Z'],
    ['2026-11-25 19:30:15', '2026-11-25T19:30:15.000Z'],
    ['2026-11-25T19:30:15.042Z', '2026-11-25T19:30:15.042Z'],
    ['2026-11-25t19:30:15z', '2026-11-25T19:30:15.000Z'],
    ['2026-11-25T19:30:15+02:00', '2026-11-25T17:30:15.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ] as const) {
    const milliseconds = timeFromText(text, NOW)
    t.equal(milliseconds === undefined ? undefined : timeToText(milliseconds), expected, text)
  }
})

t.test('a time may be how long ago it is', async (t) => {
  for (const [text, seconds] of [
    ['10m', 600],
    ['2h', 7200],
    ['1d12h', 129_600],
    ['0s', 0],
  ] as const) {
    t.equal(timeFromText(text, NOW), NOW - seconds * 1000, text)
  }
})

t.test('what is no time is none', async (t) => {
  for (const text of [
    '',
    '17',
    'yesterday',
    '2026-13-01',
    '2026-11-25T',
    '10',
    '2026-11-25T25:00',
  ]) {
    t.equal(timeFromText(text, NOW), undefined, text)
  }
})

t.test('RFC 1982 a serial has 32 bits', async (t) => {
  t.equal(serialFromText('0'), 0)
  t.equal(serialFromText('4294967295'), 4_294_967_295)
  for (const text of ['', '-1', '4294967296', '1.5', '0x10', '10m']) {
    t.equal(serialFromText(text), undefined, text)
  }
})

t.test('a point is a serial or a time', async (t) => {
  t.strictSame(pointFromText('17', NOW), { kind: 'serial', serial: 17 })
  t.strictSame(pointFromText('1s', NOW), { kind: 'time', milliseconds: NOW - 1000 })
  t.equal(pointFromText('x', NOW), undefined)
})
