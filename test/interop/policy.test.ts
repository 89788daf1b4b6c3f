/**
 * Rules as real clients meet them: dnspython reads the extended error of a refused UPDATE, nsupdate is
 * told the RCODE, and an unsigned nsupdate changes its own reverse name over TCP.
 */
import t from 'tap'
import { PATIENT } from '../support/dig.ts'
import { Livezone } from '../support/livezone.ts'
import { python } from '../support/python.ts'
import { run, skipWithout } from '../support/tools.ts'

const CONFIG = `
listen = ["127.0.0.1:0"]
data = "data"
keys = "keys"

[[zone]]
name = "dyn.example."
file = "dyn.example.zone"

  [[zone.grant]]
  preset = "acme"
  key = "ddns-key."
  hosts = ["www.dyn.example."]

[[zone]]
name = "127.in-addr.arpa."
file = "dyn.example.zone"

  [[zone.grant]]
  from = ["127.0.0.0/8"]
  match = "tcp-self"
  types = ["PTR(1)"]
`

const ZONE = `
$TTL 3600
@    IN SOA ns1.dyn.example. hostmaster.dyn.example. 1 2h 15m 1w 60
@    IN NS  ns1.dyn.example.
`

const server = new Livezone(t.testdir(), CONFIG, ZONE)
t.before(() => server.start())
t.teardown(() => server.stop())

/** Sends one UPDATE with dnspython, and prints the RCODE and the extended errors of the answer. */
const PROGRAM = `
import sys, dns.query, dns.rcode, dns.tsig, dns.tsigkeyring, dns.update
port, secret, zone, name, kind, data = sys.argv[1:]
keyring = dns.tsigkeyring.from_text({'ddns-key.': secret})
update = dns.update.UpdateMessage(zone)
if secret:
    update.use_tsig(keyring, 'ddns-key.', algorithm=dns.tsig.HMAC_SHA256)
update.use_edns(0, payload=1232)
update.add(name, 60, kind, data)
answer = dns.query.udp(update, '127.0.0.1', 60, int(port))
print(dns.rcode.to_text(answer.rcode()))
for option in answer.options:
    print(int(option.code), option.text)
`

const update = async (...args: readonly string[]): Promise<string[]> => {
  const { stdout, stderr } = await python(PROGRAM, '', [`${server.port}`, ...args])
  if (stdout === '') throw new Error(stderr)
  return stdout.trimEnd().split('\n')
}

t.test(
  'RFC 8914 §4.19 dnspython shows why, where the key was proved',
  { skip: skipWithout('/usr/bin/python3') },
  async (t) => {
    const { secret } = server
    const www = ['www.dyn.example.', 'A', '192.0.2.1']
    t.strictSame(await update(secret, 'dyn.example.', ...www), [
      'REFUSED',
      '18 key ddns-key. may not change A at www.dyn.example.: rule 1 allows TXT(10) at _acme-challenge.www.dyn.example.',
    ])
    t.strictSame(await update(secret, '.', ...www), [
      'NOTAUTH',
      '20 zone . is not served here; use zone dyn.example.',
    ])
    t.strictSame(await update('', 'dyn.example.', ...www), ['REFUSED'])
    const challenge = ['_acme-challenge.www.dyn.example.', 'TXT', 'x']
    t.strictSame(await update(secret, 'dyn.example.', ...challenge), ['NOERROR'])
    await t.resolves(
      server.logged(/"reason":"key ddns-key\. may not change A at www\.dyn\.example\.: rule 1/),
    )
  },
)

t.test(
  'nsupdate is refused by a rule, and by none without a key on its own reverse name over TCP',
  { skip: skipWithout('nsupdate', 'dig') },
  async (t) => {
    const head = `server 127.0.0.1 ${server.port}\n`
    const signed = await run(
      'nsupdate',
      ['-k', server.keyFile],
      `${head}zone dyn.example.\nupdate add www.dyn.example. 60 A 192.0.2.1\nsend\n`,
    )
    t.equal(signed.code, 2)
    t.match(signed.stderr, 'update failed: REFUSED')
    const pointer = (owner: string): string =>
      `${head}zone 127.in-addr.arpa.\nupdate add ${owner} 60 PTR pc.example.\nsend\n`
    const own = '1.0.0.127.in-addr.arpa.'
    t.equal((await run('nsupdate', [], pointer(own))).code, 2, 'over UDP')
    t.equal((await run('nsupdate', ['-v'], pointer('2.0.0.127.in-addr.arpa.'))).code, 2)
    t.strictSame(await run('nsupdate', ['-v'], pointer(own)), { code: 0, stdout: '', stderr: '' })
    const args = ['@127.0.0.1', '-p', `${server.port}`, PATIENT, '+short', 'PTR', own]
    t.equal((await run('dig', args)).stdout, 'pc.example.\n')
  },
)
