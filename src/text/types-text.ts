/** Type bit maps as text, both ways (RFC 4034 §4.2). */
import { octetAt } from '../base/bytes.ts'
import { rrTypeFromName, rrTypeName, rrTypeOf, type RrType } from '../wire/codes.ts'
import type { Reader } from '../wire/reader.ts'
import type { TokenCursor } from './token-cursor.ts'
import { fail, shown, type Token } from './tokens.ts'

/** @throws TextError */
export const typeFromWord = (token: Token): RrType =>
  rrTypeFromName(token.text) ??
  fail(`${shown(token.text)} is no type; one without a name is written TYPE and its number`, token)

/** The mnemonics of a checked bit map that fills the rest of the RDATA. */
export const typesToText = (reader: Reader): string => {
  const mnemonics: string[] = []
  while (reader.remaining > 0) {
    const window = reader.u8()
    const bits = reader.bytes(reader.u8())
    for (let bit = 0; bit < bits.length * 8; bit++) {
      if ((octetAt(bits, bit >> 3) & (0x80 >> (bit & 7))) !== 0) {
        mnemonics.push(rrTypeName(rrTypeOf(window * 0x100 + bit)))
      }
    }
  }
  return mnemonics.join(' ')
}

/** @throws TextError */
export const typesFromText = (input: TokenCursor): Uint8Array => {
  const windows = new Map<number, Uint8Array>()
  while (input.more) {
    const type = typeFromWord(input.word('a type'))
    const window = windows.get(type >> 8) ?? new Uint8Array(32)
    windows.set(type >> 8, window)
    const at = (type & 0xff) >> 3
    window[at] = octetAt(window, at) | (0x80 >> (type & 7))
  }
  const rising = [...windows].sort(([a], [b]) => a - b)
  return Buffer.concat(
    rising.flatMap(([window, bits]) => {
      // RFC 4034 §4.1.2: zero octets at the end of a window are left out.
      const length = bits.findLastIndex((octet) => octet !== 0) + 1
      return [Uint8Array.of(window, length), bits.subarray(0, length)]
    }),
  )
}
