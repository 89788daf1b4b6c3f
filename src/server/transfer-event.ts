/** What became of a question about a whole zone: for the log, and for whoever keeps account of secondaries. */
import { principalText, type Principal } from '../access/principal.ts'
import type { Log } from '../base/log.ts'
import { nameToText } from '../text/name-text.ts'
import { rcodeName, type Rcode } from '../wire/codes.ts'
import type { Name } from '../wire/name.ts'
import type { Serial } from '../zone/serial.ts'
import { sourceText, type Source } from './exchange.ts'

/**
 * `sent`: the client was sent the zone, or the changes, of that serial. `current`: it has that serial
 * already. `told`: it knows now that this is the serial. `ended`: the connection was gone before all
 * was sent. `cut`: it took longer than we wait.
 */
export type TransferOutcome = 'sent' | 'current' | 'told' | 'ended' | 'cut'

export interface TransferEvent {
  readonly apex: Name
  /** What was asked. */
  readonly kind: 'AXFR' | 'IXFR' | 'SOA'
  readonly source: Source
  readonly principal: Principal
  readonly serial: Serial
  readonly outcome: TransferOutcome
}

/** What was sent. */
export interface Sent {
  /** A whole zone, changes, or a SOA alone. */
  readonly form: 'zone' | 'changes' | 'SOA'
  readonly serial: Serial
  readonly outcome: TransferOutcome
  readonly records: number
  readonly messages: number
  /** Undefined over UDP. */
  readonly octets?: number
}

interface LoggedTransfer extends Sent {
  /** That the client says it has. */
  readonly serialBefore: Serial | undefined
  readonly milliseconds: number
}

const MESSAGES: Record<TransferOutcome, string> = {
  sent: 'transfer sent',
  current: 'transfer not needed',
  told: 'transfer over UDP does not fit, TCP is to be used',
  ended: 'transfer ended: the connection is gone',
  cut: 'transfer cut: it took too long',
}

export const logTransfer = (log: Log, event: TransferEvent, transfer: LoggedTransfer): void => {
  const { apex, kind, source, principal, serial, outcome } = event
  const fields = {
    principal: principalText(principal),
    source: sourceText(source),
    transport: source.transport,
    zone: nameToText(apex),
    type: kind,
    form: transfer.form,
    serialBefore: transfer.serialBefore,
    serial,
    records: transfer.records,
    messages: transfer.messages,
    octets: transfer.octets,
    milliseconds: Math.round(transfer.milliseconds * 1000) / 1000,
  }
  if (outcome === 'cut') log.warn(fields, MESSAGES[outcome])
  else log.info(fields, MESSAGES[outcome])
}

export interface RefusedTransfer {
  readonly name: Name
  readonly kind: TransferEvent['kind']
  readonly source: Source
  readonly principal: Principal
  readonly rcode: Rcode
  readonly why: string
}

export const logRefusedTransfer = (log: Log, refused: RefusedTransfer): void => {
  const { name, kind, source, principal, rcode, why } = refused
  const fields = {
    principal: principalText(principal),
    source: sourceText(source),
    transport: source.transport,
    zone: nameToText(name),
    type: kind,
    rcode: rcodeName(rcode),
    reason: why,
  }
  log.info(fields, 'transfer refused')
}
