/** A domain name that was typed. */
import { nameFromText } from '../text/name-text.ts'
import type { Name } from '../wire/name.ts'
import { OperatorError } from './operator-error.ts'

/** @throws OperatorError when it is none */
export const nameArgument = (text: string): Name => {
  const parsed = nameFromText(text)
  if (parsed.ok) return parsed.name
  throw new OperatorError(`"${text}" is no domain name: ${parsed.why}`)
}
