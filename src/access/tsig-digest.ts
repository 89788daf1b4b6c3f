/** What the MAC of a TSIG covers, piece by piece (RFC 8945 §4.3), and putting the RR at a message's end. */
import { createHmac } from 'node:crypto'
import { HEADER_LENGTH } from '../wire/header.ts'
import type { TsigKey } from './keyring.ts'
import { tsigVariables, type Tsig } from './tsig-rr.ts'

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

  /** §4.3.3 */
  variables(tsig: Tsig): this {
    this.hmac.update(tsigVariables(tsig))
    return this
  }

  /** §5.3.1: all that the MACs of an answer's later messages cover of their TSIG RRs. */
  timers({ timeSigned, fudge }: Pick<Tsig, 'timeSigned' | 'fudge'>): this {
    const octets = Buffer.alloc(8)
    octets.writeUInt16BE(fudge, octets.writeUIntBE(timeSigned, 0, 6))
    this.hmac.update(octets)
    return this
  }

  /** The whole MAC. Nothing can be added after this. */
  finish(): Uint8Array {
    return this.hmac.digest()
  }
}

export const appendTsig = (message: Uint8Array, record: Uint8Array): Uint8Array => {
  const whole = Buffer.concat([message, record])
  whole.writeUInt16BE(whole.readUInt16BE(ADDITIONAL_COUNT) + 1, ADDITIONAL_COUNT)
  return whole
}
