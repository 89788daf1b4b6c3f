/** `text/mnemonics.ts`: presentation format, as operators and other servers write and read it. */
import t from 'tap'
import { numberOfWord } from '../../src/text/mnemonics.ts'
import { RrType } from '../../src/wire/codes.ts'

t.test('RFC 4034 appendix A.1 DNSSEC algorithms have names, in any case', async (t) => {
  t.equal(numberOfWord(RrType.DNSKEY, 2, 'RSASHA256'), 8)
  t.equal(numberOfWord(RrType.CDNSKEY, 2, 'ed25519'), 15)
  t.equal(numberOfWord(RrType.DS, 1, 'ECDSAP256SHA256'), 13)
  t.equal(numberOfWord(RrType.RRSIG, 1, 'PRIVATEOID'), 254)
})

t.test('RFC 4398 §2.1 certificate types have names', async (t) => {
  t.equal(numberOfWord(RrType.CERT, 0, 'PKIX'), 1)
  t.equal(numberOfWord(RrType.CERT, 0, 'OID'), 254)
  t.equal(numberOfWord(RrType.CERT, 2, 'RSASHA1'), 5)
})

t.test('a word stands for a number only where the type says so', async (t) => {
  t.equal(numberOfWord(RrType.CERT, 1, 'PKIX'), undefined)
  t.equal(numberOfWord(RrType.DS, 2, 'RSASHA256'), undefined)
  t.equal(numberOfWord(RrType.MX, 0, 'RSASHA256'), undefined)
  t.equal(numberOfWord(RrType.DS, 1, '8'), undefined)
})
