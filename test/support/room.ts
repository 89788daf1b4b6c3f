/**
 * Many files of tests in one process: most take less time than a process of their own would. A file alone is
 * still a program of its own.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { folderInMemory } from './fleeting-folder.ts'

/** For a test, not for all of them: on a busy machine some wait long for other makers' programs. */
const PATIENCE_MILLISECONDS = 300_000

/**
 * What follows has its folders in memory, where the machine has such a place: no test asks whether a file
 * outlives the machine, and those that want a disk make their own.
 */
export const keepInMemory = (): void => {
  // Through a link: tap changes the working directory when it removes a folder that is not below it.
  const link = `${t.testdirName}-in-memory`
  const folder = folderInMemory(link)
  if (folder === undefined) return
  rmSync(link, { recursive: true, force: true })
  mkdirSync(dirname(link), { recursive: true })
  symlinkSync(folder, link)
  t.testdirName = join(link, 'of')
  process.once('exit', () => {
    rmSync(link)
    rmSync(folder, { recursive: true })
  })
}

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
