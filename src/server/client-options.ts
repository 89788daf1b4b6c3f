/** What a client's EDNS options get: cookies, the server's identity, TCP keepalive. */
import { ipv4OctetsFromText, ipv6FromText } from '../text/address-text.ts'
import { OptionCode, type Edns, type EdnsOption } from '../wire/edns.ts'
import { checkCookie } from './cookies.ts'
import type { Source } from './exchange.ts'
import type { Settings } from './service.ts'

export type OptionsAnswer =
  /** RFC 7873 §5.2.2: FORMERR. */
  | { readonly kind: 'malformed' }
  | {
      readonly kind: 'options'
      readonly options: readonly EdnsOption[]
      /** What the client's cookie proves of its address. */
      readonly cookie: 'none' | 'new' | 'valid'
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
  // RFC 7828 §3.2.1: over UDP the option means nothing.
  if (has(OptionCode.TCP_KEEPALIVE) && source.transport === 'tcp') {
    options.push({ code: OptionCode.TCP_KEEPALIVE, data: tenthsOfSeconds(tcpIdleMilliseconds) })
  }
  if (check.kind === 'none') return { kind: 'options', options, cookie: 'none' }
  options.push(check.answer)
  return { kind: 'options', options, cookie: check.isValid ? 'valid' : 'new' }
}

/** RFC 7828 §3.1 */
const tenthsOfSeconds = (milliseconds: number): Uint8Array => {
  const data = Buffer.alloc(2)
  data.writeUInt16BE(Math.floor(milliseconds / 100))
  return data
}

/** Four or sixteen octets. */
export const addressOctets = (address: string): Uint8Array =>
  // A socket's address is one or the other.
  ipv4OctetsFromText(address) ?? (ipv6FromText(address) as Uint8Array)
