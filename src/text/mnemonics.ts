/** Numbers of RDATA that may be written as words. They are printed as numbers. */
import { RrType } from '../wire/codes.ts'

type Words = ReadonlyMap<string, number>

/** RFC 4034 appendix A.1, and IANA's "DNS Security Algorithm Numbers" since. */
const algorithms: Words = new Map([
  ['RSAMD5', 1],
  ['DH', 2],
  ['DSA', 3],
  ['ECC', 4],
  ['RSASHA1', 5],
  ['DSA-NSEC3-SHA1', 6],
  ['NSEC3DSA', 6],
  ['RSASHA1-NSEC3-SHA1', 7],
  ['NSEC3RSASHA1', 7],
  ['RSASHA256', 8],
  ['RSASHA512', 10],
  ['ECC-GOST', 12],
  ['ECCGOST', 12],
  ['ECDSAP256SHA256', 13],
  ['ECDSAP384SHA384', 14],
  ['ED25519', 15],
  ['ED448', 16],
  ['INDIRECT', 252],
  ['PRIVATEDNS', 253],
  ['PRIVATEOID', 254],
])

/** RFC 4398 §2.1. */
const certificateTypes: Words = new Map([
  ['PKIX', 1],
  ['SPKI', 2],
  ['PGP', 3],
  ['IPKIX', 4],
  ['ISPKI', 5],
  ['IPGP', 6],
  ['ACPKIX', 7],
  ['IACPKIX', 8],
  ['URI', 253],
  ['OID', 254],
])

/** Which fields of which TYPE take words, by their place in the TYPE's layout. */
const wordsOfFields = new Map<RrType, ReadonlyMap<number, Words>>([
  [
    RrType.CERT,
    new Map([
      [0, certificateTypes],
      [2, algorithms],
    ]),
  ],
  [RrType.DS, new Map([[1, algorithms]])],
  [RrType.CDS, new Map([[1, algorithms]])],
  [RrType.SIG, new Map([[1, algorithms]])],
  [RrType.RRSIG, new Map([[1, algorithms]])],
  [RrType.KEY, new Map([[2, algorithms]])],
  [RrType.DNSKEY, new Map([[2, algorithms]])],
  [RrType.CDNSKEY, new Map([[2, algorithms]])],
])

/** The number that a word stands for in a field; undefined when it stands for none there. */
export const numberOfWord = (type: RrType, field: number, word: string): number | undefined =>
  wordsOfFields.get(type)?.get(field)?.get(word.toUpperCase())
