/** The escapes that names and strings share (RFC 1035 §5.1). */

export type Escape =
  | { readonly ok: true; readonly octet: number; readonly end: number }
  | { readonly ok: false; readonly why: string }

/** `\DDD`. */
export const decimalEscape = (octet: number): string => `\\${String(octet).padStart(3, '0')}`

const ESCAPE = /\\(?:(\d{3})|([^\d]))/y

/** The octet that the backslash at `at` stands for, and where the escape ends. */
export const escapedOctet = (text: string, at: number): Escape => {
  ESCAPE.lastIndex = at
  const match = ESCAPE.exec(text)
  if (match === null) {
    return { ok: false, why: "after '\\' stand three digits, or a character that is no digit" }
  }
  const octet = match[1] === undefined ? text.charCodeAt(at + 1) : Number(match[1])
  return octet > (match[1] === undefined ? 0x7e : 0xff)
    ? { ok: false, why: "after '\\' stands a number up to 255, or an ASCII character" }
    : { ok: true, octet, end: ESCAPE.lastIndex }
}
