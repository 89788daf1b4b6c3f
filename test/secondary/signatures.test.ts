/** RFC 8945 §5.3.1, §5.4: what a primary with a key sends has to be signed, all of it. */
import t from 'tap'
import { answerTo, aRr, nsRr, soaRr } from '../support/primary-answers.ts'
import { primaryAt, TestSecondary } from '../support/secondary.ts'
import { signedAnswers } from '../support/signed-answers.ts'
import { hasTsig, isSignedFor, tsigFields, withTsig } from '../support/tsig.ts'
import { wireName } from '../support/messages.ts'

const KEY = 'xfr-key.'
const SOA = soaRr(10)

const messagesFor = (query: Buffer): Buffer[] => [
  answerTo(query, [SOA, nsRr()]),
  answerTo(query, [aRr('www', 1)]),
  answerTo(query, [SOA]),
]

/** What came of a first transfer that was answered so. */
const transferred = async (answer: (query: Buffer) => Buffer[]): Promise<string | undefined> => {
  const test = new TestSecondary()
  test.network.tcp = answer
  await test.start(primaryAt('192.0.2.1', KEY))
  const [line] = test.lines
  const reason = line?.fields['reason']
  return test.answered() === undefined ? String(reason) : undefined
}

t.test('RFC 8945 §5.3.1 a transfer whose messages are all signed is taken', async (t) => {
  t.equal(await transferred((query) => signedAnswers(query, messagesFor(query))), undefined)
})

t.test('RFC 8945 §5.3.1 some may be unsigned, but neither the first nor the last', async (t) => {
  const with3 =
    (isSigned: (n: number) => boolean) =>
    (query: Buffer): Buffer[] =>
      signedAnswers(query, messagesFor(query), isSigned)
  t.equal(await transferred(with3((n) => n !== 1)), undefined)
  t.match(await transferred(with3((n) => n !== 0)), /the answer is not signed/)
  t.match(await transferred(with3((n) => n !== 2)), /the last message is not signed/)
})

t.test('RFC 8945 §5.4 another secret, another message: not taken', async (t) => {
  const other = Buffer.from('another secret')
  t.match(
    await transferred((query) => signedAnswers(query, messagesFor(query), undefined, other)),
    /not made with our secret/,
  )
  const changed = (query: Buffer): Buffer[] => {
    const [first, second, third] = signedAnswers(query, messagesFor(query))
    if (first === undefined || second === undefined || third === undefined) throw new Error('three')
    const other = Buffer.from(second)
    const at = other.indexOf(Buffer.from([192, 0, 2, 1]))
    other.writeUInt8(66, at + 3)
    return [first, other, third]
  }
  t.match(await transferred(changed), /not made with our secret/)
})

t.test('RFC 8945 §5.4 a refusal is told in its own words', async (t) => {
  const badKey = (query: Buffer): Buffer[] => {
    const tsig = tsigFields({ keyName: wireName(KEY), error: 17 })
    return [withTsig(answerTo(query, [], { flags: 0x8009 }), tsig)]
  }
  t.match(await transferred(badKey), /does not know the key.*; the answer is NOTAUTH/)
  const unsigned = (query: Buffer): Buffer[] => [answerTo(query, [], { flags: 0x8005 })]
  t.match(await transferred(unsigned), /the answer is not signed; the answer is REFUSED/)
})

t.test('RFC 8945 §5.4 a serial that is not signed is another one to be waited past', async (t) => {
  const test = new TestSecondary()
  test.network.tcp = (query) => signedAnswers(query, messagesFor(query))
  await test.start(primaryAt('192.0.2.1', KEY))
  test.network.udp = (query) => [
    Buffer.from([1, 2, 3]),
    answerTo(query, [soaRr(99)], { id: (query.readUInt16BE(0) + 1) & 0xffff }),
    answerTo(query, [soaRr(99)]),
    ...signedAnswers(query, [answerTo(query, [SOA])]),
  ]
  await test.pass(7200)
  t.strictSame(test.messages(), ['info zone transferred from its primary'])
  const [axfr, soa] = test.network.queries
  t.ok(axfr && soa && hasTsig(axfr) && hasTsig(soa))
  const answer = axfr && signedAnswers(axfr, messagesFor(axfr))[0]
  t.ok(answer && isSignedFor(answer, axfr))
  test.network.udp = (query) => [answerTo(query, [soaRr(99)])]
  await test.pass(7200)
  t.match(test.lines.at(-1)?.fields['reason'], /the answer is not signed/)
})
