/** The file with the secret of DNS cookies: what it may hold, and who may read it. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { loadCookieSecret } from '../../src/config/cookie-secret.ts'
import { loadConfig } from '../../src/config/load.ts'
import { configText } from '../support/config-text.ts'
import { problemsOf } from '../support/problems.ts'

const HEX = 'e5e973e5a6b2a43f48e7dc849e37bfcf'

/** The secret of a configuration that names `secret`, which holds the text; undefined for none. */
const secretFrom = (folder: string, text: string | undefined, mode = 0o600): Uint8Array => {
  if (text !== undefined) {
    writeFileSync(join(folder, 'secret'), text)
    chmodSync(join(folder, 'secret'), mode)
  }
  return secretOf(folder, 'secret')
}

const secretOf = (folder: string, file: string): Uint8Array => {
  const config = join(folder, 'x.toml')
  writeFileSync(config, configText({ data: `data = "data"\n  cookie-secret = "${file}"` }))
  return loadCookieSecret(loadConfig(config))
}

t.test('RFC 9018 §5 the secret is 32 hexadecimal digits of a file', async (t) => {
  const folder = t.testdir()
  for (const text of [HEX, `${HEX}\n`, `  ${HEX.toUpperCase()}\r\n\n`]) {
    t.strictSame(Buffer.from(secretFrom(folder, text)).toString('hex'), HEX)
  }
})

t.test('a relative path begins at the folder of the configuration file', async (t) => {
  const folder = t.testdir({ keys: { 'cookie.hex': HEX } })
  chmodSync(join(folder, 'keys', 'cookie.hex'), 0o400)
  for (const file of ['keys/cookie.hex', join(folder, 'keys', 'cookie.hex')]) {
    t.strictSame(Buffer.from(secretOf(folder, file)).toString('hex'), HEX)
  }
})

t.test('without a file each start makes a secret of its own', async (t) => {
  const folder = t.testdir()
  const file = join(folder, 'x.toml')
  writeFileSync(file, configText({}))
  const made = [1, 2].map(() => Buffer.from(loadCookieSecret(loadConfig(file))))
  t.strictSame(
    made.map(({ length }) => length),
    [16, 16],
  )
  t.notSame(made[0], made[1])
})

t.test('a file that holds anything else is an error at the setting', async (t) => {
  for (const text of [
    '',
    HEX.slice(1),
    `${HEX}0`,
    `${HEX} ${HEX}`,
    `${HEX}\n${HEX}`,
    `${HEX.slice(0, 16)} ${HEX.slice(16)}`,
    `0x${HEX.slice(2)}`,
    HEX.replace('e', 'g'),
  ]) {
    const folder = t.testdir()
    t.strictSame(
      problemsOf(folder, () => secretFrom(folder, text)),
      ['x.toml:3:3: /secret does not hold 32 hexadecimal digits'],
      text,
    )
  }
})

t.test('a file that everybody can read is an error, the group may', async (t) => {
  const folder = t.testdir()
  for (const mode of [0o400, 0o600, 0o640, 0o660]) {
    t.equal(secretFrom(folder, HEX, mode).length, 16, mode.toString(8))
  }
  for (const mode of [0o604, 0o644, 0o606]) {
    t.strictSame(
      problemsOf(folder, () => secretFrom(folder, HEX, mode)),
      ['x.toml:3:3: everybody can read /secret: chmod 600 it'],
      mode.toString(8),
    )
  }
})

t.test('a file that is not there, or is none, is an error at the setting', async (t) => {
  const folder = t.testdir()
  t.match(
    problemsOf(folder, () => secretFrom(folder, undefined)),
    [/^x\.toml:3:3: cannot read \/secret: ENOENT: /],
  )
  mkdirSync(join(folder, 'secret'), { mode: 0o700 })
  t.match(
    problemsOf(folder, () => secretFrom(folder, undefined)),
    [/^x\.toml:3:3: cannot read \/secret: EISDIR: /],
  )
  t.match(
    problemsOf(folder, () => secretOf(folder, 'a\\u0000b')),
    [/^x\.toml:3:3: cookie-secret: name a file with 32 hexadecimal digits$/],
  )
})
