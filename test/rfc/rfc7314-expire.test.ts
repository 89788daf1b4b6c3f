/** RFC 7314: how long a zone is good yet, for secondaries that ask. */
import t from 'tap'
import { query } from '../support/messages.ts'
import { option, Option, optionOf, optWith } from '../support/options.ts'
import { TestService } from '../support/service.ts'
import { allowAddress, axfr, ixfr, setZone } from '../support/transfer-service.ts'
import { Type } from '../support/updates.ts'

const asking = { additionals: [optWith([option(Option.EXPIRE)])] }

const open = (): TestService => {
  const service = new TestService()
  allowAddress(service, '192.0.2.77')
  return service
}

const expireIn = (answer: Buffer): number | undefined =>
  optionOf(answer, Option.EXPIRE)?.readUInt32BE()

const soaAsked = (): Buffer => query('dyn.example.', Type.SOA, asking)

t.test('RFC 7314 §3 a primary answers with the EXPIRE of the SOA', async (t) => {
  const service = open()
  for (const transport of ['udp', 'tcp'] as const) {
    t.equal(expireIn(await service.ask(soaAsked(), transport)), 604_800)
    const ixfrAsked = ixfr(10, 'dyn.example.', asking)
    t.equal(expireIn(await service.ask(ixfrAsked, transport)), 604_800)
  }
  t.equal(expireIn(await service.ask(axfr('dyn.example.', asking), 'tcp')), 604_800)
})

t.test('RFC 7314 §3 a zone that expires says in how many seconds', async (t) => {
  const service = open()
  let seconds = 77
  setZone(service, { expiresInSeconds: () => seconds })
  t.equal(expireIn(await service.ask(soaAsked())), 77)
  seconds = 0
  t.equal(expireIn(await service.ask(soaAsked())), 0)
})

t.test('RFC 7314 §3 only questions of secondaries are told, and only who asks', async (t) => {
  const service = open()
  const others = [
    query('www.dyn.example.', Type.SOA, asking),
    query('dyn.example.', Type.NS, asking),
    query('elsewhere.', Type.SOA, asking),
    query('dyn.example.', Type.SOA, { additionals: [optWith([option(Option.NSID)])] }),
  ]
  for (const packet of others) t.equal(expireIn(await service.ask(packet)), undefined)
})
