/** Hosts of which somebody was told that they are stale, as a store keeps them: a restart tells nobody again. */

export interface ToldStore {
  /** When it was told, in milliseconds since 1970, by host. */
  told(): ReadonlyMap<string, number>
  /**
   * By host; undefined takes one away.
   * @throws StoreError when nothing of it is on disk
   */
  putTold(changes: ReadonlyMap<string, number | undefined>): void
}
