/** The addresses of interfaces, as `ip` prints them. */
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import {
  addressesFromIp,
  addressesFromSystem,
  interfaceAddresses,
  networkPicture,
} from '../../src/agent/interfaces.ts'

/** As iproute2 6.1 prints it, with less around it. */
const IP_OUTPUT = JSON.stringify([
  {},
  { ifname: 'lo', addr_info: [{ family: 'inet', local: '127.0.0.1', scope: 'host' }] },
  {
    ifname: 'eth0',
    addr_info: [
      { family: 'inet', local: '192.0.2.2', scope: 'global', preferred_life_time: 4294967295 },
      { family: 'inet6', local: 'fe80::1', scope: 'link', preferred_life_time: 4294967295 },
      {
        family: 'inet6',
        local: '2001:db8::1',
        scope: 'global',
        dynamic: true,
        mngtmpaddr: true,
        preferred_life_time: 600,
      },
      { family: 'inet6', local: '2001:db8::2', scope: 'global', temporary: true },
      { family: 'inet6', local: '2001:db8::3', scope: 'global', deprecated: true },
      { family: 'inet6', local: '2001:db8::4', scope: 'global', tentative: true },
      { family: 'inet6', local: '2001:db8::5', scope: 'global', dadfailed: true },
    ],
  },
])

t.test('what ip prints is read with its flags and lifetimes', async (t) => {
  const plain = { isTemporary: false, isDeprecated: false, isTentative: false }
  const lasting = { interface: 'eth0', preferredSeconds: Infinity, ...plain }
  t.strictSame(addressesFromIp(IP_OUTPUT), [
    { ...lasting, family: 'ipv4', address: '192.0.2.2' },
    { ...lasting, family: 'ipv6', address: '2001:db8::1', preferredSeconds: 600 },
    { ...lasting, family: 'ipv6', address: '2001:db8::2', isTemporary: true },
    { ...lasting, family: 'ipv6', address: '2001:db8::3', isDeprecated: true },
    { ...lasting, family: 'ipv6', address: '2001:db8::4', isTentative: true },
    { ...lasting, family: 'ipv6', address: '2001:db8::5', isTentative: true },
  ])
})

t.test('the system alone knows addresses', async (t) => {
  const rest = { netmask: '', mac: '', cidr: null }
  const found = addressesFromSystem({
    lo: [{ ...rest, address: '127.0.0.1', family: 'IPv4', internal: true }],
    en0: [
      { ...rest, address: '192.0.2.2', family: 'IPv4', internal: false },
      { ...rest, address: '2001:db8::1', family: 'IPv6', internal: false, scopeid: 0 },
    ],
    en1: undefined,
  })
  t.match(found, [
    { interface: 'en0', family: 'ipv4', address: '192.0.2.2' },
    { interface: 'en0', family: 'ipv6', address: '2001:db8::1' },
  ])
})

/** An `ip` that prints the files `address`, `-4` and `-6`, and fails where there is none. */
const fakeIp = (t: Test, files: Record<string, string>): string => {
  const folder = t.testdir(files)
  const path = join(folder, 'ip')
  const script = `#!/bin/sh\ncd '${folder}'\n[ "$2" = address ] && exec cat address\nexec cat -- "./$2"\n`
  writeFileSync(path, script)
  chmodSync(path, 0o755)
  return path
}

t.test('where there is an ip it is asked, where there is none the system', async (t) => {
  const ip = fakeIp(t, { address: IP_OUTPUT })
  t.equal((await interfaceAddresses(ip)).length, 6)
  t.strictSame(await interfaceAddresses(join(t.testdir(), 'none')), addressesFromSystem())
})

t.test('an ip that fails is an error', async (t) => {
  await t.rejects(interfaceAddresses(fakeIp(t, {})), /ip failed: cat: address/)
})

t.test('lifetimes do not make another picture, addresses and routes do', async (t) => {
  const files = { address: IP_OUTPUT, '-4': '[{"dst":"default","gateway":"192.0.2.1"}]' }
  const picture = await networkPicture(fakeIp(t, files))
  const renewed = { ...files, address: IP_OUTPUT.replace('600', '599') }
  t.equal(await networkPicture(fakeIp(t, renewed)), picture)
  t.not(await networkPicture(fakeIp(t, { ...files, '-6': '' })), picture)
  t.not(await networkPicture(fakeIp(t, { ...files, address: '[]' })), picture)
})

t.test('by default it is this machine', async (t) => {
  t.type(await interfaceAddresses(), Array)
  t.match(await networkPicture(), /^\[\[/)
})
