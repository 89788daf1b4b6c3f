/** The LMDB environment and its databases, as layout.ts draws them. */
import { closeSync, existsSync, mkdirSync, openSync, readSync, statfsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { open, type Database, type RootDatabase } from 'lmdb'
import { octetAt } from '../base/bytes.ts'
import { StoreError } from '../zone/zone.ts'

/** Both keys and values are octets as they are. */
export type Octets = Database<Buffer, Buffer>

export interface Databases {
  readonly root: RootDatabase<Buffer, Buffer>
  readonly meta: Octets
  readonly zones: Octets
  readonly nodes: Octets
  readonly journal: Octets
  readonly tokens: Octets
  readonly applied: Octets
  /** The same two for reading one value after the other: all keys seem empty, and values are not copied. */
  readonly nodeValues: Octets
  readonly appliedValues: Octets
  /**
   * Runs what writes in one transaction, which is on disk when this returns.
   * @throws what it throws, or what keeps it from the disk; nothing of it is there then
   */
  readonly write: <T>(run: () => T) => T
}

/**
 * Octets that are left free on the disk: where small transactions meet a full one, LMDB 0.9 as lmdb
 * 3.5 brings it may end the process by a double free.
 */
const RESERVE = 8 * 1024 * 1024

/** @param folder that is there */
const isNearlyFull = (folder: string): boolean => {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize < RESERVE
}

/** For as many a loop takes less time than a call. */
const FEW_OCTETS = 64

/**
 * What lmdb-js read last, out of the memory that it uses again. Its own copies are small arrays in V8's
 * heap, and the first view of one moves it out of there, which costs more than the whole read: a node
 * is taken apart into views (bench/micro/updates.ts, bench/load/axfr.ts).
 */
const copied = (shared: Buffer): Buffer => {
  const { length } = shared
  const copy = Buffer.allocUnsafe(length)
  if (length > FEW_OCTETS) copy.set(shared.subarray(0, length))
  else for (let i = 0; i < length; i++) copy[i] = octetAt(shared, i)
  return copy
}

const OCTETS = {
  encoding: 'binary',
  encoder: { encode: (octets: Buffer) => octets, decode: copied },
  keyEncoding: 'binary',
} as const

const NO_KEY = Buffer.alloc(0)

/** Half of what reading 100,000 values one after the other takes is their keys and copies of them (ADR 17). */
const SHARED_VALUES = {
  encoding: 'binary',
  encoder: { decode: (shared: Buffer) => shared },
  keyEncoder: {
    // Where a range begins and ends.
    writeKey: (key: Buffer, target: Buffer, at: number) => {
      target.set(key, at)
      return at + key.length
    },
    readKey: () => NO_KEY,
  },
} as const

/** Where LMDB's two meta pages may say what they are: behind the header of their page. */
const MAGIC_OFFSET = 24
const MAGIC = 0xbeefc0de

/** Whether a file has anything in it. */
export const hasOctets = (file: string): boolean => existsSync(file) && statSync(file).size > 0

/**
 * LMDB makes its lock file as a hole and maps it: where the disk has no room for the pages that it then
 * writes to, the process ends by SIGBUS. A store whose files are there is opened on a full disk, too.
 */
const checkRoom = (folder: string): void => {
  const isThere = hasOctets(join(folder, 'data.mdb'))
  if (isThere && hasOctets(join(folder, 'lock.mdb'))) return
  let nearest = folder
  while (!existsSync(nearest)) nearest = dirname(nearest)
  if (!isNearlyFull(nearest)) return
  const cannot = `${folder} cannot be ${isThere ? 'opened' : 'made'}`
  throw new StoreError(`${cannot}: less than 8 MiB are free there; make room first`)
}

/** LMDB trusts its file, and a damaged one would end the process without a word. */
const checkFile = (folder: string): void => {
  const file = join(folder, 'data.mdb')
  if (!hasOctets(file)) return
  const head = Buffer.alloc(MAGIC_OFFSET + 4)
  const descriptor = openSync(file, 'r')
  readSync(descriptor, head)
  closeSync(descriptor)
  if (head.readUInt32LE(MAGIC_OFFSET) === MAGIC) return
  throw new Error(
    'data.mdb is no LMDB file, or a damaged one: restore it, or move it away and import the zones',
  )
}

/**
 * @param readOnly then the environment has to be there; otherwise it is made, and its folder, for the owner alone
 * @throws StoreError when it cannot be opened
 */
export const openDatabases = (folder: string, readOnly: boolean): Databases => {
  checkRoom(folder)
  // What proves who users and devices are is in it, as hashes: nobody else is to guess at them.
  if (!readOnly) mkdirSync(folder, { recursive: true, mode: 0o700 })
  try {
    checkFile(folder)
    return environment(folder, readOnly)
  } catch (error) {
    throw new StoreError(`${folder} cannot be opened`, { cause: error })
  }
}

const environment = (folder: string, readOnly: boolean): Databases => {
  const root = open<Buffer, Buffer>({
    path: folder,
    noSubdir: false,
    readOnly,
    // Durable when the transaction returns, not some time later.
    overlappingSync: false,
    maxDbs: 8,
    ...OCTETS,
  })
  const database = (name: string): Octets => root.openDB<Buffer, Buffer>({ name, ...OCTETS })
  const values = (name: string): Octets => root.openDB<Buffer, Buffer>({ name, ...SHARED_VALUES })
  // For reading nothing is made: where a first start was ended early there is none.
  const meta = database('meta') as Octets | undefined
  if (meta === undefined) throw new Error('there is no store in it yet')
  return {
    root,
    meta,
    zones: database('zones'),
    nodes: database('nodes'),
    journal: database('journal'),
    tokens: database('tokens'),
    applied: database('applied'),
    nodeValues: values('nodes'),
    appliedValues: values('applied'),
    write: (run) => {
      if (isNearlyFull(folder)) {
        throw new Error('No space left on device: less than 8 MiB are free, free some')
      }
      return root.transactionSync(run)
    },
  }
}
