/**
 * A process that makes and opens stores on a small disk that is full, or nearly. What it was told is one line
 * of JSON on its output.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { LmdbStore } from '../../src/store/lmdb.ts'
import { a, change, named, ownersOf, publish, put, viewOf } from './records.ts'

export interface StartReport {
  /** What a start was told by how many octets were free, and whether it left anything behind. */
  readonly starts: readonly {
    readonly free: number
    readonly told: string
    readonly left: boolean
  }[]
  /** The same where an earlier start was ended halfway, and what the folder had afterwards. */
  readonly again: string
  readonly files: readonly string[]
  /** With just enough for a store, and none for a zone beside it. */
  readonly second: string
  /** What a store without its lock file was told, for writing and for reading. */
  readonly unlocked: readonly string[]
  /** Owners in a whole store that was opened without an octet to spare. */
  readonly seen: readonly string[]
}

const KIB = 1024
const MIB = 1024 * KIB

const root = process.argv[2] ?? ''
const ballast = join(root, 'ballast')

/** Fills the disk up to that. */
const leaveFree = (octets: number): void => {
  rmSync(ballast, { force: true })
  const { bavail, bsize } = statfsSync(root)
  writeFileSync(ballast, Buffer.alloc(bavail * bsize - octets, 1))
}

const toldBy = (action: () => unknown): string => {
  try {
    action()
    return 'nothing'
  } catch (error) {
    return String(error)
  }
}

const open = (folder: string): LmdbStore => LmdbStore.open(join(root, folder), systemClock)

const run = async (): Promise<StartReport> => {
  const starts = [0, 4 * KIB, 40 * KIB, 8 * MIB - 4 * KIB].map((free) => {
    leaveFree(free)
    const told = toldBy(() => open('new/data'))
    return { free, told, left: existsSync(join(root, 'new')) }
  })
  rmSync(ballast)
  mkdirSync(join(root, 'broken'))
  writeFileSync(join(root, 'broken/data.mdb'), '')
  writeFileSync(join(root, 'broken/lock.mdb'), Buffer.alloc(8 * KIB))
  leaveFree(0)
  const again = toldBy(() => open('broken'))
  leaveFree(8 * MIB + 40 * KIB)
  const store = open('data')
  rmSync(ballast)
  // A store that was changed has pages that the next one to open it may use again.
  await change(store, publish(store, 'x.'), (draft) => {
    put(draft, a('a.x.', '192.0.2.1'))
  })
  leaveFree(4 * KIB)
  const second = toldBy(() => store.load(named('y.')))
  await store.close()
  leaveFree(0)
  const whole = open('data')
  const seen = ownersOf(viewOf(whole, 'x.'))
  await whole.close()
  rmSync(join(root, 'data/lock.mdb'))
  leaveFree(0)
  const reading = (): LmdbStore => LmdbStore.openForReading(join(root, 'data'), systemClock)
  const unlocked = [toldBy(() => open('data')), toldBy(reading)]
  return { starts, again, files: readdirSync(join(root, 'broken')), second, unlocked, seen }
}

process.stdout.write(JSON.stringify(await run()))
