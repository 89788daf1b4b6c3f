/** `livezone history`, `diff` and `show`: what an operator types, and what they read. */
import t, { type Test } from 'tap'
import { FakeClock } from '../support/clock.ts'
import { editStore } from '../support/edited-store.ts'
import { Operator } from '../support/operator.ts'
import type { Finished } from '../support/tools.ts'

/** A zone of serial 10, with three changes in the last four seconds. */
const edited = async (t: Test): Promise<Operator> => {
  const operator = new Operator(t.testdir())
  const file = operator.path('dyn.example.zone')
  t.equal((await operator.run('import', 'dyn.example.', file)).code, 0)
  const clock = new FakeClock(Math.floor(Date.now() / 1000) - 4)
  await editStore(
    operator,
    clock,
    ['+ www 60 A 192.0.2.1'],
    ['- www 60 A 192.0.2.1', '+ www 60 A 192.0.2.2', '+ other 60 TXT "x"'],
    ['- other 60 TXT "x"'],
  )
  return operator
}

const heads = ({ stdout }: Finished): string[] =>
  stdout.split('\n').flatMap((line) => (/^\d/.test(line) ? [line.split(' ')[0] ?? ''] : []))

t.test('history shows the newest change first, with who and what', async (t) => {
  const operator = await edited(t)
  const all = await operator.run('history', 'dyn.example.')
  t.equal(all.code, 0)
  t.strictSame(heads(all), ['13', '12', '11'])
  const who = 'key:ddns-key. from 192.0.2.77#5353 (udp), ddns-key. zonesub ANY'
  const lines = all.stdout.replaceAll(/\d{4}-\d\d-\d\dT\S+Z/g, 'TIME').split('\n')
  t.strictSame(lines.slice(3, 8), [
    `12  TIME  ${who}`,
    '  + other.dyn.example. 60 IN TXT "x"',
    '  - www.dyn.example. 60 IN A 192.0.2.1',
    '  + www.dyn.example. 60 IN A 192.0.2.2',
    '',
  ])
})

t.test('history is narrowed by name, key, time and number', async (t) => {
  const operator = await edited(t)
  for (const [expected, ...words] of [
    [['12', '11'], 'www'],
    [['12', '11'], 'WWW.dyn.example.'],
    [['12', '11'], 'www.dyn.example'],
    [[], '@'],
    [[], 'none'],
    [['13', '12', '11'], '--key', 'DDNS-key'],
    [['13', '12', '11'], '--key', 'key:ddns-key.'],
    [[], '--key', 'operator:root'],
    [['13', '12', '11'], '--since', '1h'],
    [[], '--since', '0s'],
    [['13'], '-n', '1'],
    [[], '-n', '0'],
    [['12'], 'www', '--number', '1'],
  ] as const) {
    const found = await operator.run('history', 'dyn.example.', ...words)
    t.equal(found.stderr, '')
    t.strictSame(heads(found), expected, words.join(' '))
  }
})

t.test('history for programs is one object a line', async (t) => {
  const operator = await edited(t)
  const { stdout } = await operator.run('history', 'dyn.example.', '--json')
  const rows = stdout
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
  t.match(rows, [{ serialAfter: 13 }, { serialAfter: 12 }, { serialAfter: 11 }])
})

t.test('diff shows what two states differ in', async (t) => {
  const operator = await edited(t)
  const came = '+ www.dyn.example. 60 IN A 192.0.2.2\n'
  for (const [range, expected] of [
    ['10..', came],
    ['10..13', came],
    ['1h..', undefined],
    ['11..12', `+ other.dyn.example. 60 IN TXT "x"\n- www.dyn.example. 60 IN A 192.0.2.1\n${came}`],
    ['12..12', ''],
    ['11..0s', `- www.dyn.example. 60 IN A 192.0.2.1\n${came}`],
  ] as const) {
    const { code, stdout } = await operator.run('diff', 'dyn.example.', range)
    if (expected === undefined) t.equal(code, 2, 'the zone was not there an hour ago')
    else t.equal(stdout, expected, range)
  }
})

t.test('show is the zone as it was, as a master file', async (t) => {
  const operator = await edited(t)
  const soa = (serial: number): string =>
    `dyn.example. 3600 IN SOA ns1.dyn.example. hostmaster.dyn.example. ${serial} 7200 900 604800 60\n`
  const rest = 'dyn.example. 3600 IN NS ns1.dyn.example.\nns1.dyn.example. 3600 IN A 127.0.0.1\n'
  const shown = async (...words: string[]): Promise<string> =>
    (await operator.run('show', 'dyn.example.', ...words)).stdout
  t.equal(await shown('--serial', '10'), soa(10) + rest)
  const www = 'www.dyn.example. 60 IN A 192.0.2.1\n'
  t.equal(await shown('--serial', '11'), soa(11) + rest + www)
  const { stdout: today } = await operator.run('export', 'dyn.example.')
  t.equal(await shown('--serial', '13'), today)
  t.equal(await shown('--at', '0s'), today)
})

const COULD = /such as 2026-11-25T20:15:00Z, or how long ago, such as 10m, 2h or 3d\n$/

for (const [words, message] of [
  [['history', 'dyn.example.', 'a..b'], /^"a\.\.b" is no domain name: /],
  [['history', 'dyn.example.', 'x.org.'], /^x\.org\. is not in dyn\.example\.\n$/],
  [['history', 'dyn.example.', '--since', 'yesterday'], COULD],
  [['history', 'dyn.example.', '--key', 'a..b'], /no domain name/],
  [['history', 'dyn.example.', '-n', '-1'], /^"-1" is no number of changes/],
  [['history', 'example.org.'], /^the store has no example\.org\.; it has: dyn\.example\.\n$/],
  [['diff', 'dyn.example.', '10'], /^"10" is no range: write two serials or times, /],
  [['diff', 'dyn.example.', '..11'], /is no range/],
  [['diff', 'dyn.example.', 'x..11'], COULD],
  [['diff', 'dyn.example.', '9..11'], /has no serial 9: it goes from 10 \(.*Z\) to 13\n$/],
  [['diff', 'dyn.example.', '10..99'], /has no serial 99/],
  [['diff', 'dyn.example.', '12..11'], /^12 is later than 11: write the earlier one first\n$/],
  [['show', 'dyn.example.'], /^say which state is meant: --serial N or --at TIME\n$/],
  [['show', 'dyn.example.', '--serial', '1', '--at', '1h'], /^say which state/],
  [['show', 'dyn.example.', '--serial', 'x'], /^"x" is no serial: write a number/],
  [['show', 'dyn.example.', '--serial', '99'], /has no serial 99/],
  [['show', 'dyn.example.', '--at', 'never'], COULD],
  [['show', 'dyn.example.', '--at', '2999-01-01'], /is still to come\n$/],
  [['show', 'dyn.example.', '--at', '2d'], /does not reach back to .*: it begins at .*\n$/],
] as const) {
  t.test(`${words.join(' ')} is refused, and says why`, async (t) => {
    const operator = await edited(t)
    const { code, stdout, stderr } = await operator.run(...words)
    t.equal(code, 2)
    t.equal(stdout, '')
    t.match(stderr, message)
  })
}
