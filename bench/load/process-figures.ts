/** What the system knows of a process: its processor time and its memory (proc(5)). */
import { readFileSync } from 'node:fs'

/** USER_HZ, which Linux fixes for everything that it shows. */
const TICKS_A_SECOND = 100

/** Microseconds of processor time that the processes have taken so far, all threads together. */
export const cpuMicroseconds = (pids: readonly number[]): number => {
  let ticks = 0
  for (const pid of pids) {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The second field is a file name in brackets and may hold blanks and brackets itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    ticks += Number(fields[11]) + Number(fields[12])
  }
  return (ticks / TICKS_A_SECOND) * 1e6
}

/** Octets of memory that are the processes' own: a memory-mapped store is the page cache's. */
export const privateOctets = (pids: readonly number[]): number => {
  let kilobytes = 0
  for (const pid of pids) {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1')
    for (const [, size] of rollup.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB/gm)) {
      kilobytes += Number(size)
    }
    // Clean pages of a mapped file count as private as long as nobody else maps it.
    const file = mappedFileKilobytes(pid)
    kilobytes -= file
  }
  return kilobytes * 1024
}

/** Clean private pages of LMDB's data files. */
const mappedFileKilobytes = (pid: number): number => {
  let kilobytes = 0
  let isStore = false
  for (const line of readFileSync(`/proc/${pid}/smaps`, 'latin1').split('\n')) {
    if (/^[0-9a-f]+-[0-9a-f]+ /.test(line)) isStore = /\.(mdb|lmdb)(-\d+)?$/.test(line)
    const [, clean] = /^Private_Clean:\s+(\d+) kB/.exec(line) ?? []
    if (isStore && clean !== undefined) kilobytes += Number(clean)
  }
  return kilobytes
}

export const residentOctets = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => {
    const [, size] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? []
    return sum + Number(size) * 1024
  }, 0)
