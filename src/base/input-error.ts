/** What the operator wrote cannot be taken; says where, and what to do. */

export class InputError extends Error {
  override readonly name: string = 'InputError'
  readonly file: string
  /** Counted from 1. */
  readonly line: number
  /** Counted from 1. */
  readonly column: number

  constructor(file: string, line: number, column: number, what: string) {
    super(`${file}:${line}:${column}: ${what}`)
    this.file = file
    this.line = line
    this.column = column
  }
}
