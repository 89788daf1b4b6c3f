/** Primaries without sockets: what each is asked, and what a test has them answer. */
import { NetworkError } from '../../src/base/network-error.ts'
import type { Conversation, Network, PrimaryEndpoint } from '../../src/secondary/network.ts'

/** The datagrams that come, in order. */
export type OverUdp = (query: Buffer) => readonly Buffer[]
/** The messages that come until the connection is closed. */
export type OverTcp = (query: Buffer) => readonly Buffer[]

const TYPES: Readonly<Record<number, string>> = { 6: 'SOA', 251: 'IXFR', 252: 'AXFR' }

const typeOf = (query: Buffer): string => {
  const at = 12 + query.subarray(12).indexOf(0) + 1
  return TYPES[query.readUInt16BE(at)] ?? 'other'
}

export class FakeNetwork implements Network {
  /** `192.0.2.1 udp SOA` */
  readonly asked: string[] = []
  readonly queries: Buffer[] = []
  udp: OverUdp = () => []
  tcp: OverTcp = () => []
  /** Conversations that were not closed. */
  open = 0
  /** Held before the first message of each conversation, until a test lets it go. */
  gate: Promise<void> = Promise.resolve()

  ask(
    { address }: PrimaryEndpoint,
    message: Uint8Array,
    isAnswer: (packet: Uint8Array) => boolean,
  ): Promise<Uint8Array> {
    const query = this.note(address, 'udp', message)
    const answer = this.udp(query).find((packet) => isAnswer(packet))
    return answer === undefined
      ? Promise.reject(new NetworkError(`${address} does not answer`))
      : Promise.resolve(answer)
  }

  connect({ address }: PrimaryEndpoint): Conversation {
    this.open++
    let isOpen = true
    let messages: Buffer[] = []
    return {
      send: (message) => {
        messages = [...this.tcp(this.note(address, 'tcp', message))]
      },
      next: async () => {
        await this.gate
        const next = messages.shift()
        if (next === undefined) throw new NetworkError(`${address} closed the connection`)
        return next
      },
      close: () => {
        if (isOpen) this.open--
        isOpen = false
      },
    }
  }

  /** What was asked since the last time. */
  takeAsked(): string[] {
    return this.asked.splice(0)
  }

  private note(address: string, transport: string, message: Uint8Array): Buffer {
    const query = Buffer.from(message)
    this.asked.push(`${address} ${transport} ${typeOf(query)}`)
    this.queries.push(query)
    return query
  }
}
