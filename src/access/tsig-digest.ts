/** What the MAC of a TSIG covers, piece by piece (RFC 8945 §4.3): at once, or as the pieces come. */
import { createHmac } from 'node:crypto'
import { copyBytes, u16At } from '../base/bytes.ts'
import { HEADER_LENGTH } from '../wire/header.ts'
import type { TsigKey } from './keyring.ts'

const ADDITIONAL_COUNT = 10

/** §4.3.1: the MAC of the message before, with its length. */
export const priorPieces = (mac: Uint8Array): Uint8Array[] => [
  Uint8Array.of(mac.length >> 8, mac.length),
  mac,
]

/** §4.3.2: a message as it was before its TSIG RR was added. */
export const piecesWithoutTsig = (
  packet: Uint8Array,
  tsigOffset: number,
  originalId: number,
): Uint8Array[] => {
  const header = copyBytes(packet.subarray(0, HEADER_LENGTH))
  const additionals = u16At(header, ADDITIONAL_COUNT) - 1
  header[0] = originalId >> 8
  header[1] = originalId
  header[ADDITIONAL_COUNT] = additionals >> 8
  header[ADDITIONAL_COUNT + 1] = additionals
  return [header, packet.subarray(HEADER_LENGTH, tsigOffset)]
}

/** The pieces in the order in which they are given. */
export class TsigDigest {
  private readonly hmac: ReturnType<typeof createHmac>

  constructor({ algorithm, secret }: TsigKey) {
    this.hmac = createHmac(algorithm.digest, secret)
  }

  /** §4.3.1: the MAC of the message before, with its length. */
  prior(mac: Uint8Array): this {
    return this.all(priorPieces(mac))
  }

  /** §4.3.2: a message that has no TSIG RR. */
  message(octets: Uint8Array): this {
    this.hmac.update(octets)
    return this
  }

  /** §4.3.2: a message as it was before its TSIG RR was added. */
  withoutTsig(packet: Uint8Array, tsigOffset: number, originalId: number): this {
    return this.all(piecesWithoutTsig(packet, tsigOffset, originalId))
  }

  /** §4.3.3: what of the TSIG RR is covered; §5.3.1: from an answer's second message on, its timers. */
  variables(octets: Uint8Array): this {
    this.hmac.update(octets)
    return this
  }

  private all(pieces: readonly Uint8Array[]): this {
    for (const piece of pieces) this.hmac.update(piece)
    return this
  }

  /** The whole MAC. Nothing can be added after this. */
  finish(): Uint8Array {
    return this.hmac.digest()
  }
}
