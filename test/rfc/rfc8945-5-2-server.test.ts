/** RFC 8945 §5.2: where a TSIG may stand, and the order in which it is checked. */
import t, { type Test } from 'tap'
import { addition, wasAdded } from '../support/addition.ts'
import { message, opt, query, question, rr, UPDATE, wireName } from '../support/messages.ts'
import { TestService, tsigKey } from '../support/service.ts'
import {
  hasTsig,
  macOf,
  rcodeOf,
  signedWith,
  splitTsig,
  TSIG,
  tsigFields,
  tsigRdata,
  withRecord,
  withTsig,
  type TsigFields,
} from '../support/tsig.ts'

const NOERROR = 0
const FORMERR = 1
const REFUSED = 5
const NOTAUTH = 9

const isFormatError = async (t: Test, request: Buffer, title: string): Promise<void> => {
  const service = new TestService()
  const answer = await service.ask(request)
  t.equal(rcodeOf(answer), FORMERR, title)
  t.notOk(hasTsig(answer), `${title}: unsigned`)
  t.equal(answer.readUInt16BE(0), request.readUInt16BE(0), `${title}: with the request's ID`)
  t.notOk(await wasAdded(service), `${title}: nothing was added`)
}

t.test('RFC 8945 §5.2 a TSIG that is not the last record is FORMERR', async (t) => {
  const address = rr('x.', 1, 1, 0, Buffer.from([192, 0, 2, 1]))
  await isFormatError(t, withRecord(signedWith(addition()), address), 'an A follows')
  await isFormatError(t, withRecord(signedWith(addition()), opt()), 'an OPT follows')
})

t.test('RFC 8945 §5.2 two TSIGs are FORMERR, whichever of them is right', async (t) => {
  const once = signedWith(addition())
  await isFormatError(t, signedWith(once), 'signed, and signed again')
  const wrong = withTsig(addition(), tsigFields({ mac: Buffer.alloc(32) }))
  await isFormatError(t, signedWith(wrong), 'the first is wrong')
  await isFormatError(t, withTsig(once, tsigFields({ mac: Buffer.alloc(32) })), 'the second is')
})

t.test('RFC 8945 §5.2 a TSIG in another section is FORMERR', async (t) => {
  const unsigned = message({ flags: UPDATE, questions: [question('dyn.example.', 6)] })
  const tsig = tsigFields()
  const rdata = tsigRdata({ ...tsig, mac: macOf(unsigned, tsig) })
  const record = rr(tsig.keyName, TSIG, 255, 0, rdata)
  const more = { flags: UPDATE, questions: [question('dyn.example.', 6)] }
  await isFormatError(t, message({ ...more, answers: [record] }), 'prerequisites')
  await isFormatError(t, message({ ...more, authorities: [record] }), 'updates')
  const asWell = message({ ...more, authorities: [record] })
  await isFormatError(t, signedWith(asWell), 'updates, and one in its place')
})

t.test('RFC 8945 §5.2 a QUERY is held to the same', async (t) => {
  const twice = signedWith(signedWith(query('www.dyn.example.', 1)))
  await isFormatError(t, twice, 'two TSIGs')
})

t.test('RFC 8945 §5.2 a TSIG that cannot be interpreted is FORMERR', async (t) => {
  const record = rr('ddns-key.', TSIG, 255, 0, Buffer.from('not a TSIG at all'))
  await isFormatError(t, withRecord(addition(), record), 'junk')
  await isFormatError(t, withRecord(addition(), rr('ddns-key.', TSIG, 255, 0)), 'no RDATA')
})

t.test('RFC 8945 §5.2 the TSIG is taken off: it is no record of the request', async (t) => {
  const service = new TestService()
  const answer = await service.ask(signedWith(addition()))
  t.equal(rcodeOf(answer), NOERROR)
  t.ok(await wasAdded(service))
})

t.test('RFC 8945 §5.2 checks go from key over MAC and time to truncation', async (t) => {
  const unknownKey = { keyName: wireName('nobody.') }
  const otherAlgorithm = { algorithmName: wireName('hmac-sha512.') }
  const lateTime = { timeSigned: 1_600_000_000 }
  const wrongMac = { mac: Buffer.alloc(32) }
  const shortWrongMac = { mac: Buffer.alloc(16) }
  const noMac = { mac: Buffer.alloc(0) }
  const cases: readonly [Partial<TsigFields>, number, number | undefined, string][] = [
    [{ ...unknownKey, ...wrongMac, ...lateTime }, NOTAUTH, 17, 'key before MAC and time'],
    [{ ...unknownKey, ...noMac }, NOTAUTH, 17, 'key before the size of the MAC'],
    [{ ...otherAlgorithm, ...wrongMac }, NOTAUTH, 17, 'algorithm before MAC'],
    [{ ...otherAlgorithm, ...lateTime }, NOTAUTH, 17, 'algorithm before time'],
    [{ ...noMac, ...lateTime }, FORMERR, undefined, 'size of the MAC before time'],
    [{ ...wrongMac, ...lateTime }, NOTAUTH, 16, 'MAC before time'],
    [{ ...shortWrongMac }, NOTAUTH, 16, 'MAC before truncation'],
    [{ ...shortWrongMac, ...lateTime }, NOTAUTH, 16, 'MAC before time and truncation'],
  ]
  for (const [fields, rcode, error, title] of cases) {
    const service = new TestService()
    const answer = await service.ask(withTsig(addition(), tsigFields(fields)))
    t.equal(rcodeOf(answer), rcode, title)
    if (error === undefined) t.notOk(hasTsig(answer), title)
    else t.equal(splitTsig(answer).tsig.error, error, title)
    t.notOk(await wasAdded(service), title)
  }
})

t.test('RFC 8945 §5.2 time is checked before truncation', async (t) => {
  const tsig = tsigFields({ timeSigned: 1_600_000_000 })
  const mac = macOf(addition(), tsig).subarray(0, 16)
  const answer = await new TestService().ask(withTsig(addition(), { ...tsig, mac }))
  t.equal(rcodeOf(answer), NOTAUTH)
  t.equal(splitTsig(answer).tsig.error, 18, 'BADTIME')
})

t.test('RFC 8945 §5.2, RFC 2136 §3.3 an UPDATE without a TSIG is REFUSED', async (t) => {
  for (const transport of ['udp', 'tcp'] as const) {
    const service = new TestService()
    const answer = await service.ask(addition(), transport)
    t.equal(rcodeOf(answer), REFUSED, transport)
    t.notOk(hasTsig(answer))
    t.notOk(await wasAdded(service))
  }
})

t.test('RFC 8945 §5.2 a valid TSIG of a key without a grant is REFUSED, and signed', async (t) => {
  const service = new TestService()
  service.keyring.add(tsigKey('guest.'))
  const answer = await service.ask(signedWith(addition(), { keyName: wireName('guest.') }))
  t.equal(rcodeOf(answer), REFUSED)
  t.equal(splitTsig(answer).tsig.mac.length, 32)
  t.notOk(await wasAdded(service))
})
