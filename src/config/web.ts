/** `[http]`: how web clients reach the server, and what their updates come to. */
import { resolve } from 'node:path'
import * as z from 'zod'
import type { Fleet } from '../access/identities.ts'
import { RrType } from '../wire/codes.ts'
import type { Name } from '../wire/name.ts'
import type { Network } from './networks.ts'
import { longSecretIn } from './secret-file.ts'
import {
  duration,
  endpoint,
  ENDPOINTS,
  fail,
  nameText,
  network,
  NETWORKS,
  pathText,
  table,
  text,
  whole,
} from './values.ts'

const DENIED = 'list the ids of devices, such as ["00:11:22:33:44:55"]'
const BLOCKED = 'list names of hosts, such as ["home.dyn.example."]'
const AGENTS = 'list what clients call themselves, 100 at most, such as ["CheapCam/1."]'
const MOST_AGENTS = 100
const agent = text(AGENTS).max(100, AGENTS)
const yes = z.boolean('write true or false').default(true)
const endpoints = z.array(endpoint, ENDPOINTS).default([])

/** A label of 16 characters stands before it. */
const MOST_DOMAIN_OCTETS = 255 - 17

const fleet = table({
  name: text('give the fleet a name, such as "cameras"').regex(/^[a-z0-9-]{1,40}$/i, {
    error: 'write letters, digits and hyphens, 40 at most',
  }),
  domain: nameText.refine((name) => name.length <= MOST_DOMAIN_OCTETS, {
    error: 'the name leaves no room for the labels of devices',
  }),
  secret: pathText('name a file with the secret, such as "keys/cameras.secret"'),
  deny: z.array(text(DENIED), DENIED).default([]),
})

export const http = table({
  listen: endpoints,
  'legacy-listen': endpoints,
  'tls-listen': endpoints,
  certificate: pathText('name a file with the certificate and those above it (PEM)').optional(),
  key: pathText('name a file with the private key (PEM)').optional(),
  'trusted-proxies': z.array(network, NETWORKS).default([]),
  ttl: whole(30, 86_400).default(60),
  'query-credentials': yes,
  'any-path': yes,
  stale: duration.optional(),
  block: z.array(nameText, BLOCKED).default([]),
  'blocked-agents': z.array(agent, AGENTS).max(MOST_AGENTS, AGENTS).default([]),
  fleet: z.array(fleet, 'write [[http.fleet]] above each fleet').default([]),
}).transform((value, context) => {
  for (const setting of ['certificate', 'key'] as const) {
    if (value['tls-listen'].length === 0 || value[setting] !== undefined) continue
    fail(context, `"tls-listen" needs a ${setting} = "..."`, 'tls-listen')
  }
  return value
})

export interface FleetConfig {
  readonly name: string
  readonly domain: Name
  /** Absolute. */
  readonly secretFile: string
  readonly denied: readonly string[]
}

export interface WebEndpoint {
  readonly address: string
  readonly port: number
}

/** The settings of `[http]`; without the table nothing listens. */
export interface WebConfig {
  readonly listen: readonly WebEndpoint[]
  readonly legacyListen: readonly WebEndpoint[]
  readonly tlsListen: readonly WebEndpoint[]
  /** Both are there where `tlsListen` has any; absolute. */
  readonly files: { readonly certificate: string; readonly key: string }
  readonly trustedProxies: readonly Network[]
  /** Seconds. */
  readonly ttl: number
  readonly queryCredentials: boolean
  readonly anyPath: boolean
  /** Seconds without a request after which a host is stale; undefined for a rule by what is usual. */
  readonly stale: number | undefined
  /** Hosts that no web client may change, whatever its token. */
  readonly blocked: readonly Name[]
  /** What the User-Agent of clients contains that may change nothing, whatever the case. */
  readonly blockedAgents: readonly string[]
  readonly fleets: readonly FleetConfig[]
}

export const webConfigOf = (value: z.output<typeof http>, folder: string): WebConfig => ({
  listen: value.listen,
  legacyListen: value['legacy-listen'],
  tlsListen: value['tls-listen'],
  files: {
    certificate: resolve(folder, value.certificate ?? ''),
    key: resolve(folder, value.key ?? ''),
  },
  trustedProxies: value['trusted-proxies'],
  ttl: value.ttl,
  queryCredentials: value['query-credentials'],
  anyPath: value['any-path'],
  stale: value.stale,
  blocked: value.block,
  blockedAgents: value['blocked-agents'],
  fleets: value.fleet.map(({ name, domain, secret, deny }) => ({
    name,
    domain,
    secretFile: resolve(folder, secret),
    denied: deny,
  })),
})

/** @throws as `longSecretIn` */
export const fleetOf = ({ name, domain, secretFile, denied }: FleetConfig): Fleet => ({
  name,
  domain,
  secret: longSecretIn(secretFile),
  types: [RrType.A, RrType.AAAA],
  denied: new Set(denied.map((id) => id.toLowerCase())),
})
