/** What the log says of keys: HMAC-MD5, and dates of expiry that are near. */
import { expiryText, secretsOf, type Keyring } from '../access/keyring.ts'
import type { Log } from '../base/log.ts'

export const warnOfMd5 = (keyring: Keyring, log: Log): void => {
  for (const { algorithm, text } of Array.from(keyring, secretsOf).flat()) {
    if (algorithm.text !== 'hmac-md5') continue
    log.warn({ key: text }, 'this key uses HMAC-MD5: give it another algorithm if its client can')
  }
}

/** A client's operator needs some days to change over. */
const NEAR_SECONDS = 14 * 24 * 3600

export const warnOfExpiry = (keyring: Keyring, nowSeconds: number, log: Log): void => {
  for (const held of keyring) {
    const { current, expiresSeconds = Infinity } = held
    const fields = { key: current.text, expires: expiryText(held) }
    if (nowSeconds >= expiresSeconds) {
      log.warn(fields, 'this key has expired, and its clients are refused: set a later "expires"')
    } else if (expiresSeconds - nowSeconds <= NEAR_SECONDS) {
      log.warn(fields, 'this key expires soon: rotate it and set a later "expires", or let it go')
    }
  }
}
