/** What was typed cannot be done; the message says why, and what to type instead. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError'
}
