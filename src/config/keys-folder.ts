/** The folder of key files: every `*.key` in it, and the first keys when there is none. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { DEFAULT_ALGORITHM, type TsigAlgorithm } from '../access/algorithm.ts'
import { generateKey, readKeyFile, type PlacedKey } from '../access/key-file.ts'
import { Keyring } from '../access/keyring.ts'
import { InputError } from '../base/input-error.ts'
import type { SystemError } from '../base/system-error.ts'
import { nameToText } from '../text/name-text.ts'
import { foldedName, nameEquals, type Name } from '../wire/name.ts'
import { atSetting } from './at-setting.ts'
import { oneOrAll, type Config, type KeyConfig } from './load.ts'
import type { PeerConfig } from './peer.ts'
import type { Path } from './toml.ts'

const SUFFIX = '.key'
const OLD_SUFFIX = '.old.key'

/** The key files of the folder, in the order of their names; none when there is no folder. */
const keyFilesIn = (folder: string): string[] =>
  namesIn(folder)
    .filter((file) => file.endsWith(SUFFIX))
    .sort()
    .map((file) => join(folder, file))

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder)
  } catch (error) {
    // Reading a folder throws what the system says; one that we may not reach is none that is not there.
    if ((error as SystemError).code !== 'ENOENT') throw error
    return []
  }
}

/** A key and where it stands. */
export interface FiledKey extends PlacedKey {
  readonly file: string
}

/** What stands in the folder by one key name. */
export interface FiledPair {
  readonly current: FiledKey
  /** What stands in the file that is called as the current one's, with `.old` in it. */
  readonly old: FiledKey | undefined
}

/** Where the secret goes that the one in this file takes the place of: `a.key`, `a.old.key`. */
export const oldFileOf = (file: string): string => file.slice(0, -SUFFIX.length) + OLD_SUFFIX

/**
 * The keys of the folder by their folded names, in the order of the files.
 * @throws InputError or what the system says, or an AggregateError of several
 */
export const readKeysFolder = (folder: string): ReadonlyMap<string, FiledPair> => {
  const byName = new Map<string, FiledKey[]>()
  const problems: Problem[] = []
  for (const file of keyFilesIn(folder)) {
    try {
      for (const placed of readKeyFile(file)) {
        const id = foldedName(placed.key.name)
        byName.set(id, [...(byName.get(id) ?? []), { ...placed, file }])
      }
    } catch (error) {
      // Reading throws nothing else; the other files are looked at all the same.
      problems.push({ file, error: error as Error })
    }
  }
  const pairs = Array.from(byName, ([id, filed]) => [id, pairOf(filed, problems)] as const)
  if (problems.length === 0) return new Map(pairs)
  problems.sort((one, other) => Number(one.file > other.file) - Number(one.file < other.file))
  throw oneOrAll(problems.map(({ error }) => error))
}

interface Problem {
  readonly file: string
  readonly error: Error
}

/** @param problems gets those that are neither the current nor the old one */
const pairOf = (filed: readonly FiledKey[], problems: Problem[]): FiledPair => {
  const isOldOf = (old: FiledKey, key: FiledKey): boolean => old.file === oldFileOf(key.file)
  // There is one at least.
  const current = (filed.find((key) => filed.some((other) => isOldOf(other, key))) ??
    filed.find(({ file }) => !file.endsWith(OLD_SUFFIX)) ??
    filed[0]) as FiledKey
  const old = filed.find((other) => isOldOf(other, current))
  const place = basename(oldFileOf(current.file))
  const advice =
    old === undefined
      ? `an old secret that clients may still use goes into ${place}`
      : `${place} has its old secret, and there can be no third`
  for (const { file, line, column, key } of filed) {
    if ([current, old].some((kept) => kept?.key === key)) continue
    const what = `${key.text} stands in ${basename(current.file)} already: ${advice}`
    problems.push({ file, error: new InputError(file, line, column, what) })
  }
  return { current, old }
}

/**
 * @param settings what the configuration says of keys
 * @throws InputError or what the system says, or an AggregateError of several
 */
export const loadKeyring = (folder: string, settings: readonly KeyConfig[] = []): Keyring => {
  const keyring = new Keyring()
  for (const { current, old } of readKeysFolder(folder).values()) {
    const { name } = current.key
    const expiresSeconds = settings.find((one) => nameEquals(one.name, name))?.expiresSeconds
    keyring.add(current.key, { old: old?.key, expiresSeconds })
  }
  return keyring
}

/** What the file of a key is called that livezone makes. */
export const keyFileName = (
  name: Name,
): { readonly ok: true; readonly file: string } | { readonly ok: false; readonly why: string } => {
  const text = nameToText(name)
  return /^[a-z0-9_][a-z0-9._-]*$/i.test(text)
    ? { ok: true, file: text.slice(0, -1) + SUFFIX }
    : { ok: false, why: `"${text}" makes no file name: use letters, digits, "-", "_" and "."` }
}

/**
 * Writes a file with a new random secret, readable by its owner only.
 * @throws what the system says, also when there is such a file already
 */
export const writeNewKey = (
  path: string,
  name: Name,
  algorithm: TsigAlgorithm = DEFAULT_ALGORITHM,
): void => {
  mkdirSync(dirname(path), { recursive: true })
  const text = generateKey(name, algorithm)
  try {
    writeFileSync(path, text, { mode: 0o600, flag: 'wx', flush: true })
  } catch (error) {
    // Writing throws what the system says. Whole or not at all: no server starts with the half of a key that
    // a full disk leaves.
    if ((error as SystemError).code !== 'EEXIST') rmSync(path, { force: true })
    throw error
  }
}

export interface NewKey {
  readonly name: Name
  readonly path: string
}

/**
 * The keys that the very first start makes, when the folder has none at all: those that the grants
 * name.
 * @throws InputError when one of them can have no file
 */
const firstKeys = (config: Config): NewKey[] => {
  if (keyFilesIn(config.keys).length > 0) return []
  const keys: NewKey[] = []
  for (const { key, path } of keysNamed(config).filter(({ isGranted }) => isGranted)) {
    const fileName = keyFileName(key)
    if (!fileName.ok) throw config.errorAt(path, fileName.why)
    if (keys.some(({ name }) => nameEquals(name, key))) continue
    keys.push({ name: key, path: join(config.keys, fileName.file) })
  }
  return keys
}

/**
 * Makes the keys that are to be there after the very first start.
 * @throws InputError, also for what the system says
 */
export const makeFirstKeys = (config: Config): NewKey[] => {
  const keys = readable(config, () => firstKeys(config))
  for (const { name, path } of keys) {
    atSetting(config, ['keys'], `cannot make ${path}`, () => {
      writeNewKey(path, name)
    })
  }
  return keys
}

/**
 * Reads every key file, and looks for each key that the configuration names in them or among those
 * that the very first start makes.
 * @throws InputError or what the system says, or an AggregateError of all that is wrong
 */
export const checkKeys = (config: Config): void => {
  checkedKeyring(
    config,
    readable(config, () => firstKeys(config)),
  )
}

const readable = <T>(config: Config, read: () => T): T =>
  atSetting(config, ['keys'], `cannot read ${config.keys}`, read)

/**
 * The keys of the configuration.
 * @throws as checkKeys, and also where the very first start would make a key
 */
export const keyringOf = (config: Config): Keyring => checkedKeyring(config, [])

const checkedKeyring = (config: Config, toBeMade: readonly NewKey[]): Keyring => {
  const keyring = readable(config, () => loadKeyring(config.keys, config.keySettings))
  const made = new Set(toBeMade.map(({ name }) => foldedName(name)))
  const missing = keysNamed(config).filter(
    ({ key }) => keyring.get(key) === undefined && !made.has(foldedName(key)),
  )
  if (missing.length === 0) return keyring
  const errors = missing.map(({ key, path }) => {
    const text = nameToText(key)
    const what = `no file in ${config.keys} has the key ${text}: livezone key generate ${text}`
    return config.errorAt(path, what)
  })
  throw oneOrAll(errors)
}

interface NamedKey {
  readonly key: Name
  /** Where in the configuration it is named. */
  readonly path: Path
  readonly isGranted: boolean
}

const keysNamed = (config: Config): NamedKey[] => [
  ...config.zones.flatMap(({ grants, transfer, primaries, notify }, zone) => [
    ...grants.flatMap(({ key }, index) => {
      if (key === undefined) return []
      return [{ key, path: ['zone', zone, 'grant', index, 'key'], isGranted: true }]
    }),
    ...transfer.flatMap((allowance, index) => {
      if (allowance.kind === 'network') return []
      return [{ key: allowance.key, path: ['zone', zone, 'transfer', index], isGranted: false }]
    }),
    ...keysOfPeers(notify, ['zone', zone, 'notify']),
    ...keysOfPeers(primaries, ['zone', zone, 'primary']),
  ]),
  ...config.keySettings.map(({ name }, index) => {
    return { key: name, path: ['key', index, 'name'], isGranted: false }
  }),
]

const keysOfPeers = (peers: readonly PeerConfig[], path: Path): NamedKey[] =>
  peers.flatMap(({ key }, index) =>
    key === undefined ? [] : [{ key, path: [...path, index], isGranted: false }],
  )
