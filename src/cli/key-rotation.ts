/** `livezone key rotate` and `livezone key retire` */
import { relative } from 'node:path'
import { algorithmFromText } from '../access/algorithm.ts'
import { secretId } from '../access/key-uses.ts'
import { systemClock } from '../base/clock.ts'
import { oldSecretOf, removeOld, rotateKey } from '../config/key-rotation.ts'
import { nameToText } from '../text/name-text.ts'
import type { KeyUse } from '../zone/key-use.ts'
import { configOf } from './configuration.ts'
import { keyUseText, storedKeyUses } from './key-uses.ts'
import { nameArgument } from './name-argument.ts'
import { OperatorError } from './operator-error.ts'

export interface RotateOptions {
  readonly config: string
  readonly algorithm?: string
}

export interface RetireOptions {
  readonly config: string
  readonly force?: true
}

export const rotate = (nameText: string, { algorithm, ...options }: RotateOptions): void => {
  const name = nameArgument(nameText)
  const { keys } = configOf(options)
  const rotation = rotateKey(keys, name, algorithmFromText(algorithm ?? ''))
  if (!rotation.ok) throw new OperatorError(rotation.why)
  const [file, oldFile] = [rotation.file, rotation.oldFile].map((path) =>
    relative(process.cwd(), path),
  )
  process.stdout.write(
    `${file} has a new secret, and ${oldFile} the old one, which is taken as well: livezone reload, ` +
      `give ${file} to the clients, and in the end livezone key retire ${nameToText(name)}\n`,
  )
}

export const retire = async (nameText: string, options: RetireOptions): Promise<void> => {
  const name = nameArgument(nameText)
  const config = configOf(options)
  const found = oldSecretOf(config.keys, name)
  if (!found.ok) throw new OperatorError(found.why)
  const uses = await storedKeyUses(config)
  const use = uses.get(secretId(found.old))
  const told = `the old secret of ${nameToText(name)}: ${keyUseText(use)}`
  const doubt = doubtAbout(use, uses.get(secretId(found.current)))
  if (doubt !== undefined && options.force !== true) {
    throw new OperatorError(`${told}; ${doubt}: --force removes it all the same`)
  }
  removeOld(found.oldFile)
  const file = relative(process.cwd(), found.oldFile)
  process.stdout.write(`${told}. ${file} is removed: livezone reload\n`)
}

const DAY_MILLISECONDS = 24 * 3600 * 1000

/** Why a client may still depend on the old secret; undefined when none seems to. */
const doubtAbout = (old: KeyUse | undefined, current: KeyUse | undefined): string | undefined => {
  if (old === undefined) return undefined
  if (current === undefined) return 'no client has used the new one'
  const hasMoved = current.source === old.source && current.timeMilliseconds > old.timeMilliseconds
  const isRecent = systemClock.nowMilliseconds() - old.timeMilliseconds < DAY_MILLISECONDS
  return isRecent && !hasMoved ? 'that was less than a day ago' : undefined
}
