/** A record as one line of a master file. */
import { rrTypeName, type RrType } from '../wire/codes.ts'
import type { Name } from '../wire/name.ts'
import { nameToText } from './name-text.ts'
import { rdataToText } from './rdata-text.ts'

/** `www.example. 60 IN A 192.0.2.1`: the same record is always the same line, without its end. */
export const recordToText = (
  owner: Name,
  ttlSeconds: number,
  type: RrType,
  rdata: Uint8Array,
): string => `${nameToText(owner)} ${ttlSeconds} IN ${rrTypeName(type)} ${rdataToText(type, rdata)}`
