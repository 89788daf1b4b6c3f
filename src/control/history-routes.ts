/** Changes of the operator: undo, restore and apply, computed by the command and committed here. */
import * as z from 'zod'
import { principalText } from '../access/principal.ts'
import type { Log } from '../base/log.ts'
import { commitChange, NOT_HERE, type WantedChange } from '../history/change.ts'
import { recordLine } from '../history/patch-text.ts'
import { readMasterFile } from '../text/master-file.ts'
import { nameFromText } from '../text/name-text.ts'
import type { Name } from '../wire/name.ts'
import type { Author, ZoneRecord } from '../zone/changeset.ts'
import type { Patch } from '../zone/patch.ts'
import { serialOf } from '../zone/serial.ts'
import type { ZoneStore } from '../zone/zone.ts'
import { bodyOf } from './body.ts'
import type { ControlRoutes } from './control-server.ts'
import { ControlRefusal } from './problem.ts'

/** Octets of one change, as JSON: it is read, decided and written at once, and updates wait meanwhile. */
export const MOST_CHANGE_OCTETS = 16 * 1024 * 1024

const lines = z.array(z.string())
const patch = z.strictObject({ removed: lines, added: lines })

const body = z.strictObject({
  user: z.string(),
  command: z.string(),
  since: z.int().min(0).max(0xffff_ffff),
  isWhole: z.boolean(),
  patch,
  applied: patch.optional(),
})

/** What a command sends: records as lines of a master file. */
export type ChangeRequest = z.infer<typeof body>

export interface ChangeReport {
  /** The zone's serial afterwards; undefined when nothing had to be changed. */
  readonly serial: number | undefined
}

/** Who it was, for the history: whoever may open the socket is taken at their word. */
export const operatorNamed = (user: string): Author => ({
  principal: principalText({ kind: 'operator', name: user }),
  source: '',
  transport: 'cli',
})

export const changeRequest = (
  user: string,
  command: string,
  { since, isWhole, patch, applied }: WantedChange,
): ChangeRequest => ({
  user,
  command,
  since,
  isWhole,
  patch: linesOf(patch),
  ...(applied === undefined ? {} : { applied: linesOf(applied) }),
})

const linesOf = ({ removed, added }: Patch): ChangeRequest['patch'] => ({
  removed: removed.map(recordLine),
  added: added.map(recordLine),
})

export const changeUrl = (zoneText: string): string =>
  `/zones/${encodeURIComponent(zoneText)}/changes`

/** @param isSecondary whether the zone is another server's, where it has to be changed */
export const historyRoutes =
  (store: ZoneStore, log: Log, isSecondary: (apex: Name) => boolean): ControlRoutes =>
  (server, _, done) => {
    server.post<{ Params: { zone: string } }>(
      '/zones/:zone/changes',
      { bodyLimit: MOST_CHANGE_OCTETS },
      async (request): Promise<ChangeReport> => {
        const { zone } = request.params
        const asked = bodyOf(body, request.body, 'takes no such change')
        const apex = nameFromText(zone)
        const view = apex.ok ? store.zone(apex.name) : undefined
        if (view === undefined) throw new ControlRefusal(404, `the server has no zone ${zone}`)
        if (isSecondary(view.apex)) throw new ControlRefusal(409, `${zone} ${NOT_HERE}`)
        const { user, command } = asked
        const change = changeOf(asked, view.apex)
        const committed = await commitChange(store, view, operatorNamed(user), command, change)
        const { refusal, changeset } = committed
        log.info(
          { zone, user, command, refusal, serial: changeset?.serialAfter },
          'change by the operator',
        )
        if (refusal !== undefined) throw new ControlRefusal(409, refusal)
        return { serial: changeset?.serialAfter }
      },
    )
    done()
  }

const changeOf = ({ since, isWhole, patch, applied }: ChangeRequest, apex: Name): WantedChange => ({
  since: serialOf(since),
  isWhole,
  patch: patchOf(patch, apex),
  applied: applied && patchOf(applied, apex),
})

const patchOf = ({ removed, added }: ChangeRequest['patch'], apex: Name): Patch => ({
  removed: recordsOf(removed, 'removed', apex),
  added: recordsOf(added, 'added', apex),
})

/** @throws InputError when it is no record */
const recordsOf = (written: readonly string[], what: string, apex: Name): ZoneRecord[] => {
  const chunks = written.map((line) => `${line}\n`)
  return Array.from(readMasterFile(chunks, { file: what, origin: apex }), (record) => {
    const { owner, type, ttl, rdata } = record
    return { owner, type, ttl, rdata }
  })
}
