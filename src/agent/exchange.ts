/**
 * One message to an authoritative server and its answer: signed where there is a key, over UDP, and over
 * TCP where it is too large for that, was cut short, or what came over UDP proves nothing.
 */
import { randomInt } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { TsigKey } from '../access/keyring.ts'
import { signRequest, type AnswerVerifier } from '../access/tsig-client.ts'
import type { Clock } from '../base/clock.ts'
import { NetworkError } from '../base/network-error.ts'
import { isSystemError } from '../base/system-error.ts'
import { TcpClient, type TcpClientLimits } from '../transport/tcp-client.ts'
import type { Endpoint } from '../transport/transport.ts'
import { askUdp } from '../transport/udp-question.ts'
import { EDNS_UDP_SIZE } from '../wire/edns.ts'
import { Flag, isResponse, opcodeOf, readHeader, type Header } from '../wire/header.ts'
import { parseMessage, type Message } from '../wire/message.ts'

export interface ServerAddress {
  /** A host name or an address. */
  readonly host: string
  readonly port: number
}

export interface ExchangeParts {
  readonly server: ServerAddress
  /** Signs what is asked, and has to sign what is answered. */
  readonly key: TsigKey | undefined
  readonly clock: Clock
  /** Ends everything that is under way. */
  readonly signal: AbortSignal
  readonly limits?: ExchangeLimits
}

export interface ExchangeLimits {
  /** Datagrams get lost: so many are sent. */
  readonly udpTries: number
  /** For each of them. */
  readonly udpMilliseconds: number
  readonly tcp: TcpClientLimits
}

/** Why an answer does not speak with the authority of the key. */
export interface Distrust {
  readonly why: string
  /** The Error field of its TSIG RR, where it has one. */
  readonly error: number | undefined
  /** Whether the server signed it all the same, as it does for BADTIME (RFC 8945 §5.2.3). */
  readonly isProven: boolean
}

export interface Answered {
  readonly message: Message
  readonly distrust: Distrust | undefined
}

/** A request that is finished but for its ID, its counts being right without a TSIG RR. */
export type Request = Uint8Array

const LIMITS: ExchangeLimits = {
  udpTries: 3,
  udpMilliseconds: 2000,
  tcp: { idleMilliseconds: 10_000, totalMilliseconds: 20_000 },
}

/**
 * Asks each address of the server until one answers.
 * @throws NetworkError when none does
 */
export const exchange = async (parts: ExchangeParts, request: Request): Promise<Answered> => {
  const failures: string[] = []
  const { limits = LIMITS } = parts
  for (const endpoint of await endpointsOf(parts.server)) {
    try {
      const answered = await overUdp(endpoint, parts, limits, request)
      return answered ?? (await overTcp(endpoint, parts, limits, request))
    } catch (error) {
      if (!(error instanceof NetworkError) && !isSystemError(error)) throw error
      failures.push(error.message)
    }
  }
  throw new NetworkError(failures.join('; '))
}

/** By the system's own means, for the server's name may be in a file of this machine. */
const endpointsOf = async ({ host, port }: ServerAddress): Promise<Endpoint[]> => {
  if (isIP(host) !== 0) return [{ address: host, port }]
  try {
    return (await lookup(host, { all: true })).map(({ address }) => ({ address, port }))
  } catch (error) {
    throw new NetworkError(`${host} has no address here: ${(error as Error).message}`)
  }
}

interface Prepared {
  readonly packet: Uint8Array
  /** @returns undefined when the octets answer something else, or nothing */
  readonly read: (octets: Uint8Array) => Answered | undefined
}

const prepare = (request: Request, { key, clock }: ExchangeParts): Prepared => {
  const unsigned = Buffer.from(request)
  const id = randomInt(0x1_0000)
  unsigned.writeUInt16BE(id)
  const signed = key && signRequest(key, unsigned, clock.nowSeconds())
  // It has a header: we wrote it.
  const opcode = opcodeOf(readHeader(unsigned) as Header)
  return {
    packet: signed?.packet ?? unsigned,
    read: (octets) => {
      const header = readHeader(octets)
      if (header?.id !== id || !isResponse(header) || opcodeOf(header) !== opcode) return undefined
      const parsed = parseMessage(octets, header)
      if (!parsed.ok) return undefined
      const { message } = parsed
      return { message, distrust: distrustOf(message, signed?.verifier, clock.nowSeconds()) }
    },
  }
}

const distrustOf = (
  message: Message,
  verifier: AnswerVerifier | undefined,
  nowSeconds: number,
): Distrust | undefined => {
  const verdict = verifier?.verify(message, nowSeconds)
  switch (verdict?.kind) {
    case undefined:
    case 'valid':
    // An answer of one message is never provisional.
    case 'provisional':
      return undefined
    case 'invalid':
      return { why: verdict.why, error: undefined, isProven: false }
    case 'refused':
      return verdict
  }
}

/**
 * @returns undefined when TCP has to tell: the answer is cut short, or only what anybody could have
 *   sent has come
 * @throws NetworkError when nothing comes at all
 */
const overUdp = async (
  endpoint: Endpoint,
  parts: ExchangeParts,
  limits: ExchangeLimits,
  request: Request,
): Promise<Answered | undefined> => {
  const { signal } = parts
  for (let triesLeft = limits.udpTries - 1; ; triesLeft--) {
    const { packet, read } = prepare(request, parts)
    if (packet.length > EDNS_UDP_SIZE) return undefined
    const heard: { answered?: Answered | undefined } = {}
    const isAnswer = (octets: Uint8Array): boolean => {
      heard.answered = read(octets)
      return heard.answered !== undefined
    }
    try {
      await askUdp(endpoint, packet, isAnswer, limits.udpMilliseconds, signal)
    } catch (error) {
      if (triesLeft === 0 || signal.aborted) throw error
    }
    const { answered } = heard
    if (answered === undefined) continue
    const isTelling = answered.distrust?.isProven !== false && !isCutShort(answered)
    return isTelling ? answered : undefined
  }
}

const isCutShort = ({ message: { header } }: Answered): boolean => (header.flags & Flag.TC) !== 0

const overTcp = async (
  endpoint: Endpoint,
  parts: ExchangeParts,
  limits: ExchangeLimits,
  request: Request,
): Promise<Answered> => {
  const { packet, read } = prepare(request, parts)
  const client = new TcpClient(endpoint, limits.tcp)
  const close = (): void => {
    client.close()
  }
  parts.signal.addEventListener('abort', close)
  try {
    client.send(packet)
    const answered = read(await client.next())
    if (answered === undefined) throw new NetworkError('what came is no answer to what was asked')
    return answered
  } finally {
    parts.signal.removeEventListener('abort', close)
    close()
  }
}
