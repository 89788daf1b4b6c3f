/** UPDATEs of secondary zones: which are handed on to the primary, and what the client hears. */
import t from 'tap'
import type { ForwardedUpdate, Forwarding } from '../../src/server/forwarded-update.ts'
import { message, question, rr, signed, update } from '../support/messages.ts'
import { allOf, name, SECRET, TestService } from '../support/service.ts'
import { hasTsig, isSignedFor, rcodeOf } from '../support/tsig.ts'

const ADD = rr('new.dyn.example.', 1, 1, 60, Buffer.from([192, 0, 2, 9]))
const UPDATE = update('dyn.example.', [], [ADD])

interface Options {
  readonly forward?: boolean
  readonly outcome?: ForwardedUpdate
}

/** `dyn.example.` is another server's; what would be forwarded to it is in `forwarded`. */
const secondaryService = (
  options: Options = {},
): { readonly service: TestService; readonly forwarded: Buffer[] } => {
  const forwarded: Buffer[] = []
  const forwarding: Forwarding = {
    forward: (packet, apex) => {
      t.ok(Buffer.from(apex).equals(Buffer.from(name('dyn.example.'))))
      forwarded.push(Buffer.from(packet))
      const answer = message({ id: 0x1234, flags: 0xa800 })
      return Promise.resolve(options.outcome ?? { kind: 'answered', answer, by: '192.0.2.1#53' })
    },
  }
  const service = new TestService(undefined, undefined, {}, { forwarding })
  const zone = service.zones.get(name('dyn.example.'))
  if (zone === undefined) throw new Error('no zone')
  service.zones.add({ ...zone, isSecondary: true, forward: options.forward ?? true })
  return { service, forwarded }
}

const byStranger = (packet: Buffer, service: TestService): Buffer =>
  signed(packet, {
    keyName: 'unknown-key',
    secret: Buffer.from('whatever'),
    timeSeconds: service.clock.nowSeconds(),
  })

t.test('RFC 2136 §6 a signed update is forwarded octet for octet', async (t) => {
  for (const transport of ['udp', 'tcp'] as const) {
    const { service, forwarded } = secondaryService()
    const packet = service.sign(UPDATE)
    const answer = await service.ask(packet, transport)
    t.ok(answer.equals(message({ id: 0x1234, flags: 0xa800 })), 'what the primary said')
    t.strictSame(forwarded, [packet])
    t.match(service.lines, [
      {
        level: 'info',
        message: 'update forwarded',
        fields: {
          principal: 'key:ddns-key.',
          source: '192.0.2.77#5353',
          transport,
          zone: 'dyn.example.',
          rcode: 'NOERROR',
          primary: '192.0.2.1#53',
        },
      },
    ])
    t.equal(service.counters.of(`answers ${transport} NOERROR`), 1)
  }
})

t.test('RFC 8945 §5.5 so is one whose key we do not have', async (t) => {
  const { service, forwarded } = secondaryService()
  const packet = byStranger(UPDATE, service)
  await service.ask(packet)
  t.strictSame(forwarded, [packet])
  t.match(service.lines[0]?.fields, { principal: 'unproven key:unknown-key.' })
})

t.test('RFC 8945 §5.5 one whose key we have, and whose signature is wrong, is not', async (t) => {
  const { service, forwarded } = secondaryService()
  const timeSeconds = service.clock.nowSeconds()
  const wrong = { keyName: 'ddns-key', secret: Buffer.from('another'), timeSeconds }
  const late = { keyName: 'ddns-key', secret: SECRET, timeSeconds: timeSeconds - 1000 }
  for (const options of [wrong, late]) {
    t.equal(rcodeOf(await service.ask(signed(UPDATE, options))), 9)
  }
  t.strictSame(forwarded, [])
})

t.test('unsigned updates go nowhere: they are refused', async (t) => {
  const { service, forwarded } = secondaryService()
  t.equal(rcodeOf(await service.ask(UPDATE)), 5)
  t.strictSame(forwarded, [])
  t.match(service.lines[0]?.fields, { reason: /its primary takes updates/ })
})

t.test('forward = false forwards nothing, and grants mean nothing here', async (t) => {
  const { service, forwarded } = secondaryService({ forward: false })
  t.equal(rcodeOf(await service.ask(service.sign(UPDATE))), 5)
  t.equal(rcodeOf(await service.ask(byStranger(UPDATE, service))), 9)
  t.strictSame(forwarded, [])
  const view = service.zones.get(name('dyn.example.'))?.view
  t.strictSame(view && [...service.store.journal(view)], [])
})

t.test('what is no update of a secondary zone is not forwarded', async (t) => {
  const { service, forwarded } = secondaryService()
  service.addZone('ours.', 'ours. 60 IN SOA a. b. 1 1 1 1 1\nours. 60 IN NS a.', [
    allOf('ddns-key.'),
  ])
  const packets = [
    update('ours.', [], []),
    update('elsewhere.', [], []),
    update('sub.dyn.example.', [], []),
    message({ flags: 0x2800, questions: [question('dyn.example.', 1)] }),
    message({ flags: 0x2800, questions: [question('dyn.example.', 6, 3)] }),
    message({ flags: 0x2800 }),
    message({
      flags: 0x2800,
      questions: [question('dyn.example.', 6), question('dyn.example.', 6)],
    }),
    message({ questions: [question('dyn.example.', 6)] }),
  ]
  for (const packet of packets) await service.ask(service.sign(packet))
  t.strictSame(forwarded, [])
})

t.test('when no primary can be had the client hears SERVFAIL, signed if we can', async (t) => {
  const { service } = secondaryService({ outcome: { kind: 'failed', why: 'nobody is there' } })
  const packet = service.sign(UPDATE)
  const answer = await service.ask(packet)
  t.equal(rcodeOf(answer), 2)
  t.ok(isSignedFor(answer, packet))
  const unsigned = await service.ask(byStranger(UPDATE, service))
  t.equal(rcodeOf(unsigned), 2)
  t.notOk(hasTsig(unsigned))
  t.match(service.lines[0], {
    level: 'warn',
    message: 'update not forwarded',
    fields: { rcode: 'SERVFAIL', reason: 'nobody is there' },
  })
})
