/** Answers that do not fit: whole RRsets or TC, and the same question over TCP. */
import t from 'tap'
import { matches, readAnswer } from '../support/answers.ts'
import { opt, query } from '../support/messages.ts'
import { TestService } from '../support/service.ts'

const many = (owner: string, count: number): string =>
  Array.from({ length: count }, (_, i) => `${owner} IN A 192.0.2.${i}`).join('\n')

const ZONE = `
$TTL 3600
@      IN SOA ns1 hostmaster 10 7200 900 604800 300
@      IN NS  ns1
ns1    IN A   192.0.2.53
${many('full', 29)}
${many('over', 30)}
${many('huge', 250)}
alias  IN CNAME over
mx     IN MX 10 full
mx     IN MX 20 ns1
`

const service = new TestService(ZONE)

const A = 1
const MX = 15

const addresses = (owner: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${owner}.dyn.example. 3600 A 192.0.2.${i}`)

t.test('RFC 1035 §4.2.1 an answer of 512 octets at most goes over UDP whole', async (t) => {
  const answer = await service.ask(query('full.dyn.example', A))
  // 12 of header, 22 of question, 16 for each record.
  t.equal(answer.length, 12 + 22 + 29 * 16)
  matches(t, answer, { flags: 'AA', answer: addresses('full', 29) })
})

t.test('RFC 2181 §9 an RRset that does not fit is left out whole, with TC', async (t) => {
  const answer = await service.ask(query('over.dyn.example', A))
  t.equal(answer.length, 12 + 22)
  matches(t, answer, { flags: 'AA TC' })
})

t.test('RFC 7766 §5 the same question over TCP is answered whole', async (t) => {
  matches(t, await service.ask(query('over.dyn.example', A), 'tcp'), {
    flags: 'AA',
    answer: addresses('over', 30),
  })
  matches(t, await service.ask(query('huge.dyn.example', A), 'tcp'), {
    flags: 'AA',
    answer: addresses('huge', 250),
  })
})

t.test('RFC 6891 §6.2.5 with EDNS what fits is answered whole', async (t) => {
  const packet = query('over.dyn.example', A, { additionals: [opt(1232)] })
  matches(t, await service.ask(packet), { flags: 'AA', answer: addresses('over', 30) })
})

t.test('RFC 2181 §9 what came before the RRset that did not fit stays', async (t) => {
  matches(t, await service.ask(query('alias.dyn.example', A)), {
    flags: 'AA TC',
    answer: ['alias.dyn.example. 3600 CNAME over.dyn.example.'],
  })
})

t.test('RFC 2181 §9 additional addresses that do not fit are left out without TC', async (t) => {
  matches(t, await service.ask(query('mx.dyn.example', MX)), {
    flags: 'AA',
    answer: [
      'mx.dyn.example. 3600 MX 10 full.dyn.example.',
      'mx.dyn.example. 3600 MX 20 ns1.dyn.example.',
    ],
    additional: ['ns1.dyn.example. 3600 A 192.0.2.53'],
  })
})

t.test('RFC 2181 §9 with TC there is nothing in the additional section', async (t) => {
  const exchangers = Array.from({ length: 30 }, (_, i) => `many IN MX ${i} ns1`).join('\n')
  const answer = await new TestService(`${ZONE}\n${exchangers}`).ask(query('many.dyn.example', MX))
  matches(t, answer, { flags: 'AA TC' })
})

t.test(
  'RFC 6604 §3 a SOA that does not fit makes TC, and the RCODE stays that of the last name',
  async (t) => {
    const long = (letter: string): string =>
      `${letter.repeat(60)}.${letter.repeat(60)}.${letter.repeat(60)}`
    const zone = ZONE.replace('ns1 hostmaster', `${long('n')} ${long('m')}`)
    const small = new TestService(`${zone}\nfar IN CNAME ${long('t')}`)
    const answer = await small.ask(query('far.dyn.example', A))
    t.ok(answer.length <= 512)
    const { rcode, flags, authority } = readAnswer(answer)
    t.strictSame({ rcode, flags, authority }, { rcode: 'NXDOMAIN', flags: 'AA TC', authority: [] })
  },
)
