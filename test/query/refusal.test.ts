/** Questions that get no data: not ours, not IN, not one, not a type of data. */
import t from 'tap'
import { matches } from '../support/answers.ts'
import { hex, message, query, question } from '../support/messages.ts'
import { TestService } from '../support/service.ts'

const service = new TestService()

const A = 1

t.test('RFC 1035 §4.1.1 a name outside of our zones is REFUSED', async (t) => {
  for (const name of ['example', 'www.example', 'xdyn.example', '.', 'dyn.example.org']) {
    const { question: asked } = matches(t, await service.ask(query(name, A)), { rcode: 'REFUSED' })
    t.equal(asked.length, 1)
  }
})

t.test('RFC 1035 §3.2.4, §3.2.5 a class other than IN is REFUSED', async (t) => {
  for (const rrClass of [3, 4, 254, 255, 9]) {
    const packet = message({ questions: [question('www.dyn.example', A, rrClass)] })
    const answer = await service.ask(packet)
    matches(t, answer, { rcode: 'REFUSED' })
    t.equal(answer.subarray(12).toString('hex'), packet.subarray(12).toString('hex'))
  }
})

t.test('RFC 9619 §4 several questions are FORMERR, and so is none', async (t) => {
  const questions = [question('www.dyn.example', A), question('ns1.dyn.example', A)]
  const answer = await service.ask(message({ questions }))
  const { question: asked } = matches(t, answer, { rcode: 'FORMERR' })
  t.strictSame(asked, ['www.dyn.example. A'])
  matches(t, await service.ask(message({})), { rcode: 'FORMERR' })
})

t.test('QTYPEs that are no data, not ANY and no transfers are NOTIMP', async (t) => {
  // RFC 6895 §3.1: TKEY, TSIG, MAILB, MAILA, one that is unassigned, OPT and 0.
  for (const type of [249, 250, 253, 254, 200, 41, 0]) {
    for (const transport of ['udp', 'tcp'] as const) {
      matches(t, await service.ask(query('dyn.example', type), transport), { rcode: 'NOTIMP' })
    }
  }
})

t.test('RFC 1035 §4.1.1 RD is copied into a refusal', async (t) => {
  const answer = await service.ask(query('www.example', A, { flags: 0x0100 }))
  matches(t, answer, { rcode: 'REFUSED', flags: 'RD' })
})

t.test('RFC 1035 §4.1.1 a question that ends early is FORMERR', async (t) => {
  const answer = await service.ask(query('www.dyn.example', A).subarray(0, -1))
  t.equal(answer.toString('hex'), hex('1234 8001 0000 0000 0000 0000').toString('hex'))
})
