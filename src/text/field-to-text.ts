/** Prints one field of checked RDATA. */
import { toLatin1 } from '../base/bytes.ts'
import { rrTypeName, rrTypeOf } from '../wire/codes.ts'
import type { Field } from '../wire/rdata-layout.ts'
import type { Reader } from '../wire/reader.ts'
import { euiToText, ipv4ToText, ipv6ToText } from './address-text.ts'
import { base32hexOf, base64Of, hexOf } from './binary-text.ts'
import { locationToText } from './location-text.ts'
import { nameToText } from './name-text.ts'
import { timeToText } from './number-text.ts'
import { prefixesToText } from './prefixes-text.ts'
import { serviceParametersToText } from './service-parameters-text.ts'
import { quotedText } from './string-text.ts'
import { typesToText } from './types-text.ts'

/**
 * Takes the field from the reader, which stands on RDATA that `isRdata` holds of.
 * @returns undefined when the field's presentation format cannot say what is there
 */
export const fieldToText = (field: Field, reader: Reader): string | undefined => {
  switch (field) {
    case 'u8':
      return String(reader.u8())
    case 'u16':
      return String(reader.u16())
    case 'u32':
    case 'ttl':
      return String(reader.u32())
    case 'time':
      return timeToText(reader.u32())
    case 'type':
      return rrTypeName(rrTypeOf(reader.u16()))
    case 'ipv4':
      return ipv4ToText(reader.bytes(4))
    case 'ipv6':
      return ipv6ToText(reader.bytes(16))
    case 'eui48':
      return euiToText(reader.bytes(6))
    case 'eui64':
      return euiToText(reader.bytes(8))
    case 'compressible-name':
    case 'expandable-name':
    case 'plain-name':
      return nameToText(reader.name('forbid'))
    case 'string':
      return quotedText(reader.bytes(reader.u8()))
    case 'strings':
      return stringsToText(reader)
    case 'tag':
      return toLatin1(reader.bytes(reader.u8()))
    case 'long-string':
      return quotedText(reader.rest())
    case 'hex':
      return hexOf(reader.rest())
    case 'base64':
    case 'optional-base64':
      return base64Of(reader.rest())
    case 'salt':
      // RFC 5155 §3.3: no salt is a dash.
      return hexOf(reader.bytes(reader.u8())) || '-'
    case 'hash':
      return base32hexOf(reader.bytes(reader.u8()))
    case 'types':
      return typesToText(reader)
    case 'services':
    case 'old-types':
      return undefined
    case 'location':
      return locationToText(reader)
    case 'prefixes':
      return prefixesToText(reader)
    case 'service-parameters':
      return serviceParametersToText(reader)
  }
}

const stringsToText = (reader: Reader): string => {
  const strings: string[] = []
  while (reader.remaining > 0) strings.push(quotedText(reader.bytes(reader.u8())))
  return strings.join(' ')
}
