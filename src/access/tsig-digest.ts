/** What the MAC of a TSIG covers, piece by piece (RFC 8945 §4.3). */
import { createHmac } from 'node:crypto'
import { HEADER_LENGTH } from '../wire/header.ts'
import type { TsigKey } from './keyring.ts'

const ADDITIONAL_COUNT = 10

/** The pieces in the order in which they are given. */
export class TsigDigest {
  private readonly hmac: ReturnType<typeof createHmac>

  constructor({ algorithm, secret }: TsigKey) {
    this.hmac = createHmac(algorithm.digest, secret)
  }

  /** §4.3.1: the MAC of the message before, with its length. */
  prior(mac: Uint8Array): this {
    const length = Buffer.alloc(2)
    length.writeUInt16BE(mac.length)
    this.hmac.update(length).update(mac)
    return this
  }

  /** §4.3.2: a message that has no TSIG RR. */
  message(octets: Uint8Array): this {
    this.hmac.update(octets)
    return this
  }

  /** §4.3.2: a message as it was before its TSIG RR was added. */
  withoutTsig(packet: Uint8Array, tsigOffset: number, originalId: number): this {
    const header = Buffer.from(packet.subarray(0, HEADER_LENGTH))
    header.writeUInt16BE(originalId, 0)
    header.writeUInt16BE(header.readUInt16BE(ADDITIONAL_COUNT) - 1, ADDITIONAL_COUNT)
    this.hmac.update(header).update(packet.subarray(HEADER_LENGTH, tsigOffset))
    return this
  }

  /** §4.3.3: what of the TSIG RR is covered; §5.3.1: from an answer's second message on, its timers. */
  variables(octets: Uint8Array): this {
    this.hmac.update(octets)
    return this
  }

  /** The whole MAC. Nothing can be added after this. */
  finish(): Uint8Array {
    return this.hmac.digest()
  }
}
