/** ddclient by way of nsupdate, with the configuration of docs/clients.md. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { clientConfig } from '../support/client-docs.ts'
import { digRecords } from '../support/dig.ts'
import { Livezone } from '../support/livezone.ts'
import { run, skipWithout, type Finished } from '../support/tools.ts'

const skip = skipWithout('ddclient', 'nsupdate', 'dig')

t.test('ddclient keeps the addresses of two hosts up to date', { skip }, async (t) => {
  const server = new Livezone(t.testdir())
  await server.start()
  t.teardown(() => server.stop())

  /** With the documented file, but for what is replaced. */
  const ddclient = (...replacements: (readonly [string, string])[]): Promise<Finished> => {
    let config = clientConfig('ddclient.conf', server)
    for (const [documented, instead] of replacements) {
      if (!config.includes(documented)) throw new Error(`${documented} is not in ddclient.conf`)
      config = config.replace(documented, instead)
    }
    const place = (what: string): string => join(server.folder, `ddclient.${what}`)
    writeFileSync(place('conf'), config, { mode: 0o600 })
    const once = ['-daemon=0', '-foreground', '-noquiet', '-force']
    const files = ['-file', place('conf'), '-cache', place('cache'), '-pid', place('pid')]
    return run('ddclient', [...once, ...files])
  }
  const addresses = async (): Promise<string[]> =>
    (
      await Promise.all([
        digRecords(server, 'home.dyn.example.', 'A'),
        digRecords(server, 'home.dyn.example.', 'AAAA'),
        digRecords(server, 'office.dyn.example.', 'A'),
        digRecords(server, 'office.dyn.example.', 'AAAA'),
      ])
    ).flat()
  const first = ['home.dyn.example. 600 A 192.0.2.10', 'office.dyn.example. 600 A 192.0.2.10']

  await t.test('sets both in one message', async (t) => {
    const { code, stdout, stderr } = await ddclient()
    t.equal(code, 0, stdout + stderr)
    t.match(stdout, /SUCCESS: +updating office\.dyn\.example: .* 192\.0\.2\.10/)
    t.strictSame(await addresses(), first)
    await server.logged(/"transport":"udp"/)
    t.equal(server.log.match(/"transport":"udp"/g)?.length, 1, 'one update over UDP')
  })

  await t.test('is refused by a zone that is not there, and says so', async (t) => {
    const { code, stderr } = await ddclient(
      ['192.0.2.10', '192.0.2.11'],
      ['zone=dyn.example', 'zone=no.example'],
    )
    t.not(code, 0)
    t.match(stderr, /update failed: NOTAUTH/)
    t.strictSame(await addresses(), first)
  })

  await t.test('replaces the address, over TCP when told so', async (t) => {
    const { code, stdout, stderr } = await ddclient(
      ['192.0.2.10', '192.0.2.12'],
      ['ttl=600', 'ttl=900\ntcp=yes'],
    )
    t.equal(code, 0, stdout + stderr)
    const changed = ['home.dyn.example. 900 A 192.0.2.12', 'office.dyn.example. 900 A 192.0.2.12']
    t.strictSame(await addresses(), changed)
    await t.resolves(server.logged(/"transport":"tcp"/))
  })

  await t.test('adds an IPv6 address beside the IPv4 address', async (t) => {
    const { code, stdout, stderr } = await ddclient(['192.0.2.10', '2001:db8::10'])
    t.equal(code, 0, stdout + stderr)
    t.strictSame(await addresses(), [
      'home.dyn.example. 900 A 192.0.2.12',
      'home.dyn.example. 600 AAAA 2001:db8::10',
      'office.dyn.example. 900 A 192.0.2.12',
      'office.dyn.example. 600 AAAA 2001:db8::10',
    ])
  })
})
