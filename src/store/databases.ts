/** The LMDB environment and its databases, as layout.ts draws them. */
import { open, type Database, type RootDatabase } from 'lmdb'

/** Both keys and values are octets as they are. */
export type Octets = Database<Buffer, Buffer>

export interface Databases {
  readonly root: RootDatabase<Buffer, Buffer>
  readonly meta: Octets
  readonly zones: Octets
  readonly nodes: Octets
  readonly journal: Octets
}

const OCTETS = { encoding: 'binary', keyEncoding: 'binary' } as const

/** @param readOnly then the environment has to be there */
export const openDatabases = (folder: string, readOnly: boolean): Databases => {
  const root = open<Buffer, Buffer>({
    path: folder,
    noSubdir: false,
    readOnly,
    // Durable when the transaction returns, not some time later.
    overlappingSync: false,
    maxDbs: 8,
    ...OCTETS,
  })
  const database = (name: string): Octets => root.openDB<Buffer, Buffer>({ name, ...OCTETS })
  return {
    root,
    meta: database('meta'),
    zones: database('zones'),
    nodes: database('nodes'),
    journal: database('journal'),
  }
}
