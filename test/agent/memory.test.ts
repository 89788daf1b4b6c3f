/** What is remembered between two runs. */
import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { emptyMemory, readMemory, writeMemory, type Memory } from '../../src/agent/memory.ts'

const FULL: Memory = {
  fingerprint: 'f',
  found: { ipv4: '192.0.2.1' },
  missingSince: { ipv6: 5 },
  hosts: {
    'home.dyn.example.': {
      published: { ipv4: '192.0.2.1', ipv6: null },
      changedAt: 1,
      verifiedAt: 2,
      failure: { kind: 'later', why: 'x', since: 1, tries: 2, nextTryAt: 3, alertedAt: 4 },
    },
    'new.dyn.example.': { published: {} },
  },
}

t.test('what is written is read again, by its owner alone', async (t) => {
  const folder = t.testdir()
  const file = join(folder, 'agent.json')
  writeMemory(file, emptyMemory('e'))
  writeMemory(file, FULL)
  t.match(readMemory(file), FULL)
  t.equal(statSync(file).mode & 0o777, 0o600)
  t.strictSame(readdirSync(folder), ['agent.json'], 'no draft is left')
})

t.test('what is not there, or not ours, is nothing', async (t) => {
  const file = join(t.testdir(), 'agent.json')
  t.equal(readMemory(file), undefined)
  for (const text of ['', '{', '{"version":2}']) {
    writeFileSync(file, text)
    t.equal(readMemory(file), undefined, text)
  }
})

t.test('what cannot be read or written is an error', async (t) => {
  const folder = t.testdir({ 'agent.json': {} })
  t.throws(() => readMemory(join(folder, 'agent.json')), { code: 'EISDIR' })
  t.throws(
    () => {
      writeMemory(join(folder, 'none', 'agent.json'), FULL)
    },
    { code: 'ENOENT' },
  )
})
