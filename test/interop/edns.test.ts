/** EDNS, cookies and identities as dig and kdig see them, and clients behind dnsdist. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { Daemon, PATIENCE_MILLISECONDS } from '../support/daemon.ts'
import { PATIENT } from '../support/dig.ts'
import { Livezone } from '../support/livezone.ts'
import { freePort } from '../support/peer.ts'
import { run, skipWithout } from '../support/tools.ts'

const config = (...settings: readonly string[]): string => `
listen = ["127.0.0.1:0"]
data = "data"
keys = "keys"
identity = { id = "ns1.fra", version = "livezone of a test" }
${settings.join('\n')}

[[zone]]
name = "dyn.example."
file = "dyn.example.zone"

  [[zone.grant]]
  key = "ddns-key."
  match = "zonesub"
`

const ZONE = `
$TTL 3600
@     IN SOA ns1 hostmaster 1 2h 15m 1w 60
@     IN NS  ns1
ns1   IN A   127.0.0.1
large IN TXT ${Array.from({ length: 8 }, () => `"${'x'.repeat(240)}"`).join(' ')}
`

const server = new Livezone(t.testdir(), config(), ZONE)
t.before(() => server.start())
t.teardown(() => server.stop())

const ask = async (
  tool: 'dig' | 'kdig',
  port: number,
  ...args: readonly string[]
): Promise<string> => {
  const { stdout, stderr } = await run(tool, ['@127.0.0.1', '-p', `${port}`, PATIENT, ...args])
  if (stdout === '') throw new Error(stderr)
  return stdout
}

const found = (pattern: RegExp, text: string): string | undefined => pattern.exec(text)?.[1]

/** What the compliance tests look at in dig's output. */
const seenByDig = (output: string): Record<string, unknown> => ({
  rcode: found(/ status: ([A-Z]+),/, output),
  // "MBZ" is a bit that must be zero.
  flags: found(/^;; flags: ([^;]*);/m, output),
  soa: /^dyn\.example\.\s.*\sSOA\s/m.test(output),
  edns: found(/^; EDNS: version: (\d+),/m, output),
  ednsFlags: found(/^; EDNS: version: \d+, flags:([^;]*);/m, output),
  udpSize: found(/^; EDNS: .* udp: (\d+)$/m, output),
  cookie: found(/^; COOKIE: ([0-9a-f]+ \(good\))$/m, output)?.replace(/^\w+/, 'a cookie'),
  nsid: found(/^; NSID: .*\("(.*)"\)$/m, output),
  others: [
    ...output.matchAll(/^; ((?:OPT=\d+|EXPIRE|CLIENT-SUBNET|TCP KEEPALIVE|EDE)\b.*)$/gm),
  ].map(([, line]) => line),
})

const NO_EDNS = {
  rcode: 'NOERROR',
  flags: 'qr aa',
  soa: true,
  edns: undefined,
  ednsFlags: undefined,
  udpSize: undefined,
  cookie: undefined,
  nsid: undefined,
  others: [],
}
const EDNS = { ...NO_EDNS, edns: '0', ednsFlags: '', udpSize: '1232' }
const BADVERS = { ...EDNS, rcode: 'BADVERS', flags: 'qr', soa: false }

/** RFC 7314 §3.1: a primary's own SOA EXPIRE, a week. */
const EXPIRE = 'EXPIRE: 604800 (1 week)'

const V1 = '+edns=1 +noednsnegotiation'

/** After the names that ISC's EDNS compliance tester gives its tests. */
const compliance: readonly (readonly [name: string, args: string, expected: object])[] = [
  ['dns', '+noedns', NO_EDNS],
  ['zflag', '+noedns +zflag', NO_EDNS],
  ['ad', '+noedns +adflag +cdflag', NO_EDNS],
  ['rd', '+noedns +recurse', { ...NO_EDNS, flags: 'qr aa rd' }],
  ['dnstcp', '+noedns +tcp', NO_EDNS],
  ['edns', '+edns=0', EDNS],
  ['ednstcp', '+edns=0 +tcp', EDNS],
  ['edns1', V1, BADVERS],
  ['edns1tcp', `${V1} +tcp`, BADVERS],
  ['ednsopt', '+edns=0 +ednsopt=100', EDNS],
  ['ednsopt with data', '+edns=0 +ednsopt=100:0102', EDNS],
  ['edns1opt', `${V1} +ednsopt=100`, BADVERS],
  ['do', '+edns=0 +dnssec', { ...EDNS, ednsFlags: ' do' }],
  ['edns1do', `${V1} +dnssec`, { ...BADVERS, ednsFlags: ' do' }],
  ['ednsflags', '+edns=0 +ednsflags=0x40', EDNS],
  ['ednsflags of all', '+edns=0 +ednsflags=0x7fff', EDNS],
  ['edns1flags', `${V1} +ednsflags=0x40`, BADVERS],
  ['doflags', '+dnssec +ednsflags=0x40', { ...EDNS, ednsFlags: ' do' }],
  ['ednsnsid', '+edns=0 +nsid', { ...EDNS, nsid: 'ns1.fra' }],
  ['edns1nsid', `${V1} +nsid`, BADVERS],
  ['ednscookie', '+edns=0 +cookie', { ...EDNS, cookie: 'a cookie (good)' }],
  ['edns1cookie', `${V1} +cookie`, BADVERS],
  ['ednsexpire', '+edns=0 +expire', { ...EDNS, others: [EXPIRE] }],
  ['ednssubnet', '+edns=0 +subnet=0.0.0.0/0', EDNS],
  [
    'optlist',
    '+edns=0 +nsid +subnet=0.0.0.0/0 +expire +cookie +ednsopt=100',
    { ...EDNS, nsid: 'ns1.fra', cookie: 'a cookie (good)', others: [EXPIRE] },
  ],
  ['docookie', '+dnssec +cookie', { ...EDNS, ednsFlags: ' do', cookie: 'a cookie (good)' }],
  ['keepalive', '+edns=0 +keepalive +tcp', { ...EDNS, others: ['TCP KEEPALIVE: 10.0 secs'] }],
  ['keepalive over UDP', '+edns=0 +keepalive', EDNS],
]

t.test('RFC 6891 EDNS as the compliance tests want it', { skip: skipWithout('dig') }, async (t) => {
  const { port } = server
  for (const [name, args, expected] of compliance) {
    // What a test does not ask for shall not be asked for.
    const quiet = args.includes('+cookie') ? [] : ['+nocookie']
    const plain = ['+norecurse', '+noadflag', '+tries=1', ...quiet]
    const output = await ask('dig', port, ...plain, ...args.split(' '), 'SOA', 'dyn.example.')
    t.strictSame(seenByDig(output), expected, `${name}: dig ${args}`)
    t.notMatch(output, /MBZ/, `${name}: bits that must be zero are`)
  }
})

t.test('a client of version 1 comes down to version 0', { skip: skipWithout('dig') }, async (t) => {
  const { port } = server
  const output = await ask('dig', port, '+edns=1', '+nocookie', '+norecurse', 'SOA', 'dyn.example.')
  t.match(output, /BADVERS, retrying with EDNS version 0/)
  t.match(seenByDig(output), { rcode: 'NOERROR', soa: true, edns: '0' })
})

t.test(
  'large answers are truncated to what the client takes',
  { skip: skipWithout('dig') },
  async (t) => {
    const { port } = server
    for (const [args, most] of [
      ['+noedns', 512],
      ['+edns=0 +bufsize=512', 512],
      ['+edns=0 +bufsize=512 +dnssec +nsid', 512],
      ['+edns=0 +bufsize=1232', 1232],
      ['+edns=0 +bufsize=4096', 1232],
    ] as const) {
      const question = ['+norecurse', ...args.split(' '), 'TXT', 'large.dyn.example.']
      const short = await ask('dig', port, '+ignore', ...question)
      t.equal(found(/^;; flags: ([^;]*);/m, short), 'qr aa tc', args)
      t.ok(Number(found(/MSG SIZE +rcvd: (\d+)/, short)) <= most, args)
      t.notMatch(short, 'xxx')
      const whole = await ask('dig', port, ...question)
      t.match(whole, /Truncated, retrying in TCP mode/)
      t.equal([...whole.matchAll(/"x{240}"/g)].length, 8)
    }
  },
)

t.test('RFC 7873 a client keeps its cookie', { skip: skipWithout('dig', 'kdig') }, async (t) => {
  const { port } = server
  const cookieOf = (output: string): string | undefined =>
    found(/^;+ ?COOKIE: ([0-9A-Fa-f]+)/m, output)?.toLowerCase()
  const dig = (...args: string[]): Promise<string> =>
    ask('dig', port, '+norecurse', ...args, 'SOA', 'dyn.example.')
  const first = await dig('+cookie')
  t.match(first, /^; COOKIE: [0-9a-f]{48} \(good\)$/m)
  const cookie = cookieOf(first) ?? ''
  for (const transport of ['+notcp', '+tcp']) {
    const again = await dig(`+cookie=${cookie}`, transport)
    t.match(again, /^; COOKIE: [0-9a-f]{48} \(good\)$/m)
    t.equal(cookieOf(again), cookie, 'it is still good')
  }
  const only = ['+header-only', '+nobadcookie']
  t.match(await dig(`+cookie=${cookie}`, ...only), / status: NOERROR,/)
  const forged = cookie.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'))
  const refused = await dig(`+cookie=${forged}`, ...only)
  t.match(refused, / status: BADCOOKIE,/)
  const next = cookieOf(refused) ?? ''
  t.equal(next.slice(0, 16), cookie.slice(0, 16), 'with a cookie that is good')
  t.match(await dig(`+cookie=${next}`, ...only), / status: NOERROR,/)
  const other = await dig(`+cookie=${forged}`)
  t.match(other, / status: NOERROR,/)
  t.match(other, /^; COOKIE: [0-9a-f]{48} \(good\)$/m)
  t.not(cookieOf(other), forged, 'a cookie that is not ours is replaced')
  const kdig = await ask('kdig', port, `+cookie=${cookie}`, '+norec', 'SOA', 'dyn.example.')
  t.equal(cookieOf(kdig), cookie)
})

t.test('kdig sees the same', { skip: skipWithout('kdig') }, async (t) => {
  const { port } = server
  const kdig = (...args: string[]): Promise<string> =>
    ask('kdig', port, '+norec', ...args, 'SOA', 'dyn.example.')
  const plain = await kdig('+noedns')
  t.match(plain, /status: NOERROR;/)
  t.notMatch(plain, /EDNS PSEUDOSECTION/)
  for (const transport of ['+notcp', '+tcp']) {
    const edns = await kdig('+edns=0', '+dnssec', '+nsid', transport)
    t.match(edns, /Version: 0; flags: do; UDP size: 1232 B; ext-rcode: NOERROR/)
    t.match(edns, /NSID: .*"ns1\.fra"/)
  }
  t.match(await kdig('+edns=1'), /Version: 0; flags: ; UDP size: 1232 B; ext-rcode: BADVERS/)
  const unknown = await kdig('+edns=0', '+ednsopt=65001:0102')
  t.match(unknown, /status: NOERROR;/)
  t.notMatch(unknown, /65001/)
  t.match(await ask('kdig', port, '+edns', 'SOA', 'elsewhere.'), /EDE: 20 \(Not Authoritative\)/)
})

t.test(
  'version.bind and id.server in class CH',
  { skip: skipWithout('dig', 'kdig') },
  async (t) => {
    const { port } = server
    for (const tool of ['dig', 'kdig'] as const) {
      for (const [name, text] of [
        ['version.bind', '"livezone of a test"'],
        ['VERSION.SERVER', '"livezone of a test"'],
        ['id.server', '"ns1.fra"'],
        ['hostname.bind', '"ns1.fra"'],
      ] as const) {
        t.equal(
          (await ask(tool, port, '+short', name, 'CH', 'TXT')).trim(),
          text,
          `${tool} ${name}`,
        )
      }
      t.match(await ask(tool, port, 'authors.bind', 'CH', 'TXT'), /status: REFUSED/)
    }
  },
)

t.test(
  'RFC 8914 §4.21 a question outside our zones gets an extended error',
  { skip: skipWithout('dig') },
  async (t) => {
    const { port } = server
    const output = await ask('dig', port, '+norecurse', '+nocookie', 'SOA', 'elsewhere.')
    t.match(output, / status: REFUSED,/)
    t.match(output, /^; EDE: 20 \(Not Authoritative\)$/m)
  },
)

/** Clients of 127.0.0.5, which dnsdist's own address is not. */
const CLIENT = '127.0.0.5'

const startDnsdist = async (t: Test, folder: string, server: Livezone): Promise<number> => {
  const port = await freePort()
  const file = join(folder, 'dnsdist.conf')
  writeFileSync(
    file,
    `setLocal("127.0.0.1:${port}")
setACL("127.0.0.0/8")
setSecurityPollSuffix("")
setUDPTimeout(60)
setTCPRecvTimeout(60)
setTCPSendTimeout(60)
newServer{address="127.0.0.1:${server.port}", useProxyProtocol=true, checkTimeout=60000}
`,
  )
  const daemon = new Daemon('dnsdist', ['--supervised', '--disable-syslog', '-C', file])
  t.teardown(() => daemon.stop('SIGKILL'))
  // Its health check is a datagram of its own, with a header that says so.
  await daemon.printed(/Marking downstream \S+ as 'up'/)
  return port
}

t.test(
  'clients behind dnsdist are who the PROXY protocol says',
  { skip: skipWithout('dnsdist', 'dig', 'nsupdate') },
  async (t) => {
    const folder = t.testdir()
    const limits = '[rate-limit]\nresponses-per-second = 1\nslip = 1\nexempt = ["127.0.0.1"]'
    const text = `${config('proxy = ["127.0.0.1"]')}\n${limits}\n`
    const server = new Livezone(folder, text, ZONE)
    await server.start()
    t.teardown(() => server.stop())
    const port = await startDnsdist(t, folder, server)

    for (const transport of ['udp', 'tcp']) {
      const lines = [
        `server 127.0.0.1 ${port}`,
        `local ${CLIENT}`,
        'zone dyn.example.',
        `update add ${transport}.dyn.example. 60 A 192.0.2.1`,
        'send',
        '',
      ]
      const args = ['-k', server.keyFile, ...(transport === 'tcp' ? ['-v'] : [])]
      const { code, stdout, stderr } = await run('nsupdate', args, lines.join('\n'))
      t.equal(code, 0, stdout + stderr)
      const line = new RegExp(`"source":"127\\.0\\.0\\.5#\\d+","transport":"${transport}"`)
      await t.resolves(server.logged(line), `over ${transport}`)
    }

    const behind = ['-b', CLIENT, '+norecurse', '+ignore', '+tries=1', 'SOA', 'dyn.example.']
    const tcp = await ask('dig', port, '+tcp', ...behind)
    t.match(tcp, / status: NOERROR,/)
    const cookie = found(/^; COOKIE: ([0-9a-f]+)/m, tcp) ?? ''
    t.match(await ask('dig', port, `+cookie=${cookie}`, ...behind), `; COOKIE: ${cookie} (good)`)
    const elsewhere = ['-b', '127.0.0.6', ...behind.slice(2)]
    t.notMatch(await ask('dig', port, `+cookie=${cookie}`, ...elsewhere), `COOKIE: ${cookie}`)

    // Several by one dig: each with a start of its own may come a second after the other.
    const often = Array.from({ length: 10 }, () => ['dyn.example.', 'SOA']).flat()
    const patience = AbortSignal.timeout(PATIENCE_MILLISECONDS)
    let answer = ''
    while (!/^;; flags: qr tc;/m.test(answer) && !patience.aborted) {
      answer = await ask('dig', port, '+nocookie', ...behind.slice(0, -2), ...often)
    }
    t.match(answer, /^;; flags: qr tc;/m, 'limited by its own address, not by that of the proxy')
    await server.stop()
    await t.resolves(server.logged(/"rate-limited truncate":\d+/))
    t.notMatch(server.log, /proxy headers bad/)
  },
)
