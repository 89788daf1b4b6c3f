/** What the agent's configuration may say, and what it becomes. */
import { isIP, isIPv6 } from 'node:net'
import * as z from 'zod'
import { fail, nameText, pathText, table, text, type Context } from '../config/values.ts'
import { nameToText } from '../text/name-text.ts'
import { foldedName, isAtOrBelow } from '../wire/name.ts'
import { suffixFromText, type Suffix } from './address.ts'
import type { SourceSettings } from './detect.ts'
import type { ServerAddress } from './exchange.ts'

/** A machine has a few names; more in one message would not fit it one day. */
const MOST_HOSTS = 100

const HOSTS = 'write [[host]] and below it name = "...", for each name of this machine'

const seconds = (least: number, most: number): z.ZodInt => {
  const advice = `write a whole number of seconds from ${least} to ${most}`
  return z.int(advice).min(least, advice).max(most, advice)
}

const DNS_PORT = 53
const SERVER =
  'name the server, such as "ns1.dyn.example", "192.0.2.53:5300" or "[2001:db8::53]:53"'

const server = text(SERVER).transform((written, context): ServerAddress => {
  const [, v6, other, digits] = /^(?:\[([^\]]+)\]|([^:\s]+))(?::(\d{1,5}))?$/.exec(written) ?? []
  const host = isIPv6(written) ? written : (v6 ?? other ?? '')
  const port = digits === undefined || isIPv6(written) ? DNS_PORT : Number(digits)
  const isHost = v6 === undefined ? host !== '' : isIP(v6) === 6
  return isHost && port > 0 && port <= 0xffff
    ? { host, port }
    : fail(context, `"${written}" is no server: ${SERVER}`)
})

const URL_ADVICE = 'write a URL that begins with https:// or http://'

const url = text(URL_ADVICE).transform((written, context): URL => {
  const parsed = URL.canParse(written) ? new URL(written) : undefined
  return parsed !== undefined && /^https?:$/.test(parsed.protocol)
    ? parsed
    : fail(context, URL_ADVICE)
})

const COMMAND = 'list a program and its arguments, such as ["/usr/local/bin/hook", "now"]'

const command = z.tuple([text(COMMAND)], z.string(COMMAND), COMMAND)

const FAMILIES = ['ipv4', 'ipv6'] as const
const FAMILY = `list families: ["${FAMILIES.join('", "')}"]`

const suffix = text('write a suffix, such as "::1234/64"').transform(
  (written, context): Suffix =>
    suffixFromText(written) ??
    fail(
      context,
      `"${written}" is no suffix: write the last bits and the prefix's length, "::1234/64"`,
    ),
)

const host = table({
  name: nameText,
  zone: nameText.optional(),
  families: z
    .array(z.enum(FAMILIES, FAMILY), FAMILY)
    .nonempty(FAMILY)
    .default([...FAMILIES]),
  suffix: suffix.optional(),
  ttl: seconds(1, 86_400).default(60),
}).transform(({ name, zone, families, suffix: own, ttl }, context) => {
  if (zone !== undefined && !isAtOrBelow(name, zone)) {
    fail(context, `${nameToText(name)} is not in the zone ${nameToText(zone)}`, 'zone')
  }
  if (own !== undefined && !families.includes('ipv6')) {
    fail(context, 'a suffix is for an IPv6 address: take it out, or add "ipv6"', 'suffix')
  }
  return { name, zone, suffix: own, ttlSeconds: ttl, families: [...new Set(families)] }
})

const hosts = z
  .array(host, HOSTS)
  .nonempty(HOSTS)
  .max(MOST_HOSTS, `at most ${MOST_HOSTS} hosts`)
  .transform((value, context) => {
    const seen = new Set<string>()
    for (const [index, { name }] of value.entries()) {
      if (seen.has(foldedName(name))) {
        fail(context, `${nameToText(name)} stands here a second time`, index, 'name')
      }
      seen.add(foldedName(name))
    }
    return value
  })

const BOTH_WAYS = 'write server and key for DNS updates, or url and token for those over HTTP'

const update = table({
  server: server.optional(),
  key: pathText('name a key file, such as "home.key"').optional(),
  url: url.optional(),
  user: text('write a user name').optional(),
  token: pathText('name a file that holds the token, such as "home.token"').optional(),
}).transform((value, context) => {
  const { server: where, key, url: page, user, token } = value
  if (page === undefined) {
    return where !== undefined && key !== undefined && token === undefined && user === undefined
      ? ({ kind: 'dns', server: where, key } as const)
      : fail(context, BOTH_WAYS)
  }
  if (token === undefined) return fail(context, BOTH_WAYS)
  return key === undefined
    ? ({ kind: 'web', url: page, user, token, server: where } as const)
    : fail(context, 'a key is for DNS updates: take it or the url out', 'key')
})

const SOURCE_KINDS = ['interface', 'web', 'command'] as const
const SOURCES = `list sources in the order in which they are asked: "${SOURCE_KINDS.join('", "')}"`

const family = table({
  sources: z.array(z.enum(SOURCE_KINDS, SOURCES), SOURCES).nonempty(SOURCES).optional(),
  interface: text('name an interface, such as "eth0"').optional(),
  web: url.optional(),
  command: command.optional(),
}).transform((value, context): SourceSettings[] => {
  const { interface: name, web, command: program } = value
  const all: SourceSettings[] = [{ kind: 'interface', interface: name }]
  if (web !== undefined) all.push({ kind: 'web', url: web })
  if (program !== undefined) all.push({ kind: 'command', command: program })
  return value.sources === undefined ? all : inOrder(value.sources, all, context)
})

const inOrder = (
  kinds: readonly SourceSettings['kind'][],
  all: readonly SourceSettings[],
  context: Context,
): SourceSettings[] =>
  [...new Set(kinds)].flatMap((kind, index) => {
    const source = all.find((one) => one.kind === kind)
    return source ?? fail(context, `say which: ${kind} = ...`, 'sources', index)
  })

const hooks = table({
  'on-change': command.optional(),
  'on-failure': command.optional(),
  'on-recover': command.optional(),
  webhook: url.optional(),
})

export const agentSchema = table({
  host: hosts,
  update,
  ipv4: family.prefault({}),
  ipv6: family.prefault({}),
  'allow-private': z.boolean('write true or false').default(false),
  state: pathText('name the file that the agent remembers in, such as "agent.json"').optional(),
  interval: seconds(30, 86_400).default(300),
  verify: seconds(60, 604_800).default(3600),
  hooks: hooks.prefault({}),
})
