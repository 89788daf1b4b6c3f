/**
 * ISC dhcpd hands out leases and tells a livezone. Runs in a network namespace of its own, where
 * port 53 is free and nobody else hears the DHCP: dhcpd.test.ts starts it there.
 */
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { clientConfig } from '../support/client-docs.ts'
import { Daemon } from '../support/daemon.ts'
import { dhcpLivezone } from '../support/dhcp-livezone.ts'
import { digData, digStatus } from '../support/dig.ts'
import { BUNDLED, type Livezone } from '../support/livezone.ts'
import { run } from '../support/tools.ts'

// On a busy machine it waits long for what other programs do.
t.setTimeout(300_000)

const LAPTOP = 'laptop.dyn.example.'

const ip = async (...args: readonly string[]): Promise<void> => {
  const { code, stderr } = await run('ip', args)
  if (code !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`)
}

/** What dhclient calls when something happens: it gives the interface its address. */
const SCRIPT = `#!/bin/sh
[ -z "$new_ip_address" ] || ip address replace "$new_ip_address/24" dev "$interface"
`

/** A second network namespace, with one end of a cable whose other end is ours. */
class ClientNetwork {
  private readonly folder: string
  private readonly owner: Daemon

  constructor(folder: string) {
    this.folder = folder
    const staying = ['--net', 'sh', '-c', 'echo apart; exec sleep infinity']
    this.owner = new Daemon('unshare', staying)
    writeFileSync(join(folder, 'script'), SCRIPT)
    chmodSync(join(folder, 'script'), 0o755)
  }

  async connect(): Promise<void> {
    await ip('link', 'set', 'lo', 'up')
    await ip('link', 'add', 'server', 'type', 'veth', 'peer', 'name', 'client')
    for (const address of ['192.0.2.1/24', 'fe80::1/64', '2001:db8::1/64']) {
      const nodad = address.includes(':') ? ['nodad'] : []
      await ip('address', 'add', address, 'dev', 'server', ...nodad)
    }
    // IPv6 addresses that the kernel makes would be usable only a second later.
    await ip('link', 'set', 'server', 'addrgenmode', 'none', 'up')
    await this.owner.printed(/apart/)
    await ip('link', 'set', 'client', 'netns', `${this.owner.pid}`)
    await this.inside('ip', 'address', 'add', 'fe80::2/64', 'dev', 'client', 'nodad')
    await this.inside('ip', 'link', 'set', 'client', 'addrgenmode', 'none', 'up')
  }

  private async inside(...command: readonly string[]): Promise<void> {
    const { code, stderr } = await run('nsenter', [this.net, ...command])
    if (code !== 0) throw new Error(`${command.join(' ')}: ${stderr}`)
  }

  private get net(): string {
    return `--net=/proc/${this.owner.pid}/ns/net`
  }

  /**
   * Gets a lease for the client that the configuration describes.
   * @returns what gives it back
   */
  async lease(family: '-4' | '-6', title: string, config: string): Promise<() => Promise<void>> {
    const file = join(this.folder, title)
    writeFileSync(`${file}.conf`, config)
    writeFileSync(`${file}.leases`, '')
    const files = ['-cf', `${file}.conf`, '-lf', `${file}.leases`, '-pf', `${file}.pid`]
    const args = [family, '-v', ...files, '-sf', join(this.folder, 'script'), 'client']
    const client = new Daemon('nsenter', [this.net, '/usr/sbin/dhclient', '-d', '-1', ...args])
    await client.printed(/bound to /i)
    // The lease is in its file; its port is for the next client.
    await client.stop('SIGKILL')
    return () => this.inside('/usr/sbin/dhclient', '-r', ...args)
  }

  stop(): Promise<void> {
    return this.owner.stop('SIGKILL')
  }
}

const startDhcpd = async (
  server: Livezone,
  family: '-4' | '-6',
  title: string,
  config = clientConfig(title, server),
): Promise<Daemon> => {
  const file = join(server.folder, title)
  // It need not wait a second for each new address, whether somebody answers a ping there.
  writeFileSync(file, `ping-check false;\n${config}`)
  writeFileSync(`${file}.leases`, '')
  const files = ['-cf', file, '-lf', `${file}.leases`, '-pf', `${file}.pid`]
  const dhcpd = new Daemon('/usr/sbin/dhcpd', [family, '-f', '-d', ...files, 'server'])
  await dhcpd.printed(/Server starting service/)
  return dhcpd
}

const client4 = (identifier: string): string =>
  `send host-name "laptop"; send dhcp-client-identifier "${identifier}";`

const CLIENT_6 = `
send fqdn.fqdn "${LAPTOP}";
send fqdn.encoded on;
send fqdn.server-update on;
`

t.test('dhcpd keeps the names of leases', async (t) => {
  const folder = t.testdir({ server: {}, clients: {} })
  const network = new ClientNetwork(join(folder, 'clients'))
  t.teardown(() => network.stop())
  await network.connect()
  const server = dhcpLivezone(join(folder, 'server'), 53)
  await server.start()
  t.teardown(() => server.stop())
  const dhcpd4 = await startDhcpd(server, '-4', 'dhcpd.conf')
  t.teardown(() => dhcpd4.stop())
  const dhcpd6 = await startDhcpd(server, '-6', 'dhcpd6.conf')
  t.teardown(() => dhcpd6.stop())
  const data = (type: string): Promise<string[]> => digData(server, LAPTOP, type)

  const release4 = await network.lease('-4', 'laptop-4', client4('laptop'))
  await dhcpd4.printed(/Added reverse map/)
  const [, address4 = '?'] = /forward map from laptop.* to (\S+)/.exec(dhcpd4.output) ?? []
  const reverse4 = `${address4.split('.').reverse().join('.')}.in-addr.arpa.`

  await t.test('in the standard style a lease has an A, a DHCID and a PTR record', async (t) => {
    t.match(address4, /^192\.0\.2\.1\d\d$/)
    t.strictSame(await data('A'), [address4])
    t.match(await data('DHCID'), [/^AAEB[\w+/ ]+=$/])
    t.strictSame(await digData(server, reverse4, 'PTR'), [LAPTOP])
  })

  const release6 = await network.lease('-6', 'laptop-6', CLIENT_6)
  await dhcpd6.printed(/Added reverse map/)
  const [, address6, reverse6 = '?'] =
    /forward map from \S+ to (\S+)\n.*reverse map from (\S+) /.exec(dhcpd6.output) ?? []

  await t.test(
    'in the interim style a second lease has an AAAA, a TXT and a PTR record',
    async (t) => {
      t.strictSame(await data('AAAA'), [address6])
      t.match(await data('TXT'), [/^"02[0-9a-f]{32}"$/])
      t.strictSame(await digData(server, reverse6, 'PTR'), [LAPTOP])
      t.strictSame(await data('A'), [address4], 'the first one is as it was')
    },
  )

  await t.test('another client does not get the name', async (t) => {
    await network.lease('-4', 'another', client4('tablet'))
    await dhcpd4.printed(/Forward map from .* FAILED/)
    t.strictSame(await data('A'), [address4])
  })

  await t.test('a lease that is given back takes its own records along', async (t) => {
    await release4()
    await dhcpd4.printed(/Removed reverse map/)
    t.strictSame(await data('A'), [])
    t.strictSame(await data('DHCID'), [])
    t.strictSame(await digData(server, reverse4, 'PTR'), [])
    t.strictSame(await data('AAAA'), [address6], 'the other one stays')
  })

  await t.test('the last lease takes the name along', async (t) => {
    await release6()
    await dhcpd6.printed(/Removed reverse map/)
    t.equal(await digStatus(server, LAPTOP, 'AAAA'), 'NXDOMAIN')
    t.equal(await digStatus(server, reverse6, 'PTR'), 'NXDOMAIN')
  })

  await t.test('what "livezone key show" prints does as well', async (t) => {
    await dhcpd4.stop()
    const config = ['--config', join(server.folder, 'livezone.toml')]
    const words = ['key', 'show', 'ddns-key', '--for', 'dhcpd', ...config]
    const printed = await run(process.execPath, [BUNDLED, ...words])
    t.equal(printed.code, 0, printed.stderr)
    const subnet = /^authoritative;\nsubnet [^}]*}\n/m.exec(clientConfig('dhcpd.conf', server))
    const whole = `${printed.stdout}${subnet?.[0] ?? ''}`
    const dhcpd = await startDhcpd(server, '-4', 'printed.conf', whole)
    t.teardown(() => dhcpd.stop())
    await network.lease('-4', 'phone', client4('phone'))
    await dhcpd.printed(/Added reverse map/)
    const [, address = '?'] = /forward map from laptop.* to (\S+)/.exec(dhcpd.output) ?? []
    t.strictSame(await data('A'), [address])
  })
})
