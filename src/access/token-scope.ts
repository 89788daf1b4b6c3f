/** What a token is to be for, as somebody wrote it: checked, and in the words that are stored. */
import { nameFromText, nameToText } from '../text/name-text.ts'
import { lowerCaseName, type Name } from '../wire/name.ts'
import type { TokenRole } from '../zone/token-store.ts'
import type { TokenScope } from './tokens.ts'

export interface WrittenScope {
  /** The first host where it is left out. */
  readonly name?: string | undefined
  readonly role?: TokenRole | undefined
  readonly hosts: readonly string[]
  readonly below: boolean
  readonly types: readonly string[]
  readonly from: readonly string[]
}

/** What the server makes of names and networks. */
export interface ScopeWorld {
  /** Whether the name is in a zone of this server. */
  readonly isInZone: (host: Name) => boolean
  readonly isNetwork: (text: string) => boolean
}

export type CheckedScope =
  | { readonly ok: true; readonly scope: TokenScope }
  | { readonly ok: false; readonly what: keyof WrittenScope; readonly why: string }

const TYPES = ['A', 'AAAA', 'TXT']

export const checkedScope = (written: WrittenScope, world: ScopeWorld): CheckedScope => {
  const { role, from, below } = written
  const hosts: string[] = []
  for (const text of written.hosts) {
    const host = hostFrom(text, world)
    if (!host.ok) return { ok: false, what: 'hosts', why: host.why }
    hosts.push(host.text)
  }
  const isAdmin = role === 'admin'
  if (isAdmin && hosts.length > 0)
    return { ok: false, what: 'role', why: 'an admin token may everything, and takes no hosts' }
  if (!isAdmin && hosts.length === 0)
    return { ok: false, what: 'hosts', why: 'a token is for a host, or more' }
  const types = isAdmin ? [] : written.types.map((word) => word.trim().toUpperCase())
  const stranger = types.find((type) => !TYPES.includes(type))
  if (stranger !== undefined)
    return { ok: false, what: 'types', why: `"${stranger}" is none of ${TYPES.join(', ')}` }
  const noNetwork = from.find((text) => !world.isNetwork(text))
  if (noNetwork !== undefined)
    return { ok: false, what: 'from', why: `"${noNetwork}" is no network` }
  const name = written.name ?? hosts.slice(0, 1).join('')
  if (!/^[\x21-\x7e]{1,255}$/.test(name))
    return { ok: false, what: 'name', why: 'write 1 to 255 ASCII characters without blanks' }
  return { ok: true, scope: { name, ...(role && { role }), hosts, below, types, from } }
}

type Host = { readonly ok: true; readonly text: string } | { readonly ok: false; why: string }

const hostFrom = (written: string, { isInZone }: ScopeWorld): Host => {
  const parsed = nameFromText(written)
  if (!parsed.ok) return { ok: false, why: `"${written}" is no domain name: ${parsed.why}` }
  const text = nameToText(lowerCaseName(parsed.name))
  return isInZone(parsed.name)
    ? { ok: true, text }
    : { ok: false, why: `${text} is in no zone of this server` }
}
