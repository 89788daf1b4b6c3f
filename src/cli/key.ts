/** `livezone key generate` and `livezone key list` */
import { join, relative } from 'node:path'
import { algorithmFromText } from '../access/algorithm.ts'
import { secretId } from '../access/key-uses.ts'
import { expiryText, secretsOf } from '../access/keyring.ts'
import { keyFileName, loadKeyring, writeNewKey } from '../config/keys-folder.ts'
import { nameToText } from '../text/name-text.ts'
import { configOf } from './configuration.ts'
import { keyUseText, storedKeyUses } from './key-uses.ts'
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
    `${file}: give it to the client (nsupdate -k ${file}), name it in a [[zone.grant]], livezone reload\n`,
  )
}

/**
 * One line a secret: the key's name, its algorithm, how many bits of MAC it asks for, which of the
 * key's two secrets it is, when it was used last, and when the key expires.
 */
export const listKeys = async (options: { readonly config: string }): Promise<void> => {
  const config = configOf(options)
  const keyring = loadKeyring(config.keys, config.keySettings)
  const uses = await storedKeyUses(config)
  for (const held of keyring) {
    for (const key of secretsOf(held)) {
      const which = key === held.current ? 'current' : 'old'
      const words = [key.text, key.algorithm.text, `${key.macLength * 8}`, which]
      const use = keyUseText(uses.get(secretId(key)))
      process.stdout.write(`${words.join(' ')}, ${use}, expires ${expiryText(held)}\n`)
    }
  }
}
