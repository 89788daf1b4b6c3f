/** The class by which certbot's dns-rfc2136 plugin speaks DNS, without certbot and a CA around it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import t from 'tap'
import { digData, digStatus } from '../support/dig.ts'
import { Livezone } from '../support/livezone.ts'
import { skipWithout } from '../support/tools.ts'
import { writeKey } from '../support/written-key.ts'

const skip = skipWithout(
  '/usr/bin/python3',
  '/usr/lib/python3/dist-packages/certbot_dns_rfc2136',
  'dig',
)

/** For each line calls methods one after the other; prints what each returned or raised, as JSON. */
const CALL = `
import json, sys
import dns.message
from certbot.errors import PluginError
from certbot_dns_rfc2136._internal.dns_rfc2136 import Authenticator, _RFC2136Client
use_tsig = dns.message.QueryMessage.use_tsig
for line in sys.stdin:
    how = json.loads(line)
    unsigned = lambda *args, **kwargs: None
    dns.message.QueryMessage.use_tsig = unsigned if how['unsignedQueries'] else use_tsig
    algorithm = Authenticator.ALGORITHMS[how['algorithm']]
    client = _RFC2136Client('127.0.0.1', how['port'], 'ddns-key.', how['secret'], algorithm)
    results = []
    for method, *args in how['calls']:
        try:
            results.append(getattr(client, method)(*args))
        except PluginError as error:
            results.append(str(error))
    print(json.dumps(results), flush=True)
`

type Call =
  | readonly ['_find_domain', name: string]
  | readonly ['add_txt_record', name: string, value: string, ttl: number]
  | readonly ['del_txt_record', name: string, value: string]

interface How {
  readonly algorithm: string
  /** As releases after 2.1 ask for SOA records unless told to sign_query; 2.1 signs. */
  readonly unsignedQueries: boolean
  readonly secret?: string
}

/** One process for all tests: certbot takes longer to load than to do all that it is asked for. */
class Client {
  private readonly child = spawn('/usr/bin/python3', ['-c', CALL])
  private readonly lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]()
  private errors = ''

  constructor() {
    // One that has died says so by its last line.
    this.child.stdin.on('error', () => undefined)
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => (this.errors += text))
  }

  async call(server: Livezone, how: How, ...calls: readonly Call[]): Promise<unknown[]> {
    const input = { port: server.port, secret: server.secret, ...how, calls }
    this.child.stdin.write(`${JSON.stringify(input)}\n`)
    const line = await this.lines.next()
    if (line.done === true) throw new Error(this.errors)
    // The program above prints a list for each line.
    return JSON.parse(line.value) as unknown[]
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return
    const gone = once(this.child, 'close')
    this.child.stdin.end()
    await gone
  }
}

let client: Client | undefined
const call = (server: Livezone, how: How, ...calls: readonly Call[]): Promise<unknown[]> =>
  (client ??= new Client()).call(server, how, ...calls)
t.teardown(() => client?.stop())

const SIGNED: How = { algorithm: 'HMAC-SHA256', unsignedQueries: false }
const UNSIGNED: How = { ...SIGNED, unsignedQueries: true }
const CHALLENGE = '_acme-challenge.www.dyn.example'

for (const [title, algorithm, how] of [
  ['with HMAC-SHA256', 'hmac-sha256', SIGNED],
  ['with HMAC-MD5, its default,', 'hmac-md5', { ...SIGNED, algorithm: 'HMAC-MD5' }],
] as const) {
  t.test(
    `certbot ${title} puts two values at one name and takes them away`,
    { skip },
    async (t) => {
      const server = new Livezone(t.testdir())
      writeKey(server, algorithm)
      await server.start()
      t.teardown(() => server.stop())
      const done = await call(
        server,
        how,
        ['add_txt_record', CHALLENGE, 'for-www', 120],
        ['add_txt_record', CHALLENGE, 'for-the-wildcard', 120],
      )
      t.strictSame(done, [null, null])
      t.strictSame(await digData(server, CHALLENGE, 'TXT'), ['"for-the-wildcard"', '"for-www"'])
      await t.resolves(server.logged(/"transport":"tcp"/), 'its updates come over TCP')

      t.strictSame(await call(server, how, ['del_txt_record', CHALLENGE, 'for-www']), [null])
      t.strictSame(await digData(server, CHALLENGE, 'TXT'), ['"for-the-wildcard"'])

      t.strictSame(await call(server, how, ['del_txt_record', CHALLENGE, 'for-the-wildcard']), [
        null,
      ])
      t.equal(await digStatus(server, CHALLENGE, 'TXT'), 'NXDOMAIN')
    },
  )
}

/** Two zones, one within the other, a delegation, and an alias of the apex. */
const CONFIG = `
listen = ["127.0.0.1:0"]
data = "data"
keys = "keys"

[[zone]]
name = "dyn.example."
file = "dyn.example.zone"

  [[zone.grant]]
  key = "ddns-key."
  match = "name"
  name = "${CHALLENGE}."
  types = ["TXT"]

[[zone]]
name = "inner.dyn.example."
file = "dyn.example.zone"
`

const ZONE = `
$TTL 3600
@       IN SOA   ns1 hostmaster 1 2h 15m 1w 60
@       IN NS    ns1
ns1     IN A     127.0.0.1
other   IN NS    ns.example.net.
alias   IN CNAME dyn.example.
`

t.test('certbot and a server with several zones and a narrow grant', { skip }, async (t) => {
  const server = new Livezone(t.testdir(), CONFIG, ZONE)
  await server.start()
  t.teardown(() => server.stop())

  for (const [title, how] of [
    ['signed', SIGNED],
    ['unsigned', UNSIGNED],
  ] as const) {
    await t.test(`walks up to the zone by ${title} SOA queries`, async (t) => {
      const steps = [
        ['_acme-challenge.deep.er.dyn.example', 'dyn.example'],
        ['_acme-challenge.dyn.example', 'dyn.example'],
        // The inner zone, not the outer.
        ['_acme-challenge.www.inner.dyn.example', 'inner.dyn.example'],
        // RFC 1034 §4.3.2: at and below a cut there is a referral, no answer and no AA.
        ['_acme-challenge.www.other.dyn.example', 'dyn.example'],
        // The SOA that the alias leads to is not the alias's own.
        ['_acme-challenge.alias.dyn.example', 'dyn.example'],
      ] as const
      const calls = steps.map(([name]) => ['_find_domain', name] as const)
      // Every name on the way is REFUSED, which is no reason to stop asking.
      const elsewhere = ['_find_domain', 'www.dyn.example.org'] as const
      const found = await call(server, how, ...calls, elsewhere)
      t.match(found.pop(), /^Unable to determine base domain .* 'example\.org', 'org'/)
      t.strictSame(
        found,
        steps.map(([, zone]) => zone),
      )
    })
  }

  t.test('is told why it may not, and nothing changes', async (t) => {
    const other = '_acme-challenge.mail.dyn.example'
    const calls = [
      ['add_txt_record', CHALLENGE, 'granted', 120],
      ['add_txt_record', other, 'not granted', 120],
    ] as const
    const refusal = 'Received response from server: REFUSED'
    t.strictSame(await call(server, UNSIGNED, ...calls), [null, refusal])

    const add = ['add_txt_record', CHALLENGE, 'not signed by us', 120] as const
    const secret = Buffer.alloc(32, 7).toString('base64')
    t.strictSame(await call(server, { ...UNSIGNED, secret }, add), [
      "Encountered error adding TXT record: The peer didn't like the signature we sent",
    ])
    // The key's file says hmac-sha256.
    t.strictSame(await call(server, { ...UNSIGNED, algorithm: 'HMAC-MD5' }, add), [
      "Encountered error adding TXT record: The peer didn't know the key we used",
    ])
    t.strictSame(await digData(server, CHALLENGE, 'TXT'), ['"granted"'])
    t.equal(await digStatus(server, other, 'TXT'), 'NXDOMAIN')
  })
})
