/** RFC 8945 §5.2.3: clocks that differ. */
import t from 'tap'
import { addition, wasAdded } from '../support/addition.ts'
import { query, wireName } from '../support/messages.ts'
import { TestService, tsigKey } from '../support/service.ts'
import {
  isSignedFor,
  macOf,
  rcodeOf,
  signedWith,
  splitTsig,
  tsigFields,
  u48,
  withTsig,
} from '../support/tsig.ts'

const NOERROR = 0
const NOTAUTH = 9
const BADTIME = 18

/** Where every service's clock stands. */
const NOW = 1_700_000_000

const intervals = [
  { fudge: 300, skew: 0 },
  { fudge: 300, skew: 300 },
  { fudge: 300, skew: -300 },
  { fudge: 0, skew: 0 },
  { fudge: 1, skew: -1 },
  { fudge: 0xffff, skew: 0xffff },
  { fudge: 0xffff, skew: -0xffff },
]

t.test('RFC 8945 §5.2.3 a time within the fudge, its ends included, is taken', async (t) => {
  for (const { fudge, skew } of intervals) {
    const service = new TestService()
    const request = signedWith(addition(), { timeSigned: NOW + skew, fudge })
    const answer = await service.ask(request)
    t.equal(rcodeOf(answer), NOERROR, `${skew} s with a fudge of ${fudge} s`)
    t.ok(await wasAdded(service))
    t.match(splitTsig(answer).tsig, { timeSigned: NOW, fudge: 300, error: 0 }, 'our own time')
    t.ok(isSignedFor(answer, request))
  }
})

const outside = [
  { fudge: 300, timeSigned: NOW + 301 },
  { fudge: 300, timeSigned: NOW - 301 },
  { fudge: 0, timeSigned: NOW + 1 },
  { fudge: 0, timeSigned: NOW - 1 },
  { fudge: 0xffff, timeSigned: NOW + 0x1_0000 },
  { fudge: 300, timeSigned: 0 },
  { fudge: 300, timeSigned: 0xffff_ffff_ffff },
  { fudge: 300, timeSigned: NOW + 0x1_0000_0000 },
]

for (const { fudge, timeSigned } of outside) {
  const title = `${timeSigned - NOW} s with a fudge of ${fudge} s`
  t.test(`RFC 8945 §5.2.3 ${title} is NOTAUTH with BADTIME, signed`, async (t) => {
    for (const packet of [addition(), query('www.dyn.example.', 1)]) {
      const service = new TestService()
      const request = signedWith(packet, { timeSigned, fudge })
      const answer = await service.ask(request)
      t.equal(rcodeOf(answer), NOTAUTH)
      const { tsig } = splitTsig(answer)
      t.equal(tsig.error, BADTIME)
      t.equal(tsig.timeSigned, timeSigned, "the client's time is Time Signed")
      t.equal(tsig.fudge, fudge, "the client's fudge is Fudge")
      t.strictSame(tsig.otherData, u48(NOW), 'our time is Other Data, 48 bits')
      t.equal(tsig.mac.length, 32)
      t.ok(isSignedFor(answer, request))
      t.notOk(await wasAdded(service))
    }
  })
}

t.test('RFC 8945 §5.2.3 our time has 48 bits in Other Data', async (t) => {
  const service = new TestService()
  service.clock.advanceSeconds(0x1234_5678_9abc - NOW)
  const request = signedWith(addition())
  const answer = await service.ask(request)
  t.strictSame(splitTsig(answer).tsig.otherData, Buffer.from('123456789abc', 'hex'))
  t.ok(isSignedFor(answer, request))
})

t.test('RFC 8945 §5.2.3 a BADTIME answer is signed with the same key and algorithm', async (t) => {
  const service = new TestService()
  const secret = Buffer.from('the secret of the other key')
  service.keyring.add(tsigKey('other-key.', 'hmac-sha512', secret))
  const tsig = tsigFields({
    timeSigned: NOW - 1000,
    keyName: wireName('Other-Key.'),
    algorithmName: wireName('hmac-sha512.'),
  })
  const options = { digest: 'sha512', secret }
  const request = withTsig(addition(), { ...tsig, mac: macOf(addition(), tsig, options) })
  const answer = await service.ask(request)
  t.equal(splitTsig(answer).tsig.error, BADTIME)
  t.equal(splitTsig(answer).tsig.mac.length, 64)
  t.ok(isSignedFor(answer, request, options))
})

t.test('RFC 8945 §5.2.3 whoever has no secret does not learn our time', async (t) => {
  const late = tsigFields({ timeSigned: NOW - 1000, mac: Buffer.alloc(32) })
  const answer = await new TestService().ask(withTsig(addition(), late))
  t.match(splitTsig(answer).tsig, { error: 16, timeSigned: NOW - 1000, otherData: Buffer.alloc(0) })
})

t.test('RFC 8945 §5.2.3 a client that corrects its clock is served', async (t) => {
  const service = new TestService()
  const refusal = await service.ask(signedWith(addition(), { timeSigned: NOW - 4000 }))
  const timeSigned = splitTsig(refusal).tsig.otherData.readUIntBE(0, 6)
  t.equal(rcodeOf(await service.ask(signedWith(addition(), { timeSigned }))), NOERROR)
  t.ok(await wasAdded(service))
})

t.test('RFC 8945 §5.2.3 a replay after the fudge is BADTIME', async (t) => {
  const service = new TestService()
  const request = signedWith(addition(), { fudge: 10 })
  service.clock.advanceSeconds(10)
  t.equal(rcodeOf(await service.ask(request)), NOERROR)
  service.clock.advanceSeconds(1)
  t.equal(splitTsig(await service.ask(request)).tsig.error, BADTIME)
})

t.test(
  'RFC 8945 §5.2.3 BADTIME is logged with the key and the seconds between clocks',
  async (t) => {
    for (const skewSeconds of [-1000, 301]) {
      const service = new TestService()
      const timeSigned = NOW + skewSeconds
      await service.ask(signedWith(addition(), { timeSigned }))
      await service.ask(signedWith(query('www.dyn.example.', 1), { timeSigned }))
      const fields = { key: 'ddns-key.', skewSeconds, reason: / s (behind|ahead of) ours, 300 s/ }
      t.match(service.lines, [
        { message: 'update refused', fields: { rcode: 'NOTAUTH', ...fields } },
        { message: 'request with a bad signature', fields },
      ])
    }
  },
)
