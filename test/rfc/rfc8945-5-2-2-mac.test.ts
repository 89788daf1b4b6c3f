/** RFC 8945 §5.2.2: MACs that are not made with the key's secret. */
import t from 'tap'
import { addition, wasAdded } from '../support/addition.ts'
import { query } from '../support/messages.ts'
import { TestService } from '../support/service.ts'
import { countsOf, macOf, rcodeOf, splitTsig, tsigFields, withTsig } from '../support/tsig.ts'

const NOTAUTH = 9
const BADSIG = 16

t.test('RFC 8945 §5.2.2 a MAC of another secret is NOTAUTH with BADSIG, unsigned', async (t) => {
  const secret = Buffer.from('another secret of 32 octets !!!!')
  for (const packet of [addition(), query('www.dyn.example.', 1)]) {
    const service = new TestService()
    const fields = tsigFields({ fudge: 77 })
    const mac = macOf(packet, fields, { secret })
    const answer = await service.ask(withTsig(packet, { ...fields, mac }))
    t.equal(rcodeOf(answer), NOTAUTH)
    t.strictSame(countsOf(answer), [1, 0, 0, 1], 'the question and the TSIG, nothing else')
    const { tsig } = splitTsig(answer)
    t.match(tsig, { keyName: fields.keyName, algorithmName: fields.algorithmName, error: BADSIG })
    t.equal(tsig.mac.length, 0)
    t.equal(tsig.otherData.length, 0)
    t.notOk(await wasAdded(service))
  }
})

t.test('RFC 8945 §5.2.2 a MAC that is wrong in any one bit is BADSIG', async (t) => {
  const tsig = tsigFields()
  const right = macOf(addition(), tsig)
  for (let bit = 0; bit < right.length * 8; bit++) {
    const mac = Buffer.from(right)
    mac.writeUInt8(mac.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
    const service = new TestService()
    const answer = await service.ask(withTsig(addition(), { ...tsig, mac }))
    t.equal(splitTsig(answer).tsig.error, BADSIG, `bit ${bit}`)
    t.notOk(await wasAdded(service))
  }
})

t.test('RFC 8945 §5.2.2 the MAC of another message is BADSIG', async (t) => {
  const tsig = tsigFields()
  const mac = macOf(query('www.dyn.example.', 1), tsig)
  const service = new TestService()
  const answer = await service.ask(withTsig(addition(), { ...tsig, mac }))
  t.equal(splitTsig(answer).tsig.error, BADSIG)
  t.notOk(await wasAdded(service))
})

t.test(
  'RFC 8945 §5.2, §5.2.2 an UPDATE with a wrong MAC is logged, and not as the key',
  async (t) => {
    const service = new TestService()
    await service.ask(withTsig(addition(), tsigFields({ mac: Buffer.alloc(32) })))
    t.equal(service.lines.length, 1)
    t.match(service.lines[0]?.fields, {
      rcode: 'NOTAUTH',
      reason: /not made with our secret/,
      principal: 'anonymous',
    })
  },
)
