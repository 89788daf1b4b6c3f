/** Another server, as settings name it: its address, its port, and the key that is shared with it. */
import { isIP, isIPv6 } from 'node:net'
import * as z from 'zod'
import { ipv6FromText, ipv6ToText } from '../text/address-text.ts'
import type { Name } from '../wire/name.ts'
import { fail, nameText, table } from './values.ts'

export interface PeerConfig {
  /** An IPv4 or IPv6 address, without brackets. */
  readonly address: string
  readonly port: number
  /** Signs what is sent to it, and has to sign what it answers. */
  readonly key: Name | undefined
}

/** Servers that one setting may list. */
export const MOST_PEERS = 64

const DNS_PORT = 53

export const PEERS =
  'list servers, such as ["192.0.2.1", "[2001:db8::1]:5300", { address = "192.0.2.2", key = "xfr-key." }]'

/** `192.0.2.1`, `192.0.2.1:5300`, `2001:db8::1` or `[2001:db8::1]:5300`. */
const serverFrom = (
  written: string,
): { readonly address: string; readonly port: number } | undefined => {
  const [, v6, v4, digits] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(written) ?? []
  const address = isIPv6(written) ? written : (v6 ?? v4 ?? '')
  const port = digits === undefined || isIPv6(written) ? DNS_PORT : Number(digits)
  const isAddress = isIP(address) === (v4 === undefined ? 6 : 4)
  return isAddress && port > 0 && port <= 0xffff ? { address, port } : undefined
}

const peerTable = table({ address: z.string(PEERS), key: nameText.optional() })

/** A string, or a table where there is a key. */
export const peer = z
  .preprocess(
    (written) => (typeof written === 'string' ? { address: written } : written),
    peerTable,
  )
  .transform(({ address: written, key }, context): PeerConfig => {
    const server = serverFrom(written)
    if (server === undefined) {
      return fail(context, `"${written}" is no address and port; ${PEERS}`)
    }
    // As sockets spell it, so that what comes from there is known.
    const octets = ipv6FromText(server.address)
    return { ...server, address: octets === undefined ? server.address : ipv6ToText(octets), key }
  })
