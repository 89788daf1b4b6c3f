/** What a route is: what it takes, what it gives, and who may ask. */
import type { Writable } from 'node:stream'
import type * as z from 'zod'
import type { WebRequest } from '../dyndns/request.ts'
import type { Caller } from './callers.ts'
import { ApiRefusal, type Fault } from './problem.ts'

/** What came, by somebody who may. */
export interface Call<Query = unknown, Body = unknown> {
  readonly caller: Caller
  /** From the path; all that it names are there. */
  readonly param: (name: string) => string
  readonly query: Query
  readonly body: Body
  /** Headers; empty where they are missing. */
  readonly ifMatch: string
  readonly lastEventId: string
  readonly request: WebRequest
}

/** Values of a schema, of which nothing is changed any more. */
type Fixed<T> = T extends string | number | boolean | null | undefined
  ? T
  : { readonly [K in keyof T]: Fixed<T[K]> }

interface JsonAnswer<Body> {
  readonly kind: 'json'
  readonly body: Body
  readonly headers?: Readonly<Record<string, string>>
}

interface StreamAnswer {
  readonly kind: 'stream'
  /** @param listener that the call came by */
  open(response: Writable, listener: object): void
}

export type Answer<Body> = JsonAnswer<Fixed<Body>> | StreamAnswer

export interface RouteHead {
  /** `operationId` of OpenAPI. */
  readonly id: string
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Below `/api/v1`, with `{name}` for what may vary. */
  readonly path: string
  readonly summary: string
  /** Anyone with credentials, or admins alone. */
  readonly who: 'anyone' | 'admin'
  /** Whether it goes on, as server-sent events. */
  readonly isStream?: true
  /** Statuses of problems besides those that every route has. */
  readonly problems: readonly number[]
}

interface Written<Query, Body, Result> extends RouteHead {
  readonly query: z.ZodType<Query>
  readonly body: z.ZodType<Body>
  readonly result: z.ZodType<Result>
  readonly run: (call: Call<Query, Body>) => Answer<Result> | Promise<Answer<Result>>
}

export interface Route extends RouteHead {
  readonly query: z.ZodType
  readonly body: z.ZodType
  readonly result: z.ZodType
  readonly run: (call: Call) => Promise<JsonAnswer<unknown> | StreamAnswer>
}

/** A route that checks what came before it runs. */
export const route = <Query, Body, Result>(written: Written<Query, Body, Result>): Route => ({
  ...written,
  run: async (call) => {
    const query = checked(written.query, call.query, (path) => path.join('.'))
    const body = checked(written.body, call.body, pointerOf)
    return written.run({ ...call, query, body })
  },
})

export const json = <Body>(
  body: Fixed<Body>,
  headers: Readonly<Record<string, string>> = {},
): Answer<Body> => ({ kind: 'json', body, headers })

/** Faults that are listed. */
const MOST_FAULTS = 20

const checked = <T>(
  schema: z.ZodType<T>,
  value: unknown,
  pointer: (path: readonly PropertyKey[]) => string,
): T => {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues
    .slice(0, MOST_FAULTS)
    .map(({ path, message }) => ({ pointer: pointer(path), detail: message }))
  throw faulty(400, faults)
}

export const faulty = (status: 400 | 422, errors: readonly Fault[]): ApiRefusal => {
  const texts = errors.map(
    ({ pointer, detail }) => `${pointer === '' ? '' : `${pointer}: `}${detail}`,
  )
  return new ApiRefusal(status, texts.join('; '), { errors })
}

/** RFC 6901 §3 */
const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
