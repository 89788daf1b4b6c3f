/**
 * Folders in memory, where the machine has such a place: for stores of which no test asks whether they outlive the
 * machine. Waiting for the disk is most of what many small commits take.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'

const MEMORY = '/dev/shm'
/** Containers may have little. */
const LEAST_FREE_OCTETS = 2 ** 29

/** @returns an empty folder that stands for the one of this path; undefined where there is no room */
export const folderInMemory = (path: string): string | undefined => {
  if (!hasRoom()) return undefined
  const name = createHash('sha256').update(path).digest('hex').slice(0, 16)
  const folder = join(MEMORY, `livezone-${name}`)
  // A run that was killed may have left it.
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  return folder
}

const hasRoom = (): boolean => {
  if (!existsSync(MEMORY)) return false
  const { bavail, bsize } = statfsSync(MEMORY)
  return bavail * bsize > LEAST_FREE_OCTETS
}

/** @returns an empty folder, which is gone when the test is */
export const fleetingFolder = (t: Test): string => {
  const folder = folderInMemory(t.testdirName)
  if (folder === undefined) return t.testdir()
  t.teardown(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}
