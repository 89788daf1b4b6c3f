/** What docs/dyndns.md shows for clients that run here, as it stands there. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { digData } from '../support/dig.ts'
import { openTlsProxy } from '../support/tls-proxy.ts'
import { run, skipWithout } from '../support/tools.ts'
import { WebLivezone } from '../support/web-livezone.ts'

const HOME = 'home.dyn.example'
const ELSEWHERE = '203.0.113.9'

// From build/test/interop/ up to the repository.
const DOCS = fileURLToPath(new URL('../../../docs/dyndns.md', import.meta.url))

/** The block below the client's name. */
const docsBlock = (client: string): string => {
  const text = readFileSync(DOCS, 'utf8')
  const [, block] =
    new RegExp(`^\\*\\*${client}\\*\\*.*\n\n\`\`\`.*\n([^]*?\n)\`\`\``, 'm').exec(text) ?? []
  if (block === undefined) throw new Error(`docs/dyndns.md has no block for ${client}`)
  return block
}

/** A server that clients reach over HTTPS, from elsewhere, and the block for it. */
const setUp = async (t: Test, client: string) => {
  const server = new WebLivezone(t.testdir(), 'trusted-proxies = ["127.0.0.1"]\n')
  await server.makeCertificate()
  await server.start()
  t.teardown(() => server.stop())
  const proxy = await openTlsProxy(server, ELSEWHERE)
  t.teardown(() => {
    proxy.close()
  })
  const token = await server.token('--host', `${HOME}.`)
  const block = docsBlock(client)
    .replaceAll('ddns.example.net', `127.0.0.1:${proxy.port}`)
    .replaceAll('TOKEN', token)
  return { server, block }
}

t.test('curl', { skip: skipWithout('curl', 'bash', 'dig', 'openssl') }, async (t) => {
  const { server, block } = await setUp(t, 'curl')
  const script = `export CURL_CA_BUNDLE=${server.certificate}\n${block}`
  const { code, stdout, stderr } = await run('bash', ['-eu', '-c', script])
  t.equal(code, 0, stderr)
  t.equal(stdout.trim(), `good ${ELSEWHERE}`)
  t.strictSame(await digData(server, HOME, 'A'), [ELSEWHERE])
})

const ddclient = ['ddclient', 'dig', 'openssl', '/usr/share/perl5/IO/Socket/SSL.pm'] as const

t.test('ddclient 3', { skip: skipWithout(...ddclient) }, async (t) => {
  const { server, block } = await setUp(t, 'ddclient 3')
  const file = server.write('ddclient.conf', `ssl_ca_file=${server.certificate}\n${block}`)
  const [cache = '', pid = ''] = ['cache', 'pid'].map((what) => join(server.folder, what))
  const files = ['-file', file, '-cache', cache, '-pid', pid]
  const words = ['-daemon=0', '-foreground', '-noquiet', ...files]
  const { stdout, stderr } = await run('ddclient', words)
  t.match(stdout, /SUCCESS: +updating home\.dyn\.example: good/, stderr)
  t.strictSame(await digData(server, HOME, 'A'), [ELSEWHERE])
})

t.test('inadyn', { skip: skipWithout('/usr/sbin/inadyn', 'dig', 'openssl') }, async (t) => {
  const { server, block } = await setUp(t, 'inadyn')
  const file = server.write('inadyn.conf', `ca-trust-file = "${server.certificate}"\n${block}`)
  const cache = join(server.folder, 'inadyn-cache')
  mkdirSync(cache)
  // With an address there it does not ask for one in the DNS of this machine.
  writeFileSync(join(cache, `${HOME}.cache`), '192.0.2.1')
  const once = ['-1', '-n', '--no-pidfile', '--force', '-l', 'debug', `--cache-dir=${cache}`]
  const { code, stderr } = await run('/usr/sbin/inadyn', [...once, '-f', file])
  t.equal(code, 0, stderr)
  t.strictSame(await digData(server, HOME, 'A'), [ELSEWHERE])
})
