/** What an UPDATE and the steps of RFC 2136 chapter 3 come to: values, never exceptions. */
import type { Rcode } from '../wire/codes.ts'
import { ExtendedErrorCode } from '../wire/edns.ts'
import type { Changeset } from '../zone/changeset.ts'

export interface Refusal {
  readonly rcode: Exclude<Rcode, typeof Rcode.NOERROR>
  /** INFO-CODE (RFC 8914 §4). */
  readonly code: number
  /** In a few words, for the log and for whoever proved a key: it names records. */
  readonly why: string
}

/** @param code Other, for RFC 8914 has no INFO-CODE for most of what can be wrong with an UPDATE */
export const refusal = (
  rcode: Refusal['rcode'],
  why: string,
  code: number = ExtendedErrorCode.OTHER,
): Refusal => ({ rcode, code, why })

export interface UpdateResult {
  readonly rcode: Rcode
  /** INFO-CODE that goes with `why`. */
  readonly code: number
  /** Why it was refused, or what of it had no effect that anybody sees. */
  readonly why: string | undefined
  /** What RFC 2136 §3.4.2 said to ignore, in words. */
  readonly ignored: readonly string[]
  /** What was added where a zone cut or DNAME hides it from queries, in words. */
  readonly hidden: readonly string[]
  /** What the rules in shadow would have decided, in words. */
  readonly shadow: readonly string[]
  /** What is on disk now; undefined when nothing changed. */
  readonly changeset: Changeset | undefined
}

export const refused = (
  { rcode, code, why }: Refusal,
  shadow: Iterable<string> = [],
): UpdateResult => ({
  rcode,
  code,
  why,
  ignored: [],
  hidden: [],
  shadow: [...shadow],
  changeset: undefined,
})
