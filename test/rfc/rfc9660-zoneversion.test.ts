/** RFC 9660: the version of the zone that an answer is from. */
import t from 'tap'
import { addition } from '../support/addition.ts'
import { message, query, question } from '../support/messages.ts'
import { option, Option, optionOf, optWith } from '../support/options.ts'
import { TestService, ZONE_TEXT } from '../support/service.ts'
import { allowAddress, axfr } from '../support/transfer-service.ts'
import { Class, Type } from '../support/updates.ts'

const asking = { additionals: [optWith([option(Option.ZONEVERSION)])] }

const versionIn = (answer: Buffer): string | undefined =>
  optionOf(answer, Option.ZONEVERSION)?.toString('hex')

t.test('RFC 9660 §3 the labels of the zone, the type SOA-SERIAL, and the serial', async (t) => {
  const service = new TestService()
  for (const name of ['www.dyn.example.', 'nothing.dyn.example.', 'dyn.example.']) {
    t.equal(versionIn(await service.ask(query(name, Type.A, asking))), '02000000000a', name)
  }
  await service.ask(service.sign(addition()))
  t.equal(versionIn(await service.ask(query('www.dyn.example.', Type.A, asking))), '02000000000b')
})

t.test('RFC 9660 §3 it is the zone that answers: for a DS at a cut the one above', async (t) => {
  const service = new TestService()
  service.addZone(
    'sub.dyn.example.',
    ZONE_TEXT.replace(' 10 7200', ' 255 7200').replaceAll('ns1  ', 'ns1.sub'),
  )
  t.equal(versionIn(await service.ask(query('sub.dyn.example.', Type.A, asking))), '0300000000ff')
  t.equal(versionIn(await service.ask(query('sub.dyn.example.', 43, asking))), '02000000000a')
})

t.test('RFC 9660 §3 whoever does not ask, or asks for no zone of ours, is not told', async (t) => {
  const service = new TestService()
  t.equal(versionIn(await service.ask(query('elsewhere.', Type.A, asking))), undefined)
  const nsid = { additionals: [optWith([option(Option.NSID)])] }
  t.equal(versionIn(await service.ask(query('www.dyn.example.', Type.A, nsid))), undefined)
  const chaos = message({ questions: [question('dyn.example.', Type.TXT, Class.CH)], ...asking })
  t.equal(versionIn(await service.ask(chaos)), undefined)
  t.equal(versionIn(await service.ask(message(asking))), undefined)
})

t.test('RFC 9660 §3 a transfer has it in its first message', async (t) => {
  const service = new TestService()
  allowAddress(service, '192.0.2.77')
  t.equal(versionIn(await service.ask(axfr('dyn.example.', asking), 'tcp')), '02000000000a')
})
