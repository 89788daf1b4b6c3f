/** The messages of Terraform's dns provider: updates over UDP, and everything read back by queries. */
import t from 'tap'
import { Livezone } from '../support/livezone.ts'
import { replay, type Part, type Turn } from '../support/replay.ts'
import { skipWithout } from '../support/tools.ts'

const WWW = 'www.dyn.example.'
const CUT = 'team.dyn.example.'

const skip = skipWithout('/usr/bin/python3')

const server = new Livezone(t.testdir())
t.before(() => server.start())
t.teardown(() => server.stop())

const turn = (look: Turn['look'], ...parts: readonly Part[]): Turn => ({
  update: { over: 'udp', parts },
  look,
})

t.test('Terraform makes, changes and deletes a record set', { skip }, async (t) => {
  const look = [[WWW, 'A']] as const
  const outcomes = await replay(server, [
    turn(look, ['add', WWW, 300, 'A', '192.0.2.1'], ['add', WWW, 300, 'A', '192.0.2.2']),
    turn(look, ['delete', WWW, 'A', '192.0.2.1'], ['add', WWW, 300, 'A', '192.0.2.3']),
    turn(look, ['delete', WWW, 'A']),
  ])
  const seen = outcomes.map(({ rcode, looked }) => [rcode, looked[0]?.rcode, looked[0]?.answer])
  t.strictSame(seen, [
    ['NOERROR', 'NOERROR', [`${WWW} 300 A 192.0.2.1`, `${WWW} 300 A 192.0.2.2`]],
    ['NOERROR', 'NOERROR', [`${WWW} 300 A 192.0.2.2`, `${WWW} 300 A 192.0.2.3`]],
    ['NOERROR', 'NXDOMAIN', []],
  ])
})

t.test('Terraform reads the NS records of a delegation from AUTHORITY', { skip }, async (t) => {
  const look = [[CUT, 'NS']] as const
  const ns = (letter: string): string => `${CUT} 3600 NS ${letter}.example.net.`
  const outcomes = await replay(server, [
    turn(
      look,
      ['add', CUT, 3600, 'NS', 'a.example.net.'],
      ['add', CUT, 3600, 'NS', 'b.example.net.'],
    ),
    // It removes all that were and adds all that shall be, b among both.
    turn(
      look,
      ['delete', CUT, 'NS', 'a.example.net.'],
      ['delete', CUT, 'NS', 'b.example.net.'],
      ['add', CUT, 3600, 'NS', 'b.example.net.'],
      ['add', CUT, 3600, 'NS', 'c.example.net.'],
    ),
    turn(look, ['delete', CUT, 'NS']),
  ])
  const seen = outcomes.map(({ rcode, looked }) => ({ rcode, ...looked[0] }))
  t.match(seen, [
    // RFC 1034 §4.3.2 step 3b: a referral, in which we are no authority.
    { rcode: 'NOERROR', aa: false, answer: [], authority: [ns('a'), ns('b')] },
    { rcode: 'NOERROR', aa: false, answer: [], authority: [ns('b'), ns('c')] },
    { rcode: 'NXDOMAIN', aa: true, answer: [] },
  ])
  t.strictSame(
    seen.slice(0, 2).map(({ authority }) => authority?.length),
    [2, 2],
  )
})

t.test('Terraform reads large sets with EDNS, larger ones over TCP', { skip }, async (t) => {
  const texts = (count: number): string[] =>
    Array.from({ length: count }, (_, n) => `"${`${n}`.padStart(3, '0').repeat(25)}"`)
  const make = (name: string, count: number): Turn =>
    turn([[name, 'TXT']], ...texts(count).map((text): Part => ['add', name, 300, 'TXT', text]))
  const counts = { [`few.${WWW}`]: 3, [`more.${WWW}`]: 10, [`many.${WWW}`]: 40 }
  const sets = Object.entries(counts)
  const outcomes = await replay(
    server,
    sets.map(([name, count]) => make(name, count)),
  )
  t.strictSame(
    outcomes.map(({ rcode, looked }) => [rcode, looked[0]?.via, looked[0]?.answer]),
    sets.map(([name, count], index) => [
      'NOERROR',
      ['udp', 'edns', 'tcp'][index],
      texts(count).map((text) => `${name} 300 TXT ${text}`),
    ]),
  )
})

t.test(
  'Terraform imports: it finds the zone by SOA queries, label by label',
  { skip },
  async (t) => {
    const names = ['a.deep.name.dyn.example.', 'deep.name.dyn.example.', 'name.dyn.example.']
    const [outcome] = await replay(server, [
      turn(
        [...names, 'dyn.example.'].map((name) => [name, 'SOA'] as const),
        ['add', 'a.deep.name.dyn.example.', 300, 'A', '192.0.2.1'],
      ),
    ])
    const found = outcome?.looked.map(({ rcode, answer }) => [rcode, answer.length])
    t.strictSame(found, [
      ['NOERROR', 0],
      ['NOERROR', 0],
      ['NOERROR', 0],
      ['NOERROR', 1],
    ])
    t.match(outcome?.looked[3]?.answer, [/^dyn\.example\. 3600 SOA /])
  },
)
