/** Changing records: one atomic set, decided on the road of every UPDATE. */
import { UpdateRights } from '../access/zone-policy.ts'
import { unpublishable } from '../dyndns/published.ts'
import { recordLine } from '../history/patch-text.ts'
import { logUpdate } from '../server/update-log.ts'
import { nameToText } from '../text/name-text.ts'
import { principalText } from '../access/principal.ts'
import { updateZone, type Commit } from '../update/process.ts'
import { inZone } from '../update/sections.ts'
import { refusal, refused, type UpdateResult } from '../update/verdict.ts'
import { Rcode, RrClass, RrType } from '../wire/codes.ts'
import { foldedName } from '../wire/name.ts'
import type { Author } from '../zone/changeset.ts'
import { Draft } from '../zone/draft.ts'
import { withoutSerials } from '../zone/patch.ts'
import { serialOf, type Serial } from '../zone/serial.ts'
import { serialOfApex } from '../zone/soa.ts'
import type { ZoneView } from '../zone/zone.ts'
import type * as z from 'zod'
import type { ApiParts } from './parts.ts'
import { ApiRefusal, tooMany, updateRefusal } from './problem.ts'
import { json, route, type Call, type Route } from './route.ts'
import { changeRequest, changeResult, noQuery } from './schemas.ts'
import { readUpdate, type ReadUpdate } from './written-update.ts'
import { etagOf, ownZone, serialIn, zoneFor, type PresentZone } from './zone-access.ts'

type ChangeCall = Call<unknown, z.output<typeof changeRequest>>

export const changeRoutes = (parts: ApiParts): readonly Route[] => [
  route({
    id: 'changeRecords',
    method: 'POST',
    path: '/zones/{zone}/changes',
    summary: 'a set of changes, all of it or nothing, with the prerequisites of RFC 2136',
    who: 'anyone',
    problems: [403, 404, 409, 412, 422, 503],
    query: noQuery,
    body: changeRequest,
    result: changeResult,
    run: async (call) => {
      const zone = ownZone(zoneFor(call.caller, parts.zones(), call.param('zone')))
      const update = readUpdate(call.body)
      if (call.caller.kind === 'owner') refuseUnpublishable(zone, update)
      takeAllowances(parts, call, update)
      const result = await decided(parts, call, zone, update)
      if (result.rcode !== Rcode.NOERROR) throw updateRefusal(result)
      const { changeset } = result
      const serial = changeset?.serialAfter ?? serialIn(zone.view)
      const { removed, added } = withoutSerials(changeset ?? NOTHING)
      const { dryRun } = call.body
      return json(
        {
          zone: nameToText(zone.apex),
          serial,
          changed: changeset !== undefined,
          dryRun,
          removed: removed.map(recordLine),
          added: added.map(recordLine),
          ignored: result.ignored,
          hidden: result.hidden,
        },
        dryRun ? {} : etagOf(serial),
      )
    },
  }),
]

/** What no host of an owner has by any other way over HTTP: a client that errs believes itself right. */
const refuseUnpublishable = ({ takesPrivate }: PresentZone, { changes }: ReadUpdate): void => {
  for (const change of changes) {
    if (change.kind !== 'add' || !ADDRESSES.has(change.type)) continue
    const why = unpublishable(change.rdata, takesPrivate)
    if (why !== undefined) throw new ApiRefusal(422, why)
  }
}

const ADDRESSES: ReadonlySet<RrType> = new Set([RrType.A, RrType.AAAA])

const NOTHING = { removed: [], added: [] }

/** An owner's hosts change as often as by any other way over HTTP; an admin is not held back. */
const takeAllowances = (
  { throttles }: ApiParts,
  { caller, body }: ChangeCall,
  { changes }: ReadUpdate,
): void => {
  if (caller.kind === 'admin' || body.dryRun) return
  const ids = new Set(
    changes.flatMap(({ owner, ...change }) => {
      // What is refused in a moment takes nothing from whose it is.
      if (!caller.mayRead(owner)) return []
      const type = 'type' in change ? change.type : RrType.ANY
      return [`${type} ${foldedName(owner)}`]
    }),
  )
  const both = [throttles.changes, throttles.daily]
  const waits = [...ids].flatMap((id) => both.map((allowances) => allowances.wait(id)))
  const wait = Math.max(0, ...waits)
  if (wait > 0) throw tooMany(wait, 'too many updates of a host')
  for (const id of ids) for (const allowances of both) allowances.take(id)
}

const decided = async (
  parts: ApiParts,
  call: ChangeCall,
  zone: PresentZone,
  update: ReadUpdate,
): Promise<UpdateResult> => {
  const { caller, request, body } = call
  const started = parts.clock.monotonicMilliseconds()
  const { address, port, transport, userAgent } = request
  const { principal } = caller
  const source = `${address}#${port}`
  const author = { principal: principalText(principal), source, transport }
  const rights = new UpdateRights(caller.policyIn(zone.policy), {
    key: undefined,
    token: caller.name,
    address,
    transport: 'tcp',
  })
  const sections = {
    prerequisites: () => inZone(update.prerequisites, zone.apex),
    changes: () => inZone(update.changes, zone.apex),
  }
  const wanted = wantedSerial(call)
  const grants = caller.kind === 'admin' ? BY_ADMIN : undefined
  const commit = body.dryRun ? dropped(zone.view) : kept(parts, zone.view, author, grants)
  const result = await updateZone(zone, rights, parts.zones(), sections, atSerial(wanted, commit))
  if (body.dryRun) return result
  const question = { name: zone.apex, type: RrType.SOA, class: RrClass.IN }
  const web = { answer: undefined, agent: userAgent.slice(0, MOST_AGENT) }
  const milliseconds = parts.clock.monotonicMilliseconds() - started
  logUpdate(parts.log, { principal, source, transport, zone: question, result, web, milliseconds })
  if (result.rcode !== Rcode.NOERROR) {
    const { rcode, why: reason } = result
    const written = {
      apex: zone.apex,
      prerequisites: sections.prerequisites(),
      changes: sections.changes(),
    }
    parts.rejections.addWritten(written, { principal, source, transport, rcode, reason })
  }
  return result
}

/** An admin needs no rule. */
const BY_ADMIN = ['changes by the API']

/** Characters that are kept of what a client says that it is. */
const MOST_AGENT = 100

/** @param grants what the history says of it; undefined for the rules that allowed it */
const kept =
  ({ store }: ApiParts, view: ZoneView, author: Author, grants?: readonly string[]): Commit =>
  (decide) =>
    store.commit(view, author, (draft, earlier) => {
      const decision = decide(draft, earlier)
      return { ...decision, grants: grants ?? decision.grants }
    })

const dropped =
  (view: ZoneView): Commit =>
  (decide) => {
    const draft = new Draft(view)
    const { keep, result } = decide(draft, [])
    return Promise.resolve({ result, changeset: keep ? draft.seal() : undefined })
  }

/** What the body says, or If-Match (RFC 9110 §13.1.1). */
const wantedSerial = ({ body, ifMatch }: ChangeCall): Serial | undefined => {
  if (body.ifSerial !== undefined) return serialOf(body.ifSerial)
  if (ifMatch === '' || ifMatch === '*') return undefined
  const [, digits] = /^"(\d{1,10})"$/.exec(ifMatch) ?? []
  if (digits !== undefined) return serialOf(Number(digits))
  throw new ApiRefusal(400, 'If-Match is no serial in quotes, as ETag has it')
}

/** Asks for the serial where all else is decided, so that nothing comes in between. */
const atSerial = (wanted: Serial | undefined, commit: Commit): Commit => {
  if (wanted === undefined) return commit
  return (decide): ReturnType<Commit> =>
    commit((draft, earlier) => {
      const serial = serialOfApex(draft.get(draft.apexKey))
      if (serial === wanted) return decide(draft, earlier)
      const what = `${nameToText(draft.apex)} has serial ${serial}, and not ${wanted}`
      const why = refusal(Rcode.NXRRSET, `prerequisite not met: ${what}`)
      return { keep: false, grants: [], result: { ...refused(why), rules: [] } }
    })
}
