/** The six HMACs: what they are called, and how long their MACs are. */
import { createHmac } from 'node:crypto'
import t from 'tap'
import {
  algorithmFromText,
  algorithmTexts,
  DEFAULT_ALGORITHM,
  isAlgorithmNamed,
  shortestMac,
  type TsigAlgorithm,
} from '../../src/access/algorithm.ts'
import { wireName } from '../support/messages.ts'
import { name } from '../support/service.ts'

const known = (text: string): TsigAlgorithm => {
  const algorithm = algorithmFromText(text)
  if (algorithm === undefined) throw new Error(`no ${text}`)
  return algorithm
}

const table = [
  { text: 'hmac-md5', wire: 'hmac-md5.sig-alg.reg.int.', octets: 16, shortest: 10 },
  { text: 'hmac-sha1', wire: 'hmac-sha1.', octets: 20, shortest: 10 },
  { text: 'hmac-sha224', wire: 'hmac-sha224.', octets: 28, shortest: 14 },
  { text: 'hmac-sha256', wire: 'hmac-sha256.', octets: 32, shortest: 16 },
  { text: 'hmac-sha384', wire: 'hmac-sha384.', octets: 48, shortest: 24 },
  { text: 'hmac-sha512', wire: 'hmac-sha512.', octets: 64, shortest: 32 },
]

for (const { text, wire, octets, shortest } of table) {
  t.test(`RFC 8945 §6 ${text} is ${wire} on the wire`, async (t) => {
    const algorithm = known(text)
    t.equal(algorithm.text, text)
    t.strictSame(Buffer.from(algorithm.name), wireName(wire))
    t.equal(createHmac(algorithm.digest, 'secret').digest().length, octets)
    t.equal(algorithm.macLength, octets)
  })

  t.test(`RFC 8945 §5.2.2.1 a MAC of ${text} has ${shortest} octets at least`, async (t) => {
    t.equal(shortestMac(known(text)), shortest)
  })

  t.test(`RFC 8945 §4.3.3 ${text} is named in any case, and by no other name`, async (t) => {
    const algorithm = known(text)
    for (const { wire: other } of table) {
      t.equal(isAlgorithmNamed(algorithm, name(other)), other === wire)
      t.equal(isAlgorithmNamed(algorithm, name(other.toUpperCase())), other === wire)
    }
    t.notOk(isAlgorithmNamed(algorithm, name('.')))
    t.notOk(isAlgorithmNamed(algorithm, name(`${wire}example.`)))
  })
}

t.test('algorithms are found by their text in any case', async (t) => {
  for (const { text } of table) t.equal(algorithmFromText(text.toUpperCase()), known(text))
  t.equal(algorithmFromText('HMAC-MD5.SIG-ALG.REG.INT'), known('hmac-md5'))
})

t.test('what is no algorithm is not found', async (t) => {
  for (const text of ['', 'hmac', 'sha256', 'hmac-sha3-256', 'hmac-sha256.', 'gss-tsig']) {
    t.equal(algorithmFromText(text), undefined, `"${text}"`)
  }
})

t.test('the texts are those of the table, for messages', async (t) => {
  t.strictSame(
    algorithmTexts,
    table.map(({ text }) => text),
  )
})

t.test('RFC 8945 §6 new keys are for the algorithm that everybody must have', async (t) => {
  t.equal(DEFAULT_ALGORITHM, known('hmac-sha256'))
})
