/** Every early exit on the road of a request, in the order in which the road passes them. */
import t from 'tap'
import { decode } from 'dns-packet'
import { message, opt, query, question, rr, signed, UPDATE, update } from '../support/messages.ts'
import { SECRET, TestService } from '../support/service.ts'
import { add, ipv4, nothing, effectOf, rcodeOf, Type } from '../support/updates.ts'

const CHANGE = add('new.dyn.example.', Type.A, 60, ipv4('192.0.2.9'))
const WWW = question('www.dyn.example.', Type.A)

const shown = (octets: readonly Buffer[]): string[] =>
  octets.map((answer) => answer.toString('hex'))

/** The last TSIG's error, which stands before its other data (RFC 8945 §4.2). */
const tsigError = (answer: Buffer, otherLength = 0): number =>
  answer.readUInt16BE(answer.length - otherLength - 4)

t.test('RFC 1035 §4.1.1 what is shorter than a header has no answer', async (t) => {
  const service = new TestService()
  const whole = query('www.dyn.example.', Type.A)
  for (let length = 0; length < 12; length++) {
    t.same(await service.exchange(whole.subarray(0, length)), [], `${length} octets`)
  }
  t.same(service.lines, [])
})

t.test('RFC 1035 §7.3 what is a response has no answer, whatever its opcode', async (t) => {
  const service = new TestService()
  for (let opcode = 0; opcode < 16; opcode++) {
    const flags = 0x8000 | (opcode << 11)
    t.same(await service.exchange(message({ flags, questions: [WWW] })), [], `opcode ${opcode}`)
    t.same(await service.exchange(message({ flags }).subarray(0, 12)), [])
  }
  t.same(service.lines, [])
})

t.test('RFC 1035 §4.1.1 other opcodes are NOTIMP, with ID, opcode and RD kept', async (t) => {
  const service = new TestService()
  for (let opcode = 1; opcode < 16; opcode++) {
    if (opcode === 4 || opcode === 5) continue
    for (const rd of [0, 0x0100]) {
      const flags = (opcode << 11) | rd
      const request = message({ id: 0xabcd, flags, questions: [WWW] })
      const expected = message({ id: 0xabcd, flags: 0x8004 | flags })
      const whole = message({ id: 0xabcd, flags: 0x8004 | flags, questions: [WWW] })
      t.same(shown(await service.exchange(request)), shown([whole]), `opcode ${opcode}`)
      const noMessage = Buffer.concat([request.subarray(0, 12), Buffer.alloc(3, 0xff)])
      t.same(shown(await service.exchange(noMessage)), shown([expected]), 'also in another format')
    }
  }
})

t.test('RFC 1035 §4.1.1 octets that are no message are FORMERR', async (t) => {
  const service = new TestService()
  const whole = message({ id: 7, questions: [WWW] })
  const bare = message({ id: 7, flags: 0x8001 })
  const withQuestion = message({ id: 7, flags: 0x8001, questions: [WWW] })
  const cut = await service.exchange(whole.subarray(0, whole.length - 1))
  t.same(shown(cut), shown([bare]), 'a question that ends early')
  const trailing = await service.exchange(Buffer.concat([whole, Buffer.from([0])]))
  t.same(shown(trailing), shown([withQuestion]), 'octets after the last record')
  const twoOpts = message({ id: 7, questions: [WWW], additionals: [opt(), opt()] })
  t.same(shown(await service.exchange(twoOpts)), shown([withQuestion]), 'two OPT')
  t.same(service.lines, [], 'queries leave no line')
})

t.test('an UPDATE that is no message leaves a line of a stranger', async (t) => {
  const service = new TestService()
  const packet = update('dyn.example.', [], [CHANGE])
  const answer = await service.ask(packet.subarray(0, packet.length - 1))
  t.equal(rcodeOf(answer), 'FORMERR')
  t.equal(service.lines.length, 1)
  t.match(service.lines[0], {
    level: 'info',
    message: 'update refused',
    fields: {
      principal: 'anonymous',
      source: '192.0.2.77#5353',
      transport: 'udp',
      zone: 'dyn.example.',
      rcode: 'FORMERR',
      reason: 'a record ends early or holds a bad name',
    },
  })
})

const time = new TestService().clock.nowSeconds()
const tsig = { keyName: 'ddns-key.', secret: SECRET, timeSeconds: time }

const badSignatures = [
  ['an unknown key', { ...tsig, keyName: 'other-key.' }, 'NOTAUTH', 17, 0],
  ['another secret', { ...tsig, secret: Buffer.alloc(32) }, 'NOTAUTH', 16, 0],
  ['a time long past', { ...tsig, timeSeconds: time - 301 }, 'NOTAUTH', 18, 6],
  ['a MAC of 8 octets', { ...tsig, macLength: 8 }, 'FORMERR', undefined, 0],
] as const

for (const [what, options, rcode, error, otherLength] of badSignatures) {
  t.test(`RFC 8945 §5.2 a signature with ${what} is ${rcode}`, async (t) => {
    const service = new TestService()
    for (const flags of [0, UPDATE]) {
      const sections = { flags, questions: [question('dyn.example.', Type.SOA)] }
      const additionals = [opt()]
      const answer = await service.ask(signed(message({ ...sections, additionals }), options))
      t.equal(rcodeOf(answer), rcode)
      t.equal(answer.readUInt16BE(6), 0, 'nothing is answered')
      t.equal(answer.readUInt16BE(10), error === undefined ? 1 : 2, 'OPT, and TSIG if it says why')
      if (error !== undefined) t.equal(tsigError(answer, otherLength), error)
    }
    const ofUpdates = service.lines.filter(({ message }) => message.startsWith('update'))
    t.equal(ofUpdates.length, 1)
    // RFC 8945 §5.2.1 to §5.2.4 want what is wrong with the signature of a QUERY in the log, too.
    t.equal(service.lines.length, rcode === 'NOTAUTH' ? 2 : 1)
    t.match(ofUpdates[0]?.fields, { principal: 'anonymous', zone: 'dyn.example.', rcode })
  })
}

t.test('RFC 6891 §6.1.3, §9 an EDNS version that we do not speak is BADVERS', async (t) => {
  const service = new TestService()
  for (const version of [1, 255]) {
    const additionals = [opt(1232, version)]
    const answer = await service.ask(query('www.dyn.example.', Type.A, { additionals }))
    const ours = opt(1232)
    ours[5] = 1
    const expected = message({ flags: 0x8000, questions: [WWW], additionals: [ours] })
    t.equal(answer.toString('hex'), expected.toString('hex'), `version ${version}`)
  }
  const additionals = [opt(1232, 1)]
  t.same(await effectOf(service, [], [CHANGE], { additionals }), nothing('NOERROR'), 'no UPDATE')
  t.same(service.lines, [])
})

t.test('RFC 9619 §4 a QUERY has exactly one question', async (t) => {
  const service = new TestService()
  t.equal(rcodeOf(await service.ask(message({}))), 'FORMERR')
  const two = await service.ask(message({ questions: [WWW, WWW] }))
  const expected = message({ flags: 0x8001, questions: [WWW] })
  t.equal(two.toString('hex'), expected.toString('hex'))
})

t.test(
  'RFC 1035 §3.2.3 a question for a metatype other than ANY and transfers is NOTIMP',
  async (t) => {
    const service = new TestService()
    for (const type of [0, 41, 128, 249, 250, 253, 254]) {
      const answer = await service.ask(query('www.dyn.example.', type))
      t.equal(rcodeOf(answer), 'NOTIMP', `TYPE${type}`)
      t.equal(answer.readUInt16BE(6), 0)
    }
  },
)

t.test('RFC 1035 §3.2.4 a question of another class is REFUSED', async (t) => {
  const service = new TestService()
  for (const rrClass of [0, 3, 4, 254, 255]) {
    const questions = [question('www.dyn.example.', Type.A, rrClass)]
    t.equal(rcodeOf(await service.ask(message({ questions }))), 'REFUSED', `CLASS${rrClass}`)
  }
})

t.test('a QUERY is answered, as dns-packet reads it', async (t) => {
  const service = new TestService()
  const answer = await service.ask(query('www.dyn.example.', Type.A, { id: 99, flags: 0x0100 }))
  const decoded = decode(answer)
  t.match(decoded, { id: 99, type: 'response', opcode: 'QUERY', rcode: 'NOERROR' })
  t.match(decoded, { flag_aa: true, flag_rd: true, flag_ra: false, flag_tc: false })
  t.match(decoded.questions, [{ name: 'www.dyn.example', type: 'A', class: 'IN' }])
  t.match(decoded.answers, [
    { name: 'www.dyn.example', type: 'A', ttl: 60, data: '192.0.2.1' },
    { name: 'www.dyn.example', type: 'A', ttl: 60, data: '192.0.2.2' },
  ])
})

t.test('RFC 8482 §4.4 QTYPE ANY gets all over TCP, and one RRset over UDP', async (t) => {
  const service = new TestService()
  const any = query('dyn.example.', Type.ANY)
  const types = (answer: Buffer): (string | undefined)[] =>
    (decode(answer).answers ?? []).map(({ type }) => type)
  t.same(new Set(types(await service.ask(any, 'tcp'))), new Set(['SOA', 'NS']))
  t.equal(new Set(types(await service.ask(any, 'udp'))).size, 1)
})

t.test('RFC 8945 §5.3 a QUERY that is signed is answered signed', async (t) => {
  const service = new TestService()
  const answer = await service.ask(service.sign(query('www.dyn.example.', Type.A)))
  t.equal(answer.readUInt16BE(6), 2)
  t.equal(answer.readUInt16BE(10), 1)
  t.equal(tsigError(answer), 0)
})

t.test('a QUERY is answered before the call returns, an UPDATE is not', async (t) => {
  const service = new TestService()
  const source = { address: '192.0.2.77', port: 5353, transport: 'udp' } as const
  let answers = 0
  const count = (): void => {
    answers++
  }
  const { handle } = service.dispatcher
  t.equal(handle(query('www.dyn.example.', Type.A), source, count), undefined)
  t.equal(answers, 1)
  const done = handle(service.sign(update('dyn.example.', [], [CHANGE])), source, count)
  t.equal(answers, 1)
  await done
  t.equal(answers, 2)
})

t.test('RFC 8945 §5.1 a TSIG that is not the last record is FORMERR', async (t) => {
  const service = new TestService()
  const additionals = [rr('ddns-key.', 250, 255, 0, Buffer.alloc(30)), CHANGE]
  const answer = await service.ask(update('dyn.example.', [], [CHANGE], { additionals }))
  t.equal(rcodeOf(answer), 'FORMERR')
  t.equal(answer.readUInt16BE(10), 0)
})
