/** The HMACs of TSIG (RFC 8945 §6) and how long their MACs are. */
import { foldedName, nameFromLabels, type Name } from '../wire/name.ts'

export interface TsigAlgorithm {
  /** As key files and tools spell it. */
  readonly text: string
  /** As it stands in a TSIG RR. */
  readonly name: Name
  /** As node:crypto calls it. */
  readonly digest: string
  /** Octets of a whole MAC. */
  readonly macLength: number
}

const algorithm = (text: string, digest: string, macLength: number): TsigAlgorithm => {
  // RFC 8945 §6, table 3: only HMAC-MD5 has a name of more than one label.
  const wireText = text === 'hmac-md5' ? 'hmac-md5.sig-alg.reg.int' : text
  const labels = wireText.split('.').map((label) => Buffer.from(label))
  // The texts below are short and have no empty label: they make a name.
  return { text, name: nameFromLabels(labels) as Name, digest, macLength }
}

/** RFC 8945 §6: what every implementation has and new keys should use. */
export const DEFAULT_ALGORITHM = algorithm('hmac-sha256', 'sha256', 32)

const algorithms = [
  algorithm('hmac-md5', 'md5', 16),
  algorithm('hmac-sha1', 'sha1', 20),
  algorithm('hmac-sha224', 'sha224', 28),
  DEFAULT_ALGORITHM,
  algorithm('hmac-sha384', 'sha384', 48),
  algorithm('hmac-sha512', 'sha512', 64),
] as const

export const algorithmTexts: readonly string[] = algorithms.map(({ text }) => text)

/** By what a key file calls it, in any case; HMAC-MD5 also by its whole name. */
export const algorithmFromText = (text: string): TsigAlgorithm | undefined => {
  const lower = text.toLowerCase()
  const short = lower === 'hmac-md5.sig-alg.reg.int' ? 'hmac-md5' : lower
  return algorithms.find((candidate) => candidate.text === short)
}

/** Whether the algorithm name of a TSIG RR means this algorithm. */
export const isAlgorithmNamed = (candidate: TsigAlgorithm, name: Name): boolean =>
  foldedName(candidate.name) === foldedName(name)

/** The shortest truncated MAC that may be looked at at all (RFC 8945 §5.2.2.1). */
export const shortestMac = (candidate: TsigAlgorithm): number =>
  Math.max(10, candidate.macLength / 2)
