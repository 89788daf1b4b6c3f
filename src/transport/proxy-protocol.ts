/**
 * The PROXY protocol, version 2 (HAProxy's proxy-protocol.txt, §2.2): what a load balancer puts
 * before a client's octets to say who the client is. Taken only from peers that are listed.
 */
import { asBuffer } from '../base/bytes.ts'

const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')
/** Signature, version and command, family, and the length of what follows. */
const HEAD_LENGTH = 16
/** More than addresses and any options of use; bounds what we wait for on TCP. */
const MAX_LENGTH = 1024

export type ProxyHeader =
  /** More octets are needed to say. */
  | { readonly kind: 'incomplete' }
  /** Not version 2, or not what it says. */
  | { readonly kind: 'bad' }
  | {
      readonly kind: 'header'
      /** Octets of the header; what follows is the client's. */
      readonly length: number
      /** Who the client is; undefined when the proxy speaks for itself (LOCAL, or no address). */
      readonly client: { readonly address: string; readonly port: number } | undefined
    }

const BAD: ProxyHeader = { kind: 'bad' }
const INCOMPLETE: ProxyHeader = { kind: 'incomplete' }

export const readProxyHeader = (octets: Uint8Array): ProxyHeader => {
  const buffer = asBuffer(octets)
  const seen = Math.min(buffer.length, SIGNATURE.length)
  if (!buffer.subarray(0, seen).equals(SIGNATURE.subarray(0, seen))) return BAD
  if (buffer.length < HEAD_LENGTH) return INCOMPLETE
  const versionAndCommand = buffer.readUInt8(12)
  const family = buffer.readUInt8(13) >> 4
  const length = HEAD_LENGTH + buffer.readUInt16BE(14)
  if (versionAndCommand >> 4 !== 2 || length > MAX_LENGTH) return BAD
  if (buffer.length < length) return INCOMPLETE
  // Command 0 is LOCAL: the proxy's own health check.
  if ((versionAndCommand & 0xf) === 0) return { kind: 'header', length, client: undefined }
  if ((versionAndCommand & 0xf) !== 1) return BAD
  return withClient(buffer.subarray(HEAD_LENGTH, length), family, length)
}

const IPV4 = 1
const IPV6 = 2

/** Source address, destination address, source port, destination port. */
const withClient = (block: Buffer, family: number, length: number): ProxyHeader => {
  if (family === IPV4) {
    if (block.length < 12) return BAD
    const address = block.subarray(0, 4).join('.')
    return { kind: 'header', length, client: { address, port: block.readUInt16BE(8) } }
  }
  if (family === IPV6) {
    if (block.length < 36) return BAD
    const address = ipv6Text(block)
    return { kind: 'header', length, client: { address, port: block.readUInt16BE(32) } }
  }
  return { kind: 'header', length, client: undefined }
}

/** RFC 4291 §2.5.5.2: what a socket for both families calls a client over IPv4. */
const IPV4_MAPPED = Buffer.from('00000000000000000000ffff', 'hex')

/** Who listed an IPv4 network means such a client too. */
const ipv6Text = (octets: Buffer): string =>
  octets.subarray(0, 12).equals(IPV4_MAPPED)
    ? octets.subarray(12, 16).join('.')
    : Array.from({ length: 8 }, (_, n) => octets.readUInt16BE(n * 2).toString(16)).join(':')
