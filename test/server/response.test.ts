/** The frame of every answer: header, question, OPT and TSIG, within a limit. */
import t from 'tap'
import type { AnswerSigner } from '../../src/access/tsig.ts'
import {
  answerLimit,
  Response,
  type AnswerFrame,
  type RequestShape,
} from '../../src/server/response.ts'
import { rrClassOf, rrTypeOf } from '../../src/wire/codes.ts'
import type { Edns } from '../../src/wire/edns.ts'
import { message, opt, question } from '../support/messages.ts'
import { name } from '../support/service.ts'

const edns = (udpSize: number, dnssecOk = false): Edns => ({
  udpSize,
  version: 0,
  dnssecOk,
  options: [],
})

const request = (more: Partial<RequestShape> = {}): RequestShape => ({
  header: { id: 0x1234, flags: 0, counts: [1, 0, 0, 0] },
  questions: [{ name: name('a.example.'), type: rrTypeOf(1), class: rrClassOf(1) }],
  edns: undefined,
  ...more,
})

const frame = (signer?: AnswerSigner): AnswerFrame => ({
  limit: 512,
  udpSize: 1232,
  options: [],
  signer,
})

const FRAME = frame()

const shown = (octets: Uint8Array): string => Buffer.from(octets).toString('hex')

t.test('RFC 1035 §4.2 without EDNS a datagram has 512 octets, over TCP 65535', async (t) => {
  t.equal(answerLimit('udp', undefined, 1232), 512)
  t.equal(answerLimit('tcp', undefined, 1232), 65535)
  t.equal(answerLimit('tcp', edns(512), 1232), 65535)
})

t.test('RFC 6891 §6.2.5 the client may ask for more, from 512 up to our 1232', async (t) => {
  const limits = [
    [0, 512],
    [511, 512],
    [512, 512],
    [800, 800],
    [1232, 1232],
    [1233, 1232],
    [65535, 1232],
  ] as const
  for (const [asked, limit] of limits) t.equal(answerLimit('udp', edns(asked), 1232), limit)
})

t.test('RFC 1035 §4.1.1 ID, Opcode and RD are copied, the rest of the flags is not', async (t) => {
  const flags = [
    [0x0000, 0x8000],
    [0x0100, 0x8100],
    [0x2900, 0xa900],
    [0x07ff, 0x8100],
  ] as const
  for (const [asked, answered] of flags) {
    const header = { id: 0xfedc, flags: asked, counts: [1, 0, 0, 0] as const }
    const answer = new Response(request({ header }), FRAME).finish(0)
    const questions = [question('a.example.', 1)]
    t.equal(shown(answer), shown(message({ id: 0xfedc, flags: answered, questions })))
  }
})

t.test('RFC 1035 §4.1.1 AA and TC are added, and the RCODE', async (t) => {
  const answer = new Response(request(), FRAME).finish(3, 0x0600)
  const questions = [question('a.example.', 1)]
  t.equal(shown(answer), shown(message({ flags: 0x8603, questions })))
})

t.test('RFC 9619 §4 one question comes back at most', async (t) => {
  const { questions } = request()
  const one = new Response(request({ questions: [...questions, ...questions] }), FRAME).finish(1)
  t.equal(shown(one), shown(message({ flags: 0x8001, questions: [question('a.example.', 1)] })))
  const none = new Response(request({ questions: [] }), FRAME).finish(1)
  t.equal(shown(none), shown(message({ flags: 0x8001 })))
})

t.test('RFC 6891 §6.1.3 with OPT, the RCODE has twelve bits and DO is copied', async (t) => {
  const questions = [question('a.example.', 1)]
  const plain = new Response(request({ edns: edns(512) }), FRAME).finish(5)
  const five = message({ flags: 0x8005, questions, additionals: [opt(1232)] })
  t.equal(shown(plain), shown(five))
  const bad = new Response(request({ edns: edns(512, true) }), FRAME).finish(16)
  const badvers = message({ flags: 0x8000, questions, additionals: [opt(1232, 0, 0x8000)] })
  // The upper eight bits of the RCODE are the first octet of the OPT's TTL.
  badvers[badvers.length - 6] = 1
  t.equal(shown(bad), shown(badvers))
})

t.test(
  'RFC 8945 §5.3 what signs an answer has it whole, and its octets were set aside',
  async (t) => {
    const seen: string[] = []
    const signer = {
      length: 100,
      sign: (answer: Uint8Array) => {
        seen.push(shown(answer))
        return Buffer.concat([answer, Buffer.from('signed')])
      },
    }
    const response = new Response(request({ edns: edns(512) }), frame(signer))
    const room = 512 - 100 - 11 - message({ questions: [question('a.example.', 1)] }).length
    // Twelve octets stand around the RDATA: a pointer to the owner, type, class, TTL and RDLENGTH.
    const fits = (length: number): boolean => {
      const other = new Response(request({ edns: edns(512) }), frame(signer))
      const { questions } = request()
      const owner = questions[0]?.name ?? name('.')
      const rdatas = [Buffer.alloc(length)]
      return other.writer.rrset('answer', owner, rrTypeOf(10), rrClassOf(1), 0, rdatas)
    }
    t.equal(fits(room - 12), true)
    t.equal(fits(room - 11), false)
    const answer = response.finish(0)
    const questions = [question('a.example.', 1)]
    const whole = message({ flags: 0x8000, questions, additionals: [opt(1232)] })
    t.same(seen, [shown(whole)])
    t.equal(shown(answer), shown(Buffer.concat([whole, Buffer.from('signed')])))
  },
)
