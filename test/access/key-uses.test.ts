/** When secrets were used last: noted at once, stored now and then, and told apart by very little. */
import t from 'tap'
import { KeyUses, secretId } from '../../src/access/key-uses.ts'
import { Keyring } from '../../src/access/keyring.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import type { KeyUse } from '../../src/zone/key-use.ts'
import { StoreError } from '../../src/zone/zone.ts'
import { FakeClock } from '../support/clock.ts'
import { recordingLog } from '../support/log.ts'
import { tsigKey } from '../support/service.ts'

const current = tsigKey('k.example.', 'hmac-sha256', Buffer.alloc(32, 1))
const old = tsigKey('k.example.', 'hmac-sha256', Buffer.alloc(32, 2))

class CountingStore extends MemoryStore {
  puts = 0
  failure: Error | undefined

  override putKeyUses(changes: ReadonlyMap<string, KeyUse | undefined>): void {
    this.puts++
    if (this.failure !== undefined) throw this.failure
    super.putKeyUses(changes)
  }
}

const parts = () => {
  const clock = new FakeClock()
  const store = new CountingStore(clock)
  const { log, lines } = recordingLog()
  return { clock, store, lines, uses: new KeyUses(store, clock, log) }
}

t.test('of many uses of a secret the last is stored, when it is asked for', async (t) => {
  const { clock, store, uses } = parts()
  uses.note(current, '192.0.2.1')
  clock.advanceSeconds(5)
  uses.note(current, '192.0.2.2')
  uses.note(old, '192.0.2.3')
  t.equal(store.puts, 0)
  uses.save()
  const timeMilliseconds = clock.nowMilliseconds()
  t.equal(store.puts, 1)
  t.strictSame(
    store.keyUses(),
    new Map([
      [secretId(current), { timeMilliseconds, source: '192.0.2.2' }],
      [secretId(old), { timeMilliseconds, source: '192.0.2.3' }],
    ]),
  )
  uses.save()
  t.equal(store.puts, 1, 'nothing new is nothing to store')
})

t.test('a disk that says no costs a warning, and the uses wait', async (t) => {
  const { store, lines, uses } = parts()
  store.failure = new StoreError('the disk is full')
  uses.note(current, '192.0.2.1')
  uses.save()
  t.match(lines, [{ level: 'warn', fields: { reason: 'the disk is full' } }])
  store.failure = undefined
  uses.save()
  t.equal(store.keyUses().size, 1)
  store.failure = new Error('a bug')
  uses.note(current, '192.0.2.1')
  t.throws(() => {
    uses.save()
  }, /a bug/)
})

t.test('secrets that are not held any more are forgotten', async (t) => {
  const { store, uses } = parts()
  const other = tsigKey('other.')
  for (const key of [current, old, other]) uses.note(key, '192.0.2.1')
  uses.save()
  const keyring = new Keyring()
  keyring.add(current, { old })
  uses.forgetAllBut(keyring)
  t.strictSame([...store.keyUses().keys()], [secretId(current), secretId(old)])
})

t.test('what stands for a secret tells two of one name apart, by 16 bits', async (t) => {
  t.not(secretId(current), secretId(old))
  t.equal(secretId(current), secretId(tsigKey('K.EXAMPLE.', 'hmac-sha1', Buffer.alloc(32, 1))))
  t.equal(secretId(current).length, 2 + current.name.length)
})
