/** Answers by their questions: what is found again, what is not any more, and how much is kept. */
import t from 'tap'
import { AnswerCache, MOST_ANSWER_OCTETS } from '../../src/server/answer-cache.ts'
import { AnswerReads, MOST_READS } from '../../src/server/answer-reads.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { nameKeyOf, type NameKey } from '../../src/zone/name-key.ts'
import { ZoneChanges } from '../../src/zone/zone-changes.ts'
import { FakeClock } from '../support/clock.ts'
import { message, question } from '../support/messages.ts'
import { a, change, named, publish, put } from '../support/records.ts'

const A = 1
const AAAA = 28

interface Kept {
  readonly text: string
  readonly account: number
}

/** A cache whose answers are a question with a text behind it. */
class Kit {
  readonly changes = new ZoneChanges()
  readonly reads = new AnswerReads(this.changes)
  readonly cache: AnswerCache

  constructor(size = 2 ** 16) {
    this.cache = new AnswerCache(size, this.changes)
  }

  put(
    owner: string,
    text: string,
    {
      type = A,
      account = 7,
      leansOnSpelling = false,
      keys = [owner],
      meanwhile = (): unknown => undefined,
    } = {},
  ): void {
    this.reads.begin()
    meanwhile()
    for (const key of keys) this.reads.note('node', nameKeyOf(named(key)))
    const asked = question(owner, type)
    const octets = Buffer.concat([message({ questions: [asked] }), Buffer.from(text)])
    const { reads } = this
    const at = { octets, start: 12, end: 12 + asked.length }
    this.cache.put(at, octets, { account, leansOnSpelling, reads })
  }

  find(owner: string, type = A): Kept | undefined {
    const asked = question(owner, type)
    // Anywhere in a packet.
    const octets = Buffer.concat([Buffer.alloc(5, 0x61), asked, Buffer.alloc(3)])
    const entry = this.cache.find({ octets, start: 5, end: 5 + asked.length })
    if (entry === 0) return undefined
    const start = this.cache.messageOf(entry)
    const end = start + this.cache.lengthOf(entry)
    const text = Buffer.from(this.cache.octets.subarray(start + 12 + asked.length, end))
    return { text: text.toString(), account: this.cache.accountOf(entry) }
  }

  text(owner: string, type = A): string | undefined {
    return this.find(owner, type)?.text
  }
}

t.test('what changed while an answer was made makes it untrue', async (t) => {
  const kit = new Kit()
  const store = new MemoryStore(new FakeClock())
  store.observe(kit.changes)
  kit.put('z.', 'begun before', { meanwhile: () => publish(store, 'z.') })
  t.equal(kit.text('z.'), undefined)
  kit.put('z.', 'begun after')
  t.equal(kit.text('z.'), 'begun after')
})

t.test(
  'RFC 4343 §3 an answer is found by name in any case, by type, and by nothing else',
  async (t) => {
    const kit = new Kit()
    kit.put('www.z.', 'one', { account: 0xffff_fff0 })
    t.strictSame(kit.find('www.z.'), { text: 'one', account: 0xffff_fff0 })
    t.equal(kit.text('WWW.z.'), 'one')
    for (const owner of ['wwww.z.', 'ww.z.', 'www.y.', '.', 'www.z.z.', 'w\\087w.z.']) {
      t.equal(kit.text(owner), owner === 'w\\087w.z.' ? 'one' : undefined, owner)
    }
    t.equal(kit.text('www.z.', AAAA), undefined)
    // Types and other octets have no case, though 0x41 and 0x61 differ in the same bit.
    kit.put('www.z.', 'type', { type: 0x4141 })
    t.equal(kit.text('www.z.', 0x6161), undefined)
    kit.put('\\064.z.', 'at')
    t.equal(kit.text('`.z.'), undefined)
  },
)

t.test(
  'what leans on the spelling is found in that spelling only, and another takes its place',
  async (t) => {
    const kit = new Kit()
    kit.put('www.z.', 'lower', { leansOnSpelling: true })
    t.equal(kit.text('www.z.'), 'lower')
    t.equal(kit.text('WWW.z.'), undefined)
    kit.put('WWW.z.', 'upper', { leansOnSpelling: true })
    t.equal(kit.text('WWW.z.'), 'upper')
    t.equal(kit.text('www.z.'), undefined)
  },
)

t.test('what changed is not found again, until it is put again, longer or shorter', async (t) => {
  const kit = new Kit()
  const store = new MemoryStore(new FakeClock())
  store.observe(kit.changes)
  const view = publish(store, 'z.')
  for (const text of ['first', 'x', 'a good deal longer than the first', 'less']) {
    kit.put('www.z.', text, { keys: ['other.z.', 'www.z.'] })
    t.equal(kit.text('www.z.'), text)
    await change(store, view, (draft) => {
      put(draft, a('unrelated.z.', `192.0.2.${text.length}`))
    })
    t.equal(kit.text('www.z.'), text)
    await change(store, view, (draft) => {
      put(draft, a('www.z.', `192.0.2.${text.length}`))
    })
    t.equal(kit.text('www.z.'), undefined)
  }
})

t.test('what is too long, or was made from too much, is not kept', async (t) => {
  const kit = new Kit()
  kit.put('www.z.', 'x'.repeat(MOST_ANSWER_OCTETS))
  t.equal(kit.text('www.z.'), undefined)
  const names = (count: number): string[] => Array.from({ length: count }, (_, n) => `n${n}.z.`)
  kit.put('www.z.', 'many', { keys: [...names(MOST_READS), ...names(MOST_READS)] })
  t.equal(kit.text('www.z.'), 'many', 'what is read twice counts once')
  kit.put('www.z.', 'too many', { keys: names(MOST_READS + 1) })
  t.equal(kit.text('www.z.'), 'many')
  const small = new Kit(4096)
  small.put('www.z.', 'x'.repeat(2000))
  t.equal(small.text('www.z.'), undefined, 'longer than there is room for at all')
})

t.test('when it is full, what is still asked for stays, and the rest goes', async (t) => {
  const kit = new Kit(2 ** 16)
  const text = 'x'.repeat(200)
  kit.put('asked.z.', 'asked')
  kit.put('forgotten.z.', 'forgotten')
  let found = 0
  for (let n = 0; n < 5000; n++) {
    kit.put(`n${n}.z.`, text)
    if (kit.text(`n${n}.z.`) === text) found++
    if (n % 50 === 0) t.equal(kit.text('asked.z.'), 'asked')
  }
  // Of names that fall together, one may take the other's place.
  t.ok(found > 4900, `${found} were found at once`)
  t.equal(kit.text('forgotten.z.'), undefined)
  t.equal(kit.text('n0.z.'), undefined)
  kit.cache.clear()
  t.equal(kit.text('asked.z.'), undefined)
  kit.put('asked.z.', 'again')
  t.equal(kit.text('asked.z.'), 'again')
})

t.test('a large cache is small until much is asked, and then keeps all of that', async (t) => {
  const kit = new Kit(2 ** 22)
  const text = 'x'.repeat(500)
  kit.put('early.z.', 'early')
  t.ok(kit.cache.octets.length < 2 ** 20)
  for (let n = 0; n < 2000; n++) kit.put(`n${n}.z.`, text)
  t.ok(kit.cache.octets.length > 2 ** 21)
  t.equal(kit.text('early.z.'), undefined, 'the small one is left as it is')
  kit.put('late.z.', 'late')
  for (let n = 1000; n < 2000; n++) {
    if (kit.text(`n${n}.z.`) !== text) t.fail(`n${n} is gone`)
  }
  t.equal(kit.text('late.z.'), 'late')
})

t.test('a cache larger than any memory stays as small as it began', async (t) => {
  const kit = new Kit(2 ** 42)
  const text = 'x'.repeat(500)
  for (let n = 0; n < 3000; n++) kit.put(`n${n}.z.`, text)
  t.ok(kit.cache.octets.length < 2 ** 20)
  t.equal(kit.text('n2999.z.'), text)
})

t.test(
  'an answer of the old half is given also when the young one has no room for it',
  async (t) => {
    const kit = new Kit(2 ** 15)
    const long = 'x'.repeat(3000)
    kit.put('old.z.', long)
    // 14 kB in a half: four such, and what is put after that is in the other half.
    for (let n = 0; n < 8; n++) {
      kit.put(`n${n}.z.`, long)
      const given = kit.text('old.z.')
      t.ok(given === long || given === undefined)
      if (n > 4) t.equal(kit.text(`n${n - 3}.z.`), long, `n${n - 3}`)
    }
  },
)

t.test('many questions that fall together cost no more than some', async (t) => {
  const kit = new Kit(2 ** 14)
  for (let n = 0; n < 2000; n++) kit.put(`${n}.`, '', { keys: [] })
  const found = Array.from({ length: 2000 }, (_, n) => kit.text(`${n}.`)).filter(
    (one) => one === '',
  )
  t.ok(found.length > 50 && found.length < 700, `${found.length} are kept`)
})

t.test('a key is noted once, and what has no room is counted', async (t) => {
  const reads = new AnswerReads(new ZoneChanges())
  const key = (n: number): NameKey => nameKeyOf(named(`n${n}.`))
  for (let n = 0; n < MOST_READS; n++) {
    reads.note('node', key(n))
    reads.note('node', key(n))
  }
  t.equal(reads.isWhole, true)
  reads.note('below', key(0))
  t.equal(reads.isWhole, false)
  reads.begin()
  t.equal(reads.isWhole, true)
})
