/**
 * Master files as a stream of records (RFC 1035 §5.1): one record at a time, so that a file of any
 * size is read in little memory. What the records mean together is no business of this file.
 */
import { asBuffer } from '../base/bytes.ts'
import { InputError } from '../base/input-error.ts'
import { RrType } from '../wire/codes.ts'
import type { Name } from '../wire/name.ts'
import { nameFromWord } from './field-from-text.ts'
import { generateFromTokens } from './generate.ts'
import { MAX_TTL, secondsFromWord } from './number-text.ts'
import { rdataFromTokens } from './rdata-text.ts'
import { headFromTokens, type RecordHead } from './record-head.ts'
import { stringOctets } from './string-text.ts'
import { TokenCursor } from './token-cursor.ts'
import { fail, shown, TextError, Tokenizer, type Entry, type Token } from './tokens.ts'

export interface MasterRecord {
  readonly owner: Name
  readonly type: RrType
  /** Seconds. */
  readonly ttl: number
  readonly rdata: Uint8Array
  /** Where its entry begins, counted from 1. */
  readonly line: number
  readonly column: number
  readonly file: string
}

export interface IncludedText {
  /** How messages name it. */
  readonly file: string
  readonly text: Iterable<string>
}

export interface MasterFileOptions {
  /** How messages name it. */
  readonly file: string
  /** What relative names are below until the first `$ORIGIN`. */
  readonly origin: Name
  /**
   * Opens what `$INCLUDE` names. Which paths are allowed is decided here: one that is not throws,
   * and the thrown message becomes part of the error. Without it `$INCLUDE` is an error.
   */
  readonly include?: (path: string) => IncludedText
}

/** The message begins with `file:line:column: ` and says what is wrong and what to do. */
export class MasterFileError extends InputError {
  override readonly name = 'MasterFileError'
}

/** How deep `$INCLUDE` may nest, the outermost file counted. */
const MAX_OPEN_FILES = 10

/**
 * @param chunks the file's text in pieces of any size
 * @throws MasterFileError, and whatever `chunks` throws
 */
export function* readMasterFile(
  chunks: Iterable<string>,
  options: MasterFileOptions,
): Generator<MasterRecord, void, undefined> {
  const reader = new MasterFileReader(chunks, options)
  try {
    for (let record = reader.next(); record !== undefined; record = reader.next()) yield record
  } catch (error) {
    throw error instanceof TextError
      ? new MasterFileError(reader.file, error.line, error.column, error.message)
      : error
  } finally {
    reader.close()
  }
}

/** RFC 1035 §5.1: what `$INCLUDE` must not change in the file that includes. */
interface OpenFile {
  readonly file: string
  readonly tokenizer: Tokenizer
  origin: Name
  owner: Name | undefined
  /** What `owner` was read from: many records in a row have the same. */
  ownerText: string | undefined
}

class MasterFileReader {
  private readonly include: MasterFileOptions['include']
  private readonly outer: OpenFile[] = []
  private current: OpenFile
  /** The rest of a `$GENERATE`. */
  private generated: Iterator<MasterRecord> | undefined
  private defaultTtl: number | undefined
  private previousTtl: number | undefined

  constructor(chunks: Iterable<string>, options: MasterFileOptions) {
    this.include = options.include
    this.current = openFile(options.file, chunks, options.origin, undefined)
  }

  get file(): string {
    return this.current.file
  }

  close(): void {
    for (const { tokenizer } of [this.current, ...this.outer]) tokenizer.close()
  }

  next(): MasterRecord | undefined {
    for (;;) {
      if (this.generated !== undefined) {
        const made = this.generated.next()
        if (made.done !== true) return made.value
        this.generated = undefined
      }
      const entry = this.current.tokenizer.next()
      if (entry === undefined) {
        const outer = this.outer.pop()
        if (outer === undefined) return undefined
        this.current = outer
        continue
      }
      // An entry has a token.
      const first = entry.tokens[0] as Token
      if (entry.indented || first.quoted || !first.text.startsWith('$')) {
        return this.record(entry, first)
      }
      this.directive(first, new TokenCursor(entry.tokens, 1))
    }
  }

  private record(entry: Entry, first: Token): MasterRecord {
    const { current } = this
    if (!entry.indented) {
      if (first.quoted) fail('the owner is written without quotes', first)
      if (first.text !== current.ownerText) {
        current.owner = nameFromWord(first, current.origin)
        current.ownerText = first.text
      }
    }
    const owner = current.owner ?? fail('there is no owner before this that it could take', first)
    const input = new TokenCursor(entry.tokens, entry.indented ? 0 : 1)
    return this.made(owner, headFromTokens(input), input, first)
  }

  private made(owner: Name, head: RecordHead, input: TokenCursor, at: Token): MasterRecord {
    const rdata = rdataFromTokens(head.type, input, this.current.origin)
    const ttl = this.ttlOf(head, rdata)
    const { line, column } = at
    return { owner, type: head.type, ttl, rdata, line, column, file: this.current.file }
  }

  /**
   * The written TTL, `$TTL` (RFC 2308 §4), the TTL of the record before (RFC 1035 §5.1), or the
   * minimum of an SOA, which is then the default as in BIND.
   */
  private ttlOf(head: RecordHead, rdata: Uint8Array): number {
    let ttl = head.ttl ?? this.defaultTtl ?? this.previousTtl
    if (ttl === undefined) {
      if (head.type !== RrType.SOA) {
        return fail('this record has no TTL; write one, or put $TTL before it', head.typeToken)
      }
      ttl = asBuffer(rdata).readUInt32BE(rdata.length - 4)
      if (ttl > MAX_TTL) {
        fail(`the minimum of this SOA is more than ${MAX_TTL}, so it is no TTL`, head.typeToken)
      }
      this.defaultTtl = ttl
    }
    this.previousTtl = ttl
    return ttl
  }

  private directive(directive: Token, input: TokenCursor): void {
    switch (directive.text.toUpperCase()) {
      case '$ORIGIN':
        this.current.origin = nameFromWord(input.word('a name'), this.current.origin)
        this.current.ownerText = undefined
        input.finish()
        return
      case '$TTL':
        this.defaultTtl = secondsFromWord(input.word('a time in seconds'), MAX_TTL)
        input.finish()
        return
      case '$INCLUDE':
        this.enter(input)
        return
      case '$GENERATE':
        this.generated = this.generate(directive, input)
        return
      default:
        fail(
          `${shown(directive.text)} is no directive; $ORIGIN, $TTL, $INCLUDE and $GENERATE are, ` +
            'and a name that begins with $ is written \\$',
          directive,
        )
    }
  }

  /** `$INCLUDE path [origin]`; the file begins with the origin and the owner of this one. */
  private enter(input: TokenCursor): void {
    const token = input.next('a file')
    const path = Buffer.from(stringOctets(token.text, token)).toString('latin1')
    const { origin, owner } = this.current
    const name = input.more ? nameFromWord(input.word('a name'), origin) : origin
    input.finish()
    if (this.include === undefined) return fail('$INCLUDE is not allowed here', token)
    if (this.outer.length + 1 >= MAX_OPEN_FILES) {
      fail(`$INCLUDE goes deeper than ${MAX_OPEN_FILES} files; does one include itself?`, token)
    }
    const included = opened(this.include, path, token)
    this.outer.push(this.current)
    this.current = openFile(included.file, included.text, name, owner)
  }

  private *generate(directive: Token, input: TokenCursor): Generator<MasterRecord, void> {
    const { head, rows } = generateFromTokens(input)
    for (let row = rows.next(); row.done !== true; row = rows.next()) {
      const owner = nameFromWord(row.value.owner, this.current.origin)
      this.current.owner = owner
      this.current.ownerText = undefined
      yield this.made(owner, head, new TokenCursor(row.value.rdata), directive)
    }
  }
}

const openFile = (
  file: string,
  chunks: Iterable<string>,
  origin: Name,
  owner: Name | undefined,
): OpenFile => ({ file, tokenizer: new Tokenizer(chunks), origin, owner, ownerText: undefined })

/** What the caller's `include` refuses or cannot open is the operator's mistake, in this place. */
const opened = (
  include: (path: string) => IncludedText,
  path: string,
  token: Token,
): IncludedText => {
  try {
    return include(path)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return fail(`cannot include ${shown(path)}: ${why}`, token)
  }
}
