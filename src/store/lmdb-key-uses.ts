/** When each secret was used last, in `meta`: time in milliseconds (8) and the client's address. */
import { toLatin1 } from '../base/bytes.ts'
import type { KeyUse } from '../zone/key-use.ts'
import { StoreError } from '../zone/zone.ts'
import type { Databases } from './databases.ts'
import { keyUseKey, keyUseRange, secretIdOfKeyUseKey } from './layout.ts'

export const readKeyUses = ({ meta }: Databases): ReadonlyMap<string, KeyUse> => {
  const uses = new Map<string, KeyUse>()
  for (const { key, value } of meta.getRange(keyUseRange)) {
    const timeMilliseconds = Number(value.readBigUInt64BE(0))
    const source = toLatin1(value.subarray(8))
    uses.set(secretIdOfKeyUseKey(key), { timeMilliseconds, source })
  }
  return uses
}

export const writeKeyUses = (
  { write, meta }: Databases,
  changes: ReadonlyMap<string, KeyUse | undefined>,
): void => {
  try {
    write(() => {
      for (const [id, use] of changes) {
        if (use === undefined) meta.removeSync(keyUseKey(id))
        else meta.putSync(keyUseKey(id), encodeKeyUse(use))
      }
    })
  } catch (error) {
    throw new StoreError('the last uses of keys could not be put on disk', { cause: error })
  }
}

const encodeKeyUse = ({ timeMilliseconds, source }: KeyUse): Buffer => {
  const octets = Buffer.alloc(8 + source.length)
  octets.writeBigUInt64BE(BigInt(timeMilliseconds))
  octets.write(source, 8, 'latin1')
  return octets
}
