/** People who sign in to the web page, in `meta`: each as JSON, under their name. */
import type { UserRecord } from '../zone/user-store.ts'
import { StoreError } from '../zone/zone.ts'
import type { Databases } from './databases.ts'
import { userKey, userRange } from './layout.ts'

export const readUsers = ({ meta }: Databases): UserRecord[] =>
  // `writeUsers` wrote them.
  Array.from(meta.getRange(userRange), ({ value }) => JSON.parse(value.toString()) as UserRecord)

/** @throws StoreError when nothing of it is on disk */
export const writeUsers = (
  { write, meta }: Databases,
  changes: ReadonlyMap<string, UserRecord | undefined>,
): void => {
  try {
    write(() => {
      for (const [name, record] of changes) {
        if (record === undefined) meta.removeSync(userKey(name))
        else meta.putSync(userKey(name), Buffer.from(JSON.stringify(record)))
      }
    })
  } catch (error) {
    throw new StoreError('the users could not be put on disk', { cause: error })
  }
}
