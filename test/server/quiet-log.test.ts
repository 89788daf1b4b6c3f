/** A log that lets through so many lines a second, and counts the others. */
import t from 'tap'
import type { Log } from '../../src/base/log.ts'
import { quietLog } from '../../src/server/quiet-log.ts'
import { FakeClock } from '../support/clock.ts'
import type { LogLine } from '../support/log.ts'

const recording = (linesPerSecond: number): { clock: FakeClock; log: Log; lines: LogLine[] } => {
  const lines: LogLine[] = []
  const line =
    (level: keyof Log): Log['info'] =>
    (fields, message) => {
      lines.push({ level, fields, message })
    }
  const clock = new FakeClock()
  const all = { info: line('info'), warn: line('warn'), error: line('error') }
  return { clock, log: quietLog(all, clock, linesPerSecond), lines }
}

t.test('lines within the rate pass as they are, on their level', async (t) => {
  const { log, lines } = recording(3)
  log.info({ a: 1 }, 'first')
  log.warn({ b: 2 }, 'second')
  log.error({}, 'third')
  t.same(lines, [
    { level: 'info', fields: { a: 1 }, message: 'first' },
    { level: 'warn', fields: { b: 2 }, message: 'second' },
    { level: 'error', fields: {}, message: 'third' },
  ])
})

t.test('lines over the rate are counted in the next one that passes', async (t) => {
  const { clock, log, lines } = recording(2)
  for (let i = 0; i < 7; i++) log.info({ i }, 'line')
  t.same(
    lines.map(({ fields }) => fields),
    [{ i: 0 }, { i: 1 }],
  )
  clock.advanceSeconds(1)
  log.info({ i: 7 }, 'line')
  log.info({ i: 8 }, 'line')
  t.same(
    lines.slice(2).map(({ fields }) => fields),
    [{ i: 7, suppressed: 5 }, { i: 8 }],
    'once',
  )
})

t.test('all levels share the rate', async (t) => {
  const { log, lines } = recording(1)
  log.info({}, 'passes')
  log.warn({}, 'does not')
  log.error({}, 'does not')
  t.equal(lines.length, 1)
})

t.test('the count goes on over seconds, and the rate begins anew with each', async (t) => {
  const { clock, log, lines } = recording(1)
  for (let second = 0; second < 3; second++) {
    for (let i = 0; i < 3; i++) log.info({}, 'line')
    clock.advanceSeconds(1)
  }
  t.same(
    lines.map(({ fields }) => fields),
    [{}, { suppressed: 2 }, { suppressed: 2 }],
  )
})

t.test('within a second time does not count', async (t) => {
  const { clock, log, lines } = recording(1)
  log.info({}, 'line')
  clock.milliseconds += 999
  log.info({}, 'line')
  t.equal(lines.length, 1)
  clock.milliseconds += 1
  log.info({}, 'line')
  t.equal(lines.length, 2)
})
