/** The messages of dnscontrol's AXFRDDNS provider: what the difference of two zones becomes. */
import t, { type Test } from 'tap'
import { Livezone, TRANSFER_CONFIG } from '../support/livezone.ts'
import { replay, type Outcome, type Part, type Turn } from '../support/replay.ts'
import { skipWithout } from '../support/tools.ts'
import { transferFrom } from '../support/transfers.ts'

const APEX = 'dyn.example.'
const DUMMY = 'dnscontrol.invalid.'
const CHUNK = 16 * 1024

const skip = skipWithout('/usr/bin/python3')

const server = new Livezone(t.testdir(), TRANSFER_CONFIG)
t.before(() => server.start())
t.teardown(() => server.stop())

const turn = (look: Turn['look'], ...parts: readonly Part[]): Turn => ({
  update: { over: 'tcp', parts },
  look,
})

const play = async (t: Test, turns: readonly Turn[]): Promise<Outcome[]> => {
  const outcomes = await replay(server, turns)
  t.strictSame(
    outcomes.map(({ rcode }) => rcode),
    turns.map(() => 'NOERROR'),
  )
  return outcomes
}

const answers = (outcomes: readonly Outcome[]): string[][] =>
  outcomes.map(({ looked }) => looked.flatMap(({ answer }) => answer))

t.test(
  'RFC 2136 §3.4.2.4 dnscontrol replaces the NS set of the apex behind a dummy',
  { skip },
  async (t) => {
    const look = [[APEX, 'NS']] as const
    const outcomes = await play(t, [
      turn(
        look,
        ['add', APEX, 3600, 'NS', DUMMY],
        ['delete', APEX, 'NS', 'ns1.dyn.example.'],
        ['add', APEX, 3600, 'NS', 'ns1.example.net.'],
        ['add', APEX, 3600, 'NS', 'ns2.example.net.'],
        ['delete', APEX, 'NS', DUMMY],
      ),
      turn(
        look,
        ['add', APEX, 3600, 'NS', DUMMY],
        ['delete', APEX, 'NS', 'ns2.example.net.'],
        ['delete', APEX, 'NS', DUMMY],
      ),
    ])
    t.strictSame(answers(outcomes), [
      [`${APEX} 3600 NS ns1.example.net.`, `${APEX} 3600 NS ns2.example.net.`],
      [`${APEX} 3600 NS ns1.example.net.`],
    ])
  },
)

t.test('dnscontrol turns addresses into an alias and back', { skip }, async (t) => {
  const www = 'www.dyn.example.'
  const look = [[www, 'ANY']] as const
  const outcomes = await play(t, [
    turn(look, ['add', www, 300, 'A', '192.0.2.1'], ['add', www, 300, 'TXT', 'text']),
    // Around a CNAME it deletes the name, not the record.
    turn(look, ['delete', www], ['add', www, 300, 'CNAME', 'elsewhere.example.']),
    turn(look, ['delete', www], ['add', www, 300, 'A', '192.0.2.2']),
    turn(look, ['delete', www, 'A', '192.0.2.2']),
  ])
  const [first, ...rest] = answers(outcomes)
  // Over UDP one set is enough of an answer to ANY (RFC 8482 §4.1).
  t.equal(first?.length, 1)
  t.strictSame(rest, [[`${www} 300 CNAME elsewhere.example.`], [`${www} 300 A 192.0.2.2`], []])
})

t.test('dnscontrol sends chunks of 16 KiB and more over TCP', { skip }, async (t) => {
  const name = (n: number): string => `host-number-${n}.many.dyn.example.`
  const adds = Array.from({ length: 1012 }, (_, n): Part => [
    'add',
    name(n),
    300,
    'A',
    `10.0.${n >> 8}.${n & 255}`,
  ])
  // A chunk is sent as soon as it has reached 16 KiB: a record of 46 KiB more still fits.
  const large = Array.from({ length: 184 }, (_, n) => `"${`${n % 10}`.repeat(255)}"`).join(' ')
  const huge = 'huge.dyn.example.'
  const outcomes = await play(t, [
    turn(
      [
        [name(0), 'A'],
        [name(511), 'A'],
      ],
      ...adds.slice(0, 512),
    ),
    turn(
      [
        [name(512), 'A'],
        [name(1011), 'A'],
        [huge, 'TXT'],
      ],
      ...adds.slice(512),
      ['add', huge, 300, 'TXT', large],
    ),
  ])
  const [first, second] = outcomes.map(({ octets = 0 }) => octets)
  t.ok(Number(first) >= CHUNK, `${first} octets`)
  t.ok(Number(second) > 60_000, `${second} octets`)
  t.strictSame(answers(outcomes), [
    [`${name(0)} 300 A 10.0.0.0`, `${name(511)} 300 A 10.0.1.255`],
    [`${name(512)} 300 A 10.0.2.0`, `${name(1011)} 300 A 10.0.3.243`, `${huge} 300 TXT ${large}`],
  ])
})

t.test('RFC 5936 §2 dnscontrol begins with a signed transfer', { skip }, async (t) => {
  const key = { name: 'ddns-key.', secret: server.secret }
  const { records, signed, messages } = await transferFrom(server.port, APEX, key)
  t.equal(signed, messages)
  t.ok(records.some((record) => record.startsWith(`${APEX} 3600 SOA `)))
  t.ok(records.some((record) => record.startsWith(`${APEX} `) && record.includes(' NS ')))
})
