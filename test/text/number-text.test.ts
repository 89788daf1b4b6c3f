/** `text/number-text.ts`: presentation format, as operators and other servers write and read it. */
import t from 'tap'
import {
  MAX_TTL,
  MAX_U32,
  numberFromWord,
  secondsFromWord,
  timeFromWord,
  timeToText,
} from '../../src/text/number-text.ts'
import type { Token } from '../../src/text/tokens.ts'

const token = (text: string): Token => ({ text, quoted: false, glued: false, line: 1, column: 5 })

t.test('a number has digits only and is within its bounds', async (t) => {
  t.equal(numberFromWord(token('0'), 255), 0)
  t.equal(numberFromWord(token('0255'), 255), 255)
  t.equal(numberFromWord(token('4294967295'), MAX_U32), 0xffff_ffff)
  for (const text of ['256', '-1', '+1', '1.0', '0x10', '1e2', 'a', '9'.repeat(400)]) {
    t.throws(
      () => numberFromWord(token(text), 255),
      { name: 'TextError', message: /is no number from 0 to 255/, column: 5 },
      text.slice(0, 10),
    )
  }
})

t.test('a time is in seconds, or in weeks, days, hours, minutes and seconds', async (t) => {
  const seconds = (text: string): number => secondsFromWord(token(text), MAX_TTL)
  t.equal(seconds('0'), 0)
  t.equal(seconds('3600'), 3600)
  t.equal(seconds('1h30m'), 5400)
  t.equal(seconds('1W2D3H4M5S'), 788_645)
  t.equal(seconds('1m1m'), 120)
  for (const text of ['', '1h30', 'h', '-1', '1y', '1 h']) {
    t.throws(() => seconds(text), { message: /is no time; write seconds/ }, text)
  }
})

t.test('RFC 2181 §8 a time beyond its bounds is an error', async (t) => {
  t.equal(secondsFromWord(token('2147483647'), MAX_TTL), MAX_TTL)
  t.throws(() => secondsFromWord(token('2147483648'), MAX_TTL), {
    message: "'2147483648' is more than 2147483647 seconds",
  })
  t.throws(() => secondsFromWord(token('3551w'), MAX_TTL), { message: /is more than/ })
})

t.test('RFC 4034 §3.2 a date is YYYYMMDDHHmmSS in UTC', async (t) => {
  t.equal(timeToText(0), '19700101000000')
  t.equal(timeToText(1_048_354_263), '20030322173103')
  t.equal(timeToText(MAX_U32), '21060207062815')
  t.equal(timeFromWord(token('20030322173103')), 1_048_354_263)
  t.equal(timeFromWord(token('20240229000000')), 1_709_164_800, 'a leap day')
})

t.test('RFC 4034 §3.2 a date may be seconds since 1970', async (t) => {
  t.equal(timeFromWord(token('1048354263')), 1_048_354_263)
  t.throws(() => timeFromWord(token('4294967296')), { message: /no number from 0/ })
})

t.test('RFC 4034 §3.1.5 dates of other centuries wrap around', async (t) => {
  t.equal(timeFromWord(token('19691231235959')), MAX_U32)
  t.equal(timeFromWord(token('21060207062816')), 0)
})

t.test('a date that no calendar has is an error', async (t) => {
  for (const text of ['20230229000000', '20231301000000', '20230101240000', '20230101006000']) {
    t.throws(() => timeFromWord(token(text)), { message: /is no date as YYYYMMDDHHmmSS/ }, text)
  }
})
