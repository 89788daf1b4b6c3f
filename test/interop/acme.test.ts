/**
 * Whole DNS-01 issuances by three ACME clients, each for a name and its wildcard: pebble is the CA,
 * and its validator asks livezone. Each client has the documented grant: TXT at one name.
 */
import { X509Certificate } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { clientConfig } from '../support/client-docs.ts'
import { digStatus } from '../support/dig.ts'
import { Livezone } from '../support/livezone.ts'
import { Pebble } from '../support/pebble.ts'
import { run, skipWithout, type Finished } from '../support/tools.ts'
import { writeKey } from '../support/written-key.ts'

const CONFIG = `
listen = ["127.0.0.1:0"]
data = "data"
keys = "keys"

[[zone]]
name = "dyn.example."
file = "dyn.example.zone"
`

interface Stage {
  readonly server: Livezone
  readonly pebble: Pebble
}

/** @returns the certificate that it got */
type Client = (stage: Stage, host: string, folder: string) => Promise<[Finished, string]>

/** A documented text, for another host. */
const configFor = (host: string, title: string, server: Livezone): string =>
  clientConfig(title, server).replaceAll('www.dyn.example', host)

const shell = (script: string, folder: string): Promise<Finished> =>
  run('bash', ['-eu', '-c', script], '', folder)

const lego: Client = async ({ server, pebble }, host, folder) => {
  const script = `
lego() { command lego --server ${pebble.directory} --path . "$@"; }
export LEGO_CA_CERTIFICATES=${pebble.certificateFile} RFC2136_POLLING_INTERVAL=1
${configFor(host, 'lego', server)}`
  return [await shell(script, folder), join(folder, 'certificates', `${host}.crt`)]
}

const certbot: Client = async ({ server, pebble }, host, folder) => {
  const credentials = configFor(host, 'rfc2136.ini', server)
  writeFileSync(join(folder, 'rfc2136.ini'), credentials, { mode: 0o600 })
  const script = `
certbot() {
  command certbot --server ${pebble.directory} --config-dir etc --work-dir work --logs-dir log \\
    --non-interactive --agree-tos --register-unsafely-without-email "$@"
}
export REQUESTS_CA_BUNDLE=${pebble.certificateFile}
${configFor(host, 'certbot', server)}`
  return [await shell(script, folder), join(folder, 'etc', 'live', host, 'cert.pem')]
}

/**
 * Runs the hook with what it sends to port 53, and asks of resolvers, going to our port instead. Datagrams of
 * somebody else's are none to end at: ports are given again to others soon.
 */
const ON_OUR_PORT = `
import inspect, runpy, sys
import dns.query, dns.resolver
hook, port = sys.argv[1], int(sys.argv[2])
sys.argv[:3] = [hook]
udp = inspect.signature(dns.query.udp).parameters.values()
ours = {'port': port, 'ignore_unexpected': True}
dns.query.udp.__defaults__ = tuple(ours.get(p.name, p.default) for p in udp if p.default is not p.empty)
reset = dns.resolver.BaseResolver.reset
def reset_to_our_port(self):
    reset(self)
    self.port = port
dns.resolver.BaseResolver.reset = reset_to_our_port
dns.resolver.default_resolver = dns.resolver.Resolver(configure=False)
dns.resolver.default_resolver.nameservers = ['127.0.0.1']
runpy.run_path(hook, run_name='__main__')
`

const dehydrated: Client = async ({ server, pebble }, host, folder) => {
  const hookConfig = configFor(host, 'dehydrated-hook-ddns-tsig.conf', server)
  writeFileSync(join(folder, 'dehydrated-hook-ddns-tsig.conf'), hookConfig)
  writeFileSync(join(folder, 'on-our-port.py'), ON_OUR_PORT)
  const config = configFor(host, 'dehydrated-hook.sh', server)
  const [, hook] = /^HOOK=(.*)$/m.exec(config) ?? []
  if (hook === undefined) throw new Error('dehydrated-hook.sh has no hook')
  const wrapper = join(folder, 'hook')
  const command = `/usr/bin/python3 on-our-port.py ${hook} ${server.port}`
  writeFileSync(wrapper, `#!/bin/sh\ncd ${folder} && exec ${command} "$@"\n`)
  chmodSync(wrapper, 0o755)
  const ours = `
CA=${pebble.directory}
BASEDIR=${folder}
CURL_OPTS="--cacert ${pebble.certificateFile}"
KEYSIZE=2048
ACCOUNT_KEYSIZE=2048
KEY_ALGO=prime256v1
`
  writeFileSync(join(folder, 'config'), config.replace(hook, wrapper) + ours)
  const order = `--cron --domain ${host} --domain '*.${host}' --alias alias`
  const finished = await shell(`dehydrated --config config --accept-terms ${order}`, folder)
  return [finished, join(folder, 'certs', 'alias', 'cert.pem')]
}

const clients: readonly (readonly [title: string, Client])[] = [
  ['lego', lego],
  ['certbot', certbot],
  ['dehydrated', dehydrated],
]

const hostOf = (title: string): string => `${title}.dyn.example`

/** A livezone that lets each client do what docs/clients.md has for ACME, and a CA that asks it. */
const setUp = async (t: Test): Promise<Stage> => {
  const folder = t.testdir({ pebble: {} })
  const server = new Livezone(folder, CONFIG)
  writeKey(server, 'hmac-sha256')
  const grants = clients.map(([title]) => configFor(hostOf(title), 'acme-grant', server))
  writeFileSync(join(folder, 'livezone.toml'), [CONFIG, ...grants].join('\n'))
  await server.start()
  t.teardown(() => server.stop())
  const pebble = new Pebble(join(folder, 'pebble'))
  await pebble.start(server.port)
  t.teardown(() => pebble.stop())
  return { server, pebble }
}

const skip = skipWithout(
  'lego',
  'certbot',
  '/usr/lib/python3/dist-packages/certbot_dns_rfc2136',
  'dehydrated',
  '/usr/share/dehydrated-hook-ddns-tsig',
  'pebble',
  'openssl',
  'dig',
)

// They wait more than they work: all at once.
t.test(
  'certificates for a name and its wildcard',
  { skip, jobs: clients.length, buffered: true },
  async (t) => {
    const stage = await setUp(t)
    for (const [title, client] of clients) {
      void t.test(title, { buffered: true }, async (t) => {
        const host = hostOf(title)
        const folder = join(stage.server.folder, title)
        mkdirSync(folder)
        const [{ code, stdout, stderr }, file] = await client(stage, host, folder)
        t.equal(code, 0, stdout + stderr)
        const certificate = new X509Certificate(readFileSync(file))
        t.match(certificate.issuer, /^CN=Pebble Intermediate CA/)
        const names = certificate.subjectAltName?.split(', ').sort()
        t.strictSame(names, [`DNS:*.${host}`, `DNS:${host}`])

        const challenge = `_acme-challenge.${host}.`
        const added = new RegExp(`"added":\\[[^\\]]*"${challenge} \\d+ IN TXT`, 'g')
        t.equal(stage.server.log.match(added)?.length, 2, 'a TXT record for each')
        t.equal(await digStatus(stage.server, challenge, 'TXT'), 'NXDOMAIN', 'both are gone')
      })
    }
  },
)
