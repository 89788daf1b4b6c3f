/** HTML that escapes what is put into it: names are octets of strangers, and so are user agents. */

/** Text that is HTML already. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export type Content = string | number | Html | undefined | readonly Content[]

/** Values are escaped for text, and for attributes in double quotes; nowhere else do they belong. */
export const html = (pieces: TemplateStringsArray, ...values: readonly Content[]): Html =>
  new Html(pieces.reduce((text, piece, at) => text + textOf(values[at - 1]) + piece))

const textOf = (value: Content): string => {
  if (value === undefined) return ''
  if (value instanceof Html) return value.text
  if (typeof value === 'object') return value.map(textOf).join('')
  return escaped(String(value))
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Controls, and what turns the direction of writing: with them a name could look like another. */
const INVISIBLE = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g

const escaped = (text: string): string =>
  // Each character of the class has its entity.
  text.replace(INVISIBLE, '\ufffd').replace(/[&<>"']/g, (found) => ENTITIES[found] as string)

/** A path of ours: values become one segment or one parameter, whatever is in them. */
export const url = (
  pieces: TemplateStringsArray,
  ...values: readonly (string | number)[]
): string =>
  pieces.reduce((text, piece, at) => text + encodeURIComponent(String(values[at - 1])) + piece)
