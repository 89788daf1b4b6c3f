/** Addresses of struct sockaddr as text, remembered and forgotten. */
import { inspect } from 'node:util'
import t from 'tap'
import { AddressTexts } from '../../src/transport/address-texts.ts'
import { ADDRESS_OCTETS, Family } from '../../src/transport/socket-address.ts'

/** Two words of something else, then a struct sockaddr. */
const socketAddress = (family: number, at: number, octets: Uint8Array): Uint32Array => {
  const memory = Buffer.alloc(8 + ADDRESS_OCTETS, 0xee)
  memory.writeUInt16LE(family, 8)
  memory.set(octets, 8 + at)
  return new Uint32Array(new Uint8Array(memory).buffer)
}

const ipv4 = (n: number): Uint32Array =>
  socketAddress(Family.INET, 4, Uint8Array.of(192, n >> 16, n >> 8, n))

const ipv6 = (n: number): Uint32Array => {
  const octets = Buffer.alloc(16)
  octets.writeUInt32BE(n, 0)
  octets.writeUInt32BE(n, 12)
  return socketAddress(Family.INET6, 8, octets)
}

t.test('each address has its own text, however many there are', async (t) => {
  const asked: string[] = []
  const texts = new AddressTexts((octets) => {
    const text = Buffer.from(octets).toString('hex')
    asked.push(text)
    return text
  })
  for (let round = 0; round < 2; round++) {
    for (let n = 0; n < 5000; n++) {
      const four = texts.of(ipv4(n), 2)
      if (four !== `192.${n >> 16}.${(n >> 8) & 255}.${n & 255}`) t.fail(inspect([n, four]))
      const six = texts.of(ipv6(n), 2)
      const half = n.toString(16).padStart(8, '0')
      if (six !== `${half}${'0'.repeat(16)}${half}`) t.fail(inspect([n, six]))
    }
  }
  const before = asked.length
  for (let n = 0; n < 100; n++) texts.of(ipv6(7), 2)
  t.ok(asked.length <= before + 1, 'one that was seen lately is not made again')
  const other = new AddressTexts(() => 'six')
  t.equal(other.of(socketAddress(Family.INET6, 8, Buffer.alloc(16)), 2), 'six')
  t.equal(other.of(socketAddress(Family.INET, 4, Buffer.alloc(4)), 2), '0.0.0.0')
})
