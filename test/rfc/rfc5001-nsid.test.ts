/** RFC 5001: which of several servers it is, for those who ask and where the operator says so. */
import t from 'tap'
import { addition } from '../support/addition.ts'
import { message, opt, query } from '../support/messages.ts'
import { option, Option, optionOf, optionsOf, optWith } from '../support/options.ts'
import { TestService } from '../support/service.ts'
import { isSignedFor, rcodeOf } from '../support/tsig.ts'

const A = 1
const withNsid = { additionals: [optWith([option(Option.NSID)])] }
const named = (serverId: string | undefined): TestService =>
  new TestService(undefined, undefined, { serverId })

const idIn = (answer: Buffer): string | undefined => optionOf(answer, Option.NSID)?.toString()

t.test('RFC 5001 §2.2 a client that asks is told the identity, octet by octet', async (t) => {
  for (const id of ['ns1.fra', 'Fürth', 'x'.repeat(255)]) {
    const service = named(id)
    for (const transport of ['udp', 'tcp'] as const) {
      const answer = await service.ask(query('www.dyn.example.', A, withNsid), transport)
      t.equal(rcodeOf(answer), 0)
      t.equal(idIn(answer), id)
    }
  }
})

t.test('RFC 5001 §2.2 a client that does not ask is not told', async (t) => {
  const service = named('ns1')
  t.equal(optionsOf(await service.ask(query('www.dyn.example.', A))), undefined)
  const withOpt = query('www.dyn.example.', A, { additionals: [opt()] })
  t.strictSame(optionsOf(await service.ask(withOpt)), [])
  const cookie = query('www.dyn.example.', A, {
    additionals: [optWith([option(Option.COOKIE, Buffer.alloc(8))])],
  })
  t.equal(idIn(await service.ask(cookie)), undefined)
})

t.test('RFC 5001 §2.2 what a client puts into the option is ignored', async (t) => {
  const additionals = [optWith([option(Option.NSID, Buffer.from('you are ns2'))])]
  t.equal(idIn(await named('ns1').ask(query('www.dyn.example.', A, { additionals }))), 'ns1')
})

t.test('RFC 5001 §2.2 a server without a name to tell leaves the option out', async (t) => {
  const answer = await named(undefined).ask(query('www.dyn.example.', A, withNsid))
  t.strictSame(optionsOf(answer), [])
})

t.test('RFC 5001 §2.2 the identity is in answers of every kind', async (t) => {
  const service = named('ns1')
  for (const [packet, rcode] of [
    [query('none.dyn.example.', A, withNsid), 3],
    [query('www.elsewhere.', A, withNsid), 5],
    [query('dyn.example.', 253, withNsid), 4],
    [message(withNsid), 1],
    [addition(withNsid), 5],
  ] as const) {
    const answer = await service.ask(packet)
    t.equal(rcodeOf(answer), rcode)
    t.equal(idIn(answer), 'ns1')
  }
})

t.test('RFC 5001 §2.2 it stands beside the cookie, and under the signature', async (t) => {
  const service = named('ns1')
  const options = [option(Option.COOKIE, Buffer.alloc(8, 1)), option(Option.NSID)]
  const request = service.sign(query('www.dyn.example.', A, { additionals: [optWith(options)] }))
  const answer = await service.ask(request)
  t.equal(idIn(answer), 'ns1')
  t.equal(optionOf(answer, Option.COOKIE)?.length, 24)
  t.ok(isSignedFor(answer, request))
})

t.test('RFC 6891 §6.2.5 what the identity takes of a datagram is not there for data', async (t) => {
  const text = Array.from({ length: 10 }, (_, n) => `www 60 IN A 198.51.100.${n}`).join('\n')
  const service = new TestService(
    `$TTL 1\n@ IN SOA a b 1 1 1 1 1\n@ IN NS a\na IN A 192.0.2.1\n${text}\n`,
    undefined,
    { serverId: 'x'.repeat(255) },
  )
  const asked = { additionals: [optWith([option(Option.NSID)], 512)] }
  const answer = await service.ask(query('www.dyn.example.', A, asked))
  t.ok(answer.length <= 512, `${answer.length} octets`)
  t.equal(answer.readUInt16BE(2) & 0x0200, 0, 'ten addresses fit beside it')
  const longer = { additionals: [optWith([option(Option.NSID)], 430)] }
  t.equal((await service.ask(query('www.dyn.example.', A, longer))).length, answer.length)
})
