/** No datagram ends the process: whatever comes in, an answer goes out or nothing, and no bug is logged. */
import fc from 'fast-check'
import t from 'tap'
import { message, opt, question, query, UPDATE, update, wireName } from '../support/messages.ts'
import { TestService, ZONE_TEXT } from '../support/service.ts'
import {
  add,
  deleteName,
  deleteRecord,
  deleteRrset,
  equals,
  exists,
  ipv4,
  mx,
  serialOf,
  soa,
  txt,
  Type,
  unused,
  zoneOf,
} from '../support/updates.ts'

/** What is wrong with how the service took the packet; undefined when nothing is. */
const fault = async (service: TestService, packet: Buffer): Promise<string | undefined> => {
  const answers = await service.exchange(packet)
  const bug = service.lines.find(({ level }) => level === 'error')
  if (bug !== undefined) return `${bug.message}: ${String(bug.fields['err'])}`
  const isQuiet = packet.length < 12 || (packet.readUInt8(2) & 0x80) !== 0
  if (answers.length !== (isQuiet ? 0 : 1)) return `${answers.length} answers`
  const [answer] = answers
  if (answer === undefined) return undefined
  if (answer.length < 12) return 'an answer without a header'
  if (answer.readUInt16BE(0) !== packet.readUInt16BE(0)) return 'another ID'
  if ((answer.readUInt8(2) & 0xf8) !== (0x80 | (packet.readUInt8(2) & 0x78)))
    return 'another opcode'
  return (answer.readUInt8(3) & 0xf) === 2 ? 'SERVFAIL' : undefined
}

/** Packets that one service takes before it is asked whether it is still well: making one takes longer. */
const BATCH = 10

const inBatches = <T>(packets: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.array(packets, { minLength: BATCH, maxLength: BATCH })

/** @param most how many packets are tried */
const assertFaultless = async (
  packets: fc.Arbitrary<(service: TestService) => Buffer>,
  most: number,
): Promise<void> => {
  await fc.assert(
    fc.asyncProperty(inBatches(packets), async (batch) => {
      const service = new TestService()
      for (const packetFor of batch) {
        const packet = packetFor(service)
        const found = await fault(service, packet)
        if (found !== undefined) throw new Error(`${found}: ${packet.toString('hex')}`)
      }
      // And the zone can still be asked and changed.
      const before = serialOf(zoneOf(service))
      const change = add('after.dyn.example.', Type.TXT, 60, txt('after'))
      const again = await fault(service, service.sign(update('dyn.example.', [], [change])))
      if (again !== undefined) throw new Error(`afterwards: ${again}`)
      if (serialOf(zoneOf(service)) === before) throw new Error('afterwards nothing changes')
    }),
    { numRuns: most / BATCH },
  )
}

const octets = (maxLength: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ maxLength }).map((array) => Buffer.from(array))

t.test('RFC 1035 §4.1 arbitrary octets are answered or dropped', async (t) => {
  await t.resolves(
    assertFaultless(
      octets(600).map((packet) => () => packet),
      1000,
    ),
  )
})

t.test('RFC 2136 §2 arbitrary octets behind a header are answered', async (t) => {
  const count = fc.nat({ max: 3 })
  const packets = fc
    .record({
      flags: fc.constantFrom(0, UPDATE),
      counts: fc.tuple(count, count, count, count),
      body: octets(200),
    })
    .map(({ flags, counts, body }) => {
      const head = message({ flags })
      counts.forEach((value, index) => head.writeUInt16BE(value, 4 + 2 * index))
      return () => Buffer.concat([head, body])
    })
  await t.resolves(assertFaultless(packets, 1000))
})

/** The forms that carry RDATA. */
const forms: readonly ((type: number, rdata: Buffer) => Buffer)[] = [
  (type, rdata) => add('any.dyn.example.', type, 60, rdata),
  (type, rdata) => deleteRecord('any.dyn.example.', type, rdata),
  (type, rdata) => equals('any.dyn.example.', type, rdata),
]

t.test('RFC 2136 §2.4, §2.5 arbitrary RDATA of any type is taken or FORMERR', async (t) => {
  const type = fc.oneof(fc.nat({ max: 260 }), fc.nat({ max: 65535 }))
  const records = fc.array(
    fc
      .tuple(fc.constantFrom(...forms), type, octets(60))
      .map(([form, number, rdata]) => form(number, rdata)),
    { minLength: 1, maxLength: 4 },
  )
  const packets = fc
    .tuple(fc.boolean(), records)
    .map(([asked, all]) => update('dyn.example.', asked ? all : [], asked ? [] : all))
  const signed = packets.map((packet) => (service: TestService) => service.sign(packet))
  await t.resolves(assertFaultless(signed, 3000))
})

/** UPDATEs and a QUERY that are as they should be. */
const wellFormed: readonly Buffer[] = [
  update('dyn.example.', [], [add('new.dyn.example.', Type.A, 60, ipv4('192.0.2.9'))]),
  update(
    'dyn.example.',
    [exists('www.dyn.example.', Type.A), unused('new.dyn.example.')],
    [
      deleteRrset('www.dyn.example.', Type.A),
      deleteName('ns1.dyn.example.'),
      deleteRecord('dyn.example.', Type.NS, wireName('ns2.example.')),
      add('dyn.example.', Type.SOA, 60, soa(77)),
      add('dyn.example.', Type.MX, 60, mx(10, 'mail.dyn.example.')),
      add('t.dyn.example.', Type.TXT, 60, txt('text')),
    ],
    { additionals: [opt()] },
  ),
  update(
    'dyn.example.',
    [equals('ns1.dyn.example.', Type.A, ipv4('192.0.2.53'))],
    [add('c.dyn.example.', Type.CNAME, 60, wireName('www.dyn.example.'))],
  ),
  query('www.dyn.example.', Type.A, { additionals: [opt()] }),
  message({ flags: UPDATE, questions: [question('dyn.example.', Type.SOA)] }),
]

const flips = fc.array(fc.tuple(fc.nat({ max: 400 }), fc.integer({ min: 1, max: 255 })), {
  minLength: 1,
  maxLength: 6,
})

type Flips = readonly (readonly [at: number, mask: number])[]

/** Changes octets of the packet, but for those of the indexes. */
const flip = (
  packet: Buffer,
  changes: Flips,
  isSpared: (index: number) => boolean = () => false,
): Buffer => {
  for (const [at, mask] of changes) {
    const index = at % packet.length
    if (!isSpared(index)) packet[index] = packet.readUInt8(index) ^ mask
  }
  return packet
}

t.test('RFC 2136 §2 an UPDATE with octets flipped, then signed, is answered', async (t) => {
  // The additional count is the signature's to raise.
  const packets = fc
    .tuple(fc.constantFrom(...wellFormed), flips)
    .map(([good, changes]) =>
      flip(Buffer.from(good), changes, (index) => index === 10 || index === 11),
    )
  const signed = packets.map((packet) => (service: TestService) => service.sign(packet))
  await t.resolves(assertFaultless(signed, 3000))
})

t.test(
  'RFC 8945 §5.2 an UPDATE that was flipped after it was signed changes nothing',
  async (t) => {
    const change = add('new.dyn.example.', Type.A, 60, ipv4('192.0.2.9'))
    const good = update('dyn.example.', [], [change])
    await t.resolves(
      fc.assert(
        fc.asyncProperty(inBatches(flips), async (batch) => {
          const service = new TestService(ZONE_TEXT)
          const whole = service.sign(good)
          for (const changes of batch) {
            const packet = flip(Buffer.from(whole), changes)
            const before = serialOf(zoneOf(service))
            const found = await fault(service, packet)
            if (found !== undefined) throw new Error(`${found}: ${packet.toString('hex')}`)
            const isChanged = serialOf(zoneOf(service)) !== before
            if (!isChanged) continue
            if (!isStillSigned(whole, packet, good.length)) {
              throw new Error(`changed without a signature: ${packet.toString('hex')}`)
            }
            // What came after it could change nothing more.
            break
          }
        }),
        { numRuns: 2000 / BATCH },
      ),
    )
  },
)

/**
 * Whether the packets differ at most in what TSIG does not cover: the ID of the header, which the
 * original ID stands in for (RFC 8945 §5.1), and the case of the key's and the algorithm's names.
 */
const isStillSigned = (whole: Buffer, packet: Buffer, tsigAt: number): boolean => {
  const covered = (octets: Buffer): string =>
    octets.toString('latin1', 2, tsigAt) + octets.toString('latin1', tsigAt).toLowerCase()
  return covered(whole) === covered(packet)
}
