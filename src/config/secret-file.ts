/** Secrets that the operator keeps in files of their own, which nobody else may read. */
import { createSecretKey, type KeyObject } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'

/** Characters that a secret has at least which nobody types. */
const LEAST_SECRET = 32

/** @throws Error in the operator's words; what the system says when there is no such file */
export const secretIn = (file: string): string => {
  if ((statSync(file).mode & 0o077) !== 0) {
    throw new Error(`others can read ${file}: chmod 600 it`)
  }
  return readFileSync(file, 'latin1').trim()
}

/** @throws as `secretIn`, and for a secret that is too short */
export const longSecretIn = (file: string): KeyObject => {
  const secret = secretIn(file)
  if (secret.length < LEAST_SECRET) {
    throw new Error(
      `${file} has fewer than ${LEAST_SECRET} characters: openssl rand -hex 32 > FILE`,
    )
  }
  return createSecretKey(Buffer.from(secret, 'latin1'))
}
