/** `text/record-text.ts`: presentation format, as operators and other servers write and read it. */
import t from 'tap'
import { nameFromText } from '../../src/text/name-text.ts'
import { recordToText } from '../../src/text/record-text.ts'
import { RrType, rrTypeOf } from '../../src/wire/codes.ts'

t.test('RFC 1035 §5.1 a record is one line: owner, TTL, class, type and RDATA', async (t) => {
  const owner = nameFromText('www.example')
  if (!owner.ok) throw new Error(owner.why)
  const address = Buffer.of(192, 0, 2, 1)
  t.equal(recordToText(owner.name, 60, RrType.A, address), 'www.example. 60 IN A 192.0.2.1')
  t.equal(
    recordToText(owner.name, 0, rrTypeOf(65280), address),
    'www.example. 0 IN TYPE65280 \\# 4 C0000201',
  )
})
