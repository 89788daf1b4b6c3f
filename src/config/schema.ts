/** What the configuration may say, and what it becomes: text in, names and numbers out. */
import * as z from 'zod'
import type { TransferAllowance } from '../access/zone-policy.ts'
import { nameFromText, nameToText } from '../text/name-text.ts'
import { EDNS_UDP_SIZE, PLAIN_UDP_SIZE } from '../wire/edns.ts'
import { foldedName, isAtOrBelow, type Name } from '../wire/name.ts'
import { alerts } from './alerts.ts'
import { budgetOf, budgetSettings } from './budget.ts'
import { MOST_PEERS, peer, PEERS } from './peer.ts'
import { grant } from './grant.ts'
import { addressSet, networkFrom, type Network } from './networks.ts'
import {
  endpoint,
  ENDPOINTS,
  duration,
  fail,
  flag,
  nameText,
  network,
  NETWORKS,
  pathText,
  size,
  table,
  text,
  whole,
  type Context,
  count,
} from './values.ts'
import { http } from './web.ts'

/** What the rate limit leaves alone by itself: this machine. */
const LOOPBACK: Network[] = [
  { address: '127.0.0.0', prefixLength: 8 },
  { address: '::1', prefixLength: 128 },
]

/** What one character-string of a TXT record can hold (RFC 1035 §3.3). */
const SHORT_TEXT = 'write a text of 1 to 255 octets'
const shortText = text(SHORT_TEXT).refine((words) => Buffer.byteLength(words) <= 255, SHORT_TEXT)

/** How much of the journal is kept. */
const journal = table({ keep: duration.optional(), size: size.optional() })

const ALLOWANCES = 'list keys and networks, such as ["key:NAME", "192.0.2.0/24"]'

/** `key:NAME`, `192.0.2.1`, `192.0.2.0/24` or `2001:db8::/32`. */
const transferAllowance = z.string(ALLOWANCES).transform((written, context): TransferAllowance => {
  if (written.startsWith('key:')) {
    const parsed = nameFromText(written.slice('key:'.length))
    return parsed.ok
      ? { kind: 'key', key: parsed.name }
      : fail(context, `"${written}" names no key: ${parsed.why}`)
  }
  const found = networkFrom(written)
  return found === undefined
    ? fail(context, `"${written}" is neither key:NAME nor an address or network`)
    : { kind: 'network', network: addressSet([found]) }
})

const MANY_PEERS = `list at most ${MOST_PEERS} servers`

const zone = table({
  name: nameText,
  file: pathText('name a master file, such as "zones/dyn.example.zone"').optional(),
  primary: z.array(peer, PEERS).min(1, PEERS).max(MOST_PEERS, MANY_PEERS).optional(),
  forward: z.boolean('write true or false').optional(),
  transfer: z.array(transferAllowance, ALLOWANCES).default([]),
  notify: z.array(peer, PEERS).max(MOST_PEERS, MANY_PEERS).default([]),
  'notify-ns': flag,
  strict: flag,
  private: flag,
  'max-names': count.optional(),
  'max-records': count.optional(),
  journal: journal.default({}),
  grant: z.array(grant, 'write [[zone.grant]] above each grant').default([]),
  // A transform, for it is not run on what has an error already.
}).transform((value, context) => {
  if (value.primary !== undefined && value.file !== undefined) {
    fail(context, 'a zone with a "primary" comes from there: take one of the two out', 'file')
  }
  if (value.primary === undefined && value.forward !== undefined) {
    fail(context, 'only a zone with a "primary" forwards updates: take it out', 'forward')
  }
  for (const [index, { places }] of value.grant.entries()) {
    for (const { name, path } of places) {
      if (isAtOrBelow(name, value.name)) continue
      const what = `${nameToText(name)} is not in the zone ${nameToText(value.name)}`
      fail(context, what, 'grant', index, ...path)
    }
  }
  return value
})

/** Of things that have names, each has one of its own. */
const eachOnce = <T extends { readonly name: Name }>(
  named: readonly T[],
  what: string,
  context: Context,
): readonly T[] => {
  const seen = new Set<string>()
  for (const [index, { name }] of named.entries()) {
    if (seen.has(foldedName(name))) {
      fail(context, `the ${what} ${nameToText(name)} stands here a second time`, index, 'name')
    }
    seen.add(foldedName(name))
  }
  return named
}

const ZONES = 'write [[zone]] and below it name = "...", for each zone'

const zones = z
  .array(zone, ZONES)
  .nonempty(ZONES)
  .transform((value, context) => eachOnce(value, 'zone', context))

const DATES = 'write a date, such as 2027-01-01 or 2027-01-01T12:00:00Z'

/** What is said of a key besides its secret, which a file has. */
const key = table({
  name: nameText,
  // The parser gives a time of day the year 0.
  expires: z.date(DATES).min(new Date(0), DATES).optional(),
  ...budgetSettings,
}).transform(({ name, expires, ...budget }, context) => ({
  name,
  expiresSeconds: expires && Math.floor(expires.getTime() / 1000),
  budget: budgetOf(budget, context),
}))

const keys = z
  .array(key, 'write [[key]] and below it name = "...", for each key')
  .default([])
  .transform((value, context) => eachOnce(value, 'key', context))

/** How often one network gets the same answer over UDP. */
const rateLimit = table({
  'responses-per-second': whole(0, 1_000_000).default(100),
  slip: whole(0, 10).default(2),
  'ipv4-prefix': whole(1, 32).default(24),
  'ipv6-prefix': whole(1, 128).default(56),
  exempt: z.array(network, NETWORKS).default(LOOPBACK),
})

/** How many zone transfers go on at once. */
const transfers = table({
  'at-once': whole(1, 1000).default(20),
  'per-address': whole(1, 1000).default(10),
})

/** What the server says of itself to whoever asks. */
const identity = table({
  id: shortText.optional(),
  version: shortText.optional(),
})

/** Threads that answer queries; a datagram wakes all that are idle. */
const MOST_WORKERS = 64

const CACHE_SIZE = 'write 0 for none, or a size from "1MiB" to "2GiB"'

/** Octets of answers that are kept. */
const cacheSize = size
  .refine((octets) => octets === 0 || (octets >= 2 ** 20 && octets <= 2 ** 31), CACHE_SIZE)
  .default(32 * 2 ** 20)

/** Port 0 is another one each time. */
const endpoints = z
  .array(endpoint, ENDPOINTS)
  .nonempty(ENDPOINTS)
  .superRefine((all, context) => {
    for (const [index, { address, port }] of all.entries()) {
      const first = all.findIndex((other) => other.address === address && other.port === port)
      if (port === 0 || first === index) continue
      fail(context, `${address} with port ${port} stands here a second time: take one out`, index)
    }
  })

export const configSchema = table({
  listen: endpoints,
  data: pathText('name the folder of the store, such as "data"'),
  keys: pathText('name the folder of the key files, such as "keys"'),
  control: pathText('name the control socket, such as "data/control.sock"').optional(),
  zone: zones,
  key: keys,
  'udp-size': whole(PLAIN_UDP_SIZE, 4096).default(EDNS_UDP_SIZE),
  udp: z.enum(['auto', 'dgram', 'batch'], 'write "auto", "dgram" or "batch"').default('dgram'),
  workers: whole(1, MOST_WORKERS).default(1),
  'answer-cache': cacheSize,
  'cookie-secret': pathText('name a file with 32 hexadecimal digits').optional(),
  proxy: z.array(network, NETWORKS).default([]),
  identity: identity.default({}),
  'rate-limit': rateLimit.prefault({}),
  journal: journal.default({}),
  transfers: transfers.prefault({}),
  http: http.prefault({}),
  alerts: alerts.prefault({}),
})
