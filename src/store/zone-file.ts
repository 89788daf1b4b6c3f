/** Fills a zone from a master file: all of it, or nothing and why not. */
import { closeSync, openSync, readSync, realpathSync } from 'node:fs'
import { dirname, resolve, sep } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import { InputError } from '../base/input-error.ts'
import { readMasterFile, type IncludedText } from '../text/master-file.ts'
import type { Name } from '../wire/name.ts'
import type { ZoneStore } from '../zone/zone.ts'

const CHUNK = 64 * 1024

/**
 * Puts the zone into the store in the place of what was there.
 * @returns how many records the file has
 * @throws InputError with file, line and column of the first thing that is wrong
 */
export const loadZoneFile = (store: ZoneStore, apex: Name, file: string): number => {
  const include = includeFrom(dirname(file))
  const load = store.load(apex)
  let count = 0
  try {
    for (const record of readMasterFile(chunksOf(file), { file, origin: apex, include })) {
      const problem = load.add(record)
      if (problem !== undefined) {
        throw new InputError(record.file, record.line, record.column, problem)
      }
      count++
    }
    const problem = load.publish()
    if (problem !== undefined) throw new InputError(file, 1, 1, problem)
  } catch (error) {
    load.abandon()
    throw error
  }
  return count
}

function* chunksOf(file: string): Generator<string> {
  const decoder = new StringDecoder('utf8')
  const chunk = Buffer.allocUnsafe(CHUNK)
  const descriptor = openSync(file, 'r')
  try {
    for (;;) {
      const length = readSync(descriptor, chunk)
      if (length === 0) break
      yield decoder.write(chunk.subarray(0, length))
    }
    yield decoder.end()
  } finally {
    closeSync(descriptor)
  }
}

/** `$INCLUDE` reaches what is in the folder of the zone file and below, links followed. */
const includeFrom =
  (folder: string) =>
  (path: string): IncludedText => {
    const file = resolve(folder, path)
    if (!realpathSync(file).startsWith(realpathSync(folder) + sep)) {
      throw new Error(`${path} is outside ${folder}`)
    }
    return { file, text: chunksOf(file) }
  }
