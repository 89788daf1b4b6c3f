/** RFC 1034 §4.3.5: a secondary zone that never came, or came too long ago, is not answered for. */
import t from 'tap'
import type { ServedZone } from '../../src/server/service.ts'
import { message, opt, query, question, u32 } from '../support/messages.ts'
import { name, TestService } from '../support/service.ts'
import { allowAll, setZone } from '../support/transfer-service.ts'
import { countsOf, rcodeOf, recordsOf } from '../support/tsig.ts'

const A = 1
const AXFR = 252

const expired = (): TestService => {
  const service = new TestService()
  service.addZone('example.', 'example. 60 IN SOA a. b. 1 1 1 1 1\nexample. 60 IN NS a.')
  const zone = service.zones.get(name('dyn.example.'))
  if (zone === undefined) throw new Error('no zone')
  service.zones.add({ ...zone, view: undefined, isSecondary: true })
  return service
}

const isAuthoritative = (answer: Buffer): boolean => (answer.readUInt16BE(2) & 0x0400) !== 0

t.test('RFC 1034 §4.3.5 SERVFAIL, also where the zone above is ours', async (t) => {
  const service = expired()
  for (const asked of ['dyn.example.', 'www.dyn.example.', 'no.such.dyn.example.']) {
    const answer = await service.ask(query(asked, A))
    t.strictSame([rcodeOf(answer), isAuthoritative(answer)], [2, false])
    t.strictSame(countsOf(answer), [1, 0, 0, 0])
  }
  t.equal(rcodeOf(await service.ask(query('elsewhere.', A))), 5)
  t.equal(rcodeOf(await service.ask(query('no.example.', A))), 3, 'other zones are answered for')
})

t.test('RFC 8914 §4.25 with the number for data that are too old', async (t) => {
  const questions = [question('dyn.example.', A)]
  const answer = await expired().ask(message({ questions, additionals: [opt()] }))
  const [record] = recordsOf(answer)
  t.ok(record?.rdata.equals(Buffer.from([0, 15, 0, 2, 0, 24])))
})

t.test('a CNAME that leads there is told as far as it goes', async (t) => {
  const service = expired()
  const text = 'a. 60 IN SOA a. b. 1 1 1 1 1\na. 60 IN NS a.\nx.a. 60 IN CNAME www.dyn.example.'
  service.addZone('a.', text)
  const answer = await service.ask(query('x.a.', A))
  t.strictSame(
    [rcodeOf(answer), isAuthoritative(answer), countsOf(answer)],
    [0, true, [1, 1, 0, 0]],
  )
})

t.test('an update of it is refused where it is not forwarded', async (t) => {
  const service = expired()
  const packet = message({ flags: 0x2800, questions: [question('dyn.example.', 6)] })
  t.equal(rcodeOf(await service.ask(service.sign(packet))), 5)
  const zone = service.zones.get(name('dyn.example.'))
  if (zone === undefined) throw new Error('no zone')
  service.zones.add({ ...zone, isSecondary: false })
  t.equal(rcodeOf(await service.ask(service.sign(packet))), 5)
})

/** `dyn.example.` may be transferred by anybody. */
const transferable = (more: Partial<ServedZone>): TestService => {
  const service = new TestService()
  allowAll(service)
  setZone(service, { isSecondary: true, ...more })
  return service
}

t.test('RFC 1034 §4.3.5 an expired zone is not handed on', async (t) => {
  const service = transferable({ view: undefined })
  const axfr = query('dyn.example.', AXFR)
  const stranger = await service.ask(axfr, 'tcp')
  t.strictSame([rcodeOf(stranger), countsOf(stranger)], [2, [1, 0, 0, 0]])
  const keyHolder = await service.ask(
    service.sign(message({ ...ASKED, additionals: [opt()] })),
    'tcp',
  )
  t.match(recordsOf(keyHolder)[0]?.rdata, Buffer.from([0, 15, 0, 2, 0, 24]))
  t.match(service.lines[0]?.fields, { reason: /has not been transferred to here, or has expired/ })
  const empty = message({ questions: [question('dyn.example.', 6)], additionals: [expireAsked] })
  t.equal(rcodeOf(await service.ask(empty)), 2, 'nor has it a time to live')
})

const ASKED = { questions: [question('dyn.example.', AXFR)] }

/** An OPT RR with an empty EXPIRE option. */
const expireAsked = opt(1232, 0, 0, Buffer.from([0, 9, 0, 0]))

t.test('RFC 7314 §3 a secondary says for how long yet the zone is good', async (t) => {
  const questions = [question('dyn.example.', 6)]
  for (const [expiresInSeconds, seconds] of [
    [() => 77, 77],
    // That of the SOA: the zone was promoted.
    [() => undefined, 604_800],
  ] as const) {
    const service = transferable({ expiresInSeconds })
    const answer = await service.ask(message({ questions, additionals: [expireAsked] }))
    t.ok(
      recordsOf(answer)
        .at(-1)
        ?.rdata.equals(Buffer.concat([Buffer.from([0, 9, 0, 4]), u32(seconds)])),
    )
  }
})
