/**
 * Messages put together octet by octet, without the code under test: what a client would send, and
 * just as easily what no client should.
 */
import { createHmac } from 'node:crypto'

const DOT = 0x2e
const BACKSLASH = 0x5c

/** A name in presentation format as wire octets; `\DDD` and `\X` escapes are understood. */
export const wireName = (text: string): Buffer => {
  const octets: number[] = []
  let label: number[] = []
  const endLabel = (): void => {
    octets.push(label.length, ...label)
    label = []
  }
  // Without a match for each character: names are most of what messages are made of.
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === DOT) {
      if (label.length > 0) endLabel()
    } else if (code !== BACKSLASH) label.push(code)
    else if (/^\d{3}/.test(text.slice(at + 1))) {
      label.push(Number(text.slice(at + 1, at + 4)))
      at += 3
    } else label.push(text.charCodeAt(++at))
  }
  if (label.length > 0) endLabel()
  return Buffer.from([...octets, 0])
}

export const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff])

export const u32 = (value: number): Buffer =>
  Buffer.concat([u16(value >>> 16), u16(value & 0xffff)])

export const hex = (text: string): Buffer => Buffer.from(text.replace(/\s+/g, ''), 'hex')

/** An RR with any owner, numbers and RDATA. */
export const rr = (
  owner: string | Buffer,
  type: number,
  rrClass: number,
  ttl: number,
  rdata: Buffer = Buffer.alloc(0),
): Buffer =>
  Buffer.concat([
    typeof owner === 'string' ? wireName(owner) : owner,
    u16(type),
    u16(rrClass),
    u32(ttl),
    u16(rdata.length),
    rdata,
  ])

export const question = (name: string | Buffer, type: number, rrClass = 1): Buffer =>
  Buffer.concat([typeof name === 'string' ? wireName(name) : name, u16(type), u16(rrClass)])

export interface Sections {
  readonly id?: number
  readonly flags?: number
  readonly questions?: readonly Buffer[]
  readonly answers?: readonly Buffer[]
  readonly authorities?: readonly Buffer[]
  readonly additionals?: readonly Buffer[]
}

export const message = (sections: Sections): Buffer => {
  const { id = 0x1234, flags = 0 } = sections
  const { questions = [], answers = [], authorities = [], additionals = [] } = sections
  const all = [questions, answers, authorities, additionals]
  return Buffer.concat([u16(id), u16(flags), ...all.map((s) => u16(s.length)), ...all.flat()])
}

/** A QUERY with RD clear. */
export const query = (name: string, type: number, more: Sections = {}): Buffer =>
  message({ questions: [question(name, type)], ...more })

export const UPDATE = 0x2800

/** An UPDATE of a zone: prerequisites, then changes. */
export const update = (
  zone: string,
  prerequisites: readonly Buffer[],
  changes: readonly Buffer[],
  more: Sections = {},
): Buffer =>
  message({
    flags: UPDATE,
    questions: [question(zone, 6)],
    answers: prerequisites,
    authorities: changes,
    ...more,
  })

/** An OPT RR (RFC 6891 §6.1.2). */
export const opt = (udpSize = 1232, version = 0, flags = 0, rdata = Buffer.alloc(0)): Buffer =>
  Buffer.concat([
    Buffer.from([0]),
    u16(41),
    u16(udpSize),
    Buffer.from([0, version]),
    u16(flags),
    u16(rdata.length),
    rdata,
  ])

export interface SignOptions {
  readonly keyName: string
  readonly secret: Buffer
  readonly timeSeconds: number
  readonly algorithmName?: string
  readonly digest?: string
  readonly fudge?: number
  /** Octets of the MAC that are sent. */
  readonly macLength?: number
  readonly mac?: Buffer
  readonly originalId?: number
}

/** The message with a TSIG RR after RFC 8945 §4, whose MAC and fields can be made wrong. */
export const signed = (unsigned: Buffer, options: SignOptions): Buffer => {
  const { algorithmName = 'hmac-sha256', digest = 'sha256', fudge = 300 } = options
  const time = Buffer.alloc(6)
  time.writeUIntBE(options.timeSeconds, 0, 6)
  const originalId = options.originalId ?? unsigned.readUInt16BE(0)
  const covered = Buffer.from(unsigned)
  covered.writeUInt16BE(originalId, 0)
  const mac = createHmac(digest, options.secret)
    .update(covered)
    .update(wireName(options.keyName.toLowerCase()))
    .update(Buffer.concat([u16(255), u32(0), wireName(algorithmName)]))
    .update(Buffer.concat([time, u16(fudge), u16(0), u16(0)]))
    .digest()
  const sent = options.mac ?? mac.subarray(0, options.macLength ?? mac.length)
  const rdata = Buffer.concat([
    wireName(algorithmName),
    time,
    u16(fudge),
    u16(sent.length),
    sent,
    u16(originalId),
    u16(0),
    u16(0),
  ])
  const whole = Buffer.concat([unsigned, rr(options.keyName, 250, 255, 0, rdata)])
  whole.writeUInt16BE(whole.readUInt16BE(10) + 1, 10)
  return whole
}
