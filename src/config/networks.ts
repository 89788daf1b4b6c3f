/** Whether an address is in one of the networks that the operator listed. */
import { BlockList, isIPv6 } from 'node:net'
import type { Network } from './schema.ts'

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv6(address) ? 'ipv6' : 'ipv4')

export const isInAny = (networks: readonly Network[]): ((address: string) => boolean) => {
  if (networks.length === 0) return () => false
  // In one list ::/0 would have the IPv4 addresses in it.
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() }
  for (const { address, prefixLength } of networks) {
    const family = familyOf(address)
    lists[family].addSubnet(address, prefixLength, family)
  }
  return (address) => {
    const family = familyOf(address)
    return lists[family].check(address, family)
  }
}
