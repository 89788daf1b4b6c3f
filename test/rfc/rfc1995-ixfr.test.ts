/** RFC 1995: what changed since the version that the client has. */
import t from 'tap'
import { readAnswer } from '../support/answers.ts'
import { opt, query, rr, update } from '../support/messages.ts'
import { TestService, ZONE_TEXT } from '../support/service.ts'
import { allowAddress, allowKeys, axfr, ixfr, recordsIn } from '../support/transfer-service.ts'
import { add, deleteName, deleteRecord, effectOf, ipv4, Type } from '../support/updates.ts'
import { rcodeOf } from '../support/tsig.ts'

const open = (text = ZONE_TEXT): TestService => {
  const service = new TestService(text)
  allowAddress(service, '192.0.2.77')
  return service
}

const soaLine = (serial: number): string =>
  `dyn.example. 3600 SOA ns1.dyn.example. hostmaster.dyn.example. ${serial} 7200 900 604800 300`

const NEW = 'new.dyn.example.'
const a = (n: number): Buffer => add(NEW, Type.A, 60, ipv4(`192.0.2.${n}`))

const both = ['udp', 'tcp'] as const

t.test('RFC 1995 §2 whoever has our version or a later one gets the SOA alone', async (t) => {
  const service = open()
  for (const serial of [10, 11, 0x7fff_ffff]) {
    for (const transport of both) {
      const answer = await service.ask(ixfr(serial), transport)
      t.strictSame(readAnswer(answer).answer, [soaLine(10)])
      t.equal(readAnswer(answer).flags, 'AA')
    }
  }
  t.match(service.lines, { length: 6 })
  for (const { message } of service.lines) t.equal(message, 'transfer not needed')
})

t.test('RFC 1995 §4 the difference: new SOA, old SOA, what went, new SOA, what came', async (t) => {
  const service = open()
  const www = deleteRecord('www.dyn.example.', Type.A, ipv4('192.0.2.1'))
  await effectOf(service, [], [a(1), www])
  for (const transport of both) {
    const { answer, flags } = readAnswer(await service.ask(ixfr(10), transport))
    t.equal(flags, 'AA')
    t.strictSame(answer, [
      soaLine(11),
      soaLine(10),
      'www.dyn.example. 60 A 192.0.2.1',
      soaLine(11),
      `${NEW} 60 A 192.0.2.1`,
      soaLine(11),
    ])
  }
  t.match(service.lines.at(-1)?.fields, {
    type: 'IXFR',
    form: 'changes',
    serialBefore: 10,
    serial: 11,
    records: 6,
  })
})

t.test('RFC 1995 §4 several changes are condensed: what came and went is not told', async (t) => {
  const service = open()
  await effectOf(service, [], [a(1)])
  await effectOf(service, [], [a(2)])
  await effectOf(service, [], [deleteRecord(NEW, Type.A, ipv4('192.0.2.1'))])
  t.strictSame(recordsIn([await service.ask(ixfr(10), 'tcp')]), [
    soaLine(13),
    soaLine(10),
    soaLine(13),
    `${NEW} 60 A 192.0.2.2`,
    soaLine(13),
  ])
  t.strictSame(recordsIn([await service.ask(ixfr(12), 'tcp')]), [
    soaLine(13),
    soaLine(12),
    `${NEW} 60 A 192.0.2.1`,
    soaLine(13),
    soaLine(13),
  ])
})

t.test('RFC 1995 §4 a name that was spelled anew is told once', async (t) => {
  const service = open()
  const upper = NEW.toUpperCase()
  await effectOf(service, [], [add(upper, Type.A, 60, ipv4('192.0.2.1'))])
  // The node is another one afterwards, with the same record.
  await effectOf(service, [], [deleteName(NEW), a(1), a(2)])
  await effectOf(service, [], [deleteName(NEW)])
  t.strictSame(recordsIn([await service.ask(ixfr(10), 'tcp')]), [
    soaLine(13),
    soaLine(10),
    soaLine(13),
    soaLine(13),
  ])
})

t.test('RFC 1995 §4 of a version that is not known the whole zone is sent', async (t) => {
  const service = open()
  await effectOf(service, [], [a(1)])
  const whole = recordsIn(await service.exchange(axfr(), 'tcp'))
  for (const serial of [9, 5, 0x8000_000c]) {
    t.strictSame(recordsIn(await service.exchange(ixfr(serial), 'tcp')), whole)
    // Over UDP the SOA alone makes the client come back over TCP.
    t.strictSame(recordsIn([await service.ask(ixfr(serial), 'udp')]), [soaLine(11)])
    t.equal(service.lines.at(-1)?.message, 'transfer over UDP does not fit, TCP is to be used')
  }
})

t.test('RFC 1995 §2 changes that do not fit into a datagram are for TCP', async (t) => {
  const service = open()
  for (let i = 0; i < 8; i++) {
    const records = Array.from({ length: 10 }, (_, n) =>
      add(`h${i}-${n}.dyn.example.`, Type.A, 60, ipv4('192.0.2.1')),
    )
    await effectOf(service, [], records)
  }
  t.strictSame(recordsIn([await service.ask(ixfr(10), 'udp')]), [soaLine(18)])
  t.equal(recordsIn([await service.ask(ixfr(17), 'udp')]).length, 14)
  const large = ixfr(15, 'dyn.example.', { additionals: [opt(1232)] })
  t.equal(recordsIn([await service.ask(large, 'udp')]).length, 34)
  t.equal(recordsIn(await service.exchange(ixfr(10), 'tcp')).length, 84)
})

t.test('RFC 1995 §4 many changes that come to little fit into a datagram', async (t) => {
  const service = open()
  const names = Array.from({ length: 20 }, (_, n) => `h${n}.dyn.example.`)
  for (let i = 0; i < 25; i++) {
    const come = names.map((owner) => add(owner, Type.A, 60, ipv4('192.0.2.1')))
    for (const changes of [come, names.map(deleteName)]) {
      const packet = service.sign(update('dyn.example.', [], changes))
      t.equal(rcodeOf(await service.ask(packet, 'tcp')), 0)
    }
  }
  const answer = await service.ask(ixfr(10), 'udp')
  t.strictSame(recordsIn([answer]), [soaLine(60), soaLine(10), soaLine(60), soaLine(60)])
})

t.test('RFC 1995 §3 an IXFR without a SOA of the zone is FORMERR', async (t) => {
  const service = open()
  const soaOfAnother = rr('example.', Type.SOA, 1, 0, Buffer.alloc(22))
  const cut = rr('dyn.example.', Type.SOA, 1, 0, Buffer.alloc(21))
  for (const authorities of [[], [soaOfAnother], [cut]]) {
    for (const transport of both) {
      const answer = await service.ask(query('dyn.example.', Type.IXFR, { authorities }), transport)
      t.equal(rcodeOf(answer), 1)
    }
  }
})

t.test('RFC 1995 §2 whoever may not transfer gets no changes either', async (t) => {
  const service = new TestService()
  for (const transport of both) t.equal(rcodeOf(await service.ask(ixfr(10), transport)), 5)
  allowKeys(service, 'ddns-key.')
  for (const transport of both) {
    t.equal(rcodeOf(await service.ask(ixfr(10), transport)), 5)
    t.equal(rcodeOf(await service.ask(service.sign(ixfr(10)), transport)), 0)
  }
})
