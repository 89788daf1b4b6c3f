/**
 * All tests of a folder in one process: most take milliseconds, and a process for each would take
 * longer than they do. A file alone is still a program of its own.
 */
import { readdirSync } from 'node:fs'

/** @param folder such as `text`, in the folder of the tests */
export const importTests = async (folder: string): Promise<void> => {
  const url = new URL(`../${folder}/`, import.meta.url)
  const files = readdirSync(url).filter((file) => file.endsWith('.test.js'))
  await Promise.all(files.sort().map((file) => import(new URL(file, url).href)))
}
