/** `wire/header.ts`: octets in, octets out. */
import t from 'tap'
import { Rcode } from '../../src/wire/codes.ts'
import {
  answerFlags,
  Flag,
  isResponse,
  opcodeOf,
  readHeader,
  type Header,
} from '../../src/wire/header.ts'

const header = (hex: string): Header => {
  const read = readHeader(Buffer.from(hex, 'hex'))
  if (read === undefined) throw new Error('too short for a header')
  return read
}

// id, flags, then the four counts
const UPDATE = 'abcd' + '2900' + '0001' + '0002' + '0304' + 'ffff'

t.test('RFC 1035 §4.1.1 the header is an id, flags and four counts', async (t) => {
  t.same(header(UPDATE), { id: 0xabcd, flags: 0x2900, counts: [1, 2, 0x304, 0xffff] })
})

t.test('RFC 1035 §4.1.1 a packet shorter than twelve octets has no header', async (t) => {
  t.equal(readHeader(Buffer.from(UPDATE, 'hex').subarray(0, 11)), undefined)
})

t.test('RFC 1035 §4.1.1 QR and Opcode stand in the flags', async (t) => {
  t.equal(opcodeOf(header(UPDATE)), 5)
  t.notOk(isResponse(header(UPDATE)))
  t.ok(isResponse(header(UPDATE.replace('2900', 'a800'))))
})

t.test('RFC 1035 §4.1.1 an answer copies Opcode and RD and nothing else', async (t) => {
  // Opcode UPDATE with RD, and every other flag that a client could set
  const request = header(UPDATE.replace('2900', '2fff'))
  t.equal(answerFlags(request, Rcode.NOTAUTH), 0xa909)
  t.equal(answerFlags(request, Rcode.NOERROR, Flag.AA), 0xad00)
  t.equal(answerFlags(request, Rcode.BADVERS), 0xa900, 'the upper bits go into the OPT record')
})
