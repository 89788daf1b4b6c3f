/**
 * Whole DNS-01 issuances by the hooks that the page and docs/dyndns.md have for certbot and lego: pebble
 * is the CA, and its validator asks livezone for what the hooks have set over HTTP.
 */
import { X509Certificate } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { certbot, lego } from '../../src/clients/web/certificates.ts'
import type { WebClient } from '../../src/clients/web/web-client.ts'
import { digData } from '../support/dig.ts'
import { Pebble } from '../support/pebble.ts'
import { run, skipWithout } from '../support/tools.ts'
import { WebLivezone } from '../support/web-livezone.ts'

interface Stage {
  readonly server: WebLivezone
  readonly pebble: Pebble
}

interface AcmeClient {
  readonly client: WebClient
  /** What has the documented command ask pebble, and for the wildcard besides. */
  readonly around: (stage: Stage, host: string) => string
  /** The certificate that it got, from its folder on. */
  readonly certificate: (host: string) => string
}

const clients: readonly AcmeClient[] = [
  {
    client: certbot,
    around: ({ pebble }, host) => `
certbot() {
  command certbot --server ${pebble.directory} --config-dir etc --work-dir work --logs-dir log \\
    --non-interactive --agree-tos --register-unsafely-without-email "$@" -d '*.${host}'
}
export REQUESTS_CA_BUNDLE=${pebble.certificateFile}`,
    certificate: (host) => `etc/live/${host}/cert.pem`,
  },
  {
    client: lego,
    // It would ask the name servers of the zone, on port 53.
    around: ({ pebble, server }, host) => `
lego() {
  command lego --server ${pebble.directory} --path . --dns.disable-cp \\
    --dns.resolvers 127.0.0.1:${server.port} -d '*.${host}' "$@"
}
export LEGO_CA_CERTIFICATES=${pebble.certificateFile} EXEC_POLLING_INTERVAL=1`,
    certificate: (host) => `certificates/_.${host}.crt`,
  },
]

const setUp = async (t: Test): Promise<Stage> => {
  const server = new WebLivezone(t.testdir({ pebble: {} }))
  await server.start()
  t.teardown(() => server.stop())
  const pebble = new Pebble(join(server.folder, 'pebble'))
  await pebble.start(server.port)
  t.teardown(() => pebble.stop())
  return { server, pebble }
}

const skip = skipWithout('certbot', 'lego', 'pebble', 'openssl', 'curl', 'bash', 'dig')

// They wait more than they work: all at once.
t.test('certificates by web hooks', { skip, jobs: clients.length, buffered: true }, async (t) => {
  const stage = await setUp(t)
  const { server } = stage
  for (const { client, around, certificate } of clients) {
    void t.test(client.title, { buffered: true }, async (t) => {
      const host = `${client.id}.dyn.example`
      const folder = join(server.folder, client.id)
      mkdirSync(folder)
      const token = await server.token('--host', `${host}.`, '--types', 'TXT')
      const origin = `http://${server.at('http')}`
      const documented = client.text({ origin, host, user: client.id, token })
      const script = `${around(stage, host)}\n${documented.join('\n')}`
      const { code, stdout, stderr } = await run('bash', ['-eu', '-c', script], '', folder)
      t.equal(code, 0, stdout + stderr)
      const got = new X509Certificate(readFileSync(join(folder, certificate(host))))
      t.match(got.issuer, /^CN=Pebble Intermediate CA/)
      const names = got.subjectAltName?.split(', ').sort()
      t.strictSame(names, [`DNS:*.${host}`, `DNS:${host}`])
      const values = await digData(server, `_acme-challenge.${host}.`, 'TXT')
      t.equal(values.length, 2, 'one for the name, one for the wildcard')
    })
  }
})
