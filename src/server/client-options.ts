/** What a client's EDNS options get: cookies, the server's identity, TCP keepalive. */
import { ipv4OctetsFromText, ipv6FromText } from '../text/address-text.ts'
import { OptionCode, type Edns, type EdnsOption } from '../wire/edns.ts'
import { checkCookie, type CookieCheck } from './cookies.ts'
import type { Source } from './exchange.ts'
import type { Settings } from './service.ts'

/** What the client knows of our cookie: `valid` proves its address. */
export type CookieState = 'none' | 'new' | 'invalid' | 'valid'

export type OptionsAnswer =
  /** RFC 7873 §5.2.2: FORMERR. */
  | { readonly kind: 'malformed' }
  | {
      readonly kind: 'options'
      readonly options: readonly EdnsOption[]
      readonly cookie: CookieState
    }

const NO_OPTIONS: OptionsAnswer = { kind: 'options', options: [], cookie: 'none' }

export const answerOptions = (
  settings: Settings,
  edns: Edns | undefined,
  source: Source,
  nowSeconds: number,
): OptionsAnswer => {
  if (edns === undefined || edns.options.length === 0) return NO_OPTIONS
  const { cookieSecret, serverId, tcpIdleMilliseconds } = settings
  const has = (code: number): boolean => edns.options.some((option) => option.code === code)
  const check = checkCookie(cookieSecret, edns, addressOctets(source.address), nowSeconds)
  if (check.kind === 'malformed') return check
  const options: EdnsOption[] = []
  if (has(OptionCode.NSID) && serverId !== undefined) {
    options.push({ code: OptionCode.NSID, data: Buffer.from(serverId) })
  }
  // RFC 7828 §3.3.1: over UDP the option means nothing.
  if (has(OptionCode.TCP_KEEPALIVE) && source.transport === 'tcp') {
    options.push({ code: OptionCode.TCP_KEEPALIVE, data: tenthsOfSeconds(tcpIdleMilliseconds) })
  }
  if (check.kind === 'none') return { kind: 'options', options, cookie: 'none' }
  options.push(check.answer)
  return { kind: 'options', options, cookie: stateOf(check) }
}

const stateOf = (check: Extract<CookieCheck, { kind: 'cookie' }>): CookieState => {
  if (check.isValid) return 'valid'
  return check.isPresented ? 'invalid' : 'new'
}

/** RFC 7828 §3.1 */
const tenthsOfSeconds = (milliseconds: number): Uint8Array => {
  const data = Buffer.alloc(2)
  data.writeUInt16BE(Math.floor(milliseconds / 100))
  return data
}

/**
 * @param address of a socket's peer: a link-local one names its network too (RFC 4007 §11)
 * @returns four or sixteen octets
 */
export const addressOctets = (address: string): Uint8Array =>
  // A socket's address is one or the other.
  ipv4OctetsFromText(address) ?? (ipv6FromText(address.replace(/%.*$/, '')) as Uint8Array)
