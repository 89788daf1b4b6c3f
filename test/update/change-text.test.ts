/** Changes as nsupdate has them on its command line. */
import t from 'tap'
import { nameToText } from '../../src/text/name-text.ts'
import { changeFromText } from '../../src/update/change-text.ts'
import { rrTypeName } from '../../src/wire/codes.ts'

const readingOf = (text: string): string => {
  const parsed = changeFromText(text)
  if (!parsed.ok) return `${parsed.column}: ${parsed.why}`
  const { change } = parsed
  const words = [change.kind, nameToText(change.owner)]
  if ('type' in change) words.push(rrTypeName(change.type))
  if ('ttl' in change) words.push(`${change.ttl}`)
  if ('rdata' in change) words.push(Buffer.from(change.rdata).toString('hex'))
  return words.join(' ')
}

const SYNTAX = '"add NAME TTL TYPE RDATA" or "delete NAME [TYPE [RDATA]]"'

for (const [text, reading] of [
  ['add www.x. 60 A 192.0.2.1', 'add www.x. A 60 c0000201'],
  ['update add www.x 1h IN A 192.0.2.1', 'add www.x. A 3600 c0000201'],
  ['ADD x. 0 TXT "a b" c', 'add x. TXT 0 036120620163'],
  ['add x. 5 TYPE65280 \\# 1 ff', 'add x. TYPE65280 5 ff'],
  ['delete www.x.', 'delete-name www.x.'],
  ['del www.x. any', 'delete-name www.x.'],
  ['update delete www.x. A', 'delete-rrset www.x. A'],
  ['delete www.x. 60 IN A 192.0.2.1', 'delete-record www.x. A c0000201'],
  ['delete www.x. IN AAAA', 'delete-rrset www.x. AAAA'],
  ['delete a\\.b.x. MX 10 m.', 'delete-record a\\.b.x. MX 000a016d00'],
  ['', `1: ${SYNTAX} is missing`],
  ['update', `7: ${SYNTAX} is missing`],
  ['prereq yxdomain x.', `1: 'prereq' is no change: write ${SYNTAX}`],
  ['add', '4: the name is missing'],
  ['add x. A 192.0.2.1', '8: the TTL is missing before the type'],
  ['add a..x. 60 A 192.0.2.1', '5: the name has an empty label'],
  ['add x. 60 A', '12: an IPv4 address is missing'],
  ['delete x. ANY A', "15: 'A' stands after the end of the record; remove it"],
  ['delete x. AXFR', "11: 'AXFR' lives in messages only, never in a zone"],
] as const) {
  t.test(`"${text}" is ${reading}`, async (t) => {
    t.equal(readingOf(text), reading)
  })
}
