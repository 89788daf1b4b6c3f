/**
 * A new secret for a key, beside the old one: `a.key` becomes `a.old.key`, and a new `a.key` comes in
 * its place. Whenever it is interrupted, some valid file has the old secret, and the same command
 * brings it to its end.
 */
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import type { TsigAlgorithm } from '../access/algorithm.ts'
import { generateKey, readKeyFile } from '../access/key-file.ts'
import type { TsigKey } from '../access/keyring.ts'
import { nameToText } from '../text/name-text.ts'
import { foldedName, type Name } from '../wire/name.ts'
import { oldFileOf, readKeysFolder } from './keys-folder.ts'

export type Rotation =
  | { readonly ok: true; readonly file: string; readonly oldFile: string }
  | { readonly ok: false; readonly why: string }

export type Retirement =
  | {
      readonly ok: true
      readonly current: TsigKey
      readonly old: TsigKey
      readonly oldFile: string
    }
  | { readonly ok: false; readonly why: string }

/**
 * @param algorithm of the new secret; undefined for the old one's
 * @throws as readKeysFolder, and what the system says
 */
export const rotateKey = (folder: string, name: Name, algorithm?: TsigAlgorithm): Rotation => {
  const text = nameToText(name)
  const pair = readKeysFolder(folder).get(foldedName(name))
  if (pair === undefined) return refusal(noSuchKey(folder, text))
  const { key, file } = pair.current
  const oldFile = oldFileOf(file)
  // Both names of one file: it was interrupted after the first step.
  const isHalfDone = pair.old?.key.secret.equals(key.secret) === true
  if (pair.old !== undefined && !isHalfDone) {
    return refusal(`${oldFile} has an old secret still: livezone key retire ${text} first`)
  }
  if (!isHalfDone && existsSync(oldFile)) {
    return refusal(`${oldFile} is there already and has no secret of ${text}: move it away`)
  }
  const whyNot = sharedFile(file, text)
  if (whyNot !== undefined) return refusal(whyNot)
  const macLength = algorithm === undefined ? key.macLength : algorithm.macLength
  const newText = generateKey(key.name, algorithm ?? key.algorithm, macLength)
  const temporary = `${file}.new`
  try {
    writeLike(file, temporary, newText)
    // Not a renaming: there is no moment without the one file, and the other is never written over.
    if (!isHalfDone) linkSync(file, oldFile)
    syncFolder(dirname(file))
    renameSync(temporary, file)
    syncFolder(dirname(file))
  } finally {
    rmSync(temporary, { force: true })
  }
  return { ok: true, file, oldFile }
}

/**
 * Finds what `removeOld` may remove.
 * @throws as readKeysFolder
 */
export const oldSecretOf = (folder: string, name: Name): Retirement => {
  const text = nameToText(name)
  const pair = readKeysFolder(folder).get(foldedName(name))
  if (pair === undefined) return refusal(noSuchKey(folder, text))
  const { current, old } = pair
  if (old === undefined) return refusal(`${text} has no old secret in ${folder}`)
  if (old.key.secret.equals(current.key.secret)) {
    return refusal(`a rotation was interrupted: livezone key rotate ${text} brings it to its end`)
  }
  const whyNot = sharedFile(old.file, text)
  return whyNot === undefined
    ? { ok: true, current: current.key, old: old.key, oldFile: old.file }
    : refusal(whyNot)
}

/** @throws what the system says */
export const removeOld = (oldFile: string): void => {
  rmSync(oldFile)
  syncFolder(dirname(oldFile))
}

const refusal = (why: string): { readonly ok: false; readonly why: string } => ({ ok: false, why })

const noSuchKey = (folder: string, text: string): string =>
  `no file in ${folder} has the key ${text}: livezone key generate ${text}`

const sharedFile = (file: string, text: string): string | undefined =>
  readKeyFile(file).length === 1
    ? undefined
    : `${file} has more than the key ${text}: put each key into a file of its own`

/** A file on disk that whoever could read the model can read. */
const writeLike = (model: string, file: string, text: string): void => {
  const { mode, uid, gid } = statSync(model)
  rmSync(file, { force: true })
  writeFileSync(file, text, { mode: 0o600, flag: 'wx', flush: true })
  chownSync(file, uid, gid)
  chmodSync(file, mode & 0o777)
}

/** What was named in it stays so after a crash. */
const syncFolder = (folder: string): void => {
  const descriptor = openSync(folder, 'r')
  fsyncSync(descriptor)
  closeSync(descriptor)
}
