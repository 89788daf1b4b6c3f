/** Of which hosts somebody was told that they are stale, in `meta`: when, in milliseconds (8). */
import { StoreError } from '../zone/zone.ts'
import type { Databases } from './databases.ts'
import { hostOfToldKey, toldKey, toldRange } from './layout.ts'

export const readTold = ({ meta }: Databases): ReadonlyMap<string, number> => {
  const told = new Map<string, number>()
  for (const { key, value } of meta.getRange(toldRange)) {
    told.set(hostOfToldKey(key), Number(value.readBigUInt64BE()))
  }
  return told
}

/** @throws StoreError when nothing of it is on disk */
export const writeTold = (
  { write, meta }: Databases,
  changes: ReadonlyMap<string, number | undefined>,
): void => {
  try {
    write(() => {
      for (const [host, time] of changes) {
        if (time === undefined) meta.removeSync(toldKey(host))
        else meta.putSync(toldKey(host), encodeTime(time))
      }
    })
  } catch (error) {
    throw new StoreError('which hosts were told of could not be put on disk', { cause: error })
  }
}

const encodeTime = (milliseconds: number): Buffer => {
  const octets = Buffer.alloc(8)
  octets.writeBigUInt64BE(BigInt(milliseconds))
  return octets
}
