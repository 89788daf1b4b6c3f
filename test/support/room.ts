/**
 * Many files of tests in one process: most take less time than a process of their own would. A file alone is
 * still a program of its own.
 */
import { existsSync, readdirSync } from 'node:fs'
import t from 'tap'

/** For a test, not for all of them: on a busy machine some wait long for other makers' programs. */
const PATIENCE_MILLISECONDS = 300_000

/** @param names folders of tests such as `text`, or files such as `interop/kea` */
export const importTests = async (...names: readonly string[]): Promise<void> => {
  t.beforeEach(() => {
    t.setTimeout(PATIENCE_MILLISECONDS)
  })
  const folder = t.testdirName
  for (const file of names.flatMap(filesOf)) {
    // What a file makes for all its tests is its own.
    t.testdirName = `${folder}-${file.replaceAll('/', '-')}`
    await import(new URL(`../${file}.test.js`, import.meta.url).href)
  }
}

const filesOf = (name: string): string[] => {
  if (existsSync(new URL(`../${name}.test.js`, import.meta.url))) return [name]
  return readdirSync(new URL(`../${name}/`, import.meta.url))
    .filter((file) => file.endsWith('.test.js'))
    .map((file) => `${name}/${file.slice(0, -'.test.js'.length)}`)
    .sort()
}
