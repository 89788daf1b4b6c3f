/** `wire/writer.ts`: octets in, octets out. */
import { decode, type Packet } from 'dns-packet'
import t from 'tap'
import { toHex } from '../../src/base/bytes.ts'
import { RrClass, RrType } from '../../src/wire/codes.ts'
import { HEADER_LENGTH, readHeader } from '../../src/wire/header.ts'
import { parseMessage } from '../../src/wire/message.ts'
import { nameFromLabels, type Name } from '../../src/wire/name.ts'
import { MessageWriter } from '../../src/wire/writer.ts'

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex')

const named = (...labels: string[]): Name => {
  const name = nameFromLabels(labels.map((label) => Buffer.from(label, 'latin1')))
  if (name === undefined) throw new Error('no name')
  return name
}

const WWW = named('www', 'example')
const EXAMPLE = named('example')
const MAIL = named('mail', 'example')

/** What comes after the header. */
const body = (writer: MessageWriter): string => toHex(writer.finish().subarray(HEADER_LENGTH))

/** An independent decoder; it wants a Buffer. */
const decoded = (writer: MessageWriter): Packet => decode(Buffer.from(writer.finish()))

t.test(
  'RFC 1035 §4.1 a message is a header, a question and sections with their counts',
  async (t) => {
    const writer = new MessageWriter(512)
    writer.header(0xabcd, 0x8400)
    writer.question(WWW, RrType.A, RrClass.IN)
    t.ok(writer.rrset('answer', WWW, RrType.A, RrClass.IN, 60, [hex('c0000201'), hex('c0000202')]))
    t.ok(writer.rrset('authority', EXAMPLE, RrType.NS, RrClass.IN, 3600, [MAIL]))
    t.ok(writer.rrset('additional', MAIL, RrType.A, RrClass.IN, 3600, [hex('c0000203')]))
    t.equal(
      toHex(writer.finish().subarray(0, 12)),
      'abcd' + '8400' + '0001' + '0002' + '0001' + '0001',
    )
    const packet = decoded(writer)
    t.match(packet, {
      id: 0xabcd,
      questions: [{ name: 'www.example', type: 'A', class: 'IN' }],
      answers: [
        { name: 'www.example', type: 'A', ttl: 60, data: '192.0.2.1' },
        { name: 'www.example', type: 'A', ttl: 60, data: '192.0.2.2' },
      ],
      authorities: [{ name: 'example', type: 'NS', ttl: 3600, data: 'mail.example' }],
      additionals: [{ name: 'mail.example', type: 'A', data: '192.0.2.3' }],
    })
  },
)

t.test('RFC 1035 §4.1.4 names that were written before become pointers', async (t) => {
  const writer = new MessageWriter(512)
  writer.question(WWW, RrType.MX, RrClass.IN)
  // MX 10 mail.example.
  writer.rrset('answer', WWW, RrType.MX, RrClass.IN, 1, [Buffer.concat([hex('000a'), MAIL])])
  t.equal(
    body(writer),
    // www at 12, example at 16
    '03777777' +
      '076578616d706c65' +
      '00' +
      '000f' +
      '0001' +
      // the owner is the question; mail, then a pointer to 16
      'c00c' +
      '000f' +
      '0001' +
      '00000001' +
      '0009' +
      '000a' +
      '046d61696c' +
      'c010',
  )
  t.match(decoded(writer).answers, [{ data: { preference: 10, exchange: 'mail.example' } }])
})

t.test('RFC 3597 §4 names in newer types are not compressed', async (t) => {
  const writer = new MessageWriter(512)
  const srv = Buffer.concat([hex('0000 0001 0035'), MAIL])
  writer.question(MAIL, RrType.SRV, RrClass.IN)
  writer.rrset('answer', MAIL, RrType.SRV, RrClass.IN, 1, [srv])
  t.match(body(writer), new RegExp(`0014${toHex(srv)}$`))
  t.match(decoded(writer).answers, [
    { data: { priority: 0, weight: 1, port: 53, target: 'mail.example' } },
  ])
})

t.test('RFC 1035 §2.3.3 compression does not change how a name is spelled', async (t) => {
  const writer = new MessageWriter(512)
  writer.question(EXAMPLE, RrType.A, RrClass.IN)
  writer.rrset('answer', named('EXAMPLE'), RrType.A, RrClass.IN, 1, [hex('c0000201')])
  t.match(decoded(writer), { questions: [{ name: 'example' }], answers: [{ name: 'EXAMPLE' }] })
})

t.test('a name is compressed inside RDATA that goes on after it', async (t) => {
  const writer = new MessageWriter(512)
  const numbers = '00000001000000020000000300000004ffffffff'
  const soa = Buffer.concat([MAIL, WWW, hex(numbers)])
  writer.question(EXAMPLE, RrType.SOA, RrClass.IN)
  writer.rrset('answer', EXAMPLE, RrType.SOA, RrClass.IN, 1, [soa])
  t.match(body(writer), new RegExp(`046d61696cc00c03777777c00c${numbers}$`))
  t.match(decoded(writer).answers, [
    { data: { mname: 'mail.example', rname: 'www.example', serial: 1, minimum: 0xffff_ffff } },
  ])
})

t.test('RFC 2181 §9 an RRset that does not fit leaves no trace', async (t) => {
  const writer = new MessageWriter(80)
  writer.question(EXAMPLE, RrType.A, RrClass.IN)
  const before = toHex(writer.finish())
  const four = Array.from({ length: 4 }, () => hex('c0000201'))
  t.notOk(writer.rrset('answer', WWW, RrType.A, RrClass.IN, 1, four))
  t.equal(toHex(writer.finish()), before)
  t.ok(writer.rrset('answer', WWW, RrType.A, RrClass.IN, 1, four.slice(1, 3)))
  const answers = decoded(writer).answers
  t.equal(answers?.length, 2)
  t.match(answers, [{ name: 'www.example' }, { name: 'www.example' }])
})

t.test('RFC 1035 §4.1.4 no pointer leads to what was rolled back', async (t) => {
  const writer = new MessageWriter(60)
  writer.question(EXAMPLE, RrType.A, RrClass.IN)
  t.notOk(writer.rrset('answer', WWW, RrType.TXT, RrClass.IN, 1, [Buffer.alloc(100)]))
  t.ok(writer.rrset('answer', WWW, RrType.A, RrClass.IN, 1, [hex('c0000201')]))
  t.match(decoded(writer).answers, [{ name: 'www.example', data: '192.0.2.1' }])
})

t.test(
  'RFC 1035 §4.1.4 a name beyond the reach of pointers is written whole, and readable',
  async (t) => {
    const writer = new MessageWriter(0xffff)
    writer.question(EXAMPLE, RrType.TXT, RrClass.IN)
    const long = Buffer.concat(
      Array.from({ length: 70 }, () => Buffer.concat([hex('ff'), Buffer.alloc(255)])),
    )
    t.ok(writer.rrset('answer', EXAMPLE, RrType.TXT, RrClass.IN, 1, [long]))
    t.ok(writer.finish().length > 0x4000)
    const address = [hex('c0000201')]
    t.ok(writer.rrset('answer', named('far'), RrType.A, RrClass.IN, 1, address))
    t.ok(writer.rrset('answer', named('far'), RrType.A, RrClass.IN, 1, address))
    t.match(decoded(writer).answers, [{ name: 'example' }, { name: 'far' }, { name: 'far' }])
  },
)

t.test('room set aside is kept free', async (t) => {
  const root = named()
  const txt = [hex('00')]
  const writer = new MessageWriter(HEADER_LENGTH + 24)
  t.ok(writer.rrset('answer', root, RrType.TXT, RrClass.IN, 1, txt), 'twelve octets')
  writer.reserve(1)
  t.notOk(writer.rrset('answer', root, RrType.TXT, RrClass.IN, 1, txt), 'eleven are left')
  t.equal(writer.finish().length, HEADER_LENGTH + 12)
})

t.test('a record is appended as it is into the room that was set aside for it', async (t) => {
  // root, OPT, 1232 octets, no options
  const opt = hex('00 0029 04d0 00000000 0000')
  const writer = new MessageWriter(HEADER_LENGTH + 11 + 11)
  writer.reserve(opt.length)
  t.notOk(writer.rrset('answer', named(), RrType.TXT, RrClass.IN, 1, [hex('00')]))
  writer.appendRecord(opt)
  t.equal(body(writer), toHex(opt))
  t.match(decoded(writer).additionals, [{ type: 'OPT', udpPayloadSize: 1232 }])
})

t.test('RFC 1035 §4.2.1 every limit is kept, whatever the last name is', async (t) => {
  for (let limit = 12; limit < 80; limit++) {
    const writer = new MessageWriter(limit)
    writer.rrset('answer', WWW, RrType.NS, RrClass.IN, 1, [MAIL])
    writer.rrset('answer', WWW, RrType.CNAME, RrClass.IN, 1, [WWW])
    const packet = writer.finish()
    const header = readHeader(packet)
    t.ok(packet.length <= limit, `limit ${limit}`)
    t.ok(header && parseMessage(packet, header).ok, `limit ${limit}`)
  }
})

/** How many pointers are followed to read the name at `offset`. */
const pointersFrom = (packet: Uint8Array, offset: number): number => {
  let count = 0
  for (let at = offset; packet[at] !== 0;) {
    const octet = packet[at] ?? 0
    if (octet >= 0xc0) {
      at = ((octet & 0x3f) << 8) | (packet[at + 1] ?? 0)
      count++
    } else at += octet + 1
  }
  return count
}

t.test('RFC 1035 §4.1.4 pointers do not lead to ever more pointers', async (t) => {
  const writer = new MessageWriter(4096)
  const labels = ['example']
  const names: string[] = []
  for (let n = 0; n < 30; n++) {
    labels.unshift(`l${n}`)
    names.push(labels.join('.'))
    writer.rrset('answer', named(...labels), RrType.A, RrClass.IN, 1, [hex('c0000201')])
  }
  const packet = writer.finish()
  const header = readHeader(packet)
  const parsed = header && parseMessage(packet, header)
  const offsets = parsed?.ok === true ? parsed.message.answers.map(({ offset }) => offset) : []
  t.equal(offsets.length, 30)
  const most = Math.max(...offsets.map((offset) => pointersFrom(packet, offset)))
  t.equal(most, 8)
  t.strictSame(
    decoded(writer).answers?.map((answer) => answer.name),
    names,
  )
})
