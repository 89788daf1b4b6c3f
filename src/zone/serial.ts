/** Serial number arithmetic (RFC 1982). */

declare const serial: unique symbol
/** 32 unsigned bits, compared by RFC 1982 §3.2. */
export type Serial = number & { readonly [serial]: true }

export const serialOf = (value: number): Serial => (value >>> 0) as Serial

/** RFC 1982 §3.2: whether `a` is greater than `b`; for two that are 2^31 apart it is undefined: no. */
export const isSerialAfter = (a: Serial, b: Serial): boolean => {
  const ahead = (a - b) >>> 0
  return ahead > 0 && ahead < 0x8000_0000
}

/** RFC 1982 §3.1, except that 0 is skipped: secondaries exist that take it for "none". */
export const nextSerial = (value: Serial): Serial => serialOf(value === 0xffff_ffff ? 1 : value + 1)
