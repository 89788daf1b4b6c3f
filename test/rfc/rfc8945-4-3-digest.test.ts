/** RFC 8945 §4.3: what a MAC covers, in requests and in answers. */
import { createHmac } from 'node:crypto'
import t from 'tap'
import { addition, wasAdded } from '../support/addition.ts'
import { opt, query, rr, u16, u32, wireName } from '../support/messages.ts'
import { SECRET, TestService } from '../support/service.ts'
import {
  CLASS_ANY,
  isSignedFor,
  macOf,
  rcodeOf,
  signedWith,
  splitTsig,
  tsigFields,
  u48,
  withTsig,
  type TsigFields,
} from '../support/tsig.ts'

const NOERROR = 0
const NOTAUTH = 9
const BADSIG = 16

/** What came of an UPDATE: its RCODE, the error in the answer's TSIG, and whether it was done. */
const outcomeOf = async (
  request: Buffer,
): Promise<{ rcode: number; error: number; added: boolean }> => {
  const service = new TestService()
  const answer = await service.ask(request)
  const { tsig } = splitTsig(answer)
  return { rcode: rcodeOf(answer), error: tsig.error, added: await wasAdded(service) }
}

const ACCEPTED = { rcode: NOERROR, error: 0, added: true }
const REJECTED = { rcode: NOTAUTH, error: BADSIG, added: false }

t.test('RFC 8945 §4.3.1 the MAC of an answer covers the MAC of its request', async (t) => {
  const service = new TestService()
  const one = signedWith(query('www.dyn.example.', 1), { fudge: 300 })
  const two = signedWith(query('www.dyn.example.', 1), { fudge: 301 })
  const [answerOne, answerTwo] = [await service.ask(one), await service.ask(two)]
  t.ok(isSignedFor(answerOne, one))
  t.ok(isSignedFor(answerTwo, two))
  t.notOk(isSignedFor(answerOne, two), 'it is for no other request')
  t.strictSame(splitTsig(answerOne).message, splitTsig(answerTwo).message, 'the rest is the same')
  const { message, tsig } = splitTsig(answerOne)
  t.notSame(tsig.mac, macOf(message, tsig), 'nor is it a MAC without the request')
})

t.test('RFC 8945 §4.3.1 a request MAC is covered as it was sent, truncated', async (t) => {
  const service = new TestService()
  const tsig = tsigFields()
  const packet = query('www.dyn.example.', 1)
  // ddns-key asks for whole MACs, so this is BADTRUNC, whose answer covers the MAC all the same.
  const request = withTsig(packet, { ...tsig, mac: macOf(packet, tsig).subarray(0, 16) })
  const answer = await service.ask(request)
  t.ok(isSignedFor(answer, request))
  t.notOk(isSignedFor(answer, signedWith(packet)))
})

t.test('RFC 8945 §4.3.2 the message is covered as it was before its TSIG', async (t) => {
  t.strictSame(await outcomeOf(signedWith(addition())), ACCEPTED)
  const counted = addition()
  counted.writeUInt16BE(1, 10)
  const mac = macOf(counted, tsigFields())
  t.strictSame(
    await outcomeOf(withTsig(addition(), tsigFields({ mac }))),
    REJECTED,
    'ARCOUNT does not count the TSIG',
  )
})

t.test('RFC 8945 §4.3.2 the other additional records are covered', async (t) => {
  const additionals = [rr('x.', 1, 1, 0, Buffer.from([192, 0, 2, 1])), opt()]
  const request = signedWith(addition({ additionals }))
  t.strictSame(await outcomeOf(request), ACCEPTED)
  const bare = macOf(addition(), tsigFields())
  const uncovered = withTsig(addition({ additionals }), tsigFields({ mac: bare }))
  t.strictSame(await outcomeOf(uncovered), REJECTED)
})

t.test('RFC 8945 §4.3.2 a change after signing is BADSIG, whatever section it is in', async (t) => {
  const packet = addition({ additionals: [rr('x.', 1, 1, 0, Buffer.from([192, 0, 2, 1]))] })
  const places = { flags: 3, 'zone section': 13, 'update RDATA': 59, 'additional RDATA': -1 }
  for (const [place, at] of Object.entries(places)) {
    const { message, tsig } = splitTsig(signedWith(packet))
    const index = at < 0 ? message.length + at : at
    message.writeUInt8(message.readUInt8(index) ^ 1, index)
    t.strictSame(await outcomeOf(withTsig(message, tsig)), REJECTED, place)
  }
})

t.test('RFC 8945 §4.3.2 a request that was forwarded with another ID verifies', async (t) => {
  const service = new TestService()
  const request = signedWith(addition({ id: 0x1111 }), { originalId: 0x1111 })
  request.writeUInt16BE(0x9999, 0)
  const answer = await service.ask(request)
  t.equal(rcodeOf(answer), NOERROR)
  t.ok(await wasAdded(service))
  t.equal(answer.readUInt16BE(0), 0x9999, 'the answer has the ID that the forwarder knows')
  t.ok(isSignedFor(answer, request))
  // The forwarder puts the client's ID back.
  answer.writeUInt16BE(0x1111, 0)
  t.ok(isSignedFor(answer, request), 'and verifies with the ID that the client knows')
})

t.test('RFC 8945 §4.3.2 it is the original ID that is covered', async (t) => {
  const tsig = tsigFields({ originalId: 0x4321 })
  const mac = macOf(addition(), { ...tsig, originalId: 0x1234 })
  t.strictSame(await outcomeOf(withTsig(addition(), { ...tsig, mac })), REJECTED)
})

t.test('RFC 8945 §4.3.3 key and algorithm names are covered in canonical form', async (t) => {
  const spelled = { keyName: wireName('DDNS-Key.'), algorithmName: wireName('HMAC-SHA256.') }
  const request = signedWith(addition(), spelled)
  const service = new TestService()
  const answer = await service.ask(request)
  t.equal(rcodeOf(answer), NOERROR)
  t.ok(await wasAdded(service))
  t.match(splitTsig(answer).tsig, spelled, 'the answer spells them as the request does')
  t.ok(isSignedFor(answer, request))
})

t.test('RFC 8945 §4.3.3 a MAC over names as they are spelled is BADSIG', async (t) => {
  const tsig = tsigFields({ keyName: wireName('DDNS-KEY.') })
  const mac = createHmac('sha256', SECRET)
    .update(addition())
    .update(Buffer.concat([tsig.keyName, u16(CLASS_ANY), u32(0), tsig.algorithmName]))
    .update(Buffer.concat([u48(tsig.timeSigned), u16(tsig.fudge), u16(0), u16(0)]))
    .digest()
  t.strictSame(await outcomeOf(withTsig(addition(), { ...tsig, mac })), REJECTED)
})

t.test('RFC 8945 §4.3.3 a key name that came compressed is covered uncompressed', async (t) => {
  // The record before the TSIG is owned by what the key name is.
  const additionals = [rr('ddns-key.', 1, 1, 0, Buffer.from([192, 0, 2, 1]))]
  const packet = addition({ additionals })
  const pointer = u16(0xc000 + addition().length)
  const tsig = tsigFields()
  const request = withTsig(packet, { ...tsig, keyName: pointer, mac: macOf(packet, tsig) })
  const service = new TestService()
  const answer = await service.ask(request)
  t.equal(rcodeOf(answer), NOERROR)
  t.ok(await wasAdded(service))
  t.strictSame(splitTsig(answer).tsig.keyName, wireName('ddns-key.'))
  t.ok(isSignedFor(answer, request))
})

t.test('RFC 8945 §4.3.3 every variable is covered', async (t) => {
  const signedFields = tsigFields()
  const mac = macOf(addition(), signedFields)
  const changes: readonly Partial<TsigFields>[] = [
    {},
    { timeSigned: signedFields.timeSigned + 1 },
    { timeSigned: signedFields.timeSigned + 0x1_0000_0000 },
    { fudge: 301 },
    { error: 1 },
    { otherData: Buffer.alloc(1) },
  ]
  for (const change of changes) {
    const isChanged = Object.keys(change).length > 0
    const request = withTsig(addition(), { ...signedFields, ...change, mac })
    t.strictSame(
      await outcomeOf(request),
      isChanged ? REJECTED : ACCEPTED,
      `${isChanged ? Object.keys(change).join() : 'nothing'} changed`,
    )
  }
})

t.test('RFC 8945 §4.3.3 CLASS and TTL are covered', async (t) => {
  const tsig = tsigFields()
  const mac = createHmac('sha256', SECRET)
    .update(addition())
    .update(Buffer.concat([tsig.keyName, tsig.algorithmName]))
    .update(Buffer.concat([u48(tsig.timeSigned), u16(tsig.fudge), u16(0), u16(0)]))
    .digest()
  t.strictSame(await outcomeOf(withTsig(addition(), { ...tsig, mac })), REJECTED)
})

t.test('RFC 8945 §4.3.3 Error and Other Data of a request are covered as they stand', async (t) => {
  const more = { error: 18, otherData: Buffer.from('0102030405', 'hex') }
  const service = new TestService()
  const request = signedWith(addition(), more)
  const answer = await service.ask(request)
  t.equal(rcodeOf(answer), NOERROR)
  t.ok(await wasAdded(service))
  t.match(splitTsig(answer).tsig, { error: 0, otherData: Buffer.alloc(0) }, 'and not sent back')
  t.ok(isSignedFor(answer, request))
})
