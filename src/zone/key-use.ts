/** When a client last proved a secret: kept beside the zones, so that it is known after a restart. */

export interface KeyUse {
  /** Milliseconds since 1970. */
  readonly timeMilliseconds: number
  /** The client's address. */
  readonly source: string
}

export interface KeyUseStore {
  /** By what stands for a secret: a few octets, one UTF-16 unit for each. */
  keyUses(): ReadonlyMap<string, KeyUse>
  /**
   * Undefined takes one away.
   * @throws StoreError when nothing of it is on disk
   */
  putKeyUses(changes: ReadonlyMap<string, KeyUse | undefined>): void
}
