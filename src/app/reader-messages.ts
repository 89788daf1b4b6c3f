/** What the thread that writes and those that only read tell one another (ADR 19). */
import type { Network } from '../config/networks.ts'
import type { RateAccounts } from '../server/rate-limit.ts'
import type { Datagram } from '../transport/batch-socket.ts'
import type { PlainSettings } from './generation.ts'

/** What a reader begins with; its memory is that of the writer. */
export interface ReaderStart {
  /** Of the store. */
  readonly folder: string
  /** Of `ZoneChanges`. */
  readonly changes: SharedArrayBuffer
  /** One number: what `version` is below. It is another before anything is. */
  readonly version: SharedArrayBuffer
  /** One number: octets that wait for the writer (`octetsOf`). */
  readonly waiting: SharedArrayBuffer
}

/** A zone of the configuration. */
export interface ToldZone {
  /** A `Name`: on the way it loses its brand. */
  readonly apex: Uint8Array
  /** Whether it has a view. */
  readonly isAnswered: boolean
}

/** All of a configuration that answers depend on. */
export interface ToldGeneration {
  readonly version: number
  readonly settings: PlainSettings
  readonly unlimited: readonly Network[]
  readonly proxies: readonly Network[]
  readonly zones: readonly ToldZone[]
  readonly rateAccounts: RateAccounts
}

export type ToReader =
  | ({ readonly kind: 'generation' } & ToldGeneration)
  | ({ readonly kind: 'zone'; readonly version: number } & ToldZone)
  | { readonly kind: 'open'; readonly fd: number }
  | { readonly kind: 'close'; readonly fd: number }
  | { readonly kind: 'stop' }

export type FromReader =
  /** Sockets may be opened. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'datagrams'; readonly fd: number; readonly datagrams: readonly Datagram[] }
  /** It takes and sends nothing there any more, and its datagrams have come. */
  | { readonly kind: 'closed'; readonly fd: number }
  /** What happened since it told of that last. */
  | { readonly kind: 'counts'; readonly counts: Readonly<Record<string, number>> }

/** About as much as one takes besides its octets. */
const DATAGRAM_OVERHEAD = 500

export const octetsOf = ({ packet }: Datagram): number => packet.length + DATAGRAM_OVERHEAD
