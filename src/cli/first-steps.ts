/** What the very first start says about a key that it made. */
import { relative } from 'node:path'
import { limitOf, type PlacedRule } from '../access/rule.ts'
import type { NewKey } from '../config/keys-folder.ts'
import type { Config, ZoneConfig } from '../config/load.ts'
import { shellLine } from '../base/shell-line.ts'
import { nameToText } from '../text/name-text.ts'
import type { Endpoint } from '../transport/transport.ts'
import { RrType, rrTypeName } from '../wire/codes.ts'
import { nameEquals, type Name } from '../wire/name.ts'

/** Where the key is, and what to paste into a shell to see it work. */
export const firstSteps = (
  config: Config,
  endpoints: readonly Endpoint[],
  { name, path }: NewKey,
): string => {
  // The configuration has an address, or it would not have been taken.
  const [{ address, port }] = endpoints as readonly [Endpoint]
  const file = relative(process.cwd(), path)
  const [example] = config.zones.flatMap((zone) => examplesFor(zone, name))
  if (example === undefined) return `A key was made: ${file}\n`
  const { owner, type, rdata } = example
  const update = `update add ${owner} 60 ${type} ${rdata}`
  return [
    `A key was made: ${file}. Try, in another terminal:`,
    shellLine('printf', '%s\\n', `server ${address} ${port}`, update, 'send') +
      ` | ${shellLine('nsupdate', '-k', file)}`,
    shellLine('dig', `@${address}`, '-p', `${port}`, owner, type),
    '',
  ].join('\n')
}

export interface Example {
  readonly owner: string
  readonly type: string
  readonly rdata: string
}

const RDATA = [
  [RrType.A, '192.0.2.1'],
  [RrType.AAAA, '2001:db8::1'],
  [RrType.TXT, 'hello'],
] as const

/** Records that a key may add to a zone, by the rules that are for it alone. */
export const examplesFor = (zone: ZoneConfig, name: Name): Example[] =>
  zone.policy.rules
    .filter(({ key, deny, shadow, rights }) => {
      const isOwn = key !== undefined && nameEquals(key, name)
      return isOwn && !deny && !shadow && rights.has('update')
    })
    .flatMap((rule) => exampleOf(zone, rule, name))

/** Records that the rule allows to add. */
const exampleOf = (zone: ZoneConfig, rule: PlacedRule, key: Name): Example[] => {
  const owner = ownerFor(zone, rule, key)
  if (owner === undefined) return []
  // nsupdate adds addresses to nothing but host names (RFC 1123 §2.1).
  const isHost = /^[a-z0-9.-]+$/i.test(owner)
  return RDATA.filter(([type]) => limitOf(rule, type) !== undefined)
    .filter(([type]) => isHost || type === RrType.TXT)
    .map(([type, rdata]) => ({ owner, type: rrTypeName(type), rdata }))
}

const ownerFor = (zone: ZoneConfig, { match }: PlacedRule, key: Name): string | undefined => {
  switch (match.kind) {
    case 'zonesub':
      return `test.${nameToText(zone.name)}`
    case 'name':
    case 'subdomain':
      return nameToText(match.name)
    case 'wildcard':
      return `test.${nameToText(match.name)}`
    case 'self':
    case 'selfsub':
      return nameToText(key)
    case 'tcp-self':
      return undefined
  }
}
