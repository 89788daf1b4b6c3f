/** The folder of key files: every `*.key` in it, and the first key when there is none. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DEFAULT_ALGORITHM, type TsigAlgorithm } from '../access/algorithm.ts'
import { generateKey, readKeyFile } from '../access/key-file.ts'
import { Keyring } from '../access/keyring.ts'
import { InputError } from '../base/input-error.ts'
import { nameToText } from '../text/name-text.ts'
import { foldedName, type Name } from '../wire/name.ts'
import { oneOrAll, type Config } from './load.ts'

const SUFFIX = '.key'

/** The key files of the folder, in the order of their names; none when there is no folder. */
export const keyFilesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith(SUFFIX))
        .sort()
        .map((file) => join(folder, file))
    : []

/** @throws InputError, or an AggregateError of several */
export const loadKeyring = (folder: string): Keyring => {
  const keyring = new Keyring()
  const errors: Error[] = []
  for (const file of keyFilesIn(folder)) {
    try {
      for (const { key, line, column } of readKeyFile(file)) {
        if (!keyring.add(key)) {
          errors.push(new InputError(file, line, column, `${key.text} stands here a second time`))
        }
      }
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      errors.push(error)
    }
  }
  if (errors.length > 0) throw oneOrAll(errors)
  return keyring
}

/**
 * Writes a file with a new random secret, readable by its owner only.
 * @returns its path
 * @throws Error when there is such a file already, or the name makes no file name
 */
export const writeNewKey = (
  folder: string,
  name: Name,
  algorithm: TsigAlgorithm = DEFAULT_ALGORITHM,
): string => {
  const text = nameToText(name).slice(0, -1)
  if (!/^[a-z0-9_][a-z0-9._-]*$/i.test(text)) {
    throw new Error(`"${text}" makes no file name: use letters, digits, "-", "_" and "."`)
  }
  const file = join(folder, text + SUFFIX)
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, generateKey(name, algorithm), { mode: 0o600, flag: 'wx' })
  return file
}

/**
 * On the very first start, when the folder has no key at all: makes those that the grants name.
 * @returns the files made
 */
export const makeFirstKeys = (config: Config): string[] => {
  if (keyFilesIn(config.keys).length > 0) return []
  const names = new Map<string, Name>()
  for (const { grants } of config.zones) {
    for (const { key } of grants) names.set(foldedName(key), key)
  }
  return [...names.values()].map((name) => writeNewKey(config.keys, name))
}

/** The keys that the configuration names and no file has, each at the place where it is named. */
export const missingKeys = (config: Config, keyring: Keyring): InputError[] => {
  const errors: InputError[] = []
  const check = (key: Name, path: (string | number)[]): void => {
    if (keyring.get(key) !== undefined) return
    const text = nameToText(key)
    const what = `no file in ${config.keys} has the key ${text}: livezone key generate ${text}`
    errors.push(config.errorAt(path, what))
  }
  for (const [index, { grants, transfer }] of config.zones.entries()) {
    for (const [at, { key }] of grants.entries()) check(key, ['zone', index, 'grant', at, 'key'])
    for (const [at, allowance] of transfer.entries()) {
      if (allowance.kind === 'key') check(allowance.key, ['zone', index, 'transfer', at])
    }
  }
  return errors
}
