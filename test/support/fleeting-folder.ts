/**
 * A folder in memory where the machine has such a place: for stores of which no test asks whether they outlive the
 * machine. Waiting for the disk is most of what many small commits take.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'

const MEMORY = '/dev/shm'

/** @returns an empty folder, which is gone when the test is */
export const fleetingFolder = (t: Test): string => {
  if (!existsSync(MEMORY)) return t.testdir()
  const folder = mkdtempSync(join(MEMORY, 'livezone-'))
  t.teardown(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}
