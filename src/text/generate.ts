/** BIND's `$GENERATE range lhs [ttl] [class] type rhs`: records that differ in a number. */
import { headFromTokens, type RecordHead } from './record-head.ts'
import type { TokenCursor } from './token-cursor.ts'
import { fail, shown, tokensOf, type Position, type Token } from './tokens.ts'

/** Of one statement. */
export const MAX_GENERATED = 65_536

const MAX_NUMBER = 0x7fff_ffff
const MAX_WIDTH = 255

interface Range {
  readonly start: number
  readonly stop: number
  readonly step: number
}

export interface Generated {
  readonly head: RecordHead
  /** The owner and the RDATA of each record, in the tokens' own places. */
  readonly rows: Iterator<{ readonly owner: Token; readonly rdata: readonly Token[] }>
}

/**
 * @param input stands behind `$GENERATE`
 * @throws TextError
 */
export const generateFromTokens = (input: TokenCursor): Generated => {
  const range = rangeFromWord(input.word('a range'))
  const owner = input.word('the owner')
  const head = headFromTokens(input)
  const rdata: Token[] = [input.next('the RDATA')]
  while (input.more) rdata.push(input.next('the RDATA'))
  return { head, rows: rowsOf(range, owner, unwrapped(rdata)) }
}

const rangeFromWord = (token: Token): Range => {
  const [, start, stop, step = '1'] = /^(\d+)-(\d+)(?:\/(\d+))?$/.exec(token.text) ?? []
  const range = { start: Number(start), stop: Number(stop), step: Number(step) }
  const { start: first, stop: last } = range
  if (!(first <= last && last <= MAX_NUMBER && range.step > 0)) {
    fail(`${shown(token.text)} is no range such as 1-100 or 1-100/2`, token)
  }
  if ((last - first) / range.step >= MAX_GENERATED) {
    fail(`${shown(token.text)} makes more than ${MAX_GENERATED} records`, token)
  }
  return range
}

/** A single quoted string is RDATA of several words, as BIND has it: `"10 mail-$"`. */
const unwrapped = (rdata: readonly Token[]): readonly Token[] => {
  const [first, ...rest] = rdata
  if (first?.quoted !== true || rest.length > 0) return rdata
  const text = first.text.replace(/\\([^])/g, (escape, character) =>
    character === '"' ? '"' : escape,
  )
  return tokensOf(text, { line: first.line, column: first.column + 1 })
}

// The numbers put in hold no blanks and no quotes, so the tokens are the same for all of them.
function* rowsOf(
  range: Range,
  owner: Token,
  rdata: readonly Token[],
): Generator<{ owner: Token; rdata: readonly Token[] }, void> {
  for (let value = range.start; value <= range.stop; value += range.step) {
    yield { owner: numbered(owner, value), rdata: rdata.map((token) => numbered(token, value)) }
  }
}

/** An escaped character, `$$`, or `$` with its modifiers, whose bracket may be unclosed. */
const MARK = /\\[^]|\$\$|\$(?:\{([^}]*)(\}?))?/g

const numbered = (token: Token, value: number): Token => ({
  ...token,
  text: token.text.replace(MARK, (mark, modifiers?: string, bracket?: string) => {
    if (mark.startsWith('\\')) return mark
    if (mark === '$$') return '\\$'
    if (modifiers === undefined) return String(value)
    return bracket === '' ? badModifiers(token) : modified(modifiers, value, token)
  }),
})

const badModifiers = (at: Position): never =>
  fail('after $ stands {offset,width,base}, the base one of d o x X n N', at)

/** `offset[,width[,base]]`. */
const modified = (modifiers: string, value: number, at: Position): string => {
  const parts = /^([-+]?\d+)(?:,(\d+)(?:,([doxXnN]))?)?$/.exec(modifiers)
  if (parts === null) return badModifiers(at)
  const [, offset, digits = '0', base = 'd'] = parts
  const sum = value + Number(offset)
  const width = Number(digits)
  if (sum < 0 || sum > MAX_NUMBER) fail(`${value}${offset} is no number that can stand here`, at)
  if (width > MAX_WIDTH) fail(`${MAX_WIDTH} is the largest width`, at)
  return inBase(sum, width, base)
}

const RADIX = new Map([
  ['d', 10],
  ['o', 8],
])

const inBase = (value: number, width: number, base: string): string => {
  const lower = base === 'n' || base === 'N' ? nibbles(value, width) : ''
  const text = lower || value.toString(RADIX.get(base) ?? 16).padStart(width, '0')
  return base === 'X' || base === 'N' ? text.toUpperCase() : text
}

/** Hex digits, the last one first, with dots between; the width counts the dots. */
const nibbles = (value: number, width: number): string => {
  let text = ''
  let left = value
  do {
    text += (left & 0xf).toString(16)
    left = Math.floor(left / 16)
    if (left > 0 || text.length < width) text += '.'
  } while (left > 0 || text.length < width)
  return text
}
