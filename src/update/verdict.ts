/** What an UPDATE and the steps of RFC 2136 chapter 3 come to: values, never exceptions. */
import type { Rcode } from '../wire/codes.ts'
import type { Changeset } from '../zone/changeset.ts'

export interface Refusal {
  readonly rcode: Exclude<Rcode, typeof Rcode.NOERROR>
  /** In a few words, for the log: it names records, so it is not for strangers. */
  readonly why: string
}

export const refusal = (rcode: Refusal['rcode'], why: string): Refusal => ({ rcode, why })

export interface UpdateResult {
  readonly rcode: Rcode
  /** Why it was refused. */
  readonly why: string | undefined
  /** What RFC 2136 §3.4.2 said to ignore, in words. */
  readonly ignored: readonly string[]
  /** What was added where a zone cut or DNAME hides it from queries, in words. */
  readonly hidden: readonly string[]
  /** What is on disk now; undefined when nothing changed. */
  readonly changeset: Changeset | undefined
}

export const refused = ({ rcode, why }: Refusal): UpdateResult => ({
  rcode,
  why,
  ignored: [],
  hidden: [],
  changeset: undefined,
})
