/** Tokens of web clients and of managers, and the keys of clients that speak DNS. */
import * as z from 'zod'
import { checkedScope, type WrittenScope } from '../access/token-scope.ts'
import { TokenError, type TokenEntry, type TokenScope } from '../access/tokens.ts'
import { isoTime } from '../base/clock.ts'
import type { ApiParts } from './parts.ts'
import { ApiRefusal } from './problem.ts'
import { shownUse } from './host-routes.ts'
import { faulty, json, route, type Route } from './route.ts'
import {
  keys,
  limit,
  newToken,
  noQuery,
  nothing,
  revoked,
  token,
  tokenRequest,
  tokens as tokenList,
} from './schemas.ts'

export const tokenRoutes = (parts: ApiParts): readonly Route[] => [
  listTokens(parts),
  readToken(parts),
  createToken(parts),
  rotateToken(parts),
  revokeToken(parts),
  listKeys(parts),
]

const readToken = (parts: ApiParts): Route =>
  route({
    id: 'readToken',
    method: 'GET',
    path: '/tokens/{token}',
    summary: 'what a token is for, and when it was used last; its secret is nowhere',
    who: 'admin',
    problems: [404],
    query: noQuery,
    body: nothing,
    result: token,
    run: ({ param }) => json(shownToken(refusing(() => parts.tokens.entry(param('token'))))),
  })

const createToken = (parts: ApiParts): Route =>
  route({
    id: 'createToken',
    method: 'POST',
    path: '/tokens',
    summary: 'a token for hosts, or for managing; the answer has its secret, and nothing else has',
    who: 'admin',
    problems: [409, 422, 503],
    query: noQuery,
    body: tokenRequest,
    result: newToken,
    run: ({ body }) => {
      const scope = scopeFrom(parts, body)
      return json({ name: scope.name, token: refusing(() => parts.tokens.create(scope)) })
    },
  })

const rotateToken = (parts: ApiParts): Route =>
  route({
    id: 'rotateToken',
    method: 'POST',
    path: '/tokens/{token}/rotate',
    summary: 'a second secret; the older one ends when this one is used, or after a week',
    who: 'admin',
    problems: [404, 503],
    query: noQuery,
    body: nothing,
    result: newToken,
    run: ({ param }) => {
      const name = param('token')
      return json({ name, token: refusing(() => parts.tokens.rotate(name)) })
    },
  })

const revokeToken = (parts: ApiParts): Route =>
  route({
    id: 'revokeToken',
    method: 'DELETE',
    path: '/tokens/{token}',
    summary: 'no secret of the token is taken any more',
    who: 'admin',
    problems: [404, 503],
    query: noQuery,
    body: nothing,
    result: revoked,
    run: ({ param }) => {
      const name = param('token')
      refusing(() => {
        parts.tokens.revoke(name)
      })
      return json({ name })
    },
  })

const listTokens = ({ tokens }: ApiParts): Route =>
  route({
    id: 'listTokens',
    method: 'GET',
    path: '/tokens',
    summary: 'tokens in the order of their names',
    who: 'admin',
    problems: [],
    query: z.strictObject({ after: z.string().max(255).default(''), limit }),
    body: nothing,
    result: tokenList,
    run: ({ query }) => {
      const found = tokens.list().filter(({ name }) => name > query.after)
      const page = found.slice(0, query.limit)
      const last = page.at(-1)
      const next = last !== undefined && found.length > page.length ? last.name : null
      return json({ tokens: page.map(shownToken), next })
    },
  })

const listKeys = (parts: ApiParts): Route =>
  route({
    id: 'listKeys',
    method: 'GET',
    path: '/keys',
    summary: 'TSIG keys, without their secrets',
    who: 'admin',
    problems: [],
    query: noQuery,
    body: nothing,
    result: keys,
    run: () => {
      const useOf = parts.keyUses.lastUses()
      const all = Array.from(parts.keyring(), ({ current, old, expiresSeconds }) => {
        const use = useOf(current) ?? (old && useOf(old))
        return {
          name: current.text,
          algorithm: current.algorithm.text,
          expires: expiresSeconds === undefined ? null : isoTime(expiresSeconds * 1000),
          isRotated: old !== undefined,
          lastUse:
            use === undefined ? null : { time: isoTime(use.timeMilliseconds), source: use.source },
        }
      })
      return json({ keys: all })
    },
  })

/** Where in the body each thing is. */
const POINTERS: Readonly<Record<keyof WrittenScope, string>> = {
  name: '/name',
  role: '/role',
  hosts: '/hosts',
  below: '/below',
  types: '/types',
  from: '/from',
}

const scopeFrom = (parts: ApiParts, body: z.output<typeof tokenRequest>): TokenScope => {
  const zones = parts.zones()
  const checked = checkedScope(body, {
    isInZone: (host) => zones.enclosing(host) !== undefined,
    isNetwork: parts.isNetwork,
  })
  if (!checked.ok) throw faulty(422, [{ pointer: POINTERS[checked.what], detail: checked.why }])
  const { scope } = checked
  if (body.expires === undefined) return scope
  const expires = Date.parse(body.expires)
  if (expires > parts.clock.nowMilliseconds()) return { ...scope, expires }
  throw faulty(422, [{ pointer: '/expires', detail: `${body.expires} is no time to come` }])
}

const shownToken = (entry: TokenEntry) => {
  const { name, role, hosts, below, types, from, created, expires, retires, lastUse } = entry
  return {
    name,
    role: role ?? ('owner' as const),
    hosts,
    below,
    types,
    from,
    created: isoTime(created),
    expires: expires === undefined ? null : isoTime(expires),
    retires: retires === undefined ? null : isoTime(retires),
    lastUse: shownUse(lastUse ?? null),
  }
}

const refusing = <T>(act: () => T): T => {
  try {
    return act()
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    throw new ApiRefusal(error.isMissing ? 404 : 409, error.message)
  }
}
