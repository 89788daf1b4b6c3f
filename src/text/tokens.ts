/**
 * Master file text cut into entries and tokens (RFC 1035 §5.1), chunk by chunk: an entry is what
 * stands on a line, or on several when parentheses join them. Escapes stay in the tokens, since
 * names and strings undo them differently.
 */

/** Both count from 1; a column is a UTF-16 unit. */
export interface Position {
  readonly line: number
  readonly column: number
}

export interface Token extends Position {
  /** As it stands in the text: escapes kept, the quotes around it not. */
  readonly text: string
  readonly quoted: boolean
  /** Nothing stands between this token and the one before: `alpn="h2"` is two tokens. */
  readonly glued: boolean
}

export interface Entry {
  /** At least one. */
  readonly tokens: readonly Token[]
  /** The entry begins with white space, so it has the owner of the one before. */
  readonly indented: boolean
}

/** What is wrong with a text, and where. */
export class TextError extends Error {
  override readonly name = 'TextError'
  readonly line: number
  readonly column: number

  constructor(why: string, at: Position) {
    super(why)
    this.line = at.line
    this.column = at.column
  }
}

export const fail = (why: string, at: Position): never => {
  throw new TextError(why, at)
}

const SHOWN_LENGTH = 40

/** A piece of the operator's text as messages quote it, cut where it would flood the screen. */
export const shown = (text: string): string =>
  `'${text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text}'`

/** Chunks are gathered up to this many characters, so that tiny ones cost nothing. */
const GATHERED_LENGTH = 0x1_0000

/** RDATA of 65535 octets, each written as `\DDD`, has a quarter of this. */
const MAX_ENTRY_LENGTH = 0x10_0000

const TAB = 0x09
const NEWLINE = 0x0a
const RETURN = 0x0d
const SPACE = 0x20
const QUOTE = 0x22
const OPEN = 0x28
const CLOSE = 0x29
const SEMICOLON = 0x3b
const BACKSLASH = 0x5c

const isBlank = (code: number): boolean => code === SPACE || code === TAB || code === RETURN

const endsWord = (code: number): boolean =>
  isBlank(code) ||
  code === NEWLINE ||
  code === QUOTE ||
  code === OPEN ||
  code === CLOSE ||
  code === SEMICOLON

/** Where the unquoted token ends that starts at `start`; -1 when the text ends first. */
const endOfWord = (text: string, start: number): number => {
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === BACKSLASH) {
      // No line is continued by a backslash: whoever undoes the escape will complain.
      if (text.charCodeAt(at + 1) !== NEWLINE) at++
    } else if (code <= SEMICOLON && endsWord(code)) {
      return at
    }
  }
  return -1
}

/** Where the quote or the line ends that `start` is in; -1 when the text ends first. */
const endOfQuoted = (text: string, start: number): number => {
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE || code === NEWLINE) return at
    if (code === BACKSLASH && text.charCodeAt(at + 1) !== NEWLINE) at++
  }
  return -1
}

export class Tokenizer {
  private readonly chunks: Iterator<string>
  /** What has come and is not yet cut into entries begins at `at`. */
  private text = ''
  private at = 0
  private line: number
  /** The index of the line's first character; negative when that is no longer in `text`. */
  private lineStart: number
  private ended = false

  /** @param start where in the operator's file the text begins */
  constructor(chunks: Iterable<string>, start: Position = { line: 1, column: 1 }) {
    this.chunks = chunks[Symbol.iterator]()
    this.line = start.line
    this.lineStart = 1 - start.column
  }

  /**
   * The next entry that is not empty; undefined at the end.
   * @throws TextError
   */
  next(): Entry | undefined {
    for (;;) {
      const entry = this.scan()
      if (entry === undefined) {
        if (this.ended) return undefined
        this.refill()
      } else if (entry.tokens.length > 0) {
        return entry
      }
    }
  }

  /** Lets the source of the chunks know that no more are wanted. */
  close(): void {
    this.chunks.return?.()
  }

  private refill(): void {
    const kept = this.text.slice(this.at)
    if (kept.length > MAX_ENTRY_LENGTH) {
      fail('this entry is too long; is a parenthesis or a quote never closed?', {
        line: this.line,
        column: 1,
      })
    }
    const parts = [kept]
    for (let gathered = 0; gathered < GATHERED_LENGTH;) {
      const chunk = this.chunks.next()
      if (chunk.done === true) {
        // The last line may lack its end.
        parts.push('\n')
        this.ended = true
        break
      }
      parts.push(chunk.value)
      gathered += chunk.value.length
    }
    this.text = parts.join('')
    this.lineStart -= this.at
    this.at = 0
  }

  /** Cuts one entry off; undefined, and nothing is lost, when the text ends before the entry. */
  private scan(): Entry | undefined {
    const { text } = this
    const tokens: Token[] = []
    const indented = isBlank(text.charCodeAt(this.at))
    let { at, line, lineStart } = this
    let depth = 0
    let opened: Position | undefined
    let lastEnd = -1
    while (at < text.length) {
      const code = text.charCodeAt(at)
      if (isBlank(code)) {
        at++
      } else if (code === NEWLINE) {
        line++
        lineStart = ++at
        if (depth > 0) continue
        this.at = at
        this.line = line
        this.lineStart = lineStart
        return { tokens, indented }
      } else if (code === SEMICOLON) {
        at = text.indexOf('\n', at)
        if (at === -1) return undefined
      } else if (code === OPEN) {
        if (depth++ === 0) opened = { line, column: at - lineStart + 1 }
        at++
      } else if (code === CLOSE) {
        if (--depth < 0) {
          fail("')' without a '(' before it", { line, column: at - lineStart + 1 })
        }
        at++
      } else {
        const quoted = code === QUOTE
        const start = quoted ? at + 1 : at
        const end = quoted ? endOfQuoted(text, start) : endOfWord(text, start)
        if (end === -1) return undefined
        const column = at - lineStart + 1
        if (quoted && text.charCodeAt(end) === NEWLINE) {
          fail('the quote that opens here is not closed on its line', { line, column })
        }
        tokens.push({ text: text.slice(start, end), quoted, glued: at === lastEnd, line, column })
        lastEnd = at = quoted ? end + 1 : end
      }
    }
    if (this.ended && depth > 0 && opened !== undefined) {
      fail("the '(' that opens here is never closed", opened)
    }
    return undefined
  }
}

/**
 * The tokens of a text that is one entry.
 * @throws TextError
 */
export const tokensOf = (text: string, start?: Position): readonly Token[] => {
  const tokenizer = new Tokenizer([text], start)
  const tokens = tokenizer.next()?.tokens ?? []
  const second = tokenizer.next()
  for (const token of second?.tokens ?? []) fail('this stands on a line of its own', token)
  return tokens
}
