/** Whether an address is in one of the networks that the operator listed. */
import { BlockList, isIPv6 } from 'node:net'
import type { Network } from './schema.ts'

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv6(address) ? 'ipv6' : 'ipv4')

export const isInAny = (networks: readonly Network[]): ((address: string) => boolean) => {
  if (networks.length === 0) return () => false
  const list = new BlockList()
  for (const { address, prefixLength } of networks) {
    list.addSubnet(address, prefixLength, familyOf(address))
  }
  return (address) => list.check(address, familyOf(address))
}
