/**
 * Taking a zone from a primary: what changed by IXFR where it can be had, all of it by AXFR
 * otherwise. A transfer takes effect at its end and whole, or not at all.
 */
import type { Clock } from '../base/clock.ts'
import { applyDifferences } from '../transfer/apply-differences.ts'
import { IncomingTransfer, TRANSFER_LIMITS, type TransferLimits } from '../transfer/incoming.ts'
import { differenceBetween, type NodeChanges } from '../transfer/zone-difference.ts'
import type { Name } from '../wire/name.ts'
import type { Author } from '../zone/changeset.ts'
import { isSerialAfter, type Serial } from '../zone/serial.ts'
import { serialOfApex, soaOf } from '../zone/soa.ts'
import type { ZoneDraft, ZoneLoad, ZoneStore, ZoneView } from '../zone/zone.ts'
import { lacking } from '../zone/zone-contents.ts'
import { expireSecondsIn, readAnswer } from './answer.ts'
import type { Network } from './network.ts'
import { askAxfr, askIxfr, primaryText, type Asked, type Primary } from './primary.ts'

export interface TransferIn {
  readonly store: ZoneStore
  readonly network: Network
  readonly clock: Clock
  readonly apex: Name
  /** What there is; undefined before the first transfer. */
  readonly view: ZoneView | undefined
  /** Whether what there is came from elsewhere, so that its serial says nothing. */
  readonly isForeign: boolean
  readonly primary: Primary
  /** Asked before anything takes effect: the operator may have promoted the zone meanwhile. */
  readonly isWanted: () => boolean
  readonly limits?: TransferLimits
}

export type TransferOutcome =
  | { readonly kind: 'current'; readonly expireSeconds: number | undefined }
  | {
      readonly kind: 'taken'
      readonly type: 'AXFR' | 'IXFR'
      /** How it came about: as one change of the zone, or as another zone in its place. */
      readonly as: 'change' | 'replacement'
      readonly serialBefore: Serial | undefined
      readonly serialAfter: Serial
      readonly messages: number
      readonly records: number
      readonly octets: number
      readonly expireSeconds: number | undefined
      /** Why it is no IXFR, where one was tried. */
      readonly insteadBecause: string | undefined
    }
  | { readonly kind: 'failed'; readonly why: string }

const failed = (why: string): TransferOutcome => ({ kind: 'failed', why })

const UNWANTED = failed('the zone is no secondary any more')

/** Nodes that may differ for a whole zone to become one change of what there is. */
const MOST_CHANGES = 10_000

/** @throws NetworkError, StoreError, or what the system says */
export const transferIn = async (task: TransferIn): Promise<TransferOutcome> => {
  const { apex, view, isForeign, primary, clock } = task
  let because: string | undefined
  if (view !== undefined && !isForeign) {
    const soa = soaOf(view.get(view.apexKey))
    const outcome = await attempt(task, askIxfr(primary, apex, soa, clock.nowSeconds()), undefined)
    // RFC 1995 §4: whoever cannot do it says so, and what does not fit is had whole.
    if (outcome.kind !== 'failed' || outcome === UNWANTED) return outcome
    because = outcome.why
  }
  return attempt(task, askAxfr(primary, apex, clock.nowSeconds()), because)
}

const attempt = async (
  task: TransferIn,
  asked: Asked,
  insteadBecause: string | undefined,
): Promise<TransferOutcome> => {
  const { store, network, clock, apex, primary, limits = TRANSFER_LIMITS } = task
  const conversation = network.connect(primary)
  let load: ZoneLoad | undefined
  const transfer = new IncomingTransfer(
    asked,
    (record) => (load ??= store.load(apex)).add(record),
    limits,
  )
  try {
    conversation.send(asked.packet)
    let expireSeconds: number | undefined
    let isMore = true
    while (isMore) {
      const message = readAnswer(await conversation.next(), asked.verifier, clock.nowSeconds())
      if (typeof message === 'string') return failed(message)
      expireSeconds ??= expireSecondsIn(message)
      const progress = transfer.take(message)
      if (progress.kind === 'broken') return failed(progress.why)
      isMore = progress.kind === 'more'
    }
    // RFC 8945 §5.3.1: the last message is signed.
    if (asked.verifier?.isComplete === false) return failed('the last message is not signed')
    // The primary need not wait for our disk.
    conversation.close()
    return await finish(task, transfer, load, expireSeconds, insteadBecause)
  } finally {
    conversation.close()
    load?.abandon()
  }
}

const finish = async (
  task: TransferIn,
  transfer: IncomingTransfer,
  load: ZoneLoad | undefined,
  expireSeconds: number | undefined,
  insteadBecause: string | undefined,
): Promise<TransferOutcome> => {
  const { view, isForeign } = task
  const serialBefore = view && serialOfApex(view.get(view.apexKey))
  // A transfer that has ended began with a SOA.
  const serialAfter = transfer.serial as Serial
  const isNewer = serialBefore === undefined || isSerialAfter(serialAfter, serialBefore)
  if (!isNewer && !isForeign) {
    return serialAfter === serialBefore
      ? { kind: 'current', expireSeconds }
      : failed(`the primary has serial ${serialAfter}, which is before ours, ${serialBefore}`)
  }
  // Neither is undefined for the style that needs it: see `transferIn` and IncomingTransfer.
  const result =
    transfer.style === 'differences'
      ? await commitDifferences(task, view as ZoneView, transfer)
      : await takeWhole(task, load as ZoneLoad, isNewer ? view : undefined)
  if (typeof result === 'object') return result
  const { messages, records, octets } = transfer
  const type = transfer.style === 'differences' ? 'IXFR' : 'AXFR'
  const counts = { messages, records, octets, expireSeconds, insteadBecause }
  return { kind: 'taken', type, as: result, serialBefore, serialAfter, ...counts }
}

/** All difference sequences in one commit, so that nobody sees the zone between two of them. */
const commitDifferences = async (
  task: TransferIn,
  view: ZoneView,
  { differences }: IncomingTransfer,
): Promise<'change' | TransferOutcome> => {
  const problem = await commit(task, view, (draft) => applyDifferences(draft, differences))
  if (problem === undefined) return 'change'
  return task.isWanted() ? failed(`the differences do not fit: ${problem}`) : UNWANTED
}

/** @param view what it may become a change of */
const takeWhole = async (
  task: TransferIn,
  load: ZoneLoad,
  view: ZoneView | undefined,
): Promise<'change' | 'replacement' | TransferOutcome> => {
  if (view !== undefined) {
    const changes = await differenceBetween(view.nodes(), load.nodes(), MOST_CHANGES)
    if (changes !== undefined) {
      const problem = await commit(task, view, (draft) => applyChanges(draft, changes))
      if (problem === undefined) return 'change'
      return task.isWanted() ? failed(problem) : UNWANTED
    }
  }
  if (!task.isWanted()) return UNWANTED
  const problem = load.publish()
  return problem === undefined ? 'replacement' : failed(problem)
}

const applyChanges = (draft: ZoneDraft, changes: NodeChanges): string | undefined => {
  for (const [key, node] of changes) draft.set(key, node)
  return lacking(draft.get(draft.apexKey))
}

/** @returns why nothing was committed */
const commit = async (
  { store, primary, isWanted }: TransferIn,
  view: ZoneView,
  apply: (draft: ZoneDraft) => string | undefined,
): Promise<string | undefined> => {
  const author: Author = {
    principal: `primary:${primary.address}`,
    source: primaryText(primary),
    transport: 'tcp',
  }
  const { result } = await store.commit(view, author, (draft) => {
    const problem = isWanted() ? apply(draft) : 'unwanted'
    return { keep: problem === undefined, grants: [], result: problem }
  })
  return result
}
