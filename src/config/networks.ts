/** Networks that the operator listed, and whether an address is in one of them. */
import { BlockList, isIP } from 'node:net'
import type { AddressSet } from '../access/rule.ts'

/** An address and how many of its bits are the network. */
export interface Network {
  readonly address: string
  readonly prefixLength: number
}

/**
 * For what is an address or a network. To compile Node's expression for IPv6 would be a twentieth of a start,
 * for nothing where none is written.
 */
const familyOf = (address: string): 'ipv4' | 'ipv6' => (address.includes(':') ? 'ipv6' : 'ipv4')

const lengthOf = (address: string): number => (familyOf(address) === 'ipv4' ? 32 : 128)

/** `192.0.2.1`, `192.0.2.0/24` or `2001:db8::/32`; undefined when the text is none of them. */
export const networkFrom = (written: string): Network | undefined => {
  const [, address = '', length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(written) ?? []
  const longest = lengthOf(address)
  const prefixLength = length === undefined ? longest : Number(length)
  return isIP(address) === 0 || prefixLength > longest ? undefined : { address, prefixLength }
}

export const isInAny = (networks: readonly Network[]): ((address: string) => boolean) => {
  if (networks.length === 0) return () => false
  // In one list ::/0 would have the IPv4 addresses in it.
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() }
  for (const { address, prefixLength } of networks) {
    const family = familyOf(address)
    lists[family].addSubnet(address, prefixLength, family)
  }
  return remembered((address) => {
    const family = familyOf(address)
    return lists[family].check(address, family)
  })
}

/** Addresses of which it is remembered whether they are in: some 400 kB at most. */
const REMEMBERED = 4096

/** It is asked of every packet over UDP, and `BlockList.check` makes objects of each address. */
const remembered = (isIn: (address: string) => boolean): ((address: string) => boolean) => {
  const known = new Map<string, boolean>()
  return (address) => {
    let is = known.get(address)
    if (is === undefined) {
      if (known.size === REMEMBERED) known.clear()
      is = isIn(address)
      known.set(address, is)
    }
    return is
  }
}

export const addressSet = (networks: readonly Network[]): AddressSet => ({
  text: networks.map(networkText).join(' '),
  includes: isInAny(networks),
})

const networkText = ({ address, prefixLength }: Network): string =>
  prefixLength === lengthOf(address) ? address : `${address}/${prefixLength}`

/** @param networks each was read by `networkFrom` before */
export const addressSetOf = (networks: readonly string[]): AddressSet =>
  // And so it can be read again.
  addressSet(networks.map((written) => networkFrom(written) as Network))
