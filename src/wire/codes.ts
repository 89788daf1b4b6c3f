/**
 * The numbers of the DNS and their mnemonics, as IANA's "Domain Name System (DNS) Parameters" has
 * them. Only what livezone speaks of is named; every other number is carried as a number.
 */

declare const rrType: unique symbol
/** A TYPE (RFC 1035 §3.2.2), 0 to 65535. */
export type RrType = number & { readonly [rrType]: true }

declare const rrClass: unique symbol
/** A CLASS (RFC 1035 §3.2.4), 0 to 65535. */
export type RrClass = number & { readonly [rrClass]: true }

/** Any 16-bit number is a TYPE (RFC 3597 §2), so the brand is given without a check. */
export const rrTypeOf = (value: number): RrType => value as RrType

/** Any 16-bit number is a CLASS (RFC 3597 §2), so the brand is given without a check. */
export const rrClassOf = (value: number): RrClass => value as RrClass

export const Opcode = { QUERY: 0, IQUERY: 1, STATUS: 2, NOTIFY: 4, UPDATE: 5 } as const

/** RFC 1035 §4.1.1, RFC 2136 §2.2, RFC 6891 §9, RFC 7873 §8 (from 16 on in OPT's upper bits). */
export const Rcode = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  YXRRSET: 7,
  NXRRSET: 8,
  NOTAUTH: 9,
  NOTZONE: 10,
  BADVERS: 16,
  BADCOOKIE: 23,
} as const
export type Rcode = (typeof Rcode)[keyof typeof Rcode]

/** The Error field of a TSIG RR (RFC 8945 §4.2, §5.2). */
export const TsigError = {
  NOERROR: 0,
  BADSIG: 16,
  BADKEY: 17,
  BADTIME: 18,
  BADTRUNC: 22,
} as const
export type TsigError = (typeof TsigError)[keyof typeof TsigError]

export const RrClass = {
  IN: rrClassOf(1),
  CH: rrClassOf(3),
  HS: rrClassOf(4),
  /** QCLASS NONE, RFC 2136 §1.3. */
  NONE: rrClassOf(254),
  /** QCLASS *, RFC 1035 §3.2.5. */
  ANY: rrClassOf(255),
}

export const RrType = {
  A: rrTypeOf(1),
  NS: rrTypeOf(2),
  MD: rrTypeOf(3),
  MF: rrTypeOf(4),
  CNAME: rrTypeOf(5),
  SOA: rrTypeOf(6),
  MB: rrTypeOf(7),
  MG: rrTypeOf(8),
  MR: rrTypeOf(9),
  WKS: rrTypeOf(11),
  PTR: rrTypeOf(12),
  HINFO: rrTypeOf(13),
  MINFO: rrTypeOf(14),
  MX: rrTypeOf(15),
  TXT: rrTypeOf(16),
  RP: rrTypeOf(17),
  AFSDB: rrTypeOf(18),
  RT: rrTypeOf(21),
  SIG: rrTypeOf(24),
  KEY: rrTypeOf(25),
  PX: rrTypeOf(26),
  AAAA: rrTypeOf(28),
  LOC: rrTypeOf(29),
  NXT: rrTypeOf(30),
  SRV: rrTypeOf(33),
  NAPTR: rrTypeOf(35),
  KX: rrTypeOf(36),
  CERT: rrTypeOf(37),
  DNAME: rrTypeOf(39),
  OPT: rrTypeOf(41),
  APL: rrTypeOf(42),
  DS: rrTypeOf(43),
  SSHFP: rrTypeOf(44),
  RRSIG: rrTypeOf(46),
  NSEC: rrTypeOf(47),
  DNSKEY: rrTypeOf(48),
  DHCID: rrTypeOf(49),
  NSEC3: rrTypeOf(50),
  NSEC3PARAM: rrTypeOf(51),
  TLSA: rrTypeOf(52),
  SMIMEA: rrTypeOf(53),
  CDS: rrTypeOf(59),
  CDNSKEY: rrTypeOf(60),
  OPENPGPKEY: rrTypeOf(61),
  CSYNC: rrTypeOf(62),
  ZONEMD: rrTypeOf(63),
  SVCB: rrTypeOf(64),
  HTTPS: rrTypeOf(65),
  SPF: rrTypeOf(99),
  EUI48: rrTypeOf(108),
  EUI64: rrTypeOf(109),
  TKEY: rrTypeOf(249),
  TSIG: rrTypeOf(250),
  IXFR: rrTypeOf(251),
  AXFR: rrTypeOf(252),
  MAILB: rrTypeOf(253),
  MAILA: rrTypeOf(254),
  ANY: rrTypeOf(255),
  URI: rrTypeOf(256),
  CAA: rrTypeOf(257),
}

const typeNames = new Map<number, string>(
  Object.entries(RrType).map(([mnemonic, value]) => [value, mnemonic]),
)
const typeValues = new Map<string, RrType>(Object.entries(RrType))
const classNames = new Map<number, string>(
  Object.entries(RrClass).map(([mnemonic, value]) => [value, mnemonic]),
)
const rcodeNames = new Map<number, string>(
  Object.entries(Rcode).map(([mnemonic, value]) => [value, mnemonic]),
)

/** The mnemonic, or `TYPE65280` where there is none (RFC 3597 §5). */
export const rrTypeName = (type: RrType): string => typeNames.get(type) ?? `TYPE${type}`

/** The mnemonic, or `CLASS32` where there is none (RFC 3597 §5). */
export const rrClassName = (value: RrClass): string => classNames.get(value) ?? `CLASS${value}`

export const rcodeName = (value: Rcode): string => rcodeNames.get(value) ?? `RCODE${value}`

/** Reads a mnemonic or `TYPE65280` (RFC 3597 §5), in any case; undefined when it is neither. */
export const rrTypeFromName = (text: string): RrType | undefined => {
  const upper = text.toUpperCase()
  const known = typeValues.get(upper)
  if (known !== undefined) return known
  const digits = /^TYPE(\d{1,5})$/.exec(upper)?.[1]
  return digits === undefined || Number(digits) > 0xffff ? undefined : rrTypeOf(Number(digits))
}

/**
 * QTYPEs and Meta-TYPEs (RFC 6895 §3.1: 128 to 255, and OPT) and the reserved 0: they live in
 * messages and can never be data in a zone.
 */
export const isMetaType = (type: RrType): boolean =>
  (type >= 128 && type <= 255) || type === RrType.OPT || type === 0
