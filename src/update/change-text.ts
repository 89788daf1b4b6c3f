/** A change as a line of text, in the syntax of nsupdate's `update` command. */
import { nameFromText } from '../text/name-text.ts'
import { rdataFromTokens } from '../text/rdata-text.ts'
import { headFromTokens } from '../text/record-head.ts'
import { TokenCursor } from '../text/token-cursor.ts'
import { fail, shown, tokensOf, type TextError, type Token } from '../text/tokens.ts'
import type { Name } from '../wire/name.ts'
import type { Change } from './sections.ts'

export type ChangeText =
  | { readonly ok: true; readonly change: Change }
  | { readonly ok: false; readonly why: string; readonly column: number }

/** `add NAME TTL [IN] TYPE RDATA`, or `delete NAME [TTL] [IN] [TYPE [RDATA]]`; names are absolute. */
export const changeFromText = (text: string): ChangeText => {
  try {
    return { ok: true, change: changeFromTokens(new TokenCursor(tokensOf(text))) }
  } catch (error) {
    // Reading text throws nothing else.
    const { message, column } = error as TextError
    return { ok: false, why: message, column }
  }
}

const SYNTAX = '"add NAME TTL TYPE RDATA" or "delete NAME [TYPE [RDATA]]"'

const changeFromTokens = (input: TokenCursor): Change => {
  let verb = input.next(SYNTAX)
  if (verb.text.toLowerCase() === 'update') verb = input.next(SYNTAX)
  switch (verb.text.toLowerCase()) {
    case 'add':
      return addFromTokens(input)
    case 'del':
    case 'delete':
      return deletionFromTokens(input)
    default:
      return fail(`${shown(verb.text)} is no change: write ${SYNTAX}`, verb)
  }
}

const addFromTokens = (input: TokenCursor): Change => {
  const owner = ownerFromToken(input.word('the name'))
  const { ttl, type, typeToken } = headFromTokens(input)
  if (ttl === undefined) return fail('the TTL is missing before the type', typeToken)
  return { kind: 'add', owner, type, ttl, rdata: rdataFromTokens(type, input, undefined) }
}

const deletionFromTokens = (input: TokenCursor): Change => {
  const owner = ownerFromToken(input.word('the name'))
  const next = input.upcoming
  if (next === undefined) return { kind: 'delete-name', owner }
  if (next.text.toUpperCase() === 'ANY') {
    input.next('ANY')
    input.finish()
    return { kind: 'delete-name', owner }
  }
  const { type } = headFromTokens(input)
  if (input.upcoming === undefined) return { kind: 'delete-rrset', owner, type }
  return { kind: 'delete-record', owner, type, rdata: rdataFromTokens(type, input, undefined) }
}

const ownerFromToken = (token: Token): Name => {
  const parsed = nameFromText(token.text)
  return parsed.ok ? parsed.name : fail(parsed.why, token)
}
