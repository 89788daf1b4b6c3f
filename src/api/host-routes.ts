/** Hosts: the names that tokens are for, with what they have and who changed them last. */
import * as z from 'zod'
import { TokenError, type TokenEntry } from '../access/tokens.ts'
import { isoTime } from '../base/clock.ts'
import { nameFromText, nameToText } from '../text/name-text.ts'
import { rdataToText } from '../text/rdata-text.ts'
import { RrType } from '../wire/codes.ts'
import { lowerCaseName, type Name } from '../wire/name.ts'
import { nameKeyOf } from '../zone/name-key.ts'
import { findRrset } from '../zone/node.ts'
import type { TokenUse } from '../zone/token-store.ts'
import type { Caller } from './callers.ts'
import type { ApiParts } from './parts.ts'
import { ApiRefusal } from './problem.ts'
import { json, route, type Route } from './route.ts'
import { host, hosts, limit, noQuery, nothing, optionalName } from './schemas.ts'
import { nameIn } from './zone-access.ts'

export const hostRoutes = (parts: ApiParts): readonly Route[] => [
  route({
    id: 'listHosts',
    method: 'GET',
    path: '/hosts',
    summary: 'hosts of tokens, in the order of their names; of an owner, their own',
    who: 'anyone',
    problems: [],
    query: z.strictObject({ after: optionalName, limit }),
    body: nothing,
    result: hosts,
    run: ({ caller, query }) => {
      const after = query.after === undefined ? '' : nameKeyOf(nameIn(query.after))
      const found = Array.from(hostsOf(parts, caller).values(), (one) => ({
        ...one,
        key: nameKeyOf(one.name),
      }))
        .filter(({ key }) => key > after)
        .sort((a, b) => (a.key < b.key ? -1 : 1))
      const page = found.slice(0, query.limit).map((one) => shownHost(parts, one))
      const last = page.at(-1)
      const next = last !== undefined && found.length > page.length ? last.host : null
      return json({ hosts: page, next })
    },
  }),
  route({
    id: 'readHost',
    method: 'GET',
    path: '/hosts/{host}',
    summary: 'one host, with its addresses and its last update by a token',
    who: 'anyone',
    problems: [404],
    query: noQuery,
    body: nothing,
    result: host,
    run: ({ caller, param }) => {
      const text = nameToText(lowerCaseName(nameIn(param('host'))))
      const found = hostsOf(parts, caller).get(text)
      if (found === undefined) throw new ApiRefusal(404, `no token of yours is for ${text}`)
      return json(shownHost(parts, found))
    },
  }),
]

interface Host {
  readonly name: Name
  /** Of tokens that are for it. */
  readonly entries: readonly TokenEntry[]
}

/** By their names in presentation format. */
const hostsOf = (parts: ApiParts, caller: Caller): ReadonlyMap<string, Host> => {
  const found = new Map<string, Host>()
  for (const name of caller.hosts) found.set(nameToText(name), { name, entries: [] })
  for (const entry of entriesFor(parts, caller)) {
    for (const text of entry.hosts) {
      const parsed = nameFromText(text)
      const { entries = [] } = found.get(text) ?? {}
      if (parsed.ok) found.set(text, { name: parsed.name, entries: [...entries, entry] })
    }
  }
  return found
}

/** An owner sees the token that they came with, and no other. */
const entriesFor = ({ tokens }: ApiParts, { kind, name }: Caller): readonly TokenEntry[] => {
  if (kind === 'admin') return tokens.list()
  try {
    return [tokens.entry(name)]
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    return []
  }
}

const shownHost = (parts: ApiParts, { name, entries }: Host) => {
  const zone = parts.zones().enclosing(name)
  const node = zone?.view?.get(nameKeyOf(name))
  const [A, AAAA] = [RrType.A, RrType.AAAA].map((type) => findRrset(node, type))
  const latest = entries
    .flatMap(({ lastUse }) => lastUse ?? [])
    .reduce<TokenUse | null>((a, b) => (a !== null && a.time > b.time ? a : b), null)
  return {
    host: nameToText(name),
    zone: zone === undefined ? null : nameToText(zone.apex),
    ttl: A?.ttl ?? AAAA?.ttl ?? null,
    addresses: {
      A: (A?.rdatas ?? []).map((rdata) => rdataToText(RrType.A, rdata)),
      AAAA: (AAAA?.rdatas ?? []).map((rdata) => rdataToText(RrType.AAAA, rdata)),
    },
    tokens: entries.map((entry) => entry.name),
    lastUse: shownUse(latest),
  }
}

export const shownUse = (use: TokenUse | null) =>
  use === null ? null : { ...use, time: isoTime(use.time) }
