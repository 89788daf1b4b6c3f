/** The hash for tables whose keys strangers choose. */
import t from 'tap'
import { hashStep, newHashKey, type HashKey } from '../../src/base/keyed-hash.ts'

const hashOf = (text: string, { start, multiplier }: HashKey): number => {
  let hash = start
  for (const octet of Buffer.from(text)) hash = hashStep(hash, octet, multiplier)
  return hash
}

/** Pairs among the texts that fall on the same of 2^16 places under the key. */
const pairsAlike = (texts: readonly string[], key: HashKey): string[] => {
  const seen = new Map<number, string>()
  const pairs: string[] = []
  for (const text of texts) {
    const place = hashOf(text, key) & 0xffff
    const other = seen.get(place)
    if (other !== undefined) pairs.push(`${other} ${text}`)
    seen.set(place, text)
  }
  return pairs
}

t.test('it depends on the key, and is the same under the same one', async (t) => {
  const [one, other] = [newHashKey(), newHashKey()]
  t.equal(hashOf('www.example', one), hashOf('www.example', one))
  t.not(hashOf('www.example', one), hashOf('www.example', other))
  t.equal(one.multiplier & 1, 1)
})

t.test('what falls together under one key does not under another', async (t) => {
  const texts = Array.from({ length: 20_000 }, (_, index) => `host-${index}.example`)
  const known = { start: 0x811c9dc5, multiplier: 0x0100_0193 }
  const pairs = pairsAlike(texts, known)
  t.ok(pairs.length > 1000, 'so many texts have many that fall together')
  const key = { start: 0x1234_5678, multiplier: 0x9e37_79b1 }
  const again = pairs.filter((pair) => pairsAlike(pair.split(' '), key).length > 0)
  t.ok(again.length < 5, 'no more than by chance')
})

t.test('its low bits depend on high ones', async (t) => {
  const multiplier = 0x9e37_79b1
  const low = (hash: number): number => hash & 0xffff
  const differ = Array.from({ length: 64 }, (_, index) => index * 0x0100_0000).filter(
    (value) => low(hashStep(value, 7, multiplier)) !== low(hashStep(0, 7, multiplier)),
  )
  t.ok(differ.length > 48)
})
