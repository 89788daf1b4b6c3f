/** TOML with positions: a value, and where in the file each part of it stands. */
import { isUtf8 } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { getStaticTOMLValue, ParseError, parseTOML, type AST } from 'toml-eslint-parser'
import { InputError } from '../base/input-error.ts'

/** The way to a value: keys of tables and indices of arrays. */
export type Path = readonly (string | number)[]

export interface Position {
  /** Counted from 1. */
  readonly line: number
  /** Counted from 1. */
  readonly column: number
}

export class TomlFile {
  readonly file: string
  readonly value: unknown
  private readonly positions = new Map<string, Position>()

  /** @throws InputError when it is no TOML */
  constructor(file: string, text: string) {
    this.file = file
    this.value = placed(file, () => {
      const program = parseTOML(text)
      for (const item of program.body[0].body) this.place(item, [])
      return getStaticTOMLValue(program)
    })
  }

  /** Where the value stands or, when it is not there, what should hold it. */
  positionOf(path: Path): Position {
    for (let length = path.length; length > 0; length--) {
      const position = this.positions.get(idOf(path.slice(0, length)))
      if (position !== undefined) return position
    }
    return { line: 1, column: 1 }
  }

  errorAt(path: Path, what: string): InputError {
    const { line, column } = this.positionOf(path)
    return new InputError(this.file, line, column, what)
  }

  private place(node: AST.TOMLTable | AST.TOMLKeyValue | AST.TOMLContentNode, path: Path): void {
    switch (node.type) {
      case 'TOMLTable':
        this.mark(node, node.resolvedKey)
        for (const item of node.body) this.place(item, node.resolvedKey)
        break
      case 'TOMLKeyValue': {
        const keys = node.key.keys.map((key) => (key.type === 'TOMLBare' ? key.name : key.value))
        this.mark(node, [...path, ...keys])
        this.place(node.value, [...path, ...keys])
        break
      }
      case 'TOMLInlineTable':
        for (const item of node.body) this.place(item, path)
        break
      case 'TOMLArray':
        for (const [index, element] of node.elements.entries()) {
          this.mark(element, [...path, index])
          this.place(element, [...path, index])
        }
        break
      case 'TOMLValue':
        break
    }
  }

  /** With it the tables on the way, which a dotted key may be the first to speak of. */
  private mark(node: AST.TOMLNode, path: Path): void {
    const { line, column } = node.loc.start
    if (path.includes('__proto__')) {
      // It would change every object that we have instead of becoming a part of this one.
      throw new InputError(this.file, line, column + 1, '"__proto__" is no setting: take it out')
    }
    for (let length = path.length; length > 0; length--) {
      const id = idOf(path.slice(0, length))
      // What is above it came with it.
      if (this.positions.has(id)) break
      this.positions.set(id, { line, column: column + 1 })
    }
  }
}

/** Some editors put it before UTF-8; TOML has no such character there. */
const BYTE_ORDER_MARK = '\uFEFF'

/** @throws InputError when it is no TOML; what the system says when it cannot be read */
export const readToml = (file: string): TomlFile => {
  const octets = readFileSync(file)
  const text = octets.toString('utf8')
  // Else a name or a path would quietly be another one.
  if (!isUtf8(octets)) throw notUtf8(file, text, octets)
  return new TomlFile(file, text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text)
}

const REPLACEMENT = '\uFFFD'

/** @param text of the octets, with replacement characters for what is not UTF-8 */
const notUtf8 = (file: string, text: string, octets: Buffer): InputError => {
  let at = text.indexOf(REPLACEMENT)
  // One that stands in the file is as good as any character.
  for (
    let offset = Buffer.byteLength(text.slice(0, at));
    octets.subarray(offset).indexOf(REPLACEMENT) === 0;
    offset = Buffer.byteLength(text.slice(0, at))
  ) {
    at = text.indexOf(REPLACEMENT, at + 1)
  }
  const lines = text.slice(0, at).split('\n')
  const column = at - text.lastIndexOf('\n', at)
  return new InputError(file, lines.length, column, 'this is not UTF-8: save the file as UTF-8')
}

/** What `read` gives; what it says is wrong, at its place in the file. */
const placed = <T>(file: string, read: () => T): T => {
  try {
    return read()
  } catch (error) {
    if (error instanceof ParseError) {
      throw new InputError(file, error.lineNumber, error.column + 1, error.message)
    }
    if (!(error instanceof RangeError)) throw error
    // The stack, which does not say how far the parser came.
    throw new InputError(file, 1, 1, 'there is a value in it that is too long, or lists too deep')
  }
}

const idOf = (path: Path): string => JSON.stringify(path)
