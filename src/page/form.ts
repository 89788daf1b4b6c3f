/** A form as it was sent: an urlencoded body, which the listener has read as text. */

export const formOf = (body: unknown): URLSearchParams =>
  new URLSearchParams(typeof body === 'string' ? body : '')
