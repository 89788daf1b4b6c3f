/** RFC 8945 §5.3.2: the TSIG on answers to requests whose own TSIG was in error. */
import t from 'tap'
import { addition } from '../support/addition.ts'
import { opt, query, wireName } from '../support/messages.ts'
import { TestService } from '../support/service.ts'
import {
  countsOf,
  hasTsig,
  isSignedFor,
  macOf,
  rcodeOf,
  signedWith,
  splitTsig,
  TSIG,
  recordsOf,
  tsigFields,
  withTsig,
} from '../support/tsig.ts'

const NOTAUTH = 9

type Signing = (packet: Buffer) => Buffer

const ID = { originalId: 0x5151 }
const truncated: Signing = (packet) => {
  const tsig = tsigFields(ID)
  return withTsig(packet, { ...tsig, mac: macOf(packet, tsig).subarray(0, 20) })
}

const errors: readonly { what: string; error: number; signed: boolean; sign: Signing }[] = [
  {
    what: 'BADKEY',
    error: 17,
    signed: false,
    sign: (packet) => signedWith(packet, { ...ID, keyName: wireName('nobody.') }),
  },
  {
    what: 'BADSIG',
    error: 16,
    signed: false,
    sign: (packet) => withTsig(packet, tsigFields({ ...ID, mac: Buffer.alloc(32) })),
  },
  {
    what: 'BADTIME',
    error: 18,
    signed: true,
    sign: (packet) => signedWith(packet, { ...ID, timeSigned: 1_500_000_000 }),
  },
  { what: 'BADTRUNC', error: 22, signed: true, sign: truncated },
]

for (const { what, error, signed, sign } of errors) {
  const how = signed ? 'signed, over the MAC of the request' : 'unsigned, with a MAC Size of 0'
  t.test(`RFC 8945 §4.2, §5.3.2 ${what} is ${how}`, async (t) => {
    for (const packet of [query('www.dyn.example.', 1, { id: 0x5151 }), addition({ id: 0x5151 })]) {
      const request = sign(packet)
      const answer = await new TestService().ask(request)
      t.equal(rcodeOf(answer), NOTAUTH)
      t.equal(answer.readUInt16BE(0), 0x5151)
      const { tsig } = splitTsig(answer)
      t.equal(tsig.error, error)
      t.equal(tsig.class, 255)
      t.equal(tsig.ttl, 0)
      t.equal(tsig.originalId, 0x5151)
      t.equal(tsig.mac.length, signed ? 32 : 0)
      t.equal(isSignedFor(answer, request), signed)
    }
  })

  t.test(`RFC 8945 §5.3.2 ${what} tells nothing of the zone`, async (t) => {
    const service = new TestService()
    for (const name of ['www.dyn.example.', 'none.dyn.example.', 'example.net.']) {
      const answer = await service.ask(sign(query(name, 1, { id: 0x5151 })))
      t.equal(rcodeOf(answer), NOTAUTH, name)
      t.strictSame(countsOf(answer), [1, 0, 0, 1])
    }
  })

  t.test(`RFC 8945 §5.3.2 ${what} comes after the OPT where the client has EDNS`, async (t) => {
    const packet = query('www.dyn.example.', 1, { id: 0x5151, additionals: [opt()] })
    const request = sign(packet)
    const answer = await new TestService().ask(request)
    t.strictSame(
      recordsOf(answer).map(({ type }) => type),
      [41, TSIG],
    )
    t.equal(isSignedFor(answer, request), signed)
  })
}

t.test('RFC 8945 §5.3.2 the time of an unsigned error is the one of the request', async (t) => {
  const request = signedWith(addition(), { keyName: wireName('nobody.'), timeSigned: 17, fudge: 4 })
  const answer = await new TestService().ask(request)
  t.match(splitTsig(answer).tsig, { timeSigned: 17, fudge: 4 })
})

t.test('RFC 8945 §5.3.2 what a stranger puts in Other Data does not come back', async (t) => {
  const otherData = Buffer.alloc(400, 'x')
  const stranger = { keyName: wireName('nobody.'), otherData, error: 5 }
  const request = signedWith(addition(), stranger)
  const answer = await new TestService().ask(request)
  t.match(splitTsig(answer).tsig, { error: 17, otherData: Buffer.alloc(0) })
  t.ok(answer.length < request.length, 'and the answer is no longer than the request')
})

t.test('RFC 8945 §5.3.2 what is FORMERR rather than a TSIG error has no TSIG', async (t) => {
  const answer = await new TestService().ask(withTsig(addition(), tsigFields()))
  t.equal(rcodeOf(answer), 1)
  t.notOk(hasTsig(answer))
})
