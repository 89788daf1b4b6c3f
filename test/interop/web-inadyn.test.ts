/** inadyn 2.10, as UniFi and DD-WRT have it: a custom provider over HTTP/1.0. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { digData } from '../support/dig.ts'
import { run, skipWithout, type Finished } from '../support/tools.ts'
import { WebLivezone } from '../support/web-livezone.ts'

const skip = skipWithout('/usr/sbin/inadyn', 'dig')
const HOME = 'home.dyn.example'

t.test('inadyn', { skip }, async (t) => {
  const server = new WebLivezone(t.testdir())
  await server.start()
  t.teardown(() => server.stop())
  const token = await server.token('--host', `${HOME}.`)

  const inadyn = (address: string, password = token): Promise<Finished> => {
    const file = server.write(
      'inadyn.conf',
      `period = 300
       allow-ipv6 = true
       custom our {
         ssl = false
         username = home
         password = ${password}
         checkip-command = "echo ${address}"
         ddns-server = ${server.at('http')}
         ddns-path = "/nic/update?hostname=%h&myip=%i"
         hostname = ${HOME}
       }\n`,
    )
    const cache = join(server.folder, 'inadyn-cache')
    mkdirSync(cache, { recursive: true })
    // With an address there it does not ask for one in the DNS of this machine.
    writeFileSync(join(cache, `${HOME}.cache`), '192.0.2.1')
    const once = ['-1', '-n', '--no-pidfile', '--force', '-l', 'debug', `--cache-dir=${cache}`]
    return run('/usr/sbin/inadyn', [...once, '-f', file])
  }

  await t.test('sets an IPv4 address, and hears when there is nothing to change', async (t) => {
    const { code, stderr } = await inadyn('198.51.100.31')
    t.equal(code, 0, stderr)
    t.match(stderr, /good 198\.51\.100\.31/)
    t.strictSame(await digData(server, HOME, 'A'), ['198.51.100.31'])
    const again = await inadyn('198.51.100.31')
    t.equal(again.code, 0, again.stderr)
    t.match(again.stderr, /nochg 198\.51\.100\.31/)
  })
  await t.test('sets an IPv6 address beside it', async (t) => {
    const { code, stderr } = await inadyn('2001:db8::31')
    t.equal(code, 0, stderr)
    t.strictSame(await digData(server, HOME, 'AAAA'), ['2001:db8::31'])
    t.strictSame(await digData(server, HOME, 'A'), ['198.51.100.31'])
  })
  await t.test('hears that its password is wrong', async (t) => {
    const { code, stderr } = await inadyn('198.51.100.32', 'wrong')
    t.not(code, 0)
    t.match(stderr, /Authentication failure/)
    t.strictSame(await digData(server, HOME, 'A'), ['198.51.100.31'])
  })
})
