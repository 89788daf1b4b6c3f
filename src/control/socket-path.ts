/** How a Unix socket is called: the system keeps only so many octets of its path (unix(7)). */
import { closeSync, existsSync, openSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/** What fits everywhere: Linux takes 107 octets, macOS and the BSDs 103. */
const MOST_OCTETS = 103

/** A path that the system takes for the socket, good until it is released. */
export interface SocketPath {
  readonly path: string
  release(): void
}

/**
 * The path itself or, where it is too long, a short one to the same place by way of its open folder.
 * @param openFiles where the system shows the files that a process has open; Linux does
 * @returns undefined when there is none
 * @throws what the system says when the folder cannot be opened
 */
export const openSocketPath = (
  path: string,
  openFiles = '/proc/self/fd',
): SocketPath | undefined => {
  const absolute = resolve(path)
  if (fits(absolute)) return { path: absolute, release: () => undefined }
  const name = basename(absolute)
  if (!existsSync(openFiles) || !fits(join(openFiles, '1234567', name))) return undefined
  const folder = openSync(dirname(absolute), 'r')
  return {
    path: join(openFiles, `${folder}`, name),
    release: () => {
      closeSync(folder)
    },
  }
}

const fits = (path: string): boolean => Buffer.byteLength(path) <= MOST_OCTETS
