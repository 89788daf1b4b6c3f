/** What a primary sends is taken as the RFCs have it, and whatever else it sends ends the transfer. */
import t from 'tap'
import {
  IncomingTransfer,
  TRANSFER_LIMITS,
  type TransferLimits,
  type TransferProgress,
} from '../../src/transfer/incoming.ts'
import { readHeader } from '../../src/wire/header.ts'
import { parseMessage, type Message } from '../../src/wire/message.ts'
import { serialOf } from '../../src/zone/serial.ts'
import { question, rr } from '../support/messages.ts'
import {
  ANSWER,
  APEX,
  aRr,
  AXFR,
  IXFR,
  nsRr,
  soaRr,
  transferMessage,
} from '../support/primary-answers.ts'
import { lineOf, named } from '../support/records.ts'

const parsed = (packet: Buffer): Message => {
  const header = readHeader(packet)
  const read = header && parseMessage(packet, header)
  if (read?.ok !== true) throw new Error('no message')
  return read.message
}

interface Taken {
  readonly progress: TransferProgress
  readonly transfer: IncomingTransfer
  /** Records of a whole zone. */
  readonly whole: readonly string[]
}

interface Options {
  readonly serial?: number
  readonly limits?: Partial<TransferLimits>
  readonly onRecord?: () => string | undefined
}

const take = (packets: readonly Buffer[], options: Options = {}): Taken => {
  const { serial, limits } = options
  const whole: string[] = []
  const transfer = new IncomingTransfer(
    { id: 7, apex: named(APEX), serial: serial === undefined ? undefined : serialOf(serial) },
    (record) => {
      whole.push(lineOf(record))
      return options.onRecord?.()
    },
    { ...TRANSFER_LIMITS, ...limits },
  )
  let progress: TransferProgress = { kind: 'more' }
  for (const packet of packets) progress = transfer.take(parsed(packet))
  return { progress, transfer, whole }
}

const axfr = (...records: readonly Buffer[]): Buffer => transferMessage(AXFR, records)
const ixfr = (...records: readonly Buffer[]): Buffer => transferMessage(IXFR, records)

t.test('RFC 5936 §2.2 a whole zone begins and ends with its SOA', async (t) => {
  const { progress, transfer, whole } = take([axfr(soaRr(12), nsRr(), aRr('www', 1), soaRr(12))])
  t.strictSame(progress, { kind: 'done' })
  t.equal(transfer.style, 'whole')
  t.equal(transfer.serial, 12)
  t.equal(whole.length, 3)
  t.match(whole[2], /^www\.dyn\.example\. 60 1 c0000201$/)
})

t.test('RFC 5936 §2.2 it may come in many messages, the SOA alone in the first', async (t) => {
  const bare = { questions: [] }
  const { progress, transfer, whole } = take([
    axfr(soaRr(12)),
    transferMessage(AXFR, [nsRr()], bare),
    transferMessage(AXFR, [aRr('www', 1), aRr('www', 2)]),
    transferMessage(AXFR, [soaRr(12)], bare),
  ])
  t.strictSame(progress, { kind: 'done' })
  t.equal(whole.length, 4)
  t.strictSame([transfer.messages, transfer.records], [4, 5])
  t.strictSame(take([axfr(soaRr(12)), axfr(nsRr())]).progress, { kind: 'more' })
})

t.test('RFC 1995 §4 differences: what goes and what comes between the SOAs', async (t) => {
  const records = [
    soaRr(12),
    ...[soaRr(10), aRr('old', 1), soaRr(11), aRr('new', 2)],
    ...[soaRr(11), soaRr(12), aRr('newer', 3)],
    soaRr(12),
  ]
  for (const packets of [[ixfr(...records)], records.map((record) => ixfr(record))]) {
    const { progress, transfer } = take(packets, { serial: 10 })
    t.strictSame(progress, { kind: 'done' })
    t.equal(transfer.style, 'differences')
    const shown = transfer.differences.map(({ removed, added }) => [
      removed.map(({ owner }) => owner[0]),
      added.map(({ owner }) => owner[0]),
    ])
    t.strictSame(shown, [
      [[3], [3]],
      [[], [5]],
    ])
  }
})

t.test('RFC 1995 §4 a SOA that is not newer is all that there is to say', async (t) => {
  for (const serial of [12, 13]) {
    const { progress, transfer } = take([ixfr(soaRr(12))], { serial })
    t.strictSame(progress, { kind: 'done' })
    t.equal(transfer.style, 'current')
  }
  t.equal(take([ixfr(soaRr(12), soaRr(12))], { serial: 12 }).transfer.style, 'current')
})

t.test('RFC 1995 §4 IXFR may be answered with the whole zone', async (t) => {
  for (const packets of [
    [ixfr(soaRr(12), nsRr(), soaRr(12))],
    [ixfr(soaRr(12)), ixfr(nsRr()), ixfr(soaRr(12))],
  ]) {
    const { progress, transfer, whole } = take(packets, { serial: 10 })
    t.strictSame(progress, { kind: 'done' })
    t.equal(transfer.style, 'whole')
    t.equal(whole.length, 2)
  }
})

t.test('RFC 2181 §8 a TTL with its highest bit set is 0', async (t) => {
  const { whole } = take([axfr(soaRr(12), aRr('www', 1, 0x8000_0001), soaRr(12))])
  t.equal(whole[1], 'www.dyn.example. 0 1 c0000201')
})

const broken: Record<
  string,
  readonly [packets: readonly Buffer[], why: RegExp, options?: Options]
> = {
  'another ID': [[transferMessage(AXFR, [soaRr(1)], { id: 8 })], /no answer to the request/],
  'a query': [[transferMessage(AXFR, [soaRr(1)], { flags: 0 })], /no answer to the request/],
  'another opcode': [
    [transferMessage(AXFR, [soaRr(1)], { flags: 0xa000 })],
    /no answer to the request/,
  ],
  'RFC 5936 §2.2.1 an error': [
    [transferMessage(AXFR, [], { flags: ANSWER | 5 })],
    /the primary answers REFUSED/,
  ],
  'an error in the middle': [
    [axfr(soaRr(1), nsRr()), transferMessage(AXFR, [], { flags: ANSWER | 2 })],
    /SERVFAIL/,
  ],
  'RFC 5936 §2.2.2 no question in the first message': [
    [transferMessage(AXFR, [soaRr(1)], { questions: [] })],
    /the question is not the one/,
  ],
  'another type': [[ixfr(soaRr(1))], /the question is not the one/],
  'another zone': [
    [transferMessage(AXFR, [soaRr(1)], { questions: [question('other.', AXFR)] })],
    /another zone was sent/,
  ],
  nothing: [[axfr()], /a message has no record/],
  'no SOA first': [[axfr(nsRr(), soaRr(1))], /the first record is no SOA/],
  'another SOA at the end': [[axfr(soaRr(1), nsRr(), soaRr(2))], /another serial than the first/],
  'records behind the end': [[axfr(soaRr(1), nsRr(), soaRr(1), nsRr())], /follow the last SOA/],
  'a zone of a SOA': [[axfr(soaRr(1), soaRr(1))], /nothing but a SOA/],
  'a SOA below the apex': [[axfr(soaRr(1), soaRr(1, {}, `sub.${APEX}`))], /a SOA of sub\.dyn/],
  'another class': [
    [axfr(soaRr(1), rr(`www.${APEX}`, 1, 3, 60, Buffer.from([192, 0, 2, 1])))],
    /another class/,
  ],
  'malformed RDATA': [
    [axfr(soaRr(1), rr(`www.${APEX}`, 1, 1, 60, Buffer.from([192, 0, 2])))],
    /www\.dyn\.example\. A has malformed RDATA/,
  ],
  'what the zone does not take': [
    [axfr(soaRr(1), nsRr())],
    /^not here$/,
    { onRecord: () => 'not here' },
  ],
  'differences from another serial': [
    [ixfr(soaRr(12), soaRr(9), soaRr(12))],
    /another serial than the first/,
    { serial: 10 },
  ],
  'a difference that changes no serial': [
    [ixfr(soaRr(12), soaRr(10), soaRr(10))],
    /does not change the serial/,
    { serial: 10 },
  ],
  'a gap between differences': [
    [ixfr(soaRr(13), soaRr(10), soaRr(11), soaRr(12))],
    /does not begin where the one before it ended/,
    { serial: 10 },
  ],
  'too many records': [
    [axfr(soaRr(1), nsRr(), aRr('www', 1))],
    /more than 2 records came/,
    { limits: { records: 2 } },
  ],
  'too many octets': [
    [axfr(soaRr(1), nsRr())],
    /more than 100 octets came/,
    { limits: { octets: 100 } },
  ],
  'too many records of differences': [
    [ixfr(soaRr(12), soaRr(10), aRr('www', 1))],
    /differences have more than 2 records/,
    { serial: 10, limits: { differenceRecords: 2 } },
  ],
  'too many octets of differences': [
    [ixfr(soaRr(12), soaRr(10), aRr('www', 1))],
    /or 100 octets/,
    { serial: 10, limits: { differenceOctets: 100 } },
  ],
}

for (const [title, [packets, why, options]] of Object.entries(broken)) {
  t.test(`${title}: the transfer is broken`, async (t) => {
    const { progress } = take(packets, options)
    if (progress.kind !== 'broken') throw new Error(progress.kind)
    t.match(progress.why, why)
  })
}
