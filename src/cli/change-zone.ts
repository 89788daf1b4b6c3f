/**
 * `livezone undo`, `restore` and `apply`: what is to change is computed from the store as it is read
 * here, shown, and committed by the server or, where none runs, by this process.
 */
import { userInfo } from 'node:os'
import { systemClock } from '../base/clock.ts'
import type { Config } from '../config/load.ts'
import { controlRequest } from '../control/control-client.ts'
import {
  changeRequest,
  changeUrl,
  MOST_CHANGE_OCTETS,
  operatorNamed,
  type ChangeReport,
} from '../control/history-routes.ts'
import { ControlError } from '../control/problem.ts'
import { commitChange, NOT_HERE, type WantedChange } from '../history/change.ts'
import { patchLines } from '../history/patch-text.ts'
import { LmdbStore } from '../store/lmdb.ts'
import { nameToText } from '../text/name-text.ts'
import { nameEquals, type Name } from '../wire/name.ts'
import type { Patch } from '../zone/patch.ts'
import { OperatorError } from './operator-error.ts'
import { writeLines } from './stdout-lines.ts'
import { zoneIn } from './stored-zone.ts'

export const NOTHING_DONE = 'nothing was changed (--dry-run)\n'

export const showPatch = (patch: Patch): Promise<void> =>
  writeLines(patchLines(patch).map((line) => `${line}\n`))

/** RFC 9110 §15.5.14 */
const TOO_LARGE = 413
const SPLIT =
  'so large a change would keep updates waiting: stop the server and run this again, which does it without one'

/**
 * Commits the change, and says what came of it.
 * @param command as the history shall name it, such as `undo 17`
 */
export const makeChange = async (
  config: Config,
  apex: Name,
  command: string,
  change: WantedChange,
): Promise<void> => {
  const zone = nameToText(apex)
  const user = userName()
  const asked = changeRequest(user, command, change)
  const alone = (unanswered: ControlError): Promise<ChangeReport> =>
    withoutServer(config, apex, user, command, change, unanswered)
  // A server that refuses it may be gone before all of it was sent, and its words with it.
  const { serial } = await (isTooLarge(asked)
    ? alone(new ControlError(SPLIT, TOO_LARGE))
    : controlRequest<ChangeReport>(config.control, {
        method: 'POST',
        url: changeUrl(zone),
        body: asked,
      }).catch((error: unknown) => {
        if (!(error instanceof ControlError) || error.status !== undefined) throw error
        return alone(error)
      }))
  process.stdout.write(
    serial === undefined ? `${zone} needs no change\n` : `${zone} has serial ${serial} now\n`,
  )
}

const isTooLarge = (asked: unknown): boolean =>
  Buffer.byteLength(JSON.stringify(asked)) > MOST_CHANGE_OCTETS

/** No server answered: unless one holds the store all the same, it is done here. */
const withoutServer = async (
  config: Config,
  apex: Name,
  user: string,
  command: string,
  change: WantedChange,
  unanswered: ControlError,
): Promise<ChangeReport> => {
  const store = openStore(config, unanswered)
  try {
    const view = zoneIn(store, apex)
    if (isSecondary(config, store, apex)) throw new OperatorError(`${nameToText(apex)} ${NOT_HERE}`)
    const author = operatorNamed(user)
    const { refusal, changeset } = await commitChange(store, view, author, command, change)
    if (refusal !== undefined) throw new OperatorError(refusal)
    return { serial: changeset?.serialAfter }
  } finally {
    await store.close()
  }
}

const isSecondary = ({ zones }: Config, store: LmdbStore, apex: Name): boolean =>
  zones.some(({ name, primaries }) => nameEquals(name, apex) && primaries.length > 0) &&
  store.secondaryState(apex)?.promotedMilliseconds === undefined

const openStore = ({ data }: Config, unanswered: ControlError): LmdbStore => {
  try {
    return LmdbStore.open(data, systemClock)
  } catch {
    // A server is there, but not for us.
    throw unanswered
  }
}

/** The user who types this, by name or, as in a container without names, by number. */
export const userName = (lookUp: () => { readonly username: string } = userInfo): string => {
  try {
    return lookUp().username
  } catch {
    return `${process.getuid?.()}`
  }
}
