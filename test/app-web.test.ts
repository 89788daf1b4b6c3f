/** Web clients as a whole server meets them: listening, reloading, HTTPS, and what keeps it from that. */
import { chmodSync, copyFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import t from 'tap'
import { hostSettingsOf } from '../src/app/generation.ts'
import { WebListening } from '../src/app/web-listening.ts'
import { startServer } from '../src/app.ts'
import { loadConfig } from '../src/config/load.ts'
import { fleetOf } from '../src/config/web.ts'
import { controlRequest } from '../src/control/control-client.ts'
import { LmdbLoad } from '../src/store/lmdb-load.ts'
import { readCertificate } from '../src/web/certificate.ts'
import { StoreError } from '../src/zone/zone.ts'
import { configText } from './support/config-text.ts'
import { recordingLog } from './support/log.ts'
import { runHere, ZONE } from './support/operator.ts'
import { freePort } from './support/peer.ts'
import { skipWithout } from './support/tools.ts'
import { makeCertificate } from './support/web-livezone.ts'

const REST = 'file = "dyn.example.zone"\n'

const write = (folder: string, http: string): string => {
  const file = join(folder, 'x.toml')
  writeFileSync(file, configText({ rest: `${REST}${http}` }))
  writeFileSync(join(folder, 'dyn.example.zone'), ZONE)
  return file
}

const start = async (folder: string, http: string) => {
  const { log, lines } = recordingLog()
  const server = await startServer(loadConfig(write(folder, http)), log)
  return { server, lines }
}

t.test('the name of the server alone leads to the page, where it is served', async (t) => {
  const { server } = await start(t.testdir(), '[http]\nlisten = ["127.0.0.1:0"]\n')
  t.teardown(() => server.stop())
  const [origin = ''] = server.webAddresses
  const shown = await fetch(origin)
  t.equal(shown.url, `${origin}/ui/login?next=%2Fui%2F`)
  t.match(await shown.text(), /livezone user add NAME --role admin/)
  t.equal((await fetch(origin, { method: 'HEAD', redirect: 'manual' })).status, 302)
  t.equal((await fetch(origin, { method: 'DELETE' })).status, 404)
})

t.test('an admin sees the zones and keys that are served', async (t) => {
  const folder = t.testdir()
  const file = write(folder, '[http]\nlisten = ["127.0.0.1:0"]\n')
  const config = loadConfig(file)
  const server = await startServer(config, recordingLog().log)
  t.teardown(() => server.stop())
  const user = { name: 'root', role: 'admin', hosts: [], below: false, password: 'correct horse' }
  await controlRequest(config.control, { method: 'POST', url: '/users', body: user })
  const [origin = ''] = server.webAddresses
  const body = new URLSearchParams({ name: 'root', password: 'correct horse' })
  const signedIn = await fetch(`${origin}/ui/login`, { method: 'POST', body, redirect: 'manual' })
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? ''
  const see = async (path: string) => (await fetch(origin + path, { headers: { cookie } })).text()
  t.match(await see('/ui/zones/dyn.example.'), /ns1\.dyn\.example\. 3600 IN A/)
  t.match(await see('/ui/keys'), /TSIG keys/)
})

t.test('what is refused over HTTP is listed beside what is refused over DNS', async (t) => {
  const folder = t.testdir()
  const file = write(folder, '[http]\nlisten = ["127.0.0.1:0"]\n')
  const server = await startServer(loadConfig(file), recordingLog().log)
  t.teardown(() => server.stop())
  const livezone = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await runHere([...words, '--config', file])
    t.equal(code, 0, stderr)
    return stdout
  }
  const token = (await livezone('token', 'create', '--host', 'h.dyn.example.')).trim()
  const [origin = ''] = server.webAddresses
  await fetch(`${origin}/nic/update?hostname=h.dyn.example&myip=192.0.2.1`, {
    headers: { authorization: `Basic ${btoa('h.dyn.example:wrong')}` },
  })
  const change = { op: 'add', name: 'www.dyn.example.', type: 'A', ttl: 60, rdata: '192.0.2.1' }
  const refused = await fetch(`${origin}/api/v1/zones/dyn.example./changes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ changes: [change] }),
  })
  t.equal(refused.status, 403)
  const text = await livezone('rejected')
  t.match(text, /a web client/)
  t.match(text, /by token:h\.dyn\.example/)
  const saved = await controlRequest(loadConfig(file).control, {
    method: 'POST',
    url: '/key-uses/save',
  })
  t.strictSame(saved, {}, 'and what keys were used for is put on disk when a command asks')
})

t.test('a proxy that is trusted says who the client is, and nobody else does', async (t) => {
  const folder = t.testdir()
  const { server } = await start(folder, '[http]\nlisten = ["127.0.0.1:0"]\n')
  t.teardown(() => server.stop())
  const [origin = ''] = server.webAddresses
  const seen = async (): Promise<string> =>
    (await fetch(`${origin}/myip`, { headers: { 'x-forwarded-for': '203.0.113.9' } })).text()
  t.equal(await seen(), '127.0.0.1')
  write(folder, '[http]\nlisten = ["127.0.0.1:0"]\ntrusted-proxies = ["127.0.0.0/8"]\n')
  await server.reload()
  t.equal(await seen(), '203.0.113.9')
})

const textOf = async (url: string): Promise<string> => (await fetch(url)).text()

t.test('a reload listens on what is new and lets go of what is not there', async (t) => {
  const folder = t.testdir()
  const { server } = await start(folder, '[http]\nlisten = ["127.0.0.1:0"]\n')
  t.teardown(() => server.stop())
  const [first = '', ...none] = server.webAddresses
  t.strictSame(none, [])
  t.equal(await textOf(`${first}/myip`), '127.0.0.1')
  write(folder, '[http]\nlisten = ["127.0.0.1:0"]\nlegacy-listen = ["127.0.0.1:0"]\n')
  t.match(await server.reload(), { listenAdded: ['http://127.0.0.1:0 (legacy)'] })
  const [kept, second = ''] = server.webAddresses
  t.equal(kept, first)
  t.equal(await textOf(`${second}/myip`), '127.0.0.1')
  write(folder, '')
  const changes = await server.reload()
  t.match(changes['listenRemoved'], ['http://127.0.0.1:0', 'http://127.0.0.1:0 (legacy)'])
  await t.rejects(fetch(`${first}/myip`))
})

t.test('an address that is taken is said, and all stays as it was', async (t) => {
  const folder = t.testdir()
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.teardown(() => other.close())
  // It listens on a port.
  const { port } = other.address() as { port: number }
  const taken = `[http]\nlisten = ["127.0.0.1:0", "127.0.0.1:${port}"]\n`
  await t.rejects(start(folder, taken), /x\.toml:8:\d+: cannot listen on 127\.0\.0\.1:\d+: another/)
  const { server } = await start(folder, '')
  t.teardown(() => server.stop())
  write(folder, taken)
  await t.rejects(server.reload(), /another program has that port/)
  t.strictSame(server.webAddresses, [])
})

t.test('a fleet without its secret is said where it stands', async (t) => {
  const fleet = '[http]\n[[http.fleet]]\nname = "a"\ndomain = "a.dyn.example."\nsecret = "none"\n'
  await t.rejects(start(t.testdir(), fleet), /x\.toml:11:\d+: ENOENT/)
})

t.test('HTTPS shows what is in its files', { skip: skipWithout('openssl') }, async (t) => {
  const folder = t.testdir()
  const tls =
    '[http]\ntls-listen = ["127.0.0.1:0"]\ncertificate = "server.pem"\nkey = "server.key"\n'
  await t.rejects(start(folder, tls), /no certificate for HTTPS: ENOENT/)
  await makeCertificate(folder)
  await makeCertificate(folder, 'next')
  const { server } = await start(folder, tls)
  t.teardown(() => server.stop())
  t.match(server.webAddresses, [/^https:\/\/127\.0\.0\.1:\d+$/])
  await server.reload()
  t.equal(server.webAddresses.length, 1)

  const config = loadConfig(join(folder, 'x.toml'))
  const { log, lines } = recordingLog()
  const options = { handler: () => Promise.resolve(undefined), isTrusted: () => false }
  const listening = new WebListening(() => Promise.resolve(options), log)
  listening.renew()
  const read = readCertificate(config.http.files)
  const change = await listening.change(config, read)
  await change.keep()
  t.teardown(() => listening.close())
  listening.renew()
  t.strictSame(lines, [], 'nothing has changed')
  for (const what of ['pem', 'key']) {
    copyFileSync(join(folder, `next.${what}`), join(folder, `server.${what}`))
  }
  listening.renew()
  t.match(lines, [{ level: 'info', message: 'HTTPS shows the new certificate' }])
  writeFileSync(join(folder, 'server.pem'), 'broken')
  listening.renew()
  t.match(lines[1], { level: 'error', message: /HTTPS keeps the one that it has/ })
})

t.test('hosts that are blocked, and identities that are still there', async (t) => {
  const file = write(
    t.testdir({ 'cameras.secret': 'x'.repeat(32) }),
    '[http]\nblock = ["Bad.dyn.example."]\n[[http.fleet]]\nname = "cameras"\ndomain = "cam.dyn.example."\nsecret = "cameras.secret"\n',
  )
  const config = loadConfig(file)
  chmodSync(join(dirname(file), 'cameras.secret'), 0o600)
  const loaded = { config, fleets: config.http.fleets.map(fleetOf) }
  const { isBlocked, isIdentity } = hostSettingsOf(loaded, { has: (name) => name === 'home' })
  t.strictSame(['bad.dyn.example', 'dyn.example'].map(isBlocked), [true, false])
  t.strictSame(['home', 'cameras/abc', 'other'].map(isIdentity), [true, true, false])
})

t.test('what was listened on for a reload that fails is let go', async (t) => {
  const folder = t.testdir()
  const { server } = await start(folder, '')
  t.teardown(() => server.stop())
  const place = `127.0.0.1:${await freePort()}`
  const address = `http://${place}`
  const zone = '[[zone]]\nname = "b.example."\nfile = "dyn.example.zone"\n'
  write(folder, `${zone}[http]\nlisten = ["${place}"]\n`)
  const full = t.intercept(LmdbLoad.prototype, 'publish', {
    value: () => {
      throw new StoreError('the disk is full')
    },
  })
  await t.rejects(server.reload(), { message: 'the disk is full' })
  full.restore()
  t.strictSame(server.webAddresses, [])
  await t.rejects(fetch(`${address}/myip`))
  t.match(await server.reload(), { listenAdded: [address] }, 'the port was free again')
  t.equal(await textOf(`${address}/myip`), '127.0.0.1')
})
