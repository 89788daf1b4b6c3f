/** RFC 4892: class CH, in which a server tells who and what it is, where its operator wants that. */
import { decode } from 'dns-packet'
import t from 'tap'
import type { Settings } from '../../src/server/service.ts'
import { message, opt, question } from '../support/messages.ts'
import { option, Option, optionOf, optionsOf, optWith } from '../support/options.ts'
import { TestService } from '../support/service.ts'
import { countsOf, isTruncated, rcodeOf, recordsOf } from '../support/tsig.ts'

const TXT = 16
const ANY = 255
const CH = 3
const REFUSED = 5

const chaos = (settings: Partial<Settings>): TestService =>
  new TestService(undefined, undefined, settings)

const asking = (name: string, type = TXT, additionals: readonly Buffer[] = []): Buffer =>
  message({ questions: [question(name, type, CH)], additionals })

/** The one TXT record of the answer, after its length octet. */
const textIn = (answer: Buffer): string => {
  const [record] = recordsOf(answer)
  if (record?.type !== TXT || record.class !== CH) throw new Error('no TXT of class CH')
  if (record.rdata.readUInt8(0) !== record.rdata.length - 1) throw new Error('several strings')
  return record.rdata.subarray(1).toString()
}

const BOTH = { serverId: 'ns1.fra', version: 'livezone' }

t.test('RFC 4892 id.server tells which server this is, with TTL 0', async (t) => {
  const service = chaos(BOTH)
  for (const [name, text] of [
    ['id.server.', 'ns1.fra'],
    ['hostname.bind.', 'ns1.fra'],
    ['version.bind.', 'livezone'],
    ['version.server.', 'livezone'],
  ] as const) {
    for (const spelled of [name, name.toUpperCase()]) {
      for (const transport of ['udp', 'tcp'] as const) {
        const answer = await service.ask(asking(spelled), transport)
        t.equal(rcodeOf(answer), 0)
        t.strictSame(countsOf(answer), [1, 1, 0, 0])
        t.equal(textIn(answer), text, spelled)
        t.match(recordsOf(answer), [{ ttl: 0 }])
        const { answers, questions } = decode(answer)
        t.match(answers, [{ type: 'TXT', class: 'CH', ttl: 0, data: [Buffer.from(text)] }])
        t.match(questions, [{ name: spelled.slice(0, -1), class: 'CH' }], 'as it was spelled')
      }
    }
  }
})

t.test('RFC 4892 QTYPE ANY gets it too, other types get no data', async (t) => {
  const service = chaos(BOTH)
  t.equal(textIn(await service.ask(asking('id.server.', ANY))), 'ns1.fra')
  for (const type of [1, 2, 6]) {
    const answer = await service.ask(asking('id.server.', type))
    t.equal(rcodeOf(answer), 0)
    t.strictSame(countsOf(answer), [1, 0, 0, 0])
  }
})

t.test('RFC 4892 what the operator keeps to himself is REFUSED', async (t) => {
  for (const [settings, refused] of [
    [{}, ['id.server.', 'hostname.bind.', 'version.bind.', 'version.server.']],
    [{ serverId: 'ns1' }, ['version.bind.', 'version.server.']],
    [{ version: '1' }, ['id.server.', 'hostname.bind.']],
    [BOTH, ['authors.bind.', 'server.', 'bind.', 'x.id.server.', '.', 'www.dyn.example.']],
  ] as const) {
    const service = chaos(settings)
    for (const name of refused) {
      const answer = await service.ask(asking(name, TXT, [opt()]))
      t.equal(rcodeOf(answer), REFUSED, name)
      t.strictSame(countsOf(answer), [1, 0, 0, 1])
      t.strictSame(optionsOf(answer), [], 'without an extended error')
    }
  }
})

t.test('RFC 4892 the same names in class IN are names like others', async (t) => {
  const questions = [question('id.server.', TXT)]
  t.equal(rcodeOf(await chaos(BOTH).ask(message({ questions }))), REFUSED)
})

t.test('RFC 2181 §9 what does not fit beside the NSID is truncated', async (t) => {
  const serverId = 'x'.repeat(255)
  const service = chaos({ serverId })
  const additionals = [optWith([option(Option.NSID)], 512)]
  const answer = await service.ask(asking('id.server.', TXT, additionals))
  t.ok(answer.length <= 512)
  t.equal(isTruncated(answer), true)
  t.strictSame(countsOf(answer), [1, 0, 0, 1])
  t.equal(optionOf(answer, Option.NSID)?.toString(), serverId)
  t.equal(service.counters.of('answers truncated'), 1)
  const whole = await service.ask(asking('id.server.', TXT, additionals), 'tcp')
  t.equal(isTruncated(whole), false)
  t.equal(textIn(whole), serverId)
})
