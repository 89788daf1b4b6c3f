/**
 * Reads answers without the code under test: a small decoder of our own that gives text to compare
 * with, and dns-packet, which has to agree with it record by record.
 */
import type { Test } from 'tap'
import { ipv6Text, quoted, secondReading } from './second-decoder.ts'

const RCODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED', 'YXDOMAIN']
const BADVERS = 16

const TYPES: Record<number, string> = {
  1: 'A',
  2: 'NS',
  5: 'CNAME',
  6: 'SOA',
  12: 'PTR',
  13: 'HINFO',
  15: 'MX',
  16: 'TXT',
  28: 'AAAA',
  33: 'SRV',
  39: 'DNAME',
  43: 'DS',
}

export interface AnswerText {
  readonly rcode: string
  /** AA, TC, RD, RA, Z, AD and CD: those that are set, with a space between. */
  readonly flags: string
  readonly question: readonly string[]
  /** `owner ttl type rdata`, class IN. */
  readonly answer: readonly string[]
  readonly authority: readonly string[]
  /** Without the OPT record. */
  readonly additional: readonly string[]
  readonly opt: { readonly udpSize: number; readonly flags: number } | undefined
}

/** What a test expects; sections and flags that it does not name have to be empty. */
export type Expected = Partial<Omit<AnswerText, 'question' | 'opt'>>

/** Asserts RCODE, flags and all three sections, the order within a section aside. */
export const matches = (t: Test, octets: Buffer, expected: Expected): AnswerText => {
  const { rcode, flags, answer, authority, additional, ...rest } = readAnswer(octets)
  t.strictSame(
    { rcode, flags, answer, authority, additional },
    { rcode: 'NOERROR', flags: '', answer: [], authority: [], additional: [], ...expected },
  )
  return { rcode, flags, answer, authority, additional, ...rest }
}

/** @throws for octets that are no response, and where dns-packet reads something else in them */
export const readAnswer = (octets: Buffer): AnswerText => {
  const word = octets.readUInt16BE(2)
  if ((word & 0x8000) === 0) throw new Error('QR is not set')
  const cursor = new Cursor(octets)
  const question = cursor.times(octets.readUInt16BE(4), () => cursor.question())
  const [answer = [], authority = [], others = []] = [6, 8, 10].map((at) =>
    cursor.times(octets.readUInt16BE(at), () => cursor.record()),
  )
  if (cursor.at !== octets.length) throw new Error('octets follow the last record')
  const opt = others.find(({ type }) => type === 41)
  const rcode = (word & 0xf) | (opt === undefined ? 0 : (opt.ttl >>> 24) << 4)
  const names = [
    [0x400, 'AA'],
    [0x200, 'TC'],
    [0x100, 'RD'],
    [0x80, 'RA'],
    [0x40, 'Z'],
  ] as const
  const more = [
    [0x20, 'AD'],
    [0x10, 'CD'],
  ] as const
  const text: AnswerText = {
    rcode: rcode === BADVERS ? 'BADVERS' : (RCODES[rcode] ?? `RCODE${rcode}`),
    flags: [...names, ...more].flatMap(([bit, name]) => (word & bit ? [name] : [])).join(' '),
    question: question.map(({ name, type }) => `${name} ${typeName(type)}`),
    answer: answer.map(lineOf),
    authority: authority.map(lineOf),
    additional: others.filter(({ type }) => type !== 41).map(lineOf),
    opt: opt === undefined ? undefined : { udpSize: opt.rrClass, flags: opt.ttl & 0xffff },
  }
  if (question.every(({ rrClass }) => rrClass === 1)) agree(text, word & 0xf, octets)
  return text
}

const agree = (text: AnswerText, rcode: number, octets: Buffer): void => {
  const flags = text.flags.split(' ').filter((flag) => ['AA', 'TC', 'RD'].includes(flag))
  const ours = JSON.stringify({
    rcode,
    flags: flags.join(' '),
    question: text.question.map((line) => line.replace(/ \S+$/, '')),
    // dns-packet does not tell the number of a type that it cannot name.
    sections: [text.answer, text.authority, text.additional].map((lines) =>
      lines.map((line) => line.replace(/ TYPE\d+ /, ' ')),
    ),
  })
  const theirs = JSON.stringify(secondReading(octets, Object.values(TYPES)))
  if (ours !== theirs) throw new Error(`dns-packet reads something else:\n${ours}\n${theirs}`)
}

interface Entry {
  readonly name: string
  readonly type: number
  readonly rrClass: number
}

interface DecodedRecord extends Entry {
  readonly ttl: number
  readonly rdata: string
}

const typeName = (type: number): string => TYPES[type] ?? `TYPE${type}`

const lineOf = ({ name, type, rrClass, ttl, rdata }: DecodedRecord): string => {
  if (rrClass !== 1) throw new Error(`class ${rrClass} of a record of ${name}`)
  return `${name} ${ttl} ${typeName(type)} ${rdata}`
}

class Cursor {
  private readonly octets: Buffer
  at = 12

  constructor(octets: Buffer) {
    this.octets = octets
  }

  times<T>(count: number, read: () => T): T[] {
    return Array.from({ length: count }, read)
  }

  question(): Entry {
    return { name: this.name(), type: this.u16(), rrClass: this.u16() }
  }

  record(): DecodedRecord {
    const entry = this.question()
    const ttl = this.u16() * 0x10000 + this.u16()
    const length = this.u16()
    const end = this.at + length
    const rdata = this.rdata(typeName(entry.type), end)
    if (this.at !== end) throw new Error(`RDATA of ${entry.name} is not ${length} octets long`)
    return { ...entry, ttl, rdata }
  }

  private u16(): number {
    this.at += 2
    return this.octets.readUInt16BE(this.at - 2)
  }

  private u32(): number {
    return this.u16() * 0x10000 + this.u16()
  }

  private bytes(length: number): Buffer {
    this.at += length
    return this.octets.subarray(this.at - length, this.at)
  }

  /** Recursion stands in for pointers: each must lead backwards, so it ends. */
  private name(): string {
    const start = this.at
    const length = this.bytes(1).readUInt8()
    if (length === 0) return '.'
    if (length >= 0xc0) {
      const target = ((length & 0x3f) << 8) | this.bytes(1).readUInt8()
      if (target >= start) throw new Error('a pointer that does not lead backwards')
      const after = this.at
      this.at = target
      const name = this.name()
      this.at = after
      return name
    }
    const label = this.bytes(length).toString('latin1')
    const rest = this.name()
    return `${label}.${rest === '.' ? '' : rest}`
  }

  private rdata(type: string, end: number): string {
    switch (type) {
      case 'A':
        return [...this.bytes(4)].join('.')
      case 'AAAA':
        return ipv6Text(Array.from({ length: 8 }, () => this.u16().toString(16)).join(':'))
      case 'NS':
      case 'CNAME':
      case 'PTR':
      case 'DNAME':
        return this.name()
      case 'MX':
        return `${this.u16()} ${this.name()}`
      case 'SRV':
        return `${this.u16()} ${this.u16()} ${this.u16()} ${this.name()}`
      case 'SOA':
        return [this.name(), this.name(), ...this.times(5, () => this.u32())].join(' ')
      case 'DS':
        return `${this.u16()} ${this.bytes(1)[0]} ${this.bytes(1)[0]} ${this.hexTo(end)}`
      case 'HINFO':
      case 'TXT':
        return this.strings(end).join(' ')
      default:
        return this.hexTo(end)
    }
  }

  private hexTo(end: number): string {
    return this.bytes(end - this.at).toString('hex')
  }

  private strings(end: number): string[] {
    const strings: string[] = []
    while (this.at < end) strings.push(quoted(this.bytes(this.bytes(1).readUInt8())))
    return strings
  }
}
