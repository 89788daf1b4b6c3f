/** RFC 2136 §3.8 (and §2.2): what the answer to an UPDATE looks like, octet by octet. */
import t from 'tap'
import { message, opt, question, UPDATE, update } from '../support/messages.ts'
import { TestService } from '../support/service.ts'
import { add, inUse, ipv4, rcodeOf, Type } from '../support/updates.ts'

const CHANGE = add('new.dyn.example.', Type.A, 60, ipv4('192.0.2.9'))
const ZONE = question('DYN.example.', Type.SOA)

const sections = (
  id: number,
  prerequisites: readonly Buffer[],
  additionals: Buffer[] = [],
): Buffer =>
  message({
    id,
    flags: UPDATE,
    questions: [ZONE],
    answers: prerequisites,
    authorities: [CHANGE],
    additionals,
  })

/** The answer without the TSIG that follows it. */
const unsigned = (answer: Buffer, length: number): Buffer => {
  const whole = Buffer.from(answer.subarray(0, length))
  whole.writeUInt16BE(whole.readUInt16BE(10) - 1, 10)
  return whole
}

t.test('RFC 2136 §3.8 the answer has ID, Opcode and QR, and the zone section alone', async (t) => {
  for (const id of [0, 0x1234, 0xffff]) {
    const service = new TestService()
    const answer = await service.ask(service.sign(sections(id, [])))
    const expected = message({ id, flags: 0xa800, questions: [ZONE] })
    t.equal(unsigned(answer, expected.length).toString('hex'), expected.toString('hex'))
    t.equal(answer.readUInt16BE(10), 1, 'and TSIG, as the request had')
  }
})

t.test('RFC 2136 §3.8 a refusal looks the same but for its RCODE', async (t) => {
  const service = new TestService()
  const answer = await service.ask(service.sign(sections(7, [inUse('none.dyn.example.')])))
  const expected = message({ id: 7, flags: 0xa803, questions: [ZONE] })
  t.equal(unsigned(answer, expected.length).toString('hex'), expected.toString('hex'))
})

t.test('RFC 2136 §2.2 a request that is not signed is answered unsigned', async (t) => {
  const service = new TestService()
  const answer = await service.ask(sections(7, []))
  const expected = message({ id: 7, flags: 0xa805, questions: [ZONE] })
  t.equal(answer.toString('hex'), expected.toString('hex'))
})

t.test('RFC 6891 §6.1.1 OPT is in the answer when it is in the request', async (t) => {
  const service = new TestService()
  const answer = await service.ask(sections(7, [], [opt(4096, 0, 0x8000)]))
  const additionals = [opt(1232, 0, 0x8000)]
  const expected = message({ id: 7, flags: 0xa805, questions: [ZONE], additionals })
  t.equal(answer.toString('hex'), expected.toString('hex'))
})

t.test('RFC 2136 §2.1, §3.8 the same answer goes out over UDP and TCP', async (t) => {
  const answers = ['udp', 'tcp'] as const
  const [first, second] = await Promise.all(
    answers.map((transport) => {
      const service = new TestService()
      return service.ask(service.sign(sections(7, [])), transport)
    }),
  )
  t.ok(first)
  t.equal(first?.toString('hex'), second?.toString('hex'))
})

t.test(
  'RFC 2136 §2.3 of a zone section that is too long the first record comes back',
  async (t) => {
    const service = new TestService()
    const questions = [ZONE, question('other.example.', Type.SOA)]
    const answer = await service.ask(message({ id: 7, flags: UPDATE, questions }))
    const expected = message({ id: 7, flags: 0xa801, questions: [ZONE] })
    t.equal(answer.toString('hex'), expected.toString('hex'))
    const none = await service.ask(message({ id: 7, flags: UPDATE }))
    t.equal(none.toString('hex'), message({ id: 7, flags: 0xa801 }).toString('hex'))
  },
)

t.test('RFC 2136 §3.8 every UPDATE of a burst has its own answer', async (t) => {
  const service = new TestService()
  const answers = await Promise.all(
    [1, 2, 3].map((id) => {
      const unmet = id === 2 ? [inUse('none.dyn.example.')] : []
      return service.ask(service.sign(sections(id, unmet)))
    }),
  )
  t.same(
    answers.map((answer) => [answer.readUInt16BE(0), rcodeOf(answer)]),
    [
      [1, 'NOERROR'],
      [2, 'NXDOMAIN'],
      [3, 'NOERROR'],
    ],
  )
})

t.test('RFC 2136 §2.2 an answer is not answered', async (t) => {
  const service = new TestService()
  const flags = UPDATE | 0x8000
  t.same(await service.exchange(service.sign(update('dyn.example.', [], [CHANGE], { flags }))), [])
})
