/** `[alerts]` as operators write it, what they are told, and the ways that it leads to. */
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { alertWaysOf } from '../../src/app/alert-ways.ts'
import { loadConfig, type Config } from '../../src/config/load.ts'
import { configText } from '../support/config-text.ts'

const load = (t: Test, rest: string): Config => {
  const file = join(t.testdir({ short: 'x', long: 'x'.repeat(32) }), 'x.toml')
  writeFileSync(file, configText({ rest }))
  return loadConfig(file)
}

const SMTP =
  '[alerts.smtp]\nserver = "mail.example.net"\nfrom = "a@example.net"\nto = ["b@example.net"]\n'

t.test('without the table alerts go nowhere', async (t) => {
  const config = load(t, '')
  t.strictSame(config.alerts, { webhook: undefined, smtp: undefined, mostFailures: 5 })
  t.strictSame(alertWaysOf(config), [])
})

t.test('every setting', async (t) => {
  const config = load(
    t,
    `[alerts]
webhook = "https://example.net/hook"
secret-file = "long"
failures = 3
${SMTP}port = 2525
tls = "none"
user = "u"
password-file = "/secret"
`,
  )
  const { webhook, smtp, mostFailures } = config.alerts
  t.equal(webhook?.url.href, 'https://example.net/hook')
  t.match(webhook?.secretFile, /^\/.*\/long$/)
  t.equal(mostFailures, 3)
  t.strictSame(smtp, {
    server: 'mail.example.net',
    port: 2525,
    tls: 'none',
    login: { user: 'u', passwordFile: '/secret' },
    from: 'a@example.net',
    to: ['b@example.net'],
  })
})

t.test('the port follows from how mail is encrypted', async (t) => {
  const port = (rest: string) => load(t, `${SMTP}${rest}`).alerts.smtp?.port
  t.strictSame(['', 'tls = "tls"', 'tls = "none"'].map(port), [587, 465, 25])
})

t.test('what is wrong is said at its place', async (t) => {
  const rows: readonly (readonly [string, string])[] = [
    ['[alerts]\nwebhook = "x"', 'write a URL'],
    ['[alerts]\nwebhook = "ftp://example.net/"', 'write a URL'],
    ['[alerts]\nwebhook = "https://u:p@example.net/"', 'take user and password out of the URL'],
    ['[alerts]\nwebhook = "https://:p@example.net/"', 'take user and password out of the URL'],
    ['[alerts]\nsecret-file = "x"', 'it signs what goes to a "webhook"'],
    ['[alerts]\nfailures = -1', 'write a whole number from 0 to 1000'],
    [SMTP.replace('b@example.net', 'b'), 'write an address'],
    [SMTP.replace('a@example.net', 'a@b\\nBcc: c@d'), 'write an address'],
    [SMTP.replace('["b@example.net"]', '[]'), 'list addresses'],
    [`${SMTP}tls = "x"`, 'write "starttls", "tls" or "none"'],
    [`${SMTP}user = "x"`, '"user" and "password-file" come together'],
    [`${SMTP}password-file = "x"`, '"user" and "password-file" come together'],
  ]
  for (const [rest, message] of rows)
    t.throws(() => load(t, rest), { message: new RegExp(message) }, rest)
})

t.test(
  'secrets are read with the configuration, from files that nobody else can read',
  async (t) => {
    const hook = '[alerts]\nwebhook = "http://127.0.0.1/"\n'
    const config = load(
      t,
      `${hook}secret-file = "long"\n${SMTP}user = "u"\npassword-file = "short"\n`,
    )
    t.throws(() => alertWaysOf(config), /x\.toml:8:\d+: others can read .*long: chmod 600 it/)
    const folder = config.file.replace('x.toml', '')
    for (const name of ['long', 'short']) chmod(join(folder, name))
    t.strictSame(
      alertWaysOf(config).map(({ name }) => name),
      ['webhook', 'smtp'],
    )
    const short = load(t, `${hook}secret-file = "short"\n`)
    chmod(join(folder, 'short'))
    t.throws(() => alertWaysOf(short), /x\.toml:8:\d+: .*fewer than 32 characters/)
    const gone = load(t, `${SMTP}user = "u"\npassword-file = "gone"\n`)
    t.throws(() => alertWaysOf(gone), /x\.toml:\d+:\d+: ENOENT/)
    t.equal(alertWaysOf(load(t, `${hook}${SMTP}`)).length, 2, 'neither needs a secret')
  },
)

const chmod = (file: string): void => {
  chmodSync(file, 0o600)
}
