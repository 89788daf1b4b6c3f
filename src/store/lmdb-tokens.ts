/** Tokens in their database: SHA-256 of a secret (32), and what it is for as JSON. */
import type { TokenRecord } from '../zone/token-store.ts'
import { StoreError } from '../zone/zone.ts'
import type { Databases, Octets } from './databases.ts'

export const readTokens = ({ tokens }: Databases): TokenRecord[] => {
  // A store that an older version wrote has no such database, and open for reading none is made.
  const stored = tokens as Octets | undefined
  // `writeTokens` wrote them.
  return Array.from(stored?.getRange({}) ?? [], ({ value }) => {
    return JSON.parse(value.toString()) as TokenRecord
  })
}

/** @throws StoreError when nothing of it is on disk */
export const writeTokens = (
  { write, tokens }: Databases,
  changes: ReadonlyMap<string, TokenRecord | undefined>,
): void => {
  try {
    write(() => {
      for (const [digest, record] of changes) {
        const key = Buffer.from(digest, 'hex')
        if (record === undefined) tokens.removeSync(key)
        else tokens.putSync(key, Buffer.from(JSON.stringify(record)))
      }
    })
  } catch (error) {
    throw new StoreError('the tokens could not be put on disk', { cause: error })
  }
}
