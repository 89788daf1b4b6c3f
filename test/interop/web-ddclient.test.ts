/** ddclient 3.10 over HTTP and HTTPS, in the protocols that let one set the server. */
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { digData } from '../support/dig.ts'
import { openTlsProxy } from '../support/tls-proxy.ts'
import { run, skipWithout, type Finished } from '../support/tools.ts'
import { TLS, WebLivezone } from '../support/web-livezone.ts'

const skip = skipWithout('ddclient', 'dig', 'openssl', '/usr/share/perl5/IO/Socket/SSL.pm')

const HOME = 'home.dyn.example'
const OFFICE = 'office.dyn.example'

const served = async (t: Test): Promise<WebLivezone> => {
  const server = new WebLivezone(t.testdir(), `${TLS}trusted-proxies = ["127.0.0.1"]\n`)
  await server.makeCertificate()
  await server.start()
  t.teardown(() => server.stop())
  return server
}

/** Once, and whether it wants to or not. */
const ddclient = (server: WebLivezone, lines: readonly string[]): Promise<Finished> => {
  const file = server.write('ddclient.conf', `${lines.join('\n')}\n`)
  const [cache, pid] = ['cache', 'pid'].map((what) => join(server.folder, `ddclient.${what}`))
  const files = ['-file', file, '-cache', cache ?? '', '-pid', pid ?? '']
  return run('ddclient', ['-daemon=0', '-foreground', '-noquiet', '-force', ...files])
}

const common = (server: WebLivezone, protocol: string, ip: string): string[] => [
  `ssl_ca_file=${server.certificate}`,
  `protocol=${protocol}`,
  ...['use=ip', `ip=${ip}`],
  'login=home',
]

t.test('ddclient by dyndns2 over HTTP', { skip }, async (t) => {
  const server = await served(t)
  const token = await server.token('--host', `${HOME}.`, `${OFFICE}.`)
  const conf = (hosts: string, ip: string, password = token): string[] => [
    ...common(server, 'dyndns2', ip),
    ...['ssl=no', `server=${server.at('http')}`, `password=${password}`, hosts],
  ]
  await t.test('sets two hosts by one request', async (t) => {
    const { stdout, stderr } = await ddclient(server, conf(`${HOME},${OFFICE}`, '198.51.100.1'))
    t.match(
      stdout,
      /SUCCESS: +updating home\.dyn\.example: good: IP address set to 198\.51\.100\.1/,
    )
    t.match(stdout, /SUCCESS: +updating office\.dyn\.example: good: .* 198\.51\.100\.1/, stderr)
    t.strictSame(await digData(server, OFFICE, 'A'), ['198.51.100.1'])
  })
  await t.test('hears that nothing changed', async (t) => {
    const { stdout, stderr } = await ddclient(server, conf(HOME, '198.51.100.1'))
    t.match(stdout + stderr, /updating home\.dyn\.example: nochg: No update required/)
  })
  await t.test('hears of the one host that is not its own, and sets the other', async (t) => {
    const hosts = `${HOME},other.dyn.example`
    const { stdout, stderr } = await ddclient(server, conf(hosts, '198.51.100.2'))
    t.match(stdout, /SUCCESS: +updating home\.dyn\.example: good/)
    t.match(stderr, /FAILED: +updating other\.dyn\.example: nohost/)
    t.strictSame(await digData(server, HOME, 'A'), ['198.51.100.2'])
  })
  await t.test('hears that its password is wrong', async (t) => {
    const { stdout, stderr } = await ddclient(server, conf(HOME, '198.51.100.3', 'wrong'))
    t.match(stdout + stderr, /FAILED.*(authorization failed|badauth)/i)
    t.strictSame(await digData(server, HOME, 'A'), ['198.51.100.2'])
  })
  await t.test('sets an IPv6 address beside it', async (t) => {
    const { stdout, stderr } = await ddclient(server, conf(HOME, '2001:db8::1'))
    t.match(stdout, /SUCCESS: .* 2001:db8::1/, stderr)
    t.strictSame(await digData(server, HOME, 'AAAA'), ['2001:db8::1'])
    t.strictSame(await digData(server, HOME, 'A'), ['198.51.100.2'])
  })
  await t.test('reads the address that it has from the page of checkip', async (t) => {
    const lines = conf(HOME, '').filter((line) => !/^(use|ip)=/.test(line))
    const page = [`use=web`, `web=${server.at('http')}/nic/checkip.html`, 'web-skip=Address:']
    const { stdout, stderr } = await ddclient(server, [...page, ...lines])
    // It comes from this machine, and that is no address to be published.
    t.match(stdout + stderr, /dnserr/)
    await t.resolves(server.logged(/"reason":"127\.0\.0\.1 is a loopback address"/))
  })
})

t.test('ddclient over HTTPS, protocol by protocol', { skip }, async (t) => {
  const server = await served(t)
  const token = await server.token('--host', `${HOME}.`)
  const rows: readonly (readonly [protocol: string, ip: string, expected: RegExp])[] = [
    ['noip', '198.51.100.11', /SUCCESS: +updating home\.dyn\.example: good/],
    ['duckdns', '198.51.100.12', /SUCCESS: +updating home\.dyn\.example: good/],
    // It reads no answer, and says nothing.
    ['googledomains', '198.51.100.13', /^$/],
    ['ovh', '198.51.100.14', /SUCCESS: +updating home\.dyn\.example: good/],
  ]
  for (const [protocol, ip, expected] of rows) {
    await t.test(protocol, async (t) => {
      const place = [`server=${server.at('https')}`, 'ssl=yes', `password=${token}`, HOME]
      const { stdout, stderr } = await ddclient(server, [...common(server, protocol, ip), ...place])
      t.match(stdout, expected, stderr)
      t.strictSame(await digData(server, HOME, 'A'), [ip])
    })
  }
})

t.test('ddclient by woima over HTTP', { skip }, async (t) => {
  const server = await served(t)
  const token = await server.token('--host', `${HOME}.`)
  const place = [`server=${server.at('http')}`, 'ssl=no', `password=${token}`, HOME]
  const conf = [...common(server, 'woima', '198.51.100.15'), ...place]
  const { stdout, stderr } = await ddclient(server, conf)
  t.match(stdout, /SUCCESS: +updating home\.dyn\.example: good/, stderr)
  t.strictSame(await digData(server, HOME, 'A'), ['198.51.100.15'])
})

t.test('ddclient by freemyip, which sends no address, behind a proxy', { skip }, async (t) => {
  const server = await served(t)
  const token = await server.token('--host', `${HOME}.`)
  const proxy = await openTlsProxy(server, '192.0.2.1, 203.0.113.9')
  t.teardown(() => {
    proxy.close()
  })
  const place = [`server=127.0.0.1:${proxy.port}`, 'ssl=yes', `password=${token}`, HOME]
  const { stdout, stderr } = await ddclient(server, [
    ...common(server, 'freemyip', '198.51.100.16'),
    ...place,
  ])
  t.match(stdout, /SUCCESS: +updating home\.dyn\.example: good/, stderr)
  t.strictSame(await digData(server, HOME, 'A'), ['203.0.113.9'], 'the right-most hop')
})
