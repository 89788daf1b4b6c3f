/** RFC 8945 §4.2: the format of the TSIG RR, in requests and in answers. */
import t, { type Test } from 'tap'
import { addition, wasAdded } from '../support/addition.ts'
import { query, rr, u16, wireName } from '../support/messages.ts'
import { TestService } from '../support/service.ts'
import {
  CLASS_ANY,
  countsOf,
  hasTsig,
  isSignedFor,
  macOf,
  rcodeOf,
  recordsOf,
  signedWith,
  splitTsig,
  TSIG,
  tsigFields,
  tsigRdata,
  withRecord,
  withTsig,
} from '../support/tsig.ts'

const NOERROR = 0
const FORMERR = 1
const NOTAUTH = 9

/** That the request came to FORMERR, that the answer has no TSIG RR, and that nothing was done. */
const isFormatError = async (t: Test, request: Buffer, title: string): Promise<void> => {
  const service = new TestService()
  const answer = await service.ask(request)
  t.equal(rcodeOf(answer), FORMERR, title)
  t.notOk(hasTsig(answer), `${title}: unsigned`)
  t.notOk(await wasAdded(service), `${title}: nothing was added`)
}

t.test('RFC 8945 §4.2 a TSIG whose CLASS is not ANY is FORMERR', async (t) => {
  for (const rrClass of [0, 1, 254]) {
    await isFormatError(t, signedWith(addition(), { class: rrClass }), `class ${rrClass}`)
  }
})

t.test('RFC 8945 §4.2 a TSIG whose TTL is not 0 is FORMERR', async (t) => {
  for (const ttl of [1, 300, 0x8000_0000]) {
    await isFormatError(t, signedWith(addition(), { ttl }), `TTL ${ttl}`)
  }
})

/** The addition with a TSIG RR of any RDATA, signed rightly as far as it can be. */
const withRdata = (change: (rdata: Buffer) => Buffer): Buffer => {
  const tsig = tsigFields()
  const rdata = tsigRdata({ ...tsig, mac: macOf(addition(), tsig) })
  return withRecord(addition(), rr(tsig.keyName, TSIG, CLASS_ANY, 0, change(rdata)))
}

t.test('RFC 8945 §4.2 RDATA that ends early, wherever it does, is FORMERR', async (t) => {
  t.equal(
    rcodeOf(await new TestService().ask(withRdata((rdata) => rdata))),
    NOERROR,
    'the whole of it is none',
  )
  const { length } = tsigRdata({ ...tsigFields(), mac: Buffer.alloc(32) })
  for (let end = 0; end < length; end++) {
    const request = withRdata((rdata) => rdata.subarray(0, end))
    await isFormatError(t, request, `${end} octets`)
  }
})

t.test('RFC 8945 §4.2 octets after the Other Data are FORMERR', async (t) => {
  const request = withRdata((rdata) => Buffer.concat([rdata, Buffer.alloc(1)]))
  await isFormatError(t, request, 'one octet more')
})

t.test('RFC 8945 §4.2 a MAC Size or Other Len beyond the RDATA is FORMERR', async (t) => {
  const sizeAt = wireName('hmac-sha256.').length + 8
  for (const size of [33, 39, 0xffff]) {
    const request = withRdata((rdata) => {
      rdata.writeUInt16BE(size, sizeAt)
      return rdata
    })
    await isFormatError(t, request, `MAC Size ${size}`)
  }
  const request = withRdata((rdata) => {
    rdata.writeUInt16BE(1, rdata.length - 2)
    return rdata
  })
  await isFormatError(t, request, 'Other Len 1')
})

t.test('RFC 8945 §4.2, RFC 3597 §4 a compressed algorithm name is FORMERR', async (t) => {
  // The key is called as the algorithm is, so that a pointer could lead there.
  const pointer = u16(0xc000 + addition().length)
  const request = signedWith(addition(), {
    keyName: wireName('hmac-sha256.'),
    algorithmName: pointer,
  })
  await isFormatError(t, request, 'a pointer')
})

t.test('RFC 8945 §4.2, §10 the TSIG of an answer has the fields that the RFC names', async (t) => {
  const service = new TestService()
  service.clock.advanceSeconds(7)
  const request = service.sign(query('www.dyn.example.', 1, { id: 0x7a51 }))
  service.clock.advanceSeconds(3)
  const answer = await service.ask(request)
  const { tsig } = splitTsig(answer)
  t.strictSame(
    { ...tsig, mac: tsig.mac.length },
    {
      keyName: wireName('ddns-key.'),
      class: CLASS_ANY,
      ttl: 0,
      algorithmName: wireName('hmac-sha256.'),
      timeSigned: 1_700_000_010,
      fudge: 300,
      mac: 32,
      originalId: 0x7a51,
      error: 0,
      otherData: Buffer.alloc(0),
    },
  )
  const last = recordsOf(answer).at(-1)
  t.strictSame(last?.owner, wireName('ddns-key.'), 'its owner name is not compressed')
  t.strictSame(last?.rdata, tsigRdata(tsig), 'its RDATA is these fields and no more')
  t.strictSame(countsOf(answer), [1, 2, 0, 1])
})

t.test('RFC 8945 §4.2 Time Signed has 48 bits, both ways', async (t) => {
  for (const now of [0xffff_ffff, 0x1_0000_0000, 0xffff_ffff_fffe]) {
    const service = new TestService()
    service.clock.advanceSeconds(now - service.clock.nowSeconds())
    const request = signedWith(query('www.dyn.example.', 1), { timeSigned: now + 1 })
    const answer = await service.ask(request)
    t.equal(rcodeOf(answer), NOERROR, `at ${now}`)
    t.equal(splitTsig(answer).tsig.timeSigned, now)
    t.ok(isSignedFor(answer, request))
  }
})

t.test('RFC 8945 §4.2 a key name may be as long as any name', async (t) => {
  const labels = ['a', 'b', 'c'].map((letter) => letter.repeat(63))
  const keyName = wireName([...labels, 'd'.repeat(61)].join('.'))
  t.equal(keyName.length, 255)
  const service = new TestService()
  const request = withTsig(addition(), tsigFields({ keyName, mac: Buffer.alloc(32) }))
  const answer = await service.ask(request)
  t.equal(rcodeOf(answer), NOTAUTH)
  t.strictSame(splitTsig(answer).tsig.keyName, keyName)
})
