/**
 * DNS cookies (RFC 7873) in the form that servers of several makers share (RFC 9018): a client that
 * sends our cookie back is where it says it is.
 */
import { timingSafeEqual } from 'node:crypto'
import { sipHash24 } from '../base/siphash.ts'
import { OptionCode, type Edns, type EdnsOption } from '../wire/edns.ts'

const CLIENT_LENGTH = 8
/** RFC 9018 §4: version, reserved, timestamp and hash. */
const SERVER_LENGTH = 16
const HASH_OFFSET = 8
const VERSION = 1

/** RFC 9018 §4.3: taken up to an hour after it was made, and up to five minutes before. */
const GOOD_SECONDS = 3600
const AHEAD_SECONDS = 300
/** RFC 9018 §4.3: from then on the client gets a new one. */
const FRESH_SECONDS = 1800

export type CookieCheck =
  | { readonly kind: 'none' }
  /** RFC 7873 §5.2.2: a length that no cookie has is FORMERR. */
  | { readonly kind: 'malformed' }
  | {
      readonly kind: 'cookie'
      /** Whether the client sent a server cookie. */
      readonly isPresented: boolean
      /** Whether the client is proved to be where it says it is. */
      readonly isValid: boolean
      /** What goes into the answer. */
      readonly answer: EdnsOption
    }

/**
 * @param secret sixteen octets
 * @param address of the client: four or sixteen octets
 */
export const checkCookie = (
  secret: Uint8Array,
  edns: Edns | undefined,
  address: Uint8Array,
  nowSeconds: number,
): CookieCheck => {
  const option = edns?.options.find(({ code }) => code === OptionCode.COOKIE)
  if (option === undefined) return { kind: 'none' }
  const { data } = option
  const isClientOnly = data.length === CLIENT_LENGTH
  // RFC 7873 §4: a server cookie has 8 to 32 octets.
  if (!isClientOnly && (data.length < CLIENT_LENGTH + 8 || data.length > CLIENT_LENGTH + 32)) {
    return { kind: 'malformed' }
  }
  const client = data.subarray(0, CLIENT_LENGTH)
  const presented = data.subarray(CLIENT_LENGTH)
  const time = timeOfGood(secret, client, presented, address, nowSeconds)
  const server =
    time !== undefined && isFresh(time, nowSeconds)
      ? presented
      : serverCookie(secret, client, address, nowSeconds)
  const answer = { code: OptionCode.COOKIE, data: Buffer.concat([client, server]) }
  return { kind: 'cookie', isPresented: !isClientOnly, isValid: time !== undefined, answer }
}

/** RFC 9018 §4.3: whether a good cookie of that time is given back as it is. */
export const isFresh = (timeSeconds: number, nowSeconds: number): boolean => {
  const age = ageOf(timeSeconds, nowSeconds)
  return age < FRESH_SECONDS && age >= -AHEAD_SECONDS
}

/** RFC 9018 §4.3: the timestamps are compared as serial numbers. */
const ageOf = (timeSeconds: number, nowSeconds: number): number => (nowSeconds - timeSeconds) | 0

/** RFC 9018 §4: version 1, three octets reserved, the time, and a hash over it all. */
export const serverCookie = (
  secret: Uint8Array,
  client: Uint8Array,
  address: Uint8Array,
  timeSeconds: number,
): Uint8Array => {
  const head = Buffer.alloc(HASH_OFFSET)
  head.writeUInt8(VERSION)
  head.writeUInt32BE(timeSeconds % 0x1_0000_0000, 4)
  return withHash(secret, client, head, address)
}

/** RFC 9018 §4.4: over the reserved octets as they are, which need not be zero (§4.2). */
const withHash = (
  secret: Uint8Array,
  client: Uint8Array,
  head: Uint8Array,
  address: Uint8Array,
): Uint8Array => Buffer.concat([head, sipHash24(secret, Buffer.concat([client, head, address]))])

/** When the cookie was made; undefined when it is not one of ours that is still good. */
const timeOfGood = (
  secret: Uint8Array,
  client: Uint8Array,
  presented: Uint8Array,
  address: Uint8Array,
  nowSeconds: number,
): number | undefined => {
  if (presented.length !== SERVER_LENGTH || presented[0] !== VERSION) return undefined
  const head = Buffer.from(presented.subarray(0, HASH_OFFSET))
  if (!timingSafeEqual(withHash(secret, client, head, address), presented)) return undefined
  const time = head.readUInt32BE(4)
  const age = ageOf(time, nowSeconds)
  return age <= GOOD_SECONDS && age >= -AHEAD_SECONDS ? time : undefined
}
