/** TOML with positions: a value, and where in the file each part of it stands. */
import { getStaticTOMLValue, parseTOML, type AST, type ParseError } from 'toml-eslint-parser'
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
    const program = parse(file, text)
    for (const item of program.body[0].body) this.place(item, [])
    this.value = getStaticTOMLValue(program)
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
      if (!this.positions.has(id)) this.positions.set(id, { line, column: column + 1 })
    }
  }
}

const parse = (file: string, text: string): AST.TOMLProgram => {
  try {
    return parseTOML(text)
  } catch (error) {
    // The parser throws nothing else.
    const { lineNumber, column, message } = error as ParseError
    throw new InputError(file, lineNumber, column + 1, message)
  }
}

const idOf = (path: Path): string => JSON.stringify(path)
