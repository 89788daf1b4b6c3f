/** `livezone key show`: where the values of a client's configuration come from. */
import t from 'tap'
import { configText, grantText } from '../support/config-text.ts'
import { Operator } from '../support/operator.ts'

const secretOf = (operator: Operator, file = 'keys/k.key'): string =>
  /secret "([^"]+)"/.exec(operator.read(file))?.[1] ?? ''

const GRANT = grantText('key = "k"', 'match = "zonesub"')
const TOP = { listen: 'listen = ["192.0.2.53:53", "127.0.0.1:5300"]' }
const SECOND = `[[zone]]\nname = "b.example."\n${GRANT}`

const operatorWith = async (folder: string, parts = {}): Promise<Operator> => {
  const operator = new Operator(folder, configText({ ...TOP, rest: GRANT + SECOND, ...parts }))
  await operator.run('key', 'generate', 'k')
  return operator
}

t.test('without --for it lists the clients, and shows nothing', async (t) => {
  const operator = await operatorWith(t.testdir())
  t.strictSame(await operator.run('key', 'show', 'K'), {
    code: 0,
    stdout:
      'livezone key show k. --for nsupdate|certbot|lego|kea|dhcpd|external-dns|ddclient|terraform|opnsense|mikrotik\n',
    stderr: '',
  })
})

t.test('the configuration goes to stdout, and that it has a secret to stderr', async (t) => {
  const operator = await operatorWith(t.testdir())
  const { code, stdout, stderr } = await operator.run('key', 'show', 'k', '--for', 'certbot')
  t.equal(code, 0)
  t.match(stdout, `dns_rfc2136_secret = ${secretOf(operator)}\n`)
  t.match(stdout, 'dns_rfc2136_server = 192.0.2.53\ndns_rfc2136_port = 53\n')
  t.match(
    stderr,
    /^this shows the secret of k\.: give it to that client and to nobody else\nsave it as rfc2136\.ini/,
  )
})

t.test('of a key that is rotated it is the new secret', async (t) => {
  const operator = await operatorWith(t.testdir())
  const before = secretOf(operator)
  await operator.run('key', 'rotate', 'k')
  const { stdout } = await operator.run('key', 'show', 'k', '--for', 'terraform')
  t.match(stdout, secretOf(operator))
  t.notMatch(stdout, before)
})

for (const [title, words, listen, expected] of [
  ['the first address', [], '192.0.2.53:53', 'server 192.0.2.53 53'],
  ['an IPv6 address', [], '[2001:db8::53]:53', 'server 2001:db8::53 53'],
  ['what is typed', ['--server', '198.51.100.1'], '0.0.0.0:5300', 'server 198.51.100.1 5300'],
  ['with a port', ['--server', '198.51.100.1:53'], '0.0.0.0:0', 'server 198.51.100.1 53'],
  ['with brackets', ['--server', '[2001:db8::1]:5'], '[::]:53', 'server 2001:db8::1 5'],
  ['where the system chooses the port', ['--server', '::1'], '127.0.0.1:0', 'server ::1 53'],
] as const) {
  t.test(`the server is ${title}`, async (t) => {
    const operator = await operatorWith(t.testdir(), { listen: `listen = ["${listen}"]` })
    const { stdout } = await operator.run('key', 'show', 'k', '--for', 'nsupdate', ...words)
    t.match(stdout, `\n${expected}\n`)
  })
}

for (const [title, words, zone] of [
  ['the first that the key may change', [], 'dyn.example.'],
  ['the one that is typed', ['--zone', 'B.example'], 'b.example.'],
] as const) {
  t.test(`the zone is ${title}`, async (t) => {
    const operator = await operatorWith(t.testdir())
    const { stdout } = await operator.run('key', 'show', 'k', '--for', 'nsupdate', ...words)
    t.match(stdout, `\nzone ${zone}\nupdate delete test.${zone} A\n`)
  })
}

t.test('where no address or text may be added, the example is a text at the apex', async (t) => {
  const grant = grantText('key = "k"', 'match = "zonesub"', 'types = ["PTR"]')
  const operator = await operatorWith(t.testdir(), { rest: grant })
  const { stdout } = await operator.run('key', 'show', 'k', '--for', 'nsupdate')
  t.match(stdout, '\nupdate add dyn.example. 60 TXT hello\n')
})

for (const [title, parts, words, message] of [
  ['no such key', {}, ['other'], /^there is no key other\. in .*keys: livezone key list\n$/],
  ['a key without a grant', { rest: '' }, ['k'], /^k\. may change nothing in any zone: give it/],
  ['another zone', {}, ['k', '--zone', 'c'], /^k\. may change nothing in the zone c\.: give it/],
  [
    'every address',
    { listen: 'listen = ["0.0.0.0:53"]' },
    ['k'],
    /^livezone listens on 0\.0\.0\.0:53: say where clients find it, --server ADDRESS or/,
  ],
  ['any port', { listen: 'listen = ["127.0.0.1:0"]' }, ['k'], /^livezone listens on 127/],
  ['a name', {}, ['k', '--server', 'ns1:53'], /^"ns1:53" is no address, nor ADDRESS:PORT or \[/],
  ['a name alone', {}, ['k', '--server', 'ns1'], /^"ns1" is no address/],
  ['a port that is none', {}, ['k', '--server', '192.0.2.1:70000'], /is no address/],
] as const) {
  t.test(`refused with advice: ${title}`, async (t) => {
    const operator = await operatorWith(t.testdir(), parts)
    const { code, stdout, stderr } = await operator.run('key', 'show', ...words, '--for', 'lego')
    t.equal(code, 2)
    t.equal(stdout, '')
    t.match(stderr, message)
  })
}

t.test('a client that cannot do with the key is refused, with what to do', async (t) => {
  const operator = await operatorWith(t.testdir())
  const { code, stdout, stderr } = await operator.run('key', 'show', 'k', '--for', 'mikrotik')
  t.equal(code, 2)
  t.equal(stdout, '')
  t.match(stderr, /^RouterOS signs by HMAC-MD5 and by nothing else, and k\. is for hmac-sha256: /)
})
