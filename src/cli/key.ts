/** `livezone key generate` and `livezone key list` */
import { join, relative } from 'node:path'
import { algorithmFromText } from '../access/algorithm.ts'
import { keyFileName, loadKeyring, writeNewKey } from '../config/keys-folder.ts'
import { nameToText } from '../text/name-text.ts'
import { configOf } from './configuration.ts'
import { nameArgument } from './name-argument.ts'
import { OperatorError } from './operator-error.ts'

export interface GenerateOptions {
  readonly config: string
  readonly algorithm: string
}

export const generateKeyFile = (nameText: string, options: GenerateOptions): void => {
  const name = nameArgument(nameText)
  const { keys } = configOf(options)
  if (loadKeyring(keys).get(name) !== undefined) {
    throw new OperatorError(`there is a key ${nameToText(name)} already in ${keys}`)
  }
  const fileName = keyFileName(name)
  if (!fileName.ok) throw new OperatorError(fileName.why)
  const path = join(keys, fileName.file)
  writeNewKey(path, name, algorithmFromText(options.algorithm))
  const file = relative(process.cwd(), path)
  process.stdout.write(
    `${file}: give it to the client (nsupdate -k ${file}), name it in a [[zone.grant]], restart livezone\n`,
  )
}

/** One line a key: its name, its algorithm, and how many bits of MAC it asks for. */
export const listKeys = (options: { readonly config: string }): void => {
  for (const { text, algorithm, macLength } of loadKeyring(configOf(options).keys)) {
    process.stdout.write(`${text} ${algorithm.text} ${macLength * 8}\n`)
  }
}
