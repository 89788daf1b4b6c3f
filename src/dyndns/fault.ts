/** Why a request of a web client comes to nothing: a word for programs, and for people what to do. */
import type { LoginFault } from '../access/tokens.ts'
import type { Refusal } from '../update/verdict.ts'
import { Rcode } from '../wire/codes.ts'

export type Fault =
  | LoginFault
  | 'no-credentials'
  /** Too often, by the host or by strangers of the same network. */
  | 'throttled'
  /** The client sent `<ipaddr>` and the like as it stands. */
  | 'placeholder'
  /** What should be an address is none, or there is none. */
  | 'no-address'
  /** A loopback or private address. */
  | 'unpublishable'
  /** The request, or a host of it, in the words of dyndns2. */
  | 'notfqdn'
  | 'numhost'
  | 'badagent'
  | 'nohost'
  | '!donator'
  | 'dnserr'
  /** Clients that the operator has blocked, by what they call themselves. */
  | 'blocked-agent'
  /** A host that the operator has blocked. */
  | 'abuse'
  /** The disk, or a bug of ours: never the client's fault. */
  | 'trouble'

const LOGIN: ReadonlySet<Fault> = new Set<Fault>([
  'unknown-secret',
  'expired',
  'rotated',
  'wrong-network',
  'denied-device',
])

/** Whether the client did not prove who it is; one without credentials has not tried. */
export const isLoginFault = (fault: Fault): boolean => LOGIN.has(fault)

/** For the owner of the host, in one sentence. */
export const adviceFor = (fault: Fault): string => {
  switch (fault) {
    case 'unknown-secret':
      return 'Put the token of this host into the device as its password; make a new one where it is lost.'
    case 'expired':
      return 'Make a new token, or one that does not expire, and put it into the device.'
    case 'rotated':
      return 'Put the new token into the device: it still has the one from before the rotation.'
    case 'wrong-network':
      return 'The token is taken from certain networks alone: make one for where the device is.'
    case 'denied-device':
      return 'The device is on the "deny" list of its fleet: take it off there if it shall update.'
    case 'no-credentials':
      return 'Put user name and token into the device; many ask once without them, which is no fault.'
    case 'throttled':
      return 'Let the device update when its address has changed, and no more than once a minute.'
    case 'placeholder':
      return 'Write the placeholder in the update URL as this device knows it, or leave the address out.'
    case 'no-address':
      return 'Let the device send an IPv4 or IPv6 address, or none: then it is the one that it comes from.'
    case 'unpublishable':
      return 'Let the device send its public address, or none: then it is the one that it comes from.'
    case 'notfqdn':
      return 'Write the full name of the host into the device.'
    case 'numhost':
      return 'Update fewer hosts in one request.'
    case 'badagent':
      return 'Let the client say what it is: it sends no User-Agent.'
    case 'blocked-agent':
      return 'Use another client, or another version: it is in "blocked-agents" of [http] in the configuration.'
    case 'nohost':
      return 'The token is for other hosts: correct the name in the device, or take the token of this host.'
    case '!donator':
      return 'The token is not for this type of record, or a rule of the zone denies it.'
    case 'dnserr':
      return 'Something else stands at the name, such as a CNAME: take it away first.'
    case 'abuse':
      return 'The operator has blocked this host: it is in "block" of [http] in the configuration.'
    case 'trouble':
      return 'Nothing is wrong with the device: the log of the server says what it met.'
  }
}

/** What clients are told, in the words of dyndns2. */
export type FaultCode =
  | 'badauth'
  | 'notfqdn'
  | 'numhost'
  | 'badagent'
  | 'nohost'
  | '!donator'
  | 'dnserr'
  | 'abuse'
  | '911'

export const codeFor = (fault: Fault): FaultCode => {
  switch (fault) {
    case 'unknown-secret':
    case 'expired':
    case 'rotated':
    case 'wrong-network':
    case 'denied-device':
    case 'no-credentials':
      return 'badauth'
    case 'placeholder':
    case 'no-address':
    case 'unpublishable':
      return 'dnserr'
    case 'throttled':
    case 'trouble':
      return '911'
    case 'blocked-agent':
      return 'badagent'
    case 'notfqdn':
    case 'numhost':
    case 'badagent':
    case 'nohost':
    case '!donator':
    case 'dnserr':
    case 'abuse':
      return fault
  }
}

const RCODES: Readonly<Record<FaultCode, Refusal['rcode']>> = {
  badauth: Rcode.NOTAUTH,
  notfqdn: Rcode.FORMERR,
  numhost: Rcode.FORMERR,
  dnserr: Rcode.FORMERR,
  badagent: Rcode.REFUSED,
  nohost: Rcode.REFUSED,
  '!donator': Rcode.REFUSED,
  abuse: Rcode.REFUSED,
  '911': Rcode.REFUSED,
}

/** What an UPDATE would be answered. */
export const rcodeFor = (fault: Fault): Refusal['rcode'] =>
  fault === 'trouble' ? Rcode.SERVFAIL : RCODES[codeFor(fault)]
