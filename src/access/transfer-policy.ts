/** Who may have a whole zone: keys that prove themselves, and networks that are believed. */
import { nameEquals, type Name } from '../wire/name.ts'
import { keyNameOf, type Principal } from './principal.ts'

export interface TransferPolicy {
  /** Whoever signs with one of these may transfer, from anywhere. */
  readonly keys: readonly Name[]
  /** Whoever asks from there may transfer, signed by any good key or not at all. */
  readonly isInNetwork: (address: string) => boolean
}

export const noTransfers: TransferPolicy = { keys: [], isInNetwork: () => false }

/** What a principal may transfer: `transfer` is the zone (AXFR) and its changes (IXFR). */
export type TransferRight = 'transfer'

/** @returns undefined when it may transfer nothing */
export const transferRightOf = (
  { keys, isInNetwork }: TransferPolicy,
  principal: Principal,
  address: string,
): TransferRight | undefined => {
  const key = keyNameOf(principal)
  const isListed = key !== undefined && keys.some((listed) => nameEquals(listed, key))
  return isListed || isInNetwork(address) ? 'transfer' : undefined
}
