/** Who has what: what is taken as a word for it, and what is not. */
import t from 'tap'
import {
  hasSerial,
  isReached,
  SecondaryTable,
  stateOf,
  type Fetched,
  type Secondary,
} from '../../src/transfer/secondaries.ts'
import { serialOf } from '../../src/zone/serial.ts'

const NOW = 1_700_000_000_000

const fetched = (kind: Fetched['kind'], serial: number, outcome: Fetched['outcome']): Fetched => ({
  kind,
  serial: serialOf(serial),
  outcome,
})

const only = (table: SecondaryTable): Secondary => {
  const [one, ...more] = table.all()
  if (one === undefined || more.length > 0) throw new Error(`${more.length + 1} secondaries`)
  return one
}

const from = (address: string, key?: string): { address: string; key: string | undefined } => ({
  address,
  key,
})

t.test('who was sent the zone, or says that it has it, has it', async (t) => {
  for (const [kind, outcome, has] of [
    ['AXFR', 'sent', true],
    ['IXFR', 'sent', true],
    ['IXFR', 'current', true],
    ['IXFR', 'told', false],
    ['AXFR', 'ended', false],
    ['AXFR', 'cut', false],
  ] as const) {
    const table = new SecondaryTable()
    table.fetched(from('192.0.2.1', 'k.'), fetched(kind, 7, outcome), NOW)
    const one = only(table)
    t.strictSame(one.has, has ? { serial: 7, at: NOW } : undefined, `${kind} ${outcome}`)
    t.strictSame(
      one.transferred,
      has && outcome === 'sent' ? { kind, serial: 7, at: NOW } : undefined,
    )
    t.strictSame([one.address, one.key, one.port, one.seen], ['192.0.2.1', 'k.', undefined, NOW])
  }
})

t.test('who only asks for the SOA has nothing by that, and is no secondary by that', async (t) => {
  const table = new SecondaryTable()
  table.fetched(from('192.0.2.1'), fetched('SOA', 7, 'told'), NOW)
  t.strictSame(table.all(), [])
  const target = table.target(53, from('192.0.2.1'))
  table.fetched(from('192.0.2.1'), fetched('SOA', 7, 'told'), NOW)
  t.equal(target.has, undefined)
  t.equal(target.seen, NOW)
})

t.test('a server that is told is known by its address and its key', async (t) => {
  const table = new SecondaryTable()
  const [a, b] = [
    table.target(53, from('192.0.2.1', 'a.')),
    table.target(53, from('192.0.2.1', 'b.')),
  ]
  table.fetched(from('192.0.2.1', 'b.'), fetched('AXFR', 7, 'sent'), NOW)
  t.equal(a.has, undefined)
  t.equal(b.has?.serial, 7)
  t.equal(table.target(53, from('192.0.2.1', 'a.')), a, 'it stays what it is')
})

t.test('where it is told without a key, any key of its address is its own', async (t) => {
  const table = new SecondaryTable()
  const target = table.target(53, from('192.0.2.1'))
  table.fetched(from('192.0.2.1', 'xfr-key.'), fetched('AXFR', 7, 'sent'), NOW)
  t.equal(target.has?.serial, 7)
  t.equal(only(table), target)
})

t.test('where it could be one or another, nobody is said to have anything', async (t) => {
  const table = new SecondaryTable()
  const told = [53, 5300].map((port) => table.target(port, from('192.0.2.1')))
  table.fetched(from('192.0.2.1', 'k.'), fetched('AXFR', 7, 'sent'), NOW)
  table.fetched(from('192.0.2.1'), fetched('AXFR', 7, 'sent'), NOW)
  t.strictSame(table.all(), told)
  t.strictSame(
    told.map(({ has }) => has),
    [undefined, undefined],
  )
})

t.test('a stranger with another key than the one that is told is another', async (t) => {
  const table = new SecondaryTable()
  const target = table.target(53, from('192.0.2.1', 'a.'))
  table.fetched(from('192.0.2.1', 'b.'), fetched('AXFR', 7, 'sent'), NOW)
  t.equal(target.has, undefined)
  t.strictSame(
    table.all().map(({ key, port }) => [key, port]),
    [
      ['a.', 53],
      ['b.', undefined],
    ],
  )
})

t.test(
  '64 are kept: those that are told, and of the others those that were seen last',
  async (t) => {
    const table = new SecondaryTable()
    const target = table.target(53, from('192.0.2.1'))
    for (let i = 0; i < 100; i++) {
      table.fetched(from(`198.51.100.${i}`), fetched('AXFR', 7, 'sent'), NOW + i)
    }
    const all = table.all()
    t.equal(all.length, 64)
    t.equal(all[0], target)
    t.equal(all[1]?.address, '198.51.100.37')
    table.fetched(from('198.51.100.37'), fetched('IXFR', 8, 'sent'), NOW + 200)
    table.fetched(from('198.51.100.200'), fetched('AXFR', 8, 'sent'), NOW + 201)
    const addresses = table.all().map(({ address }) => address)
    t.ok(addresses.includes('198.51.100.37'), 'it was seen again')
    t.notOk(addresses.includes('198.51.100.38'))
  },
)

t.test('where 64 are told there is no room for others', async (t) => {
  const table = new SecondaryTable()
  for (let i = 0; i < 64; i++) table.target(53, from(`192.0.2.${i}`))
  table.fetched(from('198.51.100.1'), fetched('AXFR', 7, 'sent'), NOW)
  t.equal(table.all().length, 64)
  t.notOk(table.all().some(({ address }) => address === '198.51.100.1'))
})

t.test('one that is removed is gone, and removing it again is nothing', async (t) => {
  const table = new SecondaryTable()
  const target = table.target(53, from('192.0.2.1'))
  table.remove(target)
  table.remove(target)
  t.strictSame(table.all(), [])
})

t.test('a later serial will do, as RFC 1982 has it', async (t) => {
  const table = new SecondaryTable()
  const one = table.target(53, from('192.0.2.1'))
  t.notOk(hasSerial(one, serialOf(1)))
  table.has(one, serialOf(0xffff_ffff), NOW)
  t.ok(hasSerial(one, serialOf(0xffff_ffff)))
  t.ok(hasSerial(one, serialOf(0xffff_fff0)))
  t.notOk(hasSerial(one, serialOf(1)))
  table.has(one, serialOf(1), NOW)
  t.ok(hasSerial(one, serialOf(0xffff_ffff)))
})

t.test('what it has is not what it answers, until it does', async (t) => {
  const table = new SecondaryTable()
  const one = table.target(53, from('192.0.2.1'))
  table.has(one, serialOf(7), NOW)
  t.notOk(isReached(one, serialOf(7)))
  table.asked(one, serialOf(6), NOW)
  t.equal(one.has?.serial, 6)
  t.notOk(isReached(one, serialOf(7)))
  table.asked(one, serialOf(7), NOW)
  t.ok(isReached(one, serialOf(7)))
})

t.test('where it does not let itself be asked, what it was sent has to do', async (t) => {
  const table = new SecondaryTable()
  const one = table.target(53, from('192.0.2.1'))
  for (let i = 0; i < 4; i++) table.asked(one, undefined, NOW)
  t.notOk(isReached(one, serialOf(7)), 'it has nothing')
  table.fetched(from('192.0.2.1'), fetched('IXFR', 7, 'sent'), NOW)
  t.ok(isReached(one, serialOf(7)))
  table.asked(one, serialOf(6), NOW)
  t.notOk(isReached(one, serialOf(7)), 'and now it does let itself be asked')
})

t.test('the state in a word', async (t) => {
  const table = new SecondaryTable()
  const one = table.target(53, from('192.0.2.1'))
  const ours = serialOf(7)
  t.equal(stateOf(one, ours), 'never seen')
  const asked = table.target(5300, from('192.0.2.1'))
  for (let i = 0; i < 4; i++) table.asked(asked, undefined, NOW)
  t.equal(stateOf(asked, ours), 'never seen', 'it was not told anything yet')
  one.failure = 'it does not answer'
  t.equal(stateOf(one, ours), 'not answering')
  one.failure = undefined
  table.has(one, serialOf(6), NOW)
  t.equal(stateOf(one, ours), 'behind')
  one.notified = { serial: ours, at: NOW }
  for (let i = 0; i < 4; i++) table.asked(one, undefined, NOW)
  t.equal(stateOf(one, ours), 'not answering', 'neither to questions nor to NOTIFY')
  one.acknowledged = { serial: ours, at: NOW + 1 }
  t.equal(stateOf(one, ours), 'behind', 'it hears us, and is asked in vain')
  table.has(one, ours, NOW)
  t.equal(stateOf(one, ours), 'current')
})

t.test('whoever listens hears of every change, until it does not', async (t) => {
  const table = new SecondaryTable()
  let heard = 0
  const stop = table.listen(() => heard++)
  table.fetched(from('192.0.2.1'), fetched('AXFR', 7, 'sent'), NOW)
  table.fetched(from('192.0.2.1'), fetched('AXFR', 7, 'ended'), NOW)
  t.equal(heard, 2)
  stop()
  table.fetched(from('192.0.2.1'), fetched('AXFR', 7, 'sent'), NOW)
  t.equal(heard, 2)
})
