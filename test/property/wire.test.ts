/** Decoding over generated octets. A failure prints the seed that repeats it. */
import fc from 'fast-check'
import t from 'tap'
import { toHex } from '../../src/base/bytes.ts'
import { RrClass, RrType, rrTypeOf } from '../../src/wire/codes.ts'
import { HEADER_LENGTH, readHeader } from '../../src/wire/header.ts'
import { parseMessage } from '../../src/wire/message.ts'
import {
  endOfName,
  labelsOf,
  lowerCaseName,
  nameAt,
  nameEquals,
  nameFromLabels,
  rootName,
  type Name,
} from '../../src/wire/name.ts'
import { isRdata, nameRanges, rdataAt, rdataEquals } from '../../src/wire/rdata.ts'
import { MessageWriter } from '../../src/wire/writer.ts'

const names: fc.Arbitrary<Name> = fc
  .array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { maxLength: 6 })
  .map((labels) => nameFromLabels(labels) ?? rootName)

/** Octets that make it past the first checks: small lengths, pointers, known types. */
const likely = fc.oneof(
  fc.constantFrom('00', 'c00c', 'c000', '0161', '0001', '0029', '00fa', '0004', '01610001'),
  fc.uint8Array({ maxLength: 12 }).map(toHex),
)

const bodies = fc
  .array(likely, { maxLength: 60 })
  .map((parts) => Buffer.from(parts.join(''), 'hex'))

const counts = fc.array(fc.oneof(fc.nat(3), fc.nat(0xffff)), { minLength: 4, maxLength: 4 })

t.test('any octets are a message or FORMERR', async (t) => {
  fc.assert(
    fc.property(counts, bodies, (sections, body) => {
      const packet = Buffer.concat([Buffer.alloc(HEADER_LENGTH), body])
      for (const [index, count] of sections.entries()) packet.writeUInt16BE(count, 4 + index * 2)
      const header = readHeader(packet)
      if (header === undefined) return false
      const result = parseMessage(packet, header)
      if (!result.ok) return result.why.length > 0
      const { questions, answers, authorities, additionals, edns, tsig } = result.message
      const extra = (edns === undefined ? 0 : 1) + (tsig === undefined ? 0 : 1)
      return (
        questions.length === sections[0] &&
        answers.length === sections[1] &&
        authorities.length === sections[2] &&
        additionals.length + extra === sections[3]
      )
    }),
    { numRuns: 5000 },
  )
  t.pass()
})

t.test(
  'RFC 1035 §4.1.4 a message whose every name is a walk over pointers is FORMERR at the first',
  async (t) => {
    const packet = Buffer.alloc(0xffff)
    let at = HEADER_LENGTH
    // One record whose opaque RDATA is a chain of pointers, each to the one before.
    at = packet.writeUInt8(0, at)
    at = packet.writeUInt16BE(65280, at) + 6
    const length = 0x4000 - at - 2
    at = packet.writeUInt16BE(length, at) + 1
    let last = at - 1
    for (const end = at - 1 + length; at + 2 <= end;) {
      packet.writeUInt16BE(0xc000 | last, at)
      last = at
      at += 2
    }
    at = 0x4000
    let records = 1
    // As many records as fit, owned by the name at the end of the chain.
    for (; at + 12 <= packet.length; at += 12) {
      packet.writeUInt16BE(0xc000 | last, at)
      packet.writeUInt16BE(65280, at + 2)
      records++
    }
    packet.writeUInt16BE(records, 6)
    const whole = packet.subarray(0, at)
    const header = readHeader(whole)
    t.match(header && parseMessage(whole, header), { ok: false, why: /bad name/ })
  },
)

t.test('a name ends where it says, and its labels make it again', async (t) => {
  fc.assert(
    fc.property(names, fc.uint8Array({ maxLength: 10 }), (name, rest) => {
      const packet = Buffer.concat([name, rest])
      const read = nameAt(packet, 0)
      const again = nameFromLabels(labelsOf(name))
      return (
        endOfName(packet, 0) === name.length &&
        read !== undefined &&
        toHex(read) === toHex(name) &&
        again !== undefined &&
        toHex(again) === toHex(name) &&
        nameEquals(name, lowerCaseName(name))
      )
    }),
    { numRuns: 1000 },
  )
  t.pass()
})

t.test('RDATA that was taken from a packet is RDATA on its own', async (t) => {
  const types = fc.oneof(fc.constantFrom(...Object.values(RrType)), fc.nat(0xffff).map(rrTypeOf))
  fc.assert(
    fc.property(types, bodies, fc.nat(20), (type, packet, skip) => {
      const offset = Math.min(skip, packet.length)
      const rdata = rdataAt(packet, type, offset, packet.length - offset)
      if (rdata === undefined) return true
      const ranges = nameRanges(type, rdata, 'any')
      return (
        isRdata(type, rdata) &&
        rdataEquals(type, rdata, rdata) &&
        ranges.every(({ start, end }) => endOfName(rdata, start) === end)
      )
    }),
    { numRuns: 5000 },
  )
  t.pass()
})

t.test('what is written is read back, and fits the limit', async (t) => {
  const records = fc.array(fc.tuple(names, names), { maxLength: 12 })
  fc.assert(
    fc.property(records, fc.integer({ min: 40, max: 600 }), (pairs, limit) => {
      const writer = new MessageWriter(limit)
      const written = pairs.filter(([owner, target]) =>
        writer.rrset('answer', owner, RrType.NS, RrClass.IN, 60, [target]),
      )
      const packet = writer.finish()
      const header = readHeader(packet)
      if (header === undefined || packet.length > limit) return false
      const result = parseMessage(packet, header)
      if (!result.ok) return false
      const read = result.message.answers.map(({ owner, type, rdataOffset, rdataLength }) => [
        toHex(owner),
        toHex(rdataAt(packet, type, rdataOffset, rdataLength) ?? Buffer.of()),
      ])
      return JSON.stringify(read) === JSON.stringify(written.map((pair) => pair.map(toHex)))
    }),
    { numRuns: 1000 },
  )
  t.pass()
})
