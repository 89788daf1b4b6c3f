/**
 * What the RDATA of each known TYPE is made of, field by field: the one table that checking,
 * comparing, compressing, reading and printing RDATA share. A TYPE that is not here is carried as
 * opaque octets (RFC 3597 §3).
 */
import { RrType } from './codes.ts'

/**
 * Fields with the same octets differ where their presentation does. The three kinds of name differ
 * on the wire (RFC 3597 §4): `compressible` ones may be compressed both ways, `expandable` ones
 * are understood compressed but never sent so, a `plain` one must not be compressed at all.
 */
export type Field =
  | 'u8'
  | 'u16'
  | 'u32'
  | 'ttl'
  | 'time'
  | 'type'
  | 'ipv4'
  | 'ipv6'
  | 'eui48'
  | 'eui64'
  | 'compressible-name'
  | 'expandable-name'
  | 'plain-name'
  /** <character-string>, RFC 1035 §3.3. */
  | 'string'
  /** One or more <character-string> up to the end. */
  | 'strings'
  /** A CAA property tag: a <character-string> of letters and digits (RFC 8659 §4.1). */
  | 'tag'
  /** Octets up to the end, printed as one quoted string (RFC 8659 §4.1.1, RFC 7553 §4.4). */
  | 'long-string'
  /** Octets up to the end; at least one. */
  | 'hex'
  | 'base64'
  /** Octets up to the end; may be none (the key of a KEY or DNSKEY that has none). */
  | 'optional-base64'
  /** A length octet and as many octets: the salt (RFC 5155 §3.2), the hash (§3.2.1). */
  | 'salt'
  | 'hash'
  /** A type bit map (RFC 4034 §4.1.2). */
  | 'types'
  /** The bit maps of WKS and NXT, up to the end: none has a text here but that of RFC 3597 §5. */
  | 'services'
  | 'old-types'
  | 'location'
  | 'prefixes'
  | 'service-parameters'

/** Fields whose text is read. */
export type TextField = Exclude<Field, 'services' | 'old-types'>

export const isTextField = (field: Field): field is TextField =>
  field !== 'services' && field !== 'old-types'

const layouts = new Map<RrType, readonly Field[]>([
  // RFC 1035 §3.3, §3.4
  [RrType.A, ['ipv4']],
  [RrType.NS, ['compressible-name']],
  [RrType.MD, ['compressible-name']],
  [RrType.MF, ['compressible-name']],
  [RrType.CNAME, ['compressible-name']],
  [RrType.SOA, ['compressible-name', 'compressible-name', 'u32', 'ttl', 'ttl', 'ttl', 'ttl']],
  [RrType.WKS, ['ipv4', 'u8', 'services']],
  [RrType.MB, ['compressible-name']],
  [RrType.MG, ['compressible-name']],
  [RrType.MR, ['compressible-name']],
  [RrType.PTR, ['compressible-name']],
  [RrType.HINFO, ['string', 'string']],
  [RrType.MINFO, ['compressible-name', 'compressible-name']],
  [RrType.MX, ['u16', 'compressible-name']],
  [RrType.TXT, ['strings']],
  // RFC 1183
  [RrType.RP, ['expandable-name', 'expandable-name']],
  [RrType.AFSDB, ['u16', 'expandable-name']],
  [RrType.RT, ['u16', 'expandable-name']],
  // RFC 2535 §4.1, §3.1, §5.2
  [RrType.SIG, ['type', 'u8', 'u8', 'ttl', 'time', 'time', 'u16', 'expandable-name', 'base64']],
  [RrType.KEY, ['u16', 'u8', 'u8', 'optional-base64']],
  [RrType.NXT, ['expandable-name', 'old-types']],
  // RFC 2163
  [RrType.PX, ['u16', 'expandable-name', 'expandable-name']],
  // RFC 3596
  [RrType.AAAA, ['ipv6']],
  // RFC 1876
  [RrType.LOC, ['location']],
  // RFC 2782
  [RrType.SRV, ['u16', 'u16', 'u16', 'expandable-name']],
  // RFC 3403 §4.1
  [RrType.NAPTR, ['u16', 'u16', 'string', 'string', 'string', 'expandable-name']],
  // RFC 2230
  [RrType.KX, ['u16', 'plain-name']],
  // RFC 4398
  [RrType.CERT, ['u16', 'u16', 'u8', 'base64']],
  // RFC 6672 §2.1
  [RrType.DNAME, ['plain-name']],
  // RFC 3123
  [RrType.APL, ['prefixes']],
  // RFC 4034 §5, RFC 7344 §3
  [RrType.DS, ['u16', 'u8', 'u8', 'hex']],
  [RrType.CDS, ['u16', 'u8', 'u8', 'hex']],
  // RFC 4255
  [RrType.SSHFP, ['u8', 'u8', 'hex']],
  // RFC 4034 §3, §4, §2
  [RrType.RRSIG, ['type', 'u8', 'u8', 'ttl', 'time', 'time', 'u16', 'plain-name', 'base64']],
  [RrType.NSEC, ['plain-name', 'types']],
  [RrType.DNSKEY, ['u16', 'u8', 'u8', 'optional-base64']],
  [RrType.CDNSKEY, ['u16', 'u8', 'u8', 'optional-base64']],
  // RFC 4701
  [RrType.DHCID, ['base64']],
  // RFC 5155 §3, §4
  [RrType.NSEC3, ['u8', 'u8', 'u16', 'salt', 'hash', 'types']],
  [RrType.NSEC3PARAM, ['u8', 'u8', 'u16', 'salt']],
  // RFC 6698, RFC 8162
  [RrType.TLSA, ['u8', 'u8', 'u8', 'hex']],
  [RrType.SMIMEA, ['u8', 'u8', 'u8', 'hex']],
  // RFC 7929
  [RrType.OPENPGPKEY, ['base64']],
  // RFC 7477
  [RrType.CSYNC, ['u32', 'u16', 'types']],
  // RFC 8976
  [RrType.ZONEMD, ['u32', 'u8', 'u8', 'hex']],
  // RFC 9460
  [RrType.SVCB, ['u16', 'plain-name', 'service-parameters']],
  [RrType.HTTPS, ['u16', 'plain-name', 'service-parameters']],
  // RFC 7208 §3.1
  [RrType.SPF, ['strings']],
  // RFC 7043
  [RrType.EUI48, ['eui48']],
  [RrType.EUI64, ['eui64']],
  // RFC 7553
  [RrType.URI, ['u16', 'u16', 'long-string']],
  // RFC 8659
  [RrType.CAA, ['u8', 'tag', 'long-string']],
])

/** The fields of a TYPE's RDATA in order, or undefined for a TYPE that is opaque here. */
export const rdataLayout = (type: RrType): readonly Field[] | undefined => layouts.get(type)
