/** Changes in nsupdate's syntax as octets, without the code under test: `add www.x. 60 A 192.0.2.1`. */
import { hex, u16, wireName } from './messages.ts'
import { add, deleteName, deleteRecord, deleteRrset, ipv4, mx, soa, txt, Type } from './updates.ts'

/** Numbers of types that the other tests do not speak of. */
const MORE: Record<string, number> = { SSHFP: 44, TYPE65280: 65280 }

const numberOf = (type: string): number => {
  const known = new Map<string, number>([...Object.entries(Type), ...Object.entries(MORE)])
  const number = known.get(type)
  if (number === undefined) throw new Error(`no type ${type}`)
  return number
}

const rdataOf = (type: string, words: readonly string[]): Buffer => {
  const [first = '', second = ''] = words
  switch (type) {
    case 'A':
      return ipv4(first)
    // `2001:db8::` and its last group.
    case 'AAAA': {
      const group = Number.parseInt(first.split('::')[1] ?? '', 16)
      return Buffer.concat([hex('20010db8'), Buffer.alloc(10), u16(group)])
    }
    case 'TXT':
      return txt(first)
    case 'MX':
      return mx(Number(first), second)
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return wireName(first)
    case 'SOA':
      return soa(Number(words[2]))
    default:
      return hex(words.at(-1) ?? '')
  }
}

/** One change; names are absolute. */
export const changeOctets = (line: string): Buffer => {
  const [verb, owner = '', ...words] = line.split(' ')
  if (verb === 'add') {
    const [ttl = '', type = '', ...rdata] = words
    return add(owner, numberOf(type), Number(ttl), rdataOf(type, rdata))
  }
  if (verb !== 'delete') throw new Error(`no change: ${line}`)
  const [type, ...rdata] = words
  if (type === undefined) return deleteName(owner)
  if (rdata.length === 0) return deleteRrset(owner, numberOf(type))
  return deleteRecord(owner, numberOf(type), rdataOf(type, rdata))
}
