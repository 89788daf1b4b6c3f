/** Two processes and one store: one writes, any may read, and who is dead keeps nobody out. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { openDatabases } from '../../src/store/databases.ts'
import { metaKey } from '../../src/store/layout.ts'
import { LmdbStore } from '../../src/store/lmdb.ts'
import { ownClaim, type Claim } from '../../src/store/writer-claim.ts'
import { FakeClock } from '../support/clock.ts'
import { a, change, ownersOf, publish, put, shownName, viewOf } from '../support/records.ts'
import { plainly } from '../support/tools.ts'

const PROGRAM = fileURLToPath(new URL('../support/store-process.js', import.meta.url))

const clock = new FakeClock()

/** Runs a process to its end: its exit code, or the signal that ended it, and the lines it wrote. */
const run = (mode: string, folder: string): { end: number | string | null; lines: unknown[] } => {
  const { status, signal, stdout } = spawnSync(
    ...plainly(process.execPath, PROGRAM, mode, folder),
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 64 * 1024 * 1024,
    },
  )
  const lines = stdout.toString().trim().split('\n')
  return { end: signal ?? status, lines: lines.map((line): unknown => JSON.parse(line)) }
}

const add = (store: LmdbStore, owner: string): Promise<unknown> =>
  change(store, viewOf(store, 'x.'), (draft) => {
    put(draft, a(owner, '192.0.2.1'))
  })

t.test('a second process may not write, and is told who does', async (t) => {
  const folder = t.testdir()
  const store = LmdbStore.open(folder, clock)
  publish(store, 'x.')
  t.same(run('write', folder), {
    end: 2,
    lines: [
      {
        name: 'StoreError',
        message: `${folder} is in use by another livezone (process ${process.pid}): stop that one first`,
      },
    ],
  })
  await add(store, 'a.x.')
  t.same(ownersOf(viewOf(store, 'x.')), ['x.', 'a.x.'], 'the first goes on')
  await store.close()
})

t.test('a second process may read what the first writes, and nothing more', async (t) => {
  const folder = t.testdir()
  const store = LmdbStore.open(folder, clock)
  publish(store, 'x.')
  await add(store, 'a.x.')
  const refused = { refused: 'StoreError', loaded: false }
  t.same(run('read', folder), {
    end: 0,
    lines: [{ owners: ['x.', 'a.x.'], serial: 11, journal: [11], ...refused }],
  })
  await add(store, 'b.x.')
  t.same(run('read', folder), {
    end: 0,
    lines: [{ owners: ['x.', 'a.x.', 'b.x.'], serial: 12, journal: [11, 12], ...refused }],
  })
  t.same(ownersOf(viewOf(store, 'x.')), ['x.', 'a.x.', 'b.x.'])
  await store.close()
})

t.test('a process is kept out while the first lives, and let in when it is gone', async (t) => {
  const folder = t.testdir()
  const child = spawn(...plainly(process.execPath, PROGRAM, 'hold', folder), {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  t.throws(() => LmdbStore.open(folder, clock), {
    name: 'StoreError',
    message: `process ${child.pid}`,
  })
  const reader = LmdbStore.openForReading(folder, clock)
  t.same(reader.apexes(), [])
  await reader.close()
  child.stdin.end()
  await once(child, 'exit')
  const store = LmdbStore.open(folder, clock)
  t.same(store.apexes(), [])
  await store.close()
})

t.test('RFC 2136 §3.5 what was acknowledged is there after the process was killed', async (t) => {
  const folder = t.testdir()
  const { end, lines } = run('die', folder)
  t.equal(end, 'SIGKILL')
  t.ok(lines.length >= 300)
  const store = LmdbStore.open(folder, clock)
  const view = viewOf(store, 'x.')
  const owners = ownersOf(view)
  const lost = lines.filter((owner) => typeof owner !== 'string' || !owners.includes(owner))
  t.same(lost, [])
  const serials = Array.from(store.journal(view), ({ changeset }) => changeset.serialAfter)
  t.same(
    serials,
    owners.slice(1).map((_, i) => 11 + i),
    'and the journal has each name that is in the zone',
  )
  await add(store, 'after.x.')
  await store.close()
})

t.test('a claim of a process that is not there any more is taken over', async (t) => {
  const ended = spawnSync(process.execPath, ['--version'])
  const claims: [string, Claim][] = [
    ['a process that has ended', { pid: ended.pid, started: ownClaim().started }],
    ['a pid that no process can have', { pid: 2 ** 30, started: ownClaim().started }],
  ]
  // Only there the start of a process is known.
  if (process.platform === 'linux') {
    claims.push(['a process that had the pid before', { pid: process.ppid, started: '1' }])
  }
  for (const [why, claim] of claims) {
    const folder = t.testdir()
    const first = LmdbStore.open(folder, clock)
    publish(first, 'x.')
    await first.close()
    const before = openDatabases(folder, false)
    before.meta.putSync(metaKey.writer, Buffer.from(JSON.stringify(claim)))
    await before.root.close()
    const store = LmdbStore.open(folder, clock)
    t.same(store.apexes().map(shownName), ['x.'], why)
    await store.close()
    const after = openDatabases(folder, true)
    t.same(JSON.parse(after.meta.get(metaKey.writer)?.toString() ?? ''), ownClaim(), why)
    await after.root.close()
  }
})

t.test('a store whose claim cannot be read is not opened, and says so', async (t) => {
  const folder = t.testdir()
  const { root, meta } = openDatabases(folder, false)
  meta.putSync(metaKey.writer, Buffer.from('{'))
  await root.close()
  t.throws(() => LmdbStore.open(folder, clock), {
    name: 'StoreError',
    message: `${folder} cannot be opened: `,
  })
})
