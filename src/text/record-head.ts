/** What stands between a record's owner and its RDATA (RFC 1035 §5.1). */
import { isMetaType, type RrType } from '../wire/codes.ts'
import { MAX_TTL, secondsFromWord } from './number-text.ts'
import type { TokenCursor } from './token-cursor.ts'
import { fail, shown, type Token } from './tokens.ts'
import { typeFromWord } from './types-text.ts'

export interface RecordHead {
  /** Seconds; undefined when none is written. */
  readonly ttl: number | undefined
  readonly type: RrType
  readonly typeToken: Token
}

const ZERO = 0x30
const NINE = 0x39

const beginsWithDigit = (text: string): boolean => {
  const code = text.charCodeAt(0)
  return code >= ZERO && code <= NINE
}

const INTERNET = /^(?:IN|CLASS0*1)$/i
const CLASS = /^(?:IN|CH|CHAOS|CS|HS|HESIOD|NONE|CLASS\d+)$/i

/** Whether this is the class IN; every other class is an error. */
const isInternet = (token: Token): boolean => {
  if (token.text === 'IN' || INTERNET.test(token.text)) return true
  if (CLASS.test(token.text)) fail(`class ${token.text} is not served here; only IN is`, token)
  return false
}

/**
 * TTL and class in either order, either or both left out, and the TYPE.
 * @throws TextError
 */
export const headFromTokens = (input: TokenCursor): RecordHead => {
  let ttl: number | undefined
  let classSeen = false
  let token = input.word('a type')
  for (;;) {
    // No mnemonic of a TYPE begins with a digit.
    if (ttl === undefined && beginsWithDigit(token.text)) ttl = secondsFromWord(token, MAX_TTL)
    else if (!classSeen && isInternet(token)) classSeen = true
    else break
    token = input.word('a type')
  }
  const type = typeFromWord(token)
  if (isMetaType(type)) fail(`${shown(token.text)} lives in messages only, never in a zone`, token)
  return { ttl, type, typeToken: token }
}
