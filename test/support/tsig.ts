/**
 * TSIG RRs put together and taken apart octet by octet, and the MACs that belong to them, all
 * without the code under test.
 */
import { createHmac } from 'node:crypto'
import { rr, u16, u32, wireName } from './messages.ts'
import { SECRET } from './service.ts'

export const TSIG = 250
export const CLASS_ANY = 255

/** RFC 8945 §4.2. */
export interface TsigFields {
  /** As wire octets, spelled as in the packet. */
  readonly keyName: Buffer
  readonly class: number
  readonly ttl: number
  readonly algorithmName: Buffer
  readonly timeSigned: number
  readonly fudge: number
  readonly mac: Buffer
  readonly originalId: number
  readonly error: number
  readonly otherData: Buffer
}

/** What an ordinary client would send, but for its MAC. */
export const tsigFields = (more: Partial<TsigFields> = {}): TsigFields => ({
  keyName: wireName('ddns-key.'),
  class: CLASS_ANY,
  ttl: 0,
  algorithmName: wireName('hmac-sha256.'),
  timeSigned: 1_700_000_000,
  fudge: 300,
  mac: Buffer.alloc(0),
  originalId: 0x1234,
  error: 0,
  otherData: Buffer.alloc(0),
  ...more,
})

export const u48 = (value: number): Buffer => {
  const octets = Buffer.alloc(6)
  octets.writeUIntBE(value, 0, 6)
  return octets
}

export const tsigRdata = (tsig: TsigFields): Buffer =>
  Buffer.concat([
    tsig.algorithmName,
    u48(tsig.timeSigned),
    u16(tsig.fudge),
    u16(tsig.mac.length),
    tsig.mac,
    u16(tsig.originalId),
    u16(tsig.error),
    u16(tsig.otherData.length),
    tsig.otherData,
  ])

/** The message with one more additional record. */
export const withRecord = (message: Buffer, record: Buffer): Buffer => {
  const whole = Buffer.concat([message, record])
  whole.writeUInt16BE(whole.readUInt16BE(10) + 1, 10)
  return whole
}

/** The message with this TSIG RR, whatever its MAC. */
export const withTsig = (message: Buffer, tsig: TsigFields): Buffer =>
  withRecord(message, rr(tsig.keyName, TSIG, tsig.class, tsig.ttl, tsigRdata(tsig)))

/** ASCII letters in lower case; length octets are below them (RFC 4034 §6.2). */
const canonical = (name: Buffer): Buffer =>
  Buffer.from(name.map((octet) => (octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet)))

export interface MacOptions {
  readonly digest?: string
  readonly secret?: Buffer
  /** Where the MAC is an answer's. */
  readonly requestMac?: Buffer
}

/** The whole MAC over a message without its TSIG RR (RFC 8945 §4.3). */
export const macOf = (message: Buffer, tsig: TsigFields, options: MacOptions = {}): Buffer => {
  const { digest = 'sha256', secret = SECRET, requestMac } = options
  const prior = requestMac === undefined ? [] : [u16(requestMac.length), requestMac]
  const variables = [
    canonical(tsig.keyName),
    u16(CLASS_ANY),
    u32(0),
    canonical(tsig.algorithmName),
    u48(tsig.timeSigned),
    u16(tsig.fudge),
    u16(tsig.error),
    u16(tsig.otherData.length),
    tsig.otherData,
  ]
  const covered = [...prior, u16(tsig.originalId), message.subarray(2), ...variables]
  return createHmac(digest, secret).update(Buffer.concat(covered)).digest()
}

/** The message with a TSIG RR whose MAC is right for these fields. */
export const signedWith = (message: Buffer, more: Partial<TsigFields> = {}): Buffer => {
  const tsig = tsigFields(more)
  return withTsig(message, { ...tsig, mac: macOf(message, tsig) })
}

export const rcodeOf = (message: Buffer): number => message.readUInt16BE(2) & 0xf

export const isTruncated = (message: Buffer): boolean => (message.readUInt16BE(2) & 0x0200) !== 0

/** Records in each of the four sections, as the header counts them. */
export const countsOf = (message: Buffer): number[] =>
  [4, 6, 8, 10].map((at) => message.readUInt16BE(at))

const endOfName = (message: Buffer, start: number): number => {
  let at = start
  for (let length = message.readUInt8(at); length > 0; length = message.readUInt8(at)) {
    if (length >= 0xc0) return at + 2
    at += length + 1
  }
  return at + 1
}

export interface RawRecord {
  readonly start: number
  readonly owner: Buffer
  readonly type: number
  readonly class: number
  readonly ttl: number
  readonly rdata: Buffer
}

/** The RRs of the three sections after the question, in order; throws where octets are left over. */
export const recordsOf = (message: Buffer): RawRecord[] => {
  const [questions = 0, ...counts] = countsOf(message)
  let at = 12
  for (let i = 0; i < questions; i++) at = endOfName(message, at) + 4
  const records: RawRecord[] = []
  for (let left = counts.reduce((sum, count) => sum + count); left > 0; left--) {
    const start = at
    const end = endOfName(message, start)
    at = end + 10 + message.readUInt16BE(end + 8)
    records.push({
      start,
      owner: message.subarray(start, end),
      type: message.readUInt16BE(end),
      class: message.readUInt16BE(end + 2),
      ttl: message.readUInt32BE(end + 4),
      rdata: message.subarray(end + 10, at),
    })
  }
  if (at !== message.length) throw new Error(`${message.length - at} octets after the last record`)
  return records
}

const fieldsOf = ({ owner, class: rrClass, ttl, rdata }: RawRecord): TsigFields => {
  const timeAt = endOfName(rdata, 0)
  const macAt = timeAt + 10
  const idAt = macAt + rdata.readUInt16BE(macAt - 2)
  const tsig = {
    keyName: owner,
    class: rrClass,
    ttl,
    algorithmName: rdata.subarray(0, timeAt),
    timeSigned: rdata.readUIntBE(timeAt, 6),
    fudge: rdata.readUInt16BE(timeAt + 6),
    mac: rdata.subarray(macAt, idAt),
    originalId: rdata.readUInt16BE(idAt),
    error: rdata.readUInt16BE(idAt + 2),
    otherData: rdata.subarray(idAt + 6),
  }
  if (rdata.readUInt16BE(idAt + 4) !== tsig.otherData.length) throw new Error('wrong Other Len')
  return tsig
}

export interface SplitMessage {
  /** The message as it was before the TSIG RR was added, ARCOUNT included. */
  readonly message: Buffer
  readonly tsig: TsigFields
}

/** Takes the TSIG RR off; throws where there is none, two, or one that is not the last. */
export const splitTsig = (whole: Buffer): SplitMessage => {
  const records = recordsOf(whole)
  const last = records.at(-1)
  if (last?.type !== TSIG) throw new Error('the last record is no TSIG')
  if (records.filter(({ type }) => type === TSIG).length !== 1) throw new Error('two TSIGs')
  const message = Buffer.from(whole.subarray(0, last.start))
  message.writeUInt16BE(whole.readUInt16BE(10) - 1, 10)
  return { message, tsig: fieldsOf(last) }
}

export const hasTsig = (message: Buffer): boolean =>
  recordsOf(message).some(({ type }) => type === TSIG)

/** Whether an answer's MAC is the one that belongs to it and to its request. */
export const isSignedFor = (
  answer: Buffer,
  request: Buffer,
  options: Omit<MacOptions, 'requestMac'> = {},
): boolean => {
  const { message, tsig } = splitTsig(answer)
  const requestMac = splitTsig(request).tsig.mac
  const whole = macOf(message, tsig, { ...options, requestMac })
  return tsig.mac.length >= 10 && tsig.mac.equals(whole.subarray(0, tsig.mac.length))
}
