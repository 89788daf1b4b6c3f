/** Ten thousand zones in one server, nested ones among them. */
import t from 'tap'
import { matches } from '../support/answers.ts'
import { query } from '../support/messages.ts'
import { TestService } from '../support/service.ts'

const A = 1

const text = (address: string): string =>
  `$TTL 60\n@ IN SOA ns h 1 2 3 4 5\n@ IN NS ns\n@ IN A ${address}\n*.any IN A ${address}\n`

t.test('each of ten thousand zones answers for itself, and none for another', async (t) => {
  const service = new TestService()
  const ZONES = 10_000
  const addressOf = (n: number): string => `10.0.${n >> 8}.${n & 255}`
  for (let n = 0; n < ZONES; n++) service.addZone(`z${n}.example.`, text(addressOf(n)))
  for (const n of [0, 1, 4711, ZONES - 1]) {
    matches(t, await service.ask(query(`x.any.z${n}.example`, A)), {
      flags: 'AA',
      answer: [`x.any.z${n}.example. 60 A ${addressOf(n)}`],
    })
  }
  matches(t, await service.ask(query(`z${ZONES}.example`, A)), { rcode: 'REFUSED' })
})

t.test('RFC 1034 §4.3.2 of nested zones the nearest answers', async (t) => {
  const service = new TestService()
  const names = ['example.', 'b.example.', 'c.b.example.', 'e.d.c.b.example.']
  for (const [n, name] of names.entries()) service.addZone(name, text(`192.0.2.${n}`))
  for (const [asked, n] of [
    ['x.any.example.', 0],
    ['x.any.b.example.', 1],
    ['x.any.c.b.example.', 2],
    ['x.any.e.d.c.b.example.', 3],
  ] as const) {
    matches(t, await service.ask(query(asked, A)), {
      flags: 'AA',
      answer: [`${asked} 60 A 192.0.2.${n}`],
    })
  }
})
