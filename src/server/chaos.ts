/** Class CH: who and what this server is, for operators who want it known (RFC 4892). */
import { Rcode, RrClass, RrType } from '../wire/codes.ts'
import { Flag } from '../wire/header.ts'
import { foldedName } from '../wire/name.ts'
import type { Question } from '../wire/record.ts'
import type { MessageWriter } from '../wire/writer.ts'
import type { Settings } from './service.ts'

type Asked = 'version' | 'serverId'

/** In lower case and as octets: names that BIND brought in, and those of RFC 4892. */
const NAMES = new Map<string, Asked>([
  ['\x07version\x04bind\0', 'version'],
  ['\x07version\x06server\0', 'version'],
  ['\x08hostname\x04bind\0', 'serverId'],
  ['\x02id\x06server\0', 'serverId'],
])

/** @returns REFUSED for what is not to be known, TC for what does not fit */
export const answerChaos = (
  settings: Pick<Settings, Asked>,
  { name, type }: Question,
  writer: MessageWriter,
): { readonly rcode: Rcode; readonly flags: number } => {
  const asked = NAMES.get(foldedName(name))
  const text = asked && settings[asked]
  if (text === undefined) return { rcode: Rcode.REFUSED, flags: 0 }
  if (type !== RrType.TXT && type !== RrType.ANY) return { rcode: Rcode.NOERROR, flags: 0 }
  const words = Buffer.from(text)
  const rdata = Buffer.concat([Uint8Array.of(words.length), words])
  const fits = writer.rrset('answer', name, RrType.TXT, RrClass.CH, 0, [rdata])
  return { rcode: Rcode.NOERROR, flags: fits ? 0 : Flag.TC }
}
