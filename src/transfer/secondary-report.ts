/** Another server of a zone, as it is shown to people and programs. */
import { isSerialAfter, serialOf, type Serial } from '../zone/serial.ts'
import { stateOf, type Secondary, type SecondaryState } from './secondaries.ts'

/** One server, as it is shown. Times are milliseconds since 1970; null where it has not happened. */
export interface SecondaryReport {
  readonly address: string
  /** Where it is told of changes; null when it is not. */
  readonly port: number | null
  readonly key: string | null
  readonly state: SecondaryState
  /** The version that it has, and since when we know it. */
  readonly has: { readonly serial: number; readonly at: number } | null
  /** How many serials it is behind ours; null when it is not known what it has. */
  readonly behind: number | null
  readonly notified: { readonly serial: number; readonly at: number } | null
  readonly acknowledged: { readonly serial: number; readonly at: number } | null
  readonly transferred: {
    readonly kind: 'AXFR' | 'IXFR'
    readonly serial: number
    readonly at: number
  } | null
  readonly seen: number | null
  /** Why it is not told any more before the next change. */
  readonly failure: string | null
}

/** @param ours what it should have */
export const reportOf = (secondary: Secondary, ours: Serial): SecondaryReport => {
  const { address, port, key, has, notified, acknowledged, transferred, seen, failure } = secondary
  return {
    address,
    port: port ?? null,
    key: key ?? null,
    state: stateOf(secondary, ours),
    has: has ?? null,
    behind: has === undefined ? null : distance(has.serial, ours),
    notified: notified ?? null,
    acknowledged: acknowledged ?? null,
    transferred: transferred ?? null,
    seen: seen ?? null,
    failure: failure ?? null,
  }
}

/** How many serials the first is before the other (RFC 1982); 0 when it is not. */
const distance = (serial: Serial, ours: Serial): number =>
  isSerialAfter(ours, serial) ? serialOf(ours - serial) : 0
