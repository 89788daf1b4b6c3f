/** What one primary has to say of a zone: that there is nothing new, or what is. */
import type { Log } from '../base/log.ts'
import { NetworkError } from '../base/network-error.ts'
import { isSystemError } from '../base/system-error.ts'
import { nameToText } from '../text/name-text.ts'
import { isSerialAfter } from '../zone/serial.ts'
import { serialOfApex } from '../zone/soa.ts'
import { StoreError } from '../zone/zone.ts'
import { primaryText } from './primary.ts'
import { querySerial } from './serial-query.ts'
import type { Slots } from './slots.ts'
import { transferIn, type TransferIn, type TransferOutcome } from './transfer-in.ts'

/** Hearing one primary of one zone. */
export interface Hearing extends TransferIn {
  readonly log: Log
  /** Transfers of all zones. */
  readonly transfers: Slots
}

/** A good word, and for how many seconds it holds if it says so (RFC 7314); or why there is none. */
export type Heard =
  | { readonly ok: true; readonly expireSeconds: number | undefined; readonly isNew: boolean }
  | { readonly ok: false; readonly why: string }

/** What goes wrong in the world is a reason to ask another, or again. */
export const hear = async (hearing: Hearing): Promise<Heard> => {
  try {
    return await ask(hearing)
  } catch (error) {
    const isWorld =
      error instanceof NetworkError || error instanceof StoreError || isSystemError(error)
    if (!isWorld) throw error
    return { ok: false, why: error.message }
  }
}

const ask = async (hearing: Hearing): Promise<Heard> => {
  const { network, primary, apex, clock, view, isForeign, transfers, isWanted } = hearing
  if (view !== undefined && !isForeign) {
    const serial = serialOfApex(view.get(view.apexKey))
    const answer = await querySerial(network, primary, apex, clock)
    if (answer.kind === 'failed') return { ok: false, why: answer.why }
    if (answer.serial === serial) {
      return { ok: true, expireSeconds: answer.expireSeconds, isNew: false }
    }
    if (!isSerialAfter(answer.serial, serial)) {
      return { ok: false, why: `it has serial ${answer.serial}, which is before ours, ${serial}` }
    }
  }
  return transfers.use(() => (isWanted() ? transfer(hearing) : Promise.resolve(UNWANTED)))
}

const UNWANTED: Heard = { ok: false, why: 'the zone is no secondary any more' }

const transfer = async (hearing: Hearing): Promise<Heard> => {
  const { clock } = hearing
  const started = clock.monotonicMilliseconds()
  const outcome = await transferIn(hearing)
  switch (outcome.kind) {
    case 'failed':
      return { ok: false, why: outcome.why }
    case 'current':
      return { ok: true, expireSeconds: outcome.expireSeconds, isNew: false }
    case 'taken':
      logTransfer(hearing, outcome, clock.monotonicMilliseconds() - started)
      return { ok: true, expireSeconds: outcome.expireSeconds, isNew: true }
  }
}

const logTransfer = (
  { apex, primary, log }: Hearing,
  outcome: Extract<TransferOutcome, { kind: 'taken' }>,
  milliseconds: number,
): void => {
  const fields = {
    zone: nameToText(apex),
    primary: primaryText(primary),
    key: primary.key?.text,
    type: outcome.type,
    as: outcome.as,
    serialBefore: outcome.serialBefore,
    serialAfter: outcome.serialAfter,
    messages: outcome.messages,
    records: outcome.records,
    octets: outcome.octets,
    milliseconds: Math.round(milliseconds),
    insteadBecause: outcome.insteadBecause,
  }
  log.info(fields, 'zone transferred from its primary')
}
