/** RFC 7828: how long a TCP connection may be idle, for clients that ask. */
import t from 'tap'
import { addition } from '../support/addition.ts'
import { message, opt, query } from '../support/messages.ts'
import { option, Option, optionOf, optionsOf, optWith } from '../support/options.ts'
import { TestService } from '../support/service.ts'
import { rcodeOf } from '../support/tsig.ts'

const A = 1
const KEEPALIVE = option(Option.TCP_KEEPALIVE)
const asking = query('www.dyn.example.', A, { additionals: [optWith([KEEPALIVE])] })

t.test('RFC 7828 §3.1 the time is told in tenths of a second, rounded down', async (t) => {
  for (const [tcpIdleMilliseconds, tenths] of [
    [10_000, '0064'],
    [1_299, '000c'],
    [99, '0000'],
    [6_553_599, 'ffff'],
  ] as const) {
    const service = new TestService(undefined, undefined, { tcpIdleMilliseconds })
    const answer = await service.ask(asking, 'tcp')
    t.strictSame(optionsOf(answer), [`11: ${tenths}`])
  }
})

t.test('RFC 7828 §3.3.1 over UDP the option is ignored, and never in an answer', async (t) => {
  const answer = await new TestService().ask(asking)
  t.equal(rcodeOf(answer), 0)
  t.strictSame(optionsOf(answer), [])
})

t.test('RFC 7828 §3.3.2 who does not ask is not told', async (t) => {
  const service = new TestService()
  t.equal(optionsOf(await service.ask(query('www.dyn.example.', A), 'tcp')), undefined)
  const withOpt = query('www.dyn.example.', A, { additionals: [opt()] })
  t.strictSame(optionsOf(await service.ask(withOpt, 'tcp')), [])
})

t.test('RFC 7828 §3.3.2 the answer is ours whatever time the client names', async (t) => {
  const additionals = [optWith([option(Option.TCP_KEEPALIVE, Buffer.from([1, 0]))])]
  const answer = await new TestService().ask(query('www.dyn.example.', A, { additionals }), 'tcp')
  t.strictSame(optionsOf(answer), ['11: 0064'])
})

t.test('RFC 7828 §3.3.2 answers of every kind tell it, beside other options', async (t) => {
  const service = new TestService(undefined, undefined, { serverId: 'ns1' })
  const all = [option(Option.COOKIE, Buffer.alloc(8)), KEEPALIVE, option(Option.NSID)]
  const more = { additionals: [optWith(all)] }
  for (const packet of [
    query('none.dyn.example.', A, more),
    message(more),
    service.sign(addition(more)),
  ]) {
    const answer = await service.ask(packet, 'tcp')
    t.strictSame(optionOf(answer, Option.TCP_KEEPALIVE), Buffer.from([0, 100]))
    t.equal(optionsOf(answer)?.length, 3)
  }
})
