/** What goes wrong, as problem details (RFC 9457): an RCODE, its INFO-CODE and its words among them. */
import { STATUS_CODES } from 'node:http'
import type { FastifyError } from 'fastify'
import { retryAfter } from '../dyndns/request.ts'
import { Rcode, rcodeName } from '../wire/codes.ts'
import { ExtendedErrorCode } from '../wire/edns.ts'
import { StoreError } from '../zone/zone.ts'

export const PROBLEM_TYPE = 'application/problem+json'

/** One thing that is wrong with what was sent. */
export interface Fault {
  /** RFC 6901, into the body; or the name of a parameter. */
  readonly pointer: string
  readonly detail: string
}

/** Members of a problem that not every one has (RFC 9457 §3.2). */
export interface ProblemMembers {
  /** Mnemonic of what an UPDATE would have been answered. */
  readonly rcode?: string
  /** RFC 8914 §4 */
  readonly infoCode?: number
  readonly errors?: readonly Fault[]
  /** Why an undo is not done unless it is forced. */
  readonly obstacles?: readonly string[]
}

export interface Problem extends ProblemMembers {
  /** RFC 9457 §4.2.1: it says no more than its status. */
  readonly type: 'about:blank'
  readonly title: string
  readonly status: number
  readonly detail: string
}

export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal'
  readonly status: number
  readonly members: ProblemMembers
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    detail: string,
    members: ProblemMembers = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail)
    this.status = status
    this.members = members
    this.headers = headers
  }
}

/** It is to come again then. */
export const tooMany = (milliseconds: number, detail: string): ApiRefusal =>
  new ApiRefusal(429, detail, {}, retryAfter(milliseconds / 1000))

interface Refused {
  readonly rcode: Rcode
  readonly code: number
  readonly why: string | undefined
}

/** What an UPDATE was refused for. */
export const updateRefusal = ({ rcode, code, why }: Refused): ApiRefusal =>
  // A refusal has its words.
  new ApiRefusal(statusOf(rcode, code), why as string, { rcode: rcodeName(rcode), infoCode: code })

/** RFC 2136 §3.2 */
const UNMET: ReadonlySet<Rcode> = new Set([
  Rcode.NXDOMAIN,
  Rcode.YXDOMAIN,
  Rcode.NXRRSET,
  Rcode.YXRRSET,
])

const statusOf = (rcode: Rcode, code: number): number => {
  if (UNMET.has(rcode)) return 412
  return code === ExtendedErrorCode.PROHIBITED ? 403 : 422
}

export const problemOf = (error: FastifyError | Error): Problem => {
  if (error instanceof ApiRefusal) return problem(error.status, error.message, error.members)
  if (error instanceof StoreError) return problem(503, error.message)
  // What Fastify itself refuses: a body that is too large or no JSON.
  const status = 'statusCode' in error ? error.statusCode : undefined
  if (status !== undefined && status < 500) return problem(status, error.message)
  return problem(500, 'the server could not do it; its log says why')
}

const problem = (status: number, detail: string, members: ProblemMembers = {}): Problem => ({
  type: 'about:blank',
  // Every status here has a phrase.
  title: STATUS_CODES[status] as string,
  status,
  detail,
  ...members,
})
