/** A key that the test writes before livezone starts, which then makes none of its own. */
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import type { Livezone } from './livezone.ts'

/** @param algorithm as key files spell it, such as `hmac-md5` */
export const writeKey = (server: Livezone, algorithm: string): void => {
  const secret = randomBytes(32).toString('base64')
  const text = `key "ddns-key" { algorithm ${algorithm}; secret "${secret}"; };\n`
  writeFileSync(server.keyFile, text, { mode: 0o600 })
}
