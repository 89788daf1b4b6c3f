/** The tokens of one RDATA, taken one after the other; what is missing or too much is an error. */
import { fail, shown, type Position, type Token } from './tokens.ts'

/** Where the token ends, for what is missing behind it. */
const endOf = (token: Token): Position => ({
  line: token.line,
  column: token.column + token.text.length + (token.quoted ? 2 : 0),
})

export class TokenCursor {
  private readonly tokens: readonly Token[]
  private index: number

  /** @param index the first token to take */
  constructor(tokens: readonly Token[], index = 0) {
    this.tokens = tokens
    this.index = index
  }

  get more(): boolean {
    return this.index < this.tokens.length
  }

  /** The next token, left where it is. */
  get upcoming(): Token | undefined {
    return this.tokens[this.index]
  }

  /** A position for what is wrong with the whole: the next token, or the end. */
  get position(): Position {
    const last = this.tokens.at(-1)
    return this.upcoming ?? (last === undefined ? { line: 1, column: 1 } : endOf(last))
  }

  /** @param what names what is expected, for the message when nothing is left */
  next(what: string): Token {
    const token = this.upcoming
    if (token === undefined) return fail(`${what} is missing`, this.position)
    this.index++
    return token
  }

  /** The next token, which must not be quoted. */
  word(what: string): Token {
    const token = this.next(what)
    if (token.quoted) fail(`${what} is written without quotes`, token)
    return token
  }

  /** What is left, at least one word, joined: hex and base64 may be cut anywhere. */
  joinedWords(what: string): string {
    let text = this.word(what).text
    while (this.more) text += this.word(what).text
    return text
  }

  /** Complains when anything is left. */
  finish(): void {
    const token = this.upcoming
    if (token !== undefined) {
      fail(`${shown(token.text)} stands after the end of the record; remove it`, token)
    }
  }
}
