/**
 * Text of any code points; now and then what JavaScript has names for, such as `__proto__`. As fast-check's
 * own `binary` and `grapheme`, but those make a table of all code points before the first one.
 */
import fc from 'fast-check'

const codePoint = fc
  .nat({ max: 0x10_ffff })
  // RFC 3629 §3: halves of surrogates are none.
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code))

export const anyText = fc.oneof(
  { weight: 9, arbitrary: fc.string({ unit: codePoint }) },
  { weight: 1, arbitrary: fc.string() },
)
