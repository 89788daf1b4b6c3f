/** What a primary answers, octet by octet: SOAs, records, and the messages of a transfer. */
import { message, question, rr, u32, wireName, type Sections } from './messages.ts'

export const APEX = 'dyn.example.'

export const AXFR = 252
export const IXFR = 251

/** QR and AA. */
export const ANSWER = 0x8400

export interface SoaNumbers {
  readonly refresh?: number
  readonly retry?: number
  readonly expire?: number
}

export const soaRr = (serial: number, numbers: SoaNumbers = {}, owner = APEX): Buffer => {
  const { refresh = 7200, retry = 900, expire = 604_800 } = numbers
  const rest = [serial, refresh, retry, expire, 300].map(u32)
  const names = [wireName(`ns1.${APEX}`), wireName(`hostmaster.${APEX}`)]
  return rr(owner, 6, 1, 3600, Buffer.concat([...names, ...rest]))
}

export const nsRr = (): Buffer => rr(APEX, 2, 1, 3600, wireName(`ns1.${APEX}`))

/** @param owner without the apex, such as `www` */
export const aRr = (owner: string, last: number, ttl = 60): Buffer =>
  rr(`${owner}.${APEX}`, 1, 1, ttl, Buffer.from([192, 0, 2, last]))

/** The answer to a query whose question is its first and whole, with these records. */
export const answerTo = (
  query: Buffer,
  answers: readonly Buffer[],
  more: Sections = {},
): Buffer => {
  const end = 12 + query.subarray(12).indexOf(0) + 5
  return message({
    id: query.readUInt16BE(0),
    flags: ANSWER,
    questions: [query.subarray(12, end)],
    answers,
    ...more,
  })
}

/** One message of a transfer of `dyn.example.` whose request had ID 7. */
export const transferMessage = (
  type: number,
  answers: readonly Buffer[],
  more: Sections = {},
): Buffer => message({ id: 7, flags: ANSWER, questions: [question(APEX, type)], answers, ...more })
