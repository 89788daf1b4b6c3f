/** Tokens of web clients as a store keeps them, beside the zones. */

/** `admin` may everything, by the REST API; it has no hosts. */
export type TokenRole = 'admin'

export interface TokenRecord {
  /** SHA-256 of the secret, 64 hexadecimal digits: the secret itself is nowhere. */
  readonly digest: string
  /** Shared by the two secrets that are live while a token is rotated. */
  readonly name: string
  /** Undefined for what a token is for without one: changing its hosts. */
  readonly role?: TokenRole
  /** Absolute names. */
  readonly hosts: readonly string[]
  /** Whether it is for what is below the hosts, too. */
  readonly below: boolean
  /** Mnemonics. */
  readonly types: readonly string[]
  /** Networks from which it is taken; none for anywhere. */
  readonly from: readonly string[]
  /** Milliseconds since 1970, as all times here. */
  readonly created: number
  /** Undefined for a token that does not expire. */
  readonly expires?: number
  /** When the older of two secrets ends at the latest. */
  readonly retires?: number
  readonly lastUse?: TokenUse
}

export interface TokenUse {
  readonly time: number
  /** The client's address. */
  readonly source: string
  /** What the client says that it is. */
  readonly agent: string
}

export interface TokenStore {
  tokens(): readonly TokenRecord[]
  /**
   * By digest; undefined takes one away.
   * @throws StoreError when nothing of it is on disk
   */
  putTokens(changes: ReadonlyMap<string, TokenRecord | undefined>): void
}
