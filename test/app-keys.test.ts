/** What a server says of its keys at its start and every day, and what it remembers of their use. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { warnOfExpiry } from '../src/app/key-warnings.ts'
import { changesBetween } from '../src/app/reload-changes.ts'
import { Keyring } from '../src/access/keyring.ts'
import { loadConfig } from '../src/config/load.ts'
import { configText } from './support/config-text.ts'
import { recordingLog } from './support/log.ts'
import { Reloading } from './support/reloading.ts'
import { tsigKey } from './support/service.ts'

const DAY = 24 * 3600

t.test('of a key that expires within 14 days the log warns, and of one that has', async (t) => {
  const { log, lines } = recordingLog()
  const now = 1_700_000_000
  const keyring = new Keyring()
  for (const [text, expiresSeconds] of [
    ['never.', undefined],
    ['late.', now + 14 * DAY + 1],
    ['soon.', now + 14 * DAY],
    ['gone.', now],
  ] as const) {
    keyring.add(tsigKey(text), { expiresSeconds })
  }
  warnOfExpiry(keyring, now, log)
  t.match(lines, [
    { level: 'warn', fields: { key: 'soon.', expires: '2023-11-28T22:13:20Z' }, message: /soon/ },
    {
      level: 'warn',
      fields: { key: 'gone.' },
      message: /has expired, and its clients are refused/,
    },
  ])
  t.equal(lines.length, 2)
})

const isWarning = ({ level }: { level: string }): boolean => level === 'warn'

t.test('it warns at the start, after a reload and every day', async (t) => {
  const timers = t.capture(globalThis, 'setInterval', globalThis.setInterval)
  const rest = '[[key]]\nname = "ddns-key"\nexpires = 2001-01-01\n'
  const server = await Reloading.start(t, { rest })
  t.equal(server.lines.filter(isWarning).length, 1)
  await server.reload()
  t.equal(server.lines.filter(isWarning).length, 2)
  const daily = timers().find(({ args: [, delay] }) => delay === DAY * 1000)
  // What was given to be called every day takes no arguments.
  ;(daily?.args[0] as () => void)()
  t.equal(server.lines.filter(isWarning).length, 3)
})

t.test('a new key of HMAC-MD5 is warned of after a reload', async (t) => {
  const server = await Reloading.start(t)
  server.addKey('router', 'hmac-md5')
  await server.reload()
  t.match(server.lines.at(-1), { level: 'warn', fields: { key: 'router.' }, message: /HMAC-MD5/ })
})

t.test('of many names of one kind fifty are told', async (t) => {
  const folder = t.testdir()
  writeFileSync(join(folder, 'x.toml'), configText({}))
  const config = loadConfig(join(folder, 'x.toml'))
  const [before, after] = [new Keyring(), new Keyring()]
  for (let n = 0; n < 60; n++) after.add(tsigKey(`k${n}.`))
  const cookieSecret = Buffer.alloc(16)
  const listen = { added: [], removed: [] }
  const { keysAdded } = changesBetween(
    { config, keyring: before, cookieSecret, fleets: [], certificate: undefined, alertWays: [] },
    { config, keyring: after, cookieSecret, fleets: [], certificate: undefined, alertWays: [] },
    listen,
  )
  t.equal(keysAdded?.length, 51)
  t.equal(keysAdded?.at(-1), 'and 10 more')
})
