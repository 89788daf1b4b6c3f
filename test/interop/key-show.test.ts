/** What `livezone key show` prints, given to the clients as it is. */
import { X509Certificate } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createSocket } from 'node:dgram'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { Daemon } from '../support/daemon.ts'
import { dhcpLivezone } from '../support/dhcp-livezone.ts'
import { dhcidOf } from '../support/dhcid.ts'
import { digData, digRecords } from '../support/dig.ts'
import { Livezone } from '../support/livezone.ts'
import { freePort } from '../support/peer.ts'
import { runHere } from '../support/operator.ts'
import { Pebble } from '../support/pebble.ts'
import { run, skipWithout, type Finished } from '../support/tools.ts'
import { writeKey } from '../support/written-key.ts'

/** As the operator of that server has it printed. */
const printed = async (server: Livezone, client: string): Promise<string> => {
  const config = ['--config', join(server.folder, 'livezone.toml')]
  const where = ['--server', `127.0.0.1:${server.port}`]
  const { code, stdout, stderr } = await runHere([
    ...['key', 'show', 'ddns-key', '--for', client],
    ...where,
    ...config,
  ])
  if (code !== 0) throw new Error(stderr)
  return stdout
}

const shell = (script: string, folder: string): Promise<Finished> =>
  run('bash', ['-eu', '-c', script], '', folder)

const started = async (t: Test, server: Livezone): Promise<Livezone> => {
  await server.start()
  t.teardown(() => server.stop())
  return server
}

t.test('nsupdate', { skip: skipWithout('nsupdate', 'dig') }, async (t) => {
  for (const algorithm of ['hmac-sha256-128', 'hmac-sha512', 'hmac-md5']) {
    const server = new Livezone(t.testdir())
    writeKey(server, algorithm)
    await started(t, server)
    const { code, stderr } = await shell(await printed(server, 'nsupdate'), server.folder)
    t.equal(code, 0, stderr)
    t.strictSame(await digRecords(server, 'test.dyn.example.', 'A'), [
      'test.dyn.example. 60 A 192.0.2.1',
    ])
    await server.stop()
  }
})

t.test('ddclient', { skip: skipWithout('ddclient', 'nsupdate', 'dig') }, async (t) => {
  const server = await started(t, new Livezone(t.testdir()))
  const { code, stderr } = await shell(await printed(server, 'ddclient'), server.folder)
  t.equal(code, 0, stderr)
  const file = join(server.folder, 'ddclient.conf')
  // The interface is what the operator puts there.
  const config = readFileSync(file, 'utf8').replace('use=if, if=eth0', 'use=ip, ip=192.0.2.10')
  writeFileSync(file, config)
  const once = ['-daemon=0', '-foreground', '-noquiet', '-force']
  const cache = ['-cache', join(server.folder, 'cache'), '-pid', join(server.folder, 'pid')]
  const { stdout } = await run('ddclient', [...once, '-file', file, ...cache])
  t.match(stdout, /SUCCESS/)
  t.strictSame(await digRecords(server, 'test.dyn.example.', 'A'), [
    'test.dyn.example. 600 A 192.0.2.10',
  ])
})

const ACME = `
listen = ["127.0.0.1:0"]
data = "data"
keys = "keys"

[[zone]]
name = "dyn.example."
file = "dyn.example.zone"

  [[zone.grant]]
  key = "ddns-key."
  match = "name"
  name = "_acme-challenge.www.dyn.example."
  types = ["TXT"]
`

const skipAcme = skipWithout(
  'lego',
  'certbot',
  '/usr/lib/python3/dist-packages/certbot_dns_rfc2136',
  'pebble',
  'openssl',
)

t.test('lego and certbot get a certificate each', { skip: skipAcme }, async (t) => {
  const server = await started(t, new Livezone(t.testdir({ pebble: {} }), ACME))
  const pebble = new Pebble(join(server.folder, 'pebble'))
  await pebble.start(server.port)
  t.teardown(() => pebble.stop())
  const folder = (name: string): string => {
    mkdirSync(join(server.folder, name))
    return join(server.folder, name)
  }

  await t.test('lego', async (t) => {
    const script = `
lego() { command lego --server ${pebble.directory} --path . "$@"; }
export LEGO_CA_CERTIFICATES=${pebble.certificateFile} RFC2136_POLLING_INTERVAL=1
${await printed(server, 'lego')}`
    const { code, stdout, stderr } = await shell(script, folder('lego'))
    t.equal(code, 0, stdout + stderr)
    const file = join(server.folder, 'lego', 'certificates', 'www.dyn.example.crt')
    t.match(new X509Certificate(readFileSync(file)).issuer, /^CN=Pebble/)
  })

  await t.test('certbot, by the command in the first line', async (t) => {
    const text = await printed(server, 'certbot')
    const [, command = ''] = /^# (certbot .*)\n/.exec(text) ?? []
    const cwd = folder('certbot')
    writeFileSync(join(cwd, 'rfc2136.ini'), text, { mode: 0o600 })
    const script = `
certbot() {
  command certbot --server ${pebble.directory} --config-dir etc --work-dir work --logs-dir log \\
    --non-interactive --agree-tos --register-unsafely-without-email "$@"
}
export REQUESTS_CA_BUNDLE=${pebble.certificateFile}
${command}`
    const { code, stdout, stderr } = await shell(script, cwd)
    t.equal(code, 0, stdout + stderr)
    const file = join(cwd, 'etc', 'live', 'www.dyn.example', 'cert.pem')
    t.match(new X509Certificate(readFileSync(file)).issuer, /^CN=Pebble/)
  })
})

/** The NameChangeRequest of a DHCP server: JSON after its length in two octets. */
const tell = async (port: number, fqdn: string): Promise<void> => {
  const json = JSON.stringify({
    'change-type': 0,
    'forward-change': true,
    'reverse-change': true,
    fqdn,
    'ip-address': '192.0.2.10',
    dhcid: dhcidOf('000100010a0b0c0d0e0f10111213', fqdn).toString('hex').toUpperCase(),
    'lease-expires-on': '20991231235959',
    'lease-length': 1300,
    'use-conflict-resolution': true,
  })
  const length = Buffer.alloc(2)
  length.writeUInt16BE(json.length)
  const socket = createSocket('udp4')
  await new Promise((sent) => {
    socket.send([length, Buffer.from(json)], port, '127.0.0.1', sent)
  })
  socket.close()
}

const skipKea = skipWithout('/usr/sbin/kea-dhcp-ddns', 'dig')

t.test('Kea D2 registers a lease in both zones', { skip: skipKea }, async (t) => {
  const server = await started(t, dhcpLivezone(t.testdir()))
  const port = await freePort()
  const file = join(server.folder, 'kea-dhcp-ddns.conf')
  // Its own port, its log and its patience are a matter of the machine.
  const log = '{"name":"kea-dhcp-ddns","severity":"DEBUG","output_options":[{"output":"stdout"}]}'
  const text = (await printed(server, 'kea')).replace(/(?<="dns-server-timeout": )2000/, '60000')
  const ours = `$& "port": ${port}, "loggers": [${log}],`
  writeFileSync(file, text.replace('"DhcpDdns": {', ours))
  const d2 = new Daemon('/usr/sbin/kea-dhcp-ddns', ['-c', file], {
    KEA_PIDFILE_DIR: server.folder,
    KEA_LOCKFILE_DIR: server.folder,
  })
  t.teardown(() => d2.stop())
  await d2.printed(/DHCP_DDNS_QUEUE_MGR_STARTED/)
  await tell(port, 'laptop.dyn.example.')
  await d2.printed(/DHCP_DDNS_ADD_(SUCCEEDED|FAILED) /)
  t.match(d2.output, 'DHCP_DDNS_ADD_SUCCEEDED')
  t.strictSame(await digData(server, 'laptop.dyn.example.', 'A'), ['192.0.2.10'])
  t.strictSame(await digData(server, '10.2.0.192.in-addr.arpa.', 'PTR'), ['laptop.dyn.example.'])
})
