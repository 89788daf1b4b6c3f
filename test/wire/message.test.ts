/** `wire/message.ts`: octets in, octets out. */
import t from 'tap'
import { toHex } from '../../src/base/bytes.ts'
import { readHeader } from '../../src/wire/header.ts'
import { parseMessage, type Message, type ParsedMessage } from '../../src/wire/message.ts'

/** @param counts questions, answers, authorities, additionals */
const parsed = (counts: string, ...body: string[]): ParsedMessage => {
  const packet = Buffer.from(`123428 00 ${counts} ${body.join('')}`.replace(/\s/g, ''), 'hex')
  const header = readHeader(packet)
  if (header === undefined) throw new Error('no header')
  return parseMessage(packet, header)
}

const message = (counts: string, ...body: string[]): Message => {
  const result = parsed(counts, ...body)
  if (!result.ok) throw new Error(result.why)
  return result.message
}

const why = (result: ParsedMessage): string => (result.ok ? '' : result.why)

const ZONE = '01 61 00 0006 0001'
const A = 'c00c 0001 0001 0000003c 0004 c0000201'
const OPT = '00 0029 1000 00000000 0000'
// owned by key., class ANY; what is inside is the business of another room
const TSIG = '03 6b6579 00 00fa 00ff 00000000 0000'

t.test('RFC 2136 §2 a message is a header, a zone section and three more', async (t) => {
  const update = message('0001 0001 0002 0002', ZONE, A, A, A, A, TSIG)
  t.match(update.header, { id: 0x1234, counts: [1, 1, 2, 2] })
  t.equal(update.questions.length, 1)
  t.equal(update.answers.length, 1)
  t.equal(update.authorities.length, 2)
  t.equal(update.additionals.length, 1, 'without the TSIG')
  t.equal(update.edns, undefined)
  t.equal(update.tsig && toHex(update.tsig.owner), '036b657900')
})

t.test('RFC 6891 §6.1.1 the OPT is taken out of the additional section', async (t) => {
  const query = message('0001 0000 0000 0003', ZONE, OPT, A, TSIG)
  t.match(query.edns, { udpSize: 4096, version: 0 })
  t.equal(query.additionals.length, 1)
  t.ok(query.tsig)
})

t.test('RFC 6891 §6.1.1 more than one OPT is FORMERR, and so is one elsewhere', async (t) => {
  const expected = /OPT that is repeated/
  t.match(why(parsed('0000 0000 0000 0002', OPT, OPT)), expected)
  t.match(why(parsed('0000 0001 0000 0000', OPT)), expected)
  t.match(why(parsed('0000 0000 0001 0000', OPT)), expected)
})

t.test('RFC 6891 §6.1.2 an OPT is owned by the root, and its options end with it', async (t) => {
  t.match(why(parsed('0000 0000 0000 0001', `01 61 ${OPT}`)), /not owned by the root/)
  t.match(why(parsed('0000 0000 0000 0001', '00 0029 1000 00000000 0001 00')), /options end early/)
})

t.test('RFC 8945 §5.2 a TSIG is the last record or the message is FORMERR', async (t) => {
  const expected = /TSIG that is not the last/
  t.match(why(parsed('0001 0000 0000 0002', ZONE, TSIG, A)), expected)
  t.match(why(parsed('0000 0000 0000 0002', TSIG, TSIG)), expected)
  t.match(why(parsed('0000 0001 0000 0000', TSIG)), expected)
})

t.test(
  'RFC 1035 §4.1 a message that ends early is FORMERR, with the questions so far',
  async (t) => {
    const question = parsed('0002 0000 0000 0000', ZONE, '01 61')
    t.match(question, { ok: false, why: /question section/ })
    t.equal(!question.ok && question.questions.length, 1)
    t.match(why(parsed('0001 0001 0000 0000', ZONE, A.slice(0, -3))), /record ends early/)
    t.match(why(parsed('0000 0001 0001 0000', A.replace('c00c', '00'))), /record ends early/)
  },
)

t.test('RFC 1035 §4.1 octets behind the last record are FORMERR', async (t) => {
  t.match(why(parsed('0001 0000 0000 0000', ZONE, '00')), /octets follow/)
})
