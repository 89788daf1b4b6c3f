/** RDATA as text, both ways: each TYPE by its layout, and any TYPE by RFC 3597 §5. */
import { rrTypeName, type RrType } from '../wire/codes.ts'
import type { Name } from '../wire/name.ts'
import { isTextField, rdataLayout, type Field } from '../wire/rdata-layout.ts'
import { isRdata, MAX_RDATA_LENGTH } from '../wire/rdata.ts'
import { Reader } from '../wire/reader.ts'
import { hexOf, octetsFromHex } from './binary-text.ts'
import { fieldFromText } from './field-from-text.ts'
import { fieldToText } from './field-to-text.ts'
import { u16Octets, u8Octets } from './integers.ts'
import { numberOfWord } from './mnemonics.ts'
import { numberFromWord } from './number-text.ts'
import { TokenCursor } from './token-cursor.ts'
import { fail, TextError, tokensOf } from './tokens.ts'

export type RdataText =
  | { readonly ok: true; readonly rdata: Uint8Array }
  | { readonly ok: false; readonly why: string; readonly column: number }

/** One line that reads back as the same octets. RFC 3597 §5 where the TYPE's own text cannot. */
export const rdataToText = (type: RrType, rdata: Uint8Array): string =>
  (isRdata(type, rdata) && knownToText(type, rdata)) || genericToText(rdata)

/** Empty or undefined when the TYPE has no text for it. */
const knownToText = (type: RrType, rdata: Uint8Array): string | undefined => {
  const reader = new Reader(rdata)
  const texts: string[] = []
  for (const field of rdataLayout(type) ?? []) {
    const text = fieldToText(field, reader)
    if (text === undefined) return undefined
    if (text !== '') texts.push(text)
  }
  return texts.join(' ')
}

const GENERIC = '\\#'

const genericToText = (rdata: Uint8Array): string =>
  rdata.length === 0 ? `${GENERIC} 0` : `${GENERIC} ${rdata.length} ${hexOf(rdata)}`

/**
 * Takes all that is left of the tokens as RDATA of the TYPE.
 * @param origin of relative names; without one they are absolute
 * @throws TextError
 */
export const rdataFromTokens = (
  type: RrType,
  input: TokenCursor,
  origin: Name | undefined,
): Uint8Array => {
  const first = input.upcoming
  if (first?.text === GENERIC && !first.quoted) return genericFromTokens(type, input)
  const layout = rdataLayout(type)
  if (!layout?.every(isTextField)) {
    return fail(
      `${rrTypeName(type)} has no text of its own; write \\# with the length and hex of its RDATA`,
      input.position,
    )
  }
  const start = input.position
  const fields = layout.map(
    (field, index) =>
      fieldFromWord(type, index, field, input) ?? fieldFromText(field, input, origin),
  )
  input.finish()
  const [only, ...others] = fields
  const rdata = only !== undefined && others.length === 0 ? only : Buffer.concat(fields)
  return rdata.length > MAX_RDATA_LENGTH
    ? fail(`this RDATA has more than ${MAX_RDATA_LENGTH} octets`, start)
    : rdata
}

/** Takes a word that stands for a number, if that is what comes next. */
const fieldFromWord = (
  type: RrType,
  index: number,
  field: Field,
  input: TokenCursor,
): Uint8Array | undefined => {
  const word = field === 'u8' || field === 'u16' ? input.upcoming : undefined
  const number = word && numberOfWord(type, index, word.text)
  if (number === undefined) return undefined
  input.word('a number')
  return field === 'u8' ? u8Octets(number) : u16Octets(number)
}

/** `\#`, the length and as many octets in hex (RFC 3597 §5). */
const genericFromTokens = (type: RrType, input: TokenCursor): Uint8Array => {
  const start = input.next(GENERIC)
  const length = numberFromWord(input.word('the length of the RDATA'), 0xffff)
  const hexAt = input.position
  const rdata = octetsFromHex(input.more ? input.joinedWords('hex') : '')
  if (rdata?.length !== length) return fail(`${length} octets are due here in hex`, hexAt)
  // RFC 3597 §5: a known TYPE must be what its definition says.
  return isRdata(type, rdata) ? rdata : fail(`this is no RDATA of ${rrTypeName(type)}`, start)
}

/**
 * Reads RDATA that stands alone, as on a command line.
 * @param origin of relative names; without one they are absolute
 */
export const rdataFromText = (type: RrType, text: string, origin?: Name): RdataText => {
  try {
    return { ok: true, rdata: rdataFromTokens(type, new TokenCursor(tokensOf(text)), origin) }
  } catch (error) {
    if (error instanceof TextError) return { ok: false, why: error.message, column: error.column }
    throw error
  }
}
