/** What the agent needs of the other side, whichever way it is reached. */
import type { PerFamily } from './address.ts'
import type { HostSettings } from './settings.ts'
import type { Published } from './decide.ts'
import type { Outcome } from './outcome.ts'

export type Looked =
  | { readonly kind: 'found'; readonly published: PerFamily<Published> }
  | { readonly kind: 'failed'; readonly why: string }
  /** Nobody is named who could be asked. */
  | { readonly kind: 'nobody' }

export interface HostUpdate {
  readonly host: HostSettings
  /** All that the host should have of the families that are known; null is for none. */
  readonly wanted: PerFamily<Published>
}

export interface Server {
  /** What the authoritative server has. Never throws. */
  look(host: HostSettings): Promise<Looked>
  /** @returns an outcome for each update, in their order. Never throws. */
  update(updates: readonly HostUpdate[]): Promise<readonly Outcome[]>
}
