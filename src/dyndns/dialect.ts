/** What a dialect is: how it is read, and how it says what came of it. */
import type { WebIdentity } from '../access/web-identity.ts'
import type { Credentials } from './credentials.ts'
import type { HostResult } from './engine.ts'
import type { Fault } from './fault.ts'
import type { TextWish } from './host-changes.ts'
import type { Host } from './hosts.ts'
import type { Parameters } from './parameters.ts'
import type { WebAnswer, WebRequest } from './request.ts'
import type { BadAddress, Wish } from './wishes.ts'

/** A request that can be read by a dialect. */
export interface Asking {
  readonly request: WebRequest
  readonly parameters: Parameters
  /** Parts of the path that are parameters, by the names that the dialect gives them. */
  readonly path: Readonly<Record<string, string>>
}

/** What is asked for one host. */
export interface Asked {
  readonly ok: true
  readonly v4: Wish
  readonly v6: Wish
  readonly text?: TextWish
}

export type HostAsk = Asked | BadAddress

/** Why a request as a whole is not taken. */
export type RequestRefusal = 'notfqdn' | 'numhost' | 'dnserr' | 'badagent'

/** What came of one host, in the order of the request. */
export interface HostAnswer {
  readonly host: Host
  readonly ask: Asked
  readonly result: HostResult
}

export type Outcome =
  | { readonly kind: 'hosts'; readonly hosts: readonly HostAnswer[] }
  | {
      readonly kind: 'refused'
      readonly code: RequestRefusal
      readonly fault: Fault
      readonly why: string
    }
  | { readonly kind: 'badauth' }
  /** It is to come again; our own trouble has no other words. */
  | {
      readonly kind: 'later'
      readonly seconds: number
      readonly fault: 'throttled' | 'trouble'
      readonly why: string
    }

export interface Dialect {
  readonly name: string
  /** @returns undefined for a request without any */
  credentials(asking: Asking, takesQuery: boolean): Credentials | undefined
  /** @returns a refusal before anything else is looked at */
  check?(asking: Asking): Extract<Outcome, { kind: 'refused' }> | undefined
  hosts(asking: Asking, credentials: Credentials, identity: WebIdentity): readonly Host[]
  ask(asking: Asking, host: Host): HostAsk
  say(outcome: Outcome, asking: Asking): WebAnswer
}
