/** EDNS options octet by octet: those of a request, and those that an answer brings. */
import { decode } from 'dns-packet'
import { opt, u16 } from './messages.ts'
import { recordsOf } from './tsig.ts'

/** The numbers of IANA's registry that the tests speak of. */
export const Option = {
  NSID: 3,
  EXPIRE: 9,
  COOKIE: 10,
  TCP_KEEPALIVE: 11,
  EXTENDED_ERROR: 15,
  ZONEVERSION: 19,
} as const

export const option = (code: number, data: Buffer = Buffer.alloc(0)): Buffer<ArrayBuffer> =>
  Buffer.concat([u16(code), u16(data.length), data])

/** An OPT RR of version 0 with these options. */
export const optWith = (options: readonly Buffer[], udpSize = 1232): Buffer =>
  opt(udpSize, 0, 0, Buffer.concat(options))

const OPT = 41

/**
 * The options of the answer's OPT RR as `code: hex`; undefined without one.
 * @throws where dns-packet reads other options in it
 */
export const optionsOf = (answer: Buffer): string[] | undefined => {
  const [record, ...more] = recordsOf(answer).filter(({ type }) => type === OPT)
  if (more.length > 0) throw new Error('two OPT records')
  if (record === undefined) return undefined
  const options: string[] = []
  for (let at = 0; at < record.rdata.length;) {
    const end = at + 4 + record.rdata.readUInt16BE(at + 2)
    if (end > record.rdata.length) throw new Error('an option that runs out of its record')
    options.push(optionText(record.rdata.readUInt16BE(at), record.rdata.subarray(at + 4, end)))
    at = end
  }
  agree(answer, options)
  return options
}

const optionText = (code: number, data: Buffer): string => `${code}: ${data.toString('hex')}`

const agree = (answer: Buffer, options: readonly string[]): void => {
  const records = decode(answer).additionals ?? []
  const theirs = records.flatMap((record) =>
    record.type === 'OPT'
      ? // It keeps the octets of every option, and its types do not tell.
        (record.options as unknown as { code: number; data: Buffer }[])
      : [],
  )
  const texts = theirs.map(({ code, data }) => optionText(code, data))
  if (texts.join() !== options.join()) throw new Error(`dns-packet reads ${texts.join()}`)
}

/** The data of the answer's option; undefined when it does not have that one. */
export const optionOf = (answer: Buffer, code: number): Buffer | undefined => {
  const found = optionsOf(answer)?.filter((text) => text.startsWith(`${code}: `)) ?? []
  if (found.length > 1) throw new Error(`the option ${code} stands there twice`)
  return found[0] === undefined ? undefined : Buffer.from(found[0].slice(`${code}: `.length), 'hex')
}

/** The twelve bits of the RCODE (RFC 6891 §6.1.3). */
export const wholeRcodeOf = (answer: Buffer): number => {
  const upper = recordsOf(answer).find(({ type }) => type === OPT)?.ttl ?? 0
  return ((upper >>> 24) << 4) | (answer.readUInt8(3) & 0xf)
}

/** INFO-CODE and EXTRA-TEXT (RFC 8914 §2), with a blank between them; empty when there is no such option. */
export const extendedErrorText = (answer: Buffer): string => {
  const error = optionOf(answer, Option.EXTENDED_ERROR)
  return error === undefined ? '' : `${error.readUInt16BE(0)} ${error.subarray(2).toString()}`
}
