/** RFC 1034 §4.3.5: a secondary zone that never came, or came too long ago, is not answered for. */
import t from 'tap'
import { message, opt, query, question } from '../support/messages.ts'
import { name, TestService } from '../support/service.ts'
import { countsOf, rcodeOf, recordsOf } from '../support/tsig.ts'

const A = 1

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
