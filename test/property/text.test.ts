/** Presentation format over generated data. A failure prints the seed that repeats it. */
import fc from 'fast-check'
import t from 'tap'
import { toHex } from '../../src/base/bytes.ts'
import { MasterFileError, readMasterFile } from '../../src/text/master-file.ts'
import { nameFromText, nameToText } from '../../src/text/name-text.ts'
import { rdataFromText, rdataToText } from '../../src/text/rdata-text.ts'
import { recordToText } from '../../src/text/record-text.ts'
import { RrType, rrTypeName, rrTypeOf } from '../../src/wire/codes.ts'
import { nameFromLabels, rootName, type Name } from '../../src/wire/name.ts'
import { rdataLayout, type Field } from '../../src/wire/rdata-layout.ts'
import { isRdata } from '../../src/wire/rdata.ts'
import { anyText } from '../support/any-text.ts'

const octets = (minLength: number, maxLength: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength, maxLength })

/** Names of any octets; the root stands for those that came out too long. */
const names: fc.Arbitrary<Name> = fc
  .array(octets(1, 63), { maxLength: 6 })
  .map((labels) => nameFromLabels(labels) ?? rootName)

const join = (parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts)

const counted = (minLength: number): fc.Arbitrary<Uint8Array> =>
  octets(minLength, 255).map((value) => join([Uint8Array.of(value.length), value]))

/** Distinct numbers of 16 bits in rising order. */
const rising = (maxLength: number): fc.Arbitrary<number[]> =>
  fc.uniqueArray(fc.nat(0xffff), { maxLength }).map((values) => values.sort((a, b) => a - b))

const u16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 0xff)

const bitMaps: fc.Arbitrary<Uint8Array> = fc
  .uniqueArray(fc.tuple(fc.nat(255), octets(0, 31), fc.integer({ min: 1, max: 255 })), {
    selector: ([window]) => window,
    maxLength: 4,
  })
  .map((windows) =>
    join(
      windows
        .sort(([a], [b]) => a - b)
        .map(([window, bits, last]) =>
          join([Uint8Array.of(window, bits.length + 1), bits, Uint8Array.of(last)]),
        ),
    ),
  )

const prefixes: fc.Arbitrary<Uint8Array> = fc
  .array(fc.tuple(fc.constantFrom(1, 1, 2, 2, 3), fc.nat(32), fc.boolean(), octets(0, 4)), {
    maxLength: 4,
  })
  .map((items) =>
    join(
      items.map(([family, prefix, negated, address]) => {
        const length = address.findLastIndex((octet) => octet !== 0) + 1
        const head = Uint8Array.of(0, family, prefix, length | (negated ? 0x80 : 0))
        return join([head, address.subarray(0, length)])
      }),
    ),
  )

/** Values that keep the rules of the keys that have them (RFC 9460 §7). */
const FITTING = new Map<number, readonly number[]>([
  [1, [2, 0x68, 0x32, 3, 0x2c, 0x5c, 0x22]],
  [2, []],
  [3, [1, 187]],
  [4, [192, 0, 2, 1]],
  [6, Array.from({ length: 16 }, (_, index) => index)],
])

/** Mostly the keys that have rules, and mostly values that keep them. */
const serviceParameters: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    rising(3),
    fc.subarray([0, 1, 2, 3, 4, 5, 6, 7]),
    fc.array(octets(0, 20), { minLength: 11, maxLength: 11 }),
  )
  .map(([others, known, values]) => {
    const keys = [...new Set([...known, ...others])].sort((a, b) => a - b)
    return join(
      keys.map((key, index) => {
        const random = values[index] ?? new Uint8Array(0)
        const value = random.length % 5 === 0 ? random : Uint8Array.from(FITTING.get(key) ?? random)
        return join([u16(key), u16(value.length), value])
      }),
    )
  })

const arbitraryOf = (field: Field): fc.Arbitrary<Uint8Array> => {
  switch (field) {
    case 'u8':
      return octets(1, 1)
    case 'u16':
    case 'type':
      return octets(2, 2)
    case 'u32':
    case 'ttl':
    case 'time':
    case 'ipv4':
      return octets(4, 4)
    case 'ipv6':
      // Zeros are where the shortened forms come from.
      return fc
        .array(fc.constantFrom(0, 0, 1, 0xffff), { minLength: 8, maxLength: 8 })
        .map((groups) => join(groups.map(u16)))
    case 'eui48':
      return octets(6, 6)
    case 'eui64':
      return octets(8, 8)
    case 'compressible-name':
    case 'expandable-name':
    case 'plain-name':
      return names
    case 'string':
    case 'salt':
      return counted(0)
    case 'strings':
      return fc.array(counted(0), { minLength: 1, maxLength: 4 }).map(join)
    case 'tag':
      return fc
        .stringMatching(/^[0-9A-Za-z]{1,20}$/)
        .map((tag) => join([Uint8Array.of(tag.length), Buffer.from(tag)]))
    case 'hex':
    case 'base64':
      return octets(1, 100)
    case 'long-string':
    case 'optional-base64':
    case 'services':
      return octets(0, 300)
    case 'old-types':
      return octets(0, 15).map((bits) => join([bits, Uint8Array.of(1)]))
    case 'hash':
      return counted(1)
    case 'types':
      return bitMaps
    case 'location':
      return octets(15, 15).map((rest) => join([Uint8Array.of(0), rest]))
    case 'prefixes':
      return prefixes
    case 'service-parameters':
      return serviceParameters
  }
}

const RUNS = { numRuns: 200 }

t.test('names of any octets round-trip through text', async (t) => {
  fc.assert(
    fc.property(names, (name) => {
      const text = nameToText(name)
      const read = nameFromText(text)
      return /^[!-~]+$/.test(text) && read.ok && toHex(read.name) === toHex(name)
    }),
    { numRuns: 2000 },
  )
  t.pass()
})

t.test('RDATA of every known type round-trips through text', async (t) => {
  for (const type of Object.values(RrType)) {
    const layout = rdataLayout(type)
    if (layout === undefined) continue
    const rdatas = fc.tuple(...layout.map(arbitraryOf)).map(join)
    fc.assert(
      fc.property(rdatas, (rdata) => {
        const text = rdataToText(type, rdata)
        const read = rdataFromText(type, text)
        return (
          isRdata(type, rdata) &&
          /^[ -~]+$/.test(text) &&
          read.ok &&
          toHex(read.rdata) === toHex(rdata)
        )
      }),
      RUNS,
    )
    t.pass(rrTypeName(type))
  }
})

t.test('RFC 3597 §5 RDATA of unknown types round-trips through text', async (t) => {
  fc.assert(
    fc.property(octets(0, 300), (rdata) => {
      const read = rdataFromText(rrTypeOf(65280), rdataToText(rrTypeOf(65280), rdata))
      return read.ok && toHex(read.rdata) === toHex(rdata)
    }),
    RUNS,
  )
  t.pass()
})

t.test('records printed to a master file are read back, however it is cut', async (t) => {
  const record = fc.record({
    owner: names,
    ttl: fc.nat(0x7fff_ffff),
    rdata: fc.array(counted(0), { minLength: 1, maxLength: 3 }).map(join),
  })
  fc.assert(
    fc.property(fc.array(record), fc.integer({ min: 1, max: 50 }), (records, size) => {
      const written = records.map(({ owner, ttl, rdata }) =>
        recordToText(owner, ttl, RrType.TXT, rdata),
      )
      const text = written.join('\n')
      const chunks = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
      const read = [...readMasterFile(chunks, { file: 'x', origin: rootName })].map((found) =>
        recordToText(found.owner, found.ttl, found.type, found.rdata),
      )
      return read.join('\n') === text
    }),
    RUNS,
  )
  t.pass()
})

t.test('any text is records or an error with its place', async (t) => {
  const pieces = fc.constantFrom(
    ...['$TTL 1\n', '$ORIGIN a.\n', '$GENERATE 1-3 a$ ', '$INCLUDE x\n', '@ 1 IN ', 'A 192.0.2.1'],
    ...['TXT ', 'SVCB 1 . ', 'alpn="h2"', 'LOC 1 N 1 E 1', 'APL 1:1.2.3.4/5', '\\# 4 01020304'],
    ...['\n', ' ', '(', ')', '"', ';', '\\', '${0,2,x}', 'NSEC3 1 1 1 - ', 'SOA a b 1 2 3 4 5\n'],
  )
  const text = fc.array(fc.oneof(pieces, anyText)).map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, (input) => {
      try {
        for (const { type, rdata } of readMasterFile([input], { file: 'x', origin: rootName })) {
          if (!isRdata(type, rdata)) return false
        }
        return true
      } catch (error) {
        return (
          error instanceof MasterFileError &&
          error.message.startsWith(`x:${error.line}:${error.column}: `) &&
          error.line > 0 &&
          error.column > 0
        )
      }
    }),
    { numRuns: 3000 },
  )
  t.pass()
})
