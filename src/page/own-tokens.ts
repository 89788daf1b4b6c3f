/** Which tokens somebody may see and manage: those whose hosts are all theirs. */
import type { TokenEntry, Tokens } from '../access/tokens.ts'
import { nameFromText } from '../text/name-text.ts'
import { isAtOrBelow, nameEquals, type Name } from '../wire/name.ts'
import { isOwn, PageRefusal, type Visit } from './visit.ts'

export const ownsToken = (
  visit: Pick<Visit, 'user'>,
  { role, hosts, below }: Pick<TokenEntry, 'role' | 'hosts' | 'below'>,
): boolean => {
  const { user } = visit
  if (user.role === 'admin') return true
  const isBelowTheirs = user.below || !below
  return role === undefined && isBelowTheirs && hosts.every((host) => isOwn(visit, host))
}

/** Tokens by which the host can be updated, of those that are theirs to see. */
export const tokensFor = (tokens: Tokens, visit: Pick<Visit, 'user'>, host: Name): TokenEntry[] =>
  tokens.list().filter((token) => ownsToken(visit, token) && isFor(token, host))

const isFor = ({ hosts, below }: TokenEntry, host: Name): boolean =>
  hosts.some((text) => {
    const parsed = nameFromText(text)
    return parsed.ok && (below ? isAtOrBelow(host, parsed.name) : nameEquals(host, parsed.name))
  })

/** @throws PageRefusal where there is none of that name, or none that is theirs: both sound alike */
export const ownToken = (tokens: Tokens, visit: Pick<Visit, 'user'>, name: string): TokenEntry => {
  const token = tokens.has(name) ? tokens.entry(name) : undefined
  if (token !== undefined && ownsToken(visit, token)) return token
  throw new PageRefusal(404, `You have no token ${name}.`)
}
