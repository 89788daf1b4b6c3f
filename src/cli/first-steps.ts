/** What the very first start says about a key that it made. */
import { relative } from 'node:path'
import type { Grant } from '../access/update-policy.ts'
import type { NewKey } from '../config/keys-folder.ts'
import type { Config, ZoneConfig } from '../config/load.ts'
import { shellLine } from '../base/shell-line.ts'
import { nameToText } from '../text/name-text.ts'
import type { Endpoint } from '../transport/transport.ts'
import { RrType, rrTypeName } from '../wire/codes.ts'
import { nameEquals } from '../wire/name.ts'

/** Where the key is, and what to paste into a shell to see it work. */
export const firstSteps = (
  config: Config,
  endpoints: readonly Endpoint[],
  { name, path }: NewKey,
): string => {
  // The configuration has an address, or it would not have been taken.
  const [{ address, port }] = endpoints as readonly [Endpoint]
  const file = relative(process.cwd(), path)
  const [example] = config.zones.flatMap((zone) =>
    zone.grants
      .filter(({ key }) => nameEquals(key, name))
      .flatMap((grant) => exampleOf(zone, grant)),
  )
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

/** Records that the grant allows to add. */
export const exampleOf = (zone: ZoneConfig, { key, match, types }: Grant): Example[] => {
  const owner = ownerFor(zone, key, match)
  // nsupdate adds addresses to nothing but host names (RFC 1123 §2.1).
  const isHost = /^[a-z0-9.-]+$/i.test(owner)
  const isAllowed = (type: RrType): boolean =>
    types.size === 0 || types.has(RrType.ANY) || types.has(type)
  return RDATA.filter(([type]) => isAllowed(type) && (isHost || type === RrType.TXT)).map(
    ([type, rdata]) => ({ owner, type: rrTypeName(type), rdata }),
  )
}

const ownerFor = (zone: ZoneConfig, key: Grant['key'], match: Grant['match']): string => {
  switch (match.kind) {
    case 'zonesub':
      return `test.${nameToText(zone.name)}`
    case 'name':
    case 'subdomain':
      return nameToText(match.name)
    case 'self':
      return nameToText(key)
  }
}
