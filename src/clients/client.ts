/** What a client's configuration is made of. */
import type { TsigKey } from '../access/keyring.ts'

export interface ClientSettings {
  /** The server as the client reaches it: an IPv4 or IPv6 address, without brackets. */
  readonly address: string
  readonly port: number
  /** The two together: `192.0.2.1:53`, `[2001:db8::1]:53`. */
  readonly endpoint: string
  readonly key: TsigKey
  /** Apexes of the zones that the key may change, with their final dots; one at least. */
  readonly zones: readonly [string, ...string[]]
  /** A record that it may add in the first of them. */
  readonly example: ExampleRecord
}

export interface ExampleRecord {
  readonly owner: string
  readonly type: string
  /** As nsupdate reads it. */
  readonly rdata: string
}

export type ClientConfiguration =
  | {
      readonly ok: true
      readonly text: string
      /** What the text cannot see to: for the operator, not for the file. */
      readonly notes: readonly string[]
    }
  /** The client cannot do with such a key. */
  | { readonly ok: false; readonly why: string }

export type Client = (settings: ClientSettings) => ClientConfiguration

export const ready = (
  lines: readonly string[],
  ...notes: readonly string[]
): ClientConfiguration => ({
  ok: true,
  text: `${lines.join('\n')}\n`,
  notes,
})

/** A name as clients have it that put the final dot there themselves. */
export const withoutDot = (name: string): string => name.replace(/(?<=.)\.$/, '')

/** The host that a certificate is for, where the example is its challenge. */
export const hostOf = ({ owner }: ExampleRecord): string =>
  withoutDot(owner).replace(/^_acme-challenge\./, '')

/** `www` for `www.dyn.example.` in `dyn.example.`; `@` for the apex. */
export const relativeName = (owner: string, zone: string): string =>
  owner === zone ? '@' : owner.slice(0, -zone.length - 1)

const REVERSE = /(^|\.)(in-addr|ip6)\.arpa\.$/i

/** Zones of addresses, and those of names. */
export const isReverse = (zone: string): boolean => REVERSE.test(zone)

/** What a client says that sends to port 53 and to no other. */
export const only53 = ({ port }: ClientSettings, client: string): string[] =>
  port === 53 ? [] : [`${client} sends to port 53 only: listen there`]

/** A client whose library left HMAC-MD5 out. */
export const withoutMd5 = ({ key }: ClientSettings, client: string): string | undefined =>
  key.algorithm.text === 'hmac-md5'
    ? `${client} does not know HMAC-MD5: livezone key rotate ${key.text} --algorithm hmac-sha256`
    : undefined
