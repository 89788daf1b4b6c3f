/** What an action says is wrong: every message, in order, without the folder of the test. */
import { relative } from 'node:path'
import { InputError } from '../../src/base/input-error.ts'

/** No messages when it throws nothing; anything but `InputError`s is thrown on. */
export const problemsOf = (folder: string, action: () => unknown): string[] => {
  try {
    action()
    return []
  } catch (error) {
    const errors: unknown[] = error instanceof AggregateError ? error.errors : [error]
    return errors.map((one) => {
      if (!(one instanceof InputError)) throw one
      const place = `${one.file}:${one.line}:${one.column}: `
      if (!one.message.startsWith(place)) throw new Error(`no place in ${one.message}`)
      const what = one.message.slice(place.length).replaceAll(folder, '')
      return `${relative(folder, one.file)}:${one.line}:${one.column}: ${what}`
    })
  }
}
