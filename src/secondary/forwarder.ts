/**
 * Handing an UPDATE on to the primary as it came, and its answer back (RFC 2136 §6): only the ID is
 * ours on the way, which TSIG allows for (RFC 8945 §5.5).
 */
import { randomInt } from 'node:crypto'
import { asBuffer, copyBytes } from '../base/bytes.ts'
import { NetworkError } from '../base/network-error.ts'
import { isSystemError } from '../base/system-error.ts'
import { Opcode } from '../wire/codes.ts'
import { isResponse, opcodeOf, readHeader } from '../wire/header.ts'
import type { Network } from './network.ts'
import { primaryText, type Primary } from './primary.ts'

/** Under way at once: of all clients, and of one address. */
const MOST = 256
const MOST_OF_ONE = 16

/** How long a primary may take over UDP: clients ask again, or give up, about then. */
const ANSWER_MILLISECONDS = 5000

export interface ForwardingClient {
  readonly address: string
  readonly transport: 'udp' | 'tcp'
}

export type Forwarded =
  | { readonly kind: 'answered'; readonly answer: Uint8Array; readonly primary: Primary }
  | { readonly kind: 'failed'; readonly why: string }

export class Forwarder {
  private readonly network: Network
  private underWay = 0
  private readonly byAddress = new Map<string, number>()

  constructor(network: Network) {
    this.network = network
  }

  /**
   * @param primaries in the order in which they are tried
   */
  async forward(
    packet: Uint8Array,
    primaries: readonly Primary[],
    client: ForwardingClient,
  ): Promise<Forwarded> {
    const { address } = client
    const ofOne = this.byAddress.get(address) ?? 0
    if (ofOne >= MOST_OF_ONE) return tooMany(`${ofOne} updates of ${address}`)
    if (this.underWay >= MOST) return tooMany(`${this.underWay} updates`)
    this.add(address, 1)
    try {
      return await this.tryEach(packet, primaries, client)
    } finally {
      this.add(address, -1)
    }
  }

  private add(address: string, change: 1 | -1): void {
    this.underWay += change
    const ofOne = (this.byAddress.get(address) ?? 0) + change
    if (ofOne > 0) this.byAddress.set(address, ofOne)
    else this.byAddress.delete(address)
  }

  /** RFC 2136 §6.6: whoever cannot be reached is passed over. */
  private async tryEach(
    packet: Uint8Array,
    primaries: readonly Primary[],
    { transport }: ForwardingClient,
  ): Promise<Forwarded> {
    const reasons: string[] = []
    for (const primary of primaries) {
      // RFC 2136 §6.1: an ID of our own.
      const id = randomInt(0x1_0000)
      const ours = withId(packet, id)
      try {
        const answer = await (transport === 'udp'
          ? this.network.ask(primary, ours, isAnswerTo(id), ANSWER_MILLISECONDS)
          : this.overTcp(primary, ours, id))
        // RFC 2136 §6.7: the requestor's ID again.
        return {
          kind: 'answered',
          answer: withId(answer, asBuffer(packet).readUInt16BE()),
          primary,
        }
      } catch (error) {
        if (!(error instanceof NetworkError) && !isSystemError(error)) throw error
        reasons.push(`${primaryText(primary)}: ${error.message}`)
      }
    }
    return { kind: 'failed', why: reasons.join('; ') }
  }

  /** RFC 2136 §6.3: who came over TCP is forwarded over TCP. */
  private async overTcp(primary: Primary, packet: Uint8Array, id: number): Promise<Uint8Array> {
    const conversation = this.network.connect(primary)
    try {
      conversation.send(packet)
      const answer = await conversation.next()
      if (isAnswerTo(id)(answer)) return answer
      throw new NetworkError('what came is no answer to the update')
    } finally {
      conversation.close()
    }
  }
}

const tooMany = (what: string): Forwarded => ({
  kind: 'failed',
  why: `${what} wait for the primary's answers already`,
})

const withId = (packet: Uint8Array, id: number): Uint8Array => {
  const copy = asBuffer(copyBytes(packet))
  copy.writeUInt16BE(id)
  return copy
}

const isAnswerTo =
  (id: number) =>
  (packet: Uint8Array): boolean => {
    const header = readHeader(packet)
    return header?.id === id && isResponse(header) && opcodeOf(header) === Opcode.UPDATE
  }
