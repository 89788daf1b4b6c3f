/** The API as an OpenAPI 3.1 document, made of the schemas that check what comes. */
import * as z from 'zod'
import { PROBLEM_TYPE } from './problem.ts'
import type { Route } from './route.ts'
import { components, nothing } from './schemas.ts'

type Json = Readonly<Record<string, unknown>>

const SCHEMAS = '#/components/schemas/'

/** Statuses that every route may have besides its own. */
const ALWAYS = [400, 401, 429, 500]
/** Of routes for admins alone, and of those that take a body. */
const NOT_ADMIN = 403
const OF_BODIES = [413, 415]

export const openApiOf = (routes: readonly Route[], prefix: string): Json => {
  const paths: Record<string, Record<string, Json>> = {}
  for (const route of routes) {
    const path = (paths[route.path] ??= {})
    path[route.method.toLowerCase()] = operationOf(route)
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'livezone',
      version: '1',
      description:
        'Names and RDATA are in presentation format, names are absolute, TTLs are seconds. Every error is a problem (RFC 9457).',
    },
    servers: [{ url: prefix }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: schemasOf(),
      responses: {
        Problem: {
          description: 'why not',
          content: { [PROBLEM_TYPE]: { schema: { $ref: `${SCHEMAS}Problem` } } },
        },
      },
    },
  }
}

const schemasOf = (): Json => {
  const { schemas } = z.toJSONSchema(components, { io: 'input', uri: (id) => SCHEMAS + id })
  // Within a document these two would mean something else.
  const left = (key: string, value: unknown): unknown =>
    key === '$schema' || key === '$id' ? undefined : value
  // It is made of nothing but JSON.
  return JSON.parse(JSON.stringify(schemas, left)) as Json
}

const operationOf = (route: Route): Json => ({
  operationId: route.id,
  summary: route.summary,
  parameters: [...pathParameters(route), ...queryParameters(route), ...headerParameters(route)],
  ...(route.body !== nothing && {
    requestBody: { required: true, content: { 'application/json': { schema: refTo(route.body) } } },
  }),
  responses: { 200: success(route), ...Object.fromEntries(problemsOf(route)) },
})

const pathParameters = ({ path }: Route): Json[] =>
  Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))

const queryParameters = ({ query }: Route): Json[] => {
  const { properties = {} } = z.toJSONSchema(query, { io: 'input' })
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', schema }))
}

const header = (name: string, description: string): Json => ({
  name,
  in: 'header',
  description,
  schema: { type: 'string' },
})

const headerParameters = ({ id }: Route): Json[] => {
  if (id === 'changeRecords') return [header('If-Match', 'the serial in quotes, as ETag has it')]
  return id === 'followZone' ? [header('Last-Event-ID', 'the serial that came last')] : []
}

const EVENTS =
  'Events: "begin" and "gap" with the serial of now, and "change", of which each has a row of the history as its data, and its serial as its id.'

const success = ({ result, isStream }: Route): Json => ({
  description: isStream === true ? EVENTS : 'done',
  content:
    isStream === true
      ? { 'text/event-stream': { schema: { type: 'string' } } }
      : { 'application/json': { schema: refTo(result) } },
})

const problemsOf = ({ problems, who, body }: Route): (readonly [number, Json])[] => {
  const all = [
    ...ALWAYS,
    ...problems,
    ...(who === 'admin' ? [NOT_ADMIN] : []),
    ...(body === nothing ? [] : OF_BODIES),
  ]
  return [...new Set(all)]
    .sort((a, b) => a - b)
    .map((status) => [status, { $ref: '#/components/responses/Problem' }])
}

const refTo = (schema: z.ZodType): Json => {
  // Bodies and results all have names.
  const { id } = components.get(schema) as { readonly id: string }
  return { $ref: SCHEMAS + id }
}
