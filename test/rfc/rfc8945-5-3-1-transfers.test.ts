/** RFC 8945 §5.3.1: every message of a transfer is signed, each over the MAC of the one before. */
import { createHmac } from 'node:crypto'
import t from 'tap'
import { SECRET, TestService, ZONE_TEXT } from '../support/service.ts'
import { u16 } from '../support/messages.ts'
import { allowKeys, axfr, ixfr, transferOver } from '../support/transfer-service.ts'
import { isSignedFor, splitTsig, u48 } from '../support/tsig.ts'

const LARGE = `${ZONE_TEXT}\n$GENERATE 1-3000 host$ 60 A 192.0.2.9\n`

const open = (text = LARGE): TestService => {
  const service = new TestService(text)
  allowKeys(service, 'ddns-key.')
  return service
}

/** The MAC of a further message: over the MAC before it, the message, and the timers. */
const nextMac = (octets: Buffer, priorMac: Buffer): Buffer => {
  const { message, tsig } = splitTsig(octets)
  const covered = [u16(priorMac.length), priorMac, message, u48(tsig.timeSigned), u16(tsig.fudge)]
  return createHmac('sha256', SECRET).update(Buffer.concat(covered)).digest()
}

t.test('RFC 8945 §5.3.1 the first is signed as any answer, the others over timers', async (t) => {
  const service = open()
  const request = service.sign(axfr())
  const [first, ...more] = await service.exchange(request, 'tcp')
  if (first === undefined) throw new Error('no answer')
  t.ok(isSignedFor(first, request))
  t.ok(more.length > 2)
  let prior = splitTsig(first).tsig.mac
  for (const octets of more) {
    const { mac } = splitTsig(octets).tsig
    t.equal(mac.toString('hex'), nextMac(octets, prior).toString('hex'))
    prior = mac
  }
})

t.test('RFC 8945 §5.3.1 each message has the time at which it was signed', async (t) => {
  const service = open()
  const drained = (): Promise<boolean> => {
    service.clock.advanceSeconds(100)
    return Promise.resolve(true)
  }
  const messages = await transferOver(service, service.sign(axfr()), { drained })
  const times = messages.map((octets) => splitTsig(octets).tsig.timeSigned - 1_700_000_000)
  t.strictSame(times.slice(0, 3), [0, 0, 100])
})

t.test('RFC 8945 §5.3 an IXFR is signed, over UDP too', async (t) => {
  const service = open()
  for (const transport of ['udp', 'tcp'] as const) {
    const request = service.sign(ixfr(10))
    t.ok(isSignedFor(await service.ask(request, transport), request))
  }
})
