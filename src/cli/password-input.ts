/** A password as it is typed on a terminal, where nobody sees it, or as the first line of a pipe. */
import { createInterface } from 'node:readline'
import { PassThrough, type Readable } from 'node:stream'
import { OperatorError } from './operator-error.ts'

export interface PasswordTerminal {
  readonly input: Readable & { readonly isTTY?: boolean }
  /** Where questions go. */
  readonly output: { write(text: string): unknown }
}

/** @throws OperatorError when there is none, or not twice the same */
export const readPassword = async ({ input, output }: PasswordTerminal): Promise<string> => {
  if (input.isTTY !== true) return lineFrom(input)
  output.write('Password: ')
  const password = await lineFrom(input)
  output.write('\nOnce more: ')
  const again = await lineFrom(input)
  output.write('\n')
  if (password === again) return password
  throw new OperatorError('these were two passwords: nothing was done')
}

/** What is typed is echoed to nobody. */
const lineFrom = (input: PasswordTerminal['input']): Promise<string> =>
  new Promise((resolve, reject) => {
    const nowhere = new PassThrough().resume()
    const terminal = input.isTTY === true
    const lines = createInterface({ input, output: nowhere, terminal })
    lines.once('line', (line) => {
      resolve(line)
      lines.close()
    })
    lines.once('close', () => {
      reject(new OperatorError('no password was given'))
    })
  })
