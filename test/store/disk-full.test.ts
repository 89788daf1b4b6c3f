/** A disk that is full: changes are refused, reading goes on, and nothing acknowledged is lost. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import type { FullDiskReport } from '../support/full-disk.ts'
import type { StartReport } from '../support/full-disk-start.ts'

const programOf = (name: string): string =>
  fileURLToPath(new URL(`../support/${name}.js`, import.meta.url))

const MOUNT = 'mount -t tmpfs -o size=10m tmpfs "$1"'

const isRoot = process.getuid?.() === 0

/** Runs a shell script with the words from `$1` on, in a mount namespace of its own. */
const inNamespace = (script: string, ...words: string[]): ReturnType<typeof spawnSync> =>
  // Whoever is not root may mount only where they seem to be.
  spawnSync('unshare', [isRoot ? '-m' : '-rm', 'sh', '-c', script, 'sh', ...words])

/** Runs a program of test/support with the folder, on a small disk of its own. */
const onSmallDisk = (program: string, folder: string): ReturnType<typeof spawnSync> =>
  inNamespace(`${MOUNT} && exec "$2" "$3" "$1"`, folder, process.execPath, programOf(program))

const mayMount = inNamespace(MOUNT, t.testdir()).status === 0

/** As root, without a namespace: the test may not be skipped where only `unshare` is missing. */
const mountsOtherwise = (): boolean =>
  isRoot && spawnSync('sh', ['-c', `${MOUNT} && umount "$1"`, 'sh', t.testdir()]).status === 0

const skip = mayMount ? false : 'a small tmpfs cannot be mounted here'

t.test('where it can be proven, it is not skipped', async (t) => {
  const isExcused = mayMount || process.env['CI'] === undefined || !mountsOtherwise()
  t.ok(isExcused, 'a tmpfs that can be mounted can be mounted in a namespace too')
})

t.test('RFC 2136 §3.5 a full disk refuses changes and loses none', { skip }, async (t) => {
  const { status, stdout, stderr } = onSmallDisk('full-disk', t.testdir())
  t.equal(status, 0, stderr.toString())
  // The program writes nothing else.
  const report = JSON.parse(stdout.toString()) as FullDiskReport
  const { before, refused, refusedAgain, after, seenWhileFull, seenInTheEnd } = report
  t.ok(before.length >= 8, `${before.length} changes fitted`)
  t.equal(before.length % 8, 0, 'a group is on disk whole or not at all')
  const told = /^StoreError: No space left on device: less than 8 MiB are free, free some$/
  t.match(
    refused,
    Array.from({ length: 8 }, () => told),
    'each of the group that did not fit',
  )
  t.match(
    refusedAgain,
    Array.from({ length: 8 }, () => told),
    'and each of the next',
  )
  t.same(
    [...seenWhileFull].sort(),
    ['x.', ...before].sort(),
    'reading goes on, and nothing refused is seen',
  )
  t.equal(report.serialWhileFull, 10 + before.length)
  t.equal(report.nothingWhileFull, 'done', 'what needs no disk is answered')
  t.same(report.smallWhileFull, ['StoreError'], 'nor is the process ended by many small ones')
  t.equal(after.length, 24, 'with space again, changes are taken again')
  t.same([...seenInTheEnd].sort(), ['x.', ...before, ...after].sort())
  t.same(
    report.serials,
    Array.from({ length: before.length + after.length }, (_, i) => 11 + i),
    'the journal has every acknowledged change and no other',
  )
})

t.test(
  'without room for a store none is begun, and one that is whole is opened',
  { skip },
  async (t) => {
    const folder = t.testdir()
    const { status, signal, stdout, stderr } = onSmallDisk('full-disk-start', folder)
    t.strictSame([status, signal], [0, null], stderr.toString())
    // The program writes nothing else.
    const report = JSON.parse(stdout.toString()) as StartReport
    const short = 'less than 8 MiB are free there; make room first'
    t.equal(report.starts.length, 4)
    for (const { free, told, left } of report.starts) {
      t.equal(
        told,
        `StoreError: ${folder}/new/data cannot be made: ${short}`,
        `${free} octets free`,
      )
      t.notOk(left, 'and not even the folder')
    }
    t.equal(report.again, `StoreError: ${folder}/broken cannot be made: ${short}`)
    t.same(report.files, ['data.mdb', 'lock.mdb'], 'what was there before stays as it was')
    t.equal(
      report.second,
      'StoreError: y. could not be put on disk: No space left on device: less than 8 MiB are free, free some',
    )
    const unlocked = `StoreError: ${folder}/data cannot be opened: ${short}`
    t.same(report.unlocked, [unlocked, unlocked], 'the lock file would be a new one')
    t.same(report.seen, ['x.', 'a.x.'])
  },
)
