/** People who sign in to the web page, as a store keeps them beside the zones. */

export type UserRole =
  /** Sees and manages everything. */
  | 'admin'
  /** Sees and manages their own hosts and the tokens for those. */
  | 'owner'

export interface PasswordRecord {
  /** The cost of scrypt, N of RFC 7914 §2. */
  readonly cost: number
  /** Base64, as is the hash. */
  readonly salt: string
  readonly hash: string
}

export interface UserRecord {
  /** In small letters. */
  readonly name: string
  readonly role: UserRole
  /** Absolute names; none for an admin. */
  readonly hosts: readonly string[]
  /** Whether what is below the hosts is theirs, too. */
  readonly below: boolean
  readonly password: PasswordRecord
  /** Milliseconds since 1970, as all times here. */
  readonly created: number
  readonly lastLogin?: number
  /** Networks from which they signed in, the last one first. */
  readonly sources?: readonly string[]
}

export interface UserStore {
  users(): readonly UserRecord[]
  /**
   * By name; undefined takes one away.
   * @throws StoreError when nothing of it is on disk
   */
  putUsers(changes: ReadonlyMap<string, UserRecord | undefined>): void
}
