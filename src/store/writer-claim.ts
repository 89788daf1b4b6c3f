/**
 * One process at a time may write to a store. LMDB itself would allow more, but what one decides
 * while another writes would be lost. The claim names a process, so that one that was killed
 * leaves nothing behind that has to be cleaned up by hand.
 */
import { readFileSync } from 'node:fs'
import { StoreError } from '../zone/zone.ts'
import type { Octets } from './databases.ts'
import { metaKey } from './layout.ts'

export interface Claim {
  readonly pid: number
  /** Tells the process from a later one with the same pid; empty where the system does not say. */
  readonly started: string
}

/**
 * Makes the store this process's, in a transaction of the caller's.
 * @param folder of the store
 * @throws StoreError when it is another's
 */
export const claimWriter = (meta: Octets, folder: string): void => {
  const stored = meta.get(metaKey.writer)
  if (stored !== undefined) {
    // Only this function writes it.
    const claim = JSON.parse(stored.toString()) as Claim
    if (isHeldByAnother(claim)) {
      throw new StoreError(
        `${folder} is in use by another livezone (process ${claim.pid}): stop that one first`,
      )
    }
  }
  meta.putSync(metaKey.writer, Buffer.from(JSON.stringify(ownClaim())))
}

export const ownClaim = (): Claim => ({ pid: process.pid, started: startOf(process.pid) })

/** Whether the process that made the claim is still there, and is not this one. */
export const isHeldByAnother = (claim: Claim): boolean =>
  claim.pid !== process.pid && isAlive(claim.pid) && startOf(claim.pid) === claim.started

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return !isZombie(pid)
  } catch (error) {
    // It lives, but is another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM' && !isZombie(pid)
  }
}

/** Whether it has ended, all its threads have, and its parent alone has not asked yet how. */
const isZombie = (pid: number): boolean => {
  const { state, threads } = statOf(pid)
  return state === 'Z' && Number(threads) <= 1
}

/** Clock ticks from boot to the start of the process. */
const startOf = (pid: number): string => statOf(pid).started

interface Stat {
  readonly state: string
  readonly threads: string
  readonly started: string
}

/** Fields 3, 20 and 22 of /proc/PID/stat (proc(5)); empty where the system does not say. */
const statOf = (pid: number): Stat => {
  let stat = ''
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch {
    // Not Linux, or gone.
  }
  // The second field is a file name in brackets and may hold blanks and brackets itself.
  const fieldsFromThird = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const field = (number: number): string => fieldsFromThird[number - 3] ?? ''
  return { state: field(3), threads: field(20), started: field(22) }
}
