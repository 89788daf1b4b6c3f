/** `livezone key generate` and `livezone key list` */
import { relative } from 'node:path'
import { algorithmFromText } from '../access/algorithm.ts'
import { loadKeyring, writeNewKey } from '../config/keys-folder.ts'
import { loadConfig } from '../config/load.ts'
import { nameToText } from '../text/name-text.ts'
import { nameArgument } from './name-argument.ts'
import { OperatorError } from './operator-error.ts'

export interface GenerateOptions {
  readonly config: string
  readonly algorithm: string
}

export const generateKeyFile = (nameText: string, options: GenerateOptions): void => {
  const name = nameArgument(nameText)
  const { keys } = loadConfig(options.config)
  if (loadKeyring(keys).get(name) !== undefined) {
    throw new OperatorError(`there is a key ${nameToText(name)} already in ${keys}`)
  }
  const file = relative(
    process.cwd(),
    writeNewKey(keys, name, algorithmFromText(options.algorithm)),
  )
  process.stdout.write(
    `${file}: give it to the client (nsupdate -k ${file}), name it in a [[zone.grant]], restart livezone\n`,
  )
}

/** One line a key: its name, its algorithm, and how many bits of MAC it asks for. */
export const listKeys = (options: { readonly config: string }): void => {
  for (const { text, algorithm, macLength } of loadKeyring(loadConfig(options.config).keys)) {
    process.stdout.write(`${text} ${algorithm.text} ${macLength * 8}\n`)
  }
}
