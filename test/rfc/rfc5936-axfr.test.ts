/** RFC 5936: a whole zone, in as many messages as it takes, for those who may have it. */
import t from 'tap'
import { ZonePolicy } from '../../src/access/zone-policy.ts'
import { LmdbStore } from '../../src/store/lmdb.ts'
import { addition } from '../support/addition.ts'
import { readAnswer } from '../support/answers.ts'
import { askFrom } from '../support/client-at.ts'
import { FakeClock } from '../support/clock.ts'
import { message, opt, question, query } from '../support/messages.ts'
import { option, Option, optionOf, optWith } from '../support/options.ts'
import { name, ruleFor, TestService, ZONE_TEXT } from '../support/service.ts'
import {
  allowAddress,
  allowKeys,
  axfr,
  ixfr,
  recordsIn,
  setZone,
  transferOver,
} from '../support/transfer-service.ts'
import { Type, Class } from '../support/updates.ts'
import { hasTsig, rcodeOf } from '../support/tsig.ts'

const NETWORK = '192.0.2.77'

/** A service that gives its zone to the address that the tests ask from. */
const open = (...args: ConstructorParameters<typeof TestService>): TestService => {
  const service = new TestService(...args)
  allowAddress(service, NETWORK)
  return service
}

const SOA = 'dyn.example. 3600 SOA ns1.dyn.example. hostmaster.dyn.example. 10 7200 900 604800 300'

/** Enough for several messages. */
const LARGE = `${ZONE_TEXT}
$GENERATE 1-3000 host$ 60 A 192.0.2.9
many 60 MX 10 www
`

t.test('RFC 5936 §2.2 a zone is its SOA, all else and the SOA again', async (t) => {
  const messages = await open().exchange(axfr(), 'tcp')
  t.equal(messages.length, 1)
  const { flags, rcode, question: asked, answer, authority } = readAnswer(messages[0] as Buffer)
  t.strictSame(
    { flags, rcode, asked, authority },
    { flags: 'AA', rcode: 'NOERROR', asked: ['dyn.example. TYPE252'], authority: [] },
  )
  t.equal(answer[0], SOA)
  t.equal(answer.at(-1), SOA)
  t.strictSame(answer.slice(1, -1), [
    'dyn.example. 3600 NS ns1.dyn.example.',
    'dyn.example. 3600 NS ns2.example.',
    'ns1.dyn.example. 3600 A 192.0.2.53',
    'www.dyn.example. 60 A 192.0.2.1',
    'www.dyn.example. 60 A 192.0.2.2',
  ])
})

t.test(
  'RFC 5936 §2.2 a large zone goes in many messages, each with its ID, question and AA',
  async (t) => {
    const messages = await open(LARGE).exchange(axfr('dyn.example.', { id: 0xbeef }), 'tcp')
    t.ok(messages.length > 3, `${messages.length} messages`)
    for (const octets of messages) {
      t.equal(octets.readUInt16BE(0), 0xbeef)
      t.ok(octets.length <= 0x4000)
      const { flags, question: asked } = readAnswer(octets)
      t.strictSame({ flags, asked }, { flags: 'AA', asked: ['dyn.example. TYPE252'] })
    }
    const records = recordsIn(messages)
    t.equal(records.length, 5 + 3000 + 1 + 2)
    t.strictSame([records[0], records.at(-1)], [SOA, SOA])
    t.equal(records.filter((line) => line === SOA).length, 2)
    t.equal(new Set(records).size, records.length - 1, 'no other record comes twice')
  },
)

t.test('RFC 5936 §2.2 the largest record goes alone', async (t) => {
  const strings = Array.from({ length: 240 }, () => `"${'x'.repeat(255)}"`).join(' ')
  const messages = await open(`${ZONE_TEXT}\nbig 60 TXT ${strings}\n`).exchange(axfr(), 'tcp')
  t.strictSame(
    messages.map((octets) => octets.readUInt16BE(6)),
    [3, 1, 4],
  )
  t.ok((messages[1]?.length ?? 0) > 61_000)
})

t.test('RFC 5936 §2.2 an RRset may be spread over messages', async (t) => {
  const lines = Array.from({ length: 3000 }, (_, n) => `many 60 A 10.0.${n >> 8}.${n & 255}`)
  const records = recordsIn(
    await open(`${ZONE_TEXT}\n${lines.join('\n')}\n`).exchange(axfr(), 'tcp'),
  )
  t.equal(records.filter((line) => line.startsWith('many.')).length, 3000)
})

t.test('RFC 5936 §2.2.5 the OPT with its options is in the first message only', async (t) => {
  const additionals = [optWith([option(Option.NSID)])]
  const service = open(LARGE, undefined, { serverId: 'ns1' })
  const [first, ...more] = await service.exchange(axfr('dyn.example.', { additionals }), 'tcp')
  t.equal(optionOf(first as Buffer, Option.NSID)?.toString(), 'ns1')
  for (const octets of more) t.equal(readAnswer(octets).opt, undefined)
})

t.test('RFC 5936 §4.2 over UDP there is no AXFR', async (t) => {
  const answer = await open().ask(axfr(), 'udp')
  t.match(readAnswer(answer), { rcode: 'FORMERR', answer: [] })
})

t.test('RFC 5936 §2.2.1 a zone that is not ours, or only a name in one, is NOTAUTH', async (t) => {
  const service = open()
  for (const [apex, rrClass] of [
    ['www.dyn.example.', Class.IN],
    ['example.', Class.IN],
    ['dyn.example.', Class.CH],
  ] as const) {
    const packet = message({ questions: [question(apex, Type.AXFR, rrClass)] })
    t.equal(rcodeOf(await service.ask(packet, 'tcp')), 9, apex)
  }
  t.match(service.lines[0]?.fields, { rcode: 'NOTAUTH', reason: 'no such zone here' })
})

t.test('RFC 5936 §5 whoever is not listed is REFUSED, and the log says who', async (t) => {
  const service = new TestService()
  t.equal(rcodeOf(await service.ask(axfr(), 'tcp')), 5)
  t.match(service.lines, [
    {
      level: 'info',
      message: 'transfer refused',
      fields: {
        principal: 'anonymous',
        source: '192.0.2.77#5353',
        zone: 'dyn.example.',
        type: 'AXFR',
        rcode: 'REFUSED',
        reason: 'neither a rule nor "transfer" of the zone has the address',
      },
    },
  ])
})

t.test(
  'RFC 8914 §4.19 the holder of a key is told that it is prohibited, others are not',
  async (t) => {
    const service = new TestService()
    const packet = axfr('dyn.example.', { additionals: [opt()] })
    const error = optionOf(await service.ask(service.sign(packet), 'tcp'), Option.EXTENDED_ERROR)
    t.equal(error?.toString('hex'), '0012')
    t.equal(optionOf(await service.ask(packet, 'tcp'), Option.EXTENDED_ERROR), undefined)
    const elsewhere = service.sign(axfr('elsewhere.', { additionals: [opt()] }))
    const notOurs = optionOf(await service.ask(elsewhere, 'tcp'), Option.EXTENDED_ERROR)
    t.equal(notOurs?.toString('hex'), '0014')
  },
)

t.test(
  'a key that may update but not transfer is told of in the log, with what to do',
  async (t) => {
    const service = new TestService()
    await service.ask(service.sign(axfr()), 'tcp')
    t.match(service.lines[0]?.fields['reason'], /may update but not transfer: put "key:ddns-key\."/)
    service.addZone('other.example.', '@ SOA a. b. 1 2 3 4 5\n@ NS a.')
    await service.ask(service.sign(axfr('other.example.')), 'tcp')
    t.match(
      service.lines[1]?.fields['reason'],
      /^neither a rule nor "transfer" of the zone has the key or the address: put "key:ddns-key/,
    )
  },
)

t.test('a listed key may transfer from anywhere, a listed network without one', async (t) => {
  const service = new TestService()
  allowKeys(service, 'DDNS-KEY.')
  t.equal(rcodeOf(await askFrom(service, '203.0.113.1', service.sign(axfr()), 'tcp')), 0)
  t.equal(rcodeOf(await askFrom(service, '203.0.113.1', axfr(), 'tcp')), 5)
  allowKeys(service, 'other-key.')
  t.equal(rcodeOf(await askFrom(service, NETWORK, service.sign(axfr()), 'tcp')), 5)
  allowAddress(service, NETWORK)
  t.equal(rcodeOf(await askFrom(service, NETWORK, axfr(), 'tcp')), 0)
  t.equal(rcodeOf(await askFrom(service, NETWORK, service.sign(axfr()), 'tcp')), 0)
})

t.test('RFC 5936 §3.3 a transfer is of one version, whatever is changed meanwhile', async (t) => {
  const store = LmdbStore.open(t.testdir(), new FakeClock())
  t.teardown(() => store.close())
  const service = open(LARGE, store)
  const before = recordsIn(await service.exchange(axfr(), 'tcp'))
  let updates = 0
  const drained = async (): Promise<boolean> => {
    updates++
    const answer = await service.ask(service.sign(addition({ id: updates })), 'udp')
    t.equal(rcodeOf(answer), 0)
    return true
  }
  const during = recordsIn(await transferOver(service, axfr(), { drained }))
  t.ok(updates > 2)
  t.strictSame(during, before)
  const after = recordsIn(await service.exchange(axfr(), 'tcp'))
  t.equal(after.length, before.length + 1)
  t.match(after[0], / 11 7200 900 604800 300$/)
})

t.test('one line of the log tells of a transfer', async (t) => {
  const service = open(LARGE)
  const packet = service.sign(axfr())
  const messages = await service.exchange(packet, 'tcp')
  t.strictSame(service.lines, [
    {
      level: 'info',
      message: 'transfer sent',
      fields: {
        principal: 'key:ddns-key.',
        source: '192.0.2.77#5353',
        transport: 'tcp',
        zone: 'dyn.example.',
        type: 'AXFR',
        form: 'zone',
        serialBefore: undefined,
        serial: 10,
        records: 3008,
        messages: messages.length,
        octets: messages.reduce((sum, { length }) => sum + length, 0),
        milliseconds: 0,
      },
    },
  ])
  t.equal(service.counters.of('transfers sent'), 1)
})

t.test('RFC 8945 §5.3.1 an unsigned request gets no signature', async (t) => {
  for (const octets of await open(LARGE).exchange(axfr(), 'tcp')) t.notOk(hasTsig(octets))
})

t.test('what is no transfer alone is none', async (t) => {
  const two = message({ questions: [question('dyn.example.', Type.AXFR), question('x.', 1)] })
  t.equal(rcodeOf(await open().ask(two, 'tcp')), 1)
  t.equal(rcodeOf(await open().ask(query('dyn.example.', 253), 'tcp')), 4)
})

t.test('the right to list is for AXFR alone', async (t) => {
  const service = new TestService()
  const policy = new ZonePolicy(name('dyn.example.'), [
    ruleFor('ddns-key.', { rights: new Set(['list']) }),
  ])
  setZone(service, { policy })
  t.equal(rcodeOf(await service.ask(service.sign(axfr()), 'tcp')), 0)
  t.equal(rcodeOf(await service.ask(service.sign(ixfr(9)), 'tcp')), 5)
  t.match(service.lines.at(-1)?.fields['reason'], /^the right "list" is for AXFR/)
})
