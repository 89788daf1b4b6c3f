/** dns-packet's reading of a message, in the text that our own decoder in `answers.ts` gives. */
import { SocketAddress } from 'node:net'
import { decode, type DecodedPacket } from 'dns-packet'

export interface SecondReading {
  /** The four bits of the header. */
  readonly rcode: number
  /** AA, TC and RD: those that are set. */
  readonly flags: string
  /** Names only. */
  readonly question: readonly string[]
  /** Answer, authority and additional without OPT; records of other types have no type in them. */
  readonly sections: readonly (readonly string[])[]
}

/** @param types the mnemonics of those whose RDATA is printed field by field */
export const secondReading = (octets: Buffer, types: readonly string[]): SecondReading => {
  const packet = decode(octets)
  const { flags = 0, answers = [], authorities = [], additionals = [], questions = [] } = packet
  return {
    rcode: flags & 0xf,
    flags: [packet.flag_aa && 'AA', packet.flag_tc && 'TC', packet.flag_rd && 'RD']
      .filter((flag) => flag !== false)
      .join(' '),
    question: questions.map(({ name }) => dotted(name)),
    sections: [answers, authorities, additionals].map((records) =>
      records.filter(({ type }) => type !== 'OPT').map((record) => lineOf(record, types)),
    ),
  }
}

export const quoted = (octets: Buffer): string => `"${octets.toString('latin1')}"`

/** As RFC 5952 has it. */
export const ipv6Text = (address: string): string =>
  new SocketAddress({ address, family: 'ipv6' }).address

const dotted = (name: string): string => (name === '.' ? name : `${name}.`)

type DecodedAnswer = NonNullable<DecodedPacket['answers']>[number]

const lineOf = (record: DecodedAnswer, types: readonly string[]): string => {
  // An OPT record, the only one without TTL and data, was left out.
  const { name, type, ttl, data } = record as {
    name: string
    type: string
    ttl: number
    data: Data
  }
  const typeText = types.includes(type) ? [type] : []
  return [dotted(name), ttl, ...typeText, rdataText(type, data)].join(' ')
}

type Data = string | Buffer | Buffer[] | Record<string, string | number | Buffer>

/** The fields in the order of the wire; dns-packet's own need not be that. */
const FIELDS: Record<string, string[]> = {
  HINFO: ['cpu', 'os'],
  MX: ['preference', 'exchange'],
  SRV: ['priority', 'weight', 'port', 'target'],
  SOA: ['mname', 'rname', 'serial', 'refresh', 'retry', 'expire', 'minimum'],
  DS: ['keyTag', 'algorithm', 'digestType', 'digest'],
}

const rdataText = (type: string, data: Data): string => {
  if (Array.isArray(data)) return data.map(quoted).join(' ')
  if (Buffer.isBuffer(data)) return data.toString('hex')
  if (typeof data !== 'string') {
    return (FIELDS[type] ?? Object.keys(data))
      .map((field) => fieldText(type, data[field]))
      .join(' ')
  }
  if (type === 'AAAA') return ipv6Text(data)
  return type === 'A' ? data : dotted(data)
}

const fieldText = (type: string, value: string | number | Buffer | undefined): string => {
  if (type === 'HINFO') return `"${String(value)}"`
  if (Buffer.isBuffer(value)) return value.toString('hex')
  return typeof value === 'string' ? dotted(value) : String(value)
}
