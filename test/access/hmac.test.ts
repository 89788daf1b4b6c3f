/** `access/hmac.ts` beside the HMAC of node:crypto. */
import { createHmac, createSecretKey } from 'node:crypto'
import t from 'tap'
import {
  algorithmFromText,
  algorithmTexts,
  type TsigAlgorithm,
} from '../../src/access/algorithm.ts'
import { hmac } from '../../src/access/hmac.ts'
import type { TsigKey } from '../../src/access/keyring.ts'
import { name } from '../support/service.ts'

const keyOf = (algorithm: TsigAlgorithm, secret: Buffer): TsigKey => ({
  name: name('k.'),
  text: 'k.',
  algorithm,
  secret: createSecretKey(secret),
  macLength: algorithm.macLength,
})

const algorithms = algorithmTexts.flatMap((text) => algorithmFromText(text) ?? [])

t.test('it is the HMAC of node:crypto, for every algorithm and any length of key', async (t) => {
  t.equal(algorithms.length, algorithmTexts.length)
  for (const algorithm of algorithms) {
    for (const length of [1, 63, 64, 65, 127, 128, 129, 200]) {
      const secret = Buffer.alloc(length, 0xa5)
      const message = Buffer.from('a message of some octets')
      const expected = createHmac(algorithm.digest, secret).update(message).digest()
      const mac = hmac(keyOf(algorithm, secret), [message])
      t.equal(mac.toString('hex'), expected.toString('hex'), `${algorithm.text}, ${length}`)
    }
  }
})

t.test('the pieces are one message, short or as long as TCP takes them', async (t) => {
  for (const algorithm of algorithms) {
    const secret = Buffer.from('a secret')
    const key = keyOf(algorithm, secret)
    for (const length of [0, 1, 1983, 1984, 1985, 65_535]) {
      const pieces = [Buffer.alloc(2, 7), Buffer.alloc(length, 1), Buffer.alloc(3, 9)]
      const expected = createHmac(algorithm.digest, secret).update(Buffer.concat(pieces)).digest()
      t.equal(hmac(key, pieces).toString('hex'), expected.toString('hex'), `${length} octets`)
    }
  }
})
