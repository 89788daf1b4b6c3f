/** Which addresses are in the networks that the operator listed. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { loadConfig } from '../../src/config/load.ts'
import { isInAny } from '../../src/config/networks.ts'
import { configText } from '../support/config-text.ts'

/** The networks as the configuration file has them. */
const inAny = (folder: string, networks: readonly string[]): ((address: string) => boolean) => {
  const file = join(folder, 'x.toml')
  const proxy = `proxy = ${JSON.stringify(networks)}`
  writeFileSync(file, configText({ data: `data = "data"\n${proxy}` }))
  return isInAny(loadConfig(file).proxies)
}

t.test('without networks no address is in one', async (t) => {
  const isIn = inAny(t.testdir(), [])
  for (const address of ['127.0.0.1', '::1', '0.0.0.0']) t.equal(isIn(address), false, address)
})

for (const { networks, inside, outside } of [
  {
    networks: ['192.0.2.1'],
    inside: ['192.0.2.1'],
    outside: ['192.0.2.2', '192.0.3.1', '::1', '::'],
  },
  {
    networks: ['192.0.2.0/25', '10.0.0.0/8'],
    inside: ['192.0.2.0', '192.0.2.127', '10.255.255.255'],
    outside: ['192.0.2.128', '11.0.0.0', '9.255.255.255', '2001:db8::1'],
  },
  {
    networks: ['192.0.2.77/24'],
    inside: ['192.0.2.0', '192.0.2.255'],
    outside: ['192.0.1.255', '192.0.3.0'],
  },
  {
    networks: ['2001:db8::/33', '::1'],
    inside: ['2001:db8::', '2001:db8:7fff::1', '2001:db8:0:0:0:0:0:1', '::1', '0:0:0:0:0:0:0:1'],
    outside: ['2001:db8:8000::', '2001:db9::', '::2', '127.0.0.1'],
  },
  {
    networks: ['fe80::/10'],
    inside: ['fe80::1', 'fe80::1%eth0', 'febf::1%7'],
    outside: ['fec0::1', '10.0.0.1'],
  },
  {
    networks: ['0.0.0.0/0'],
    inside: ['0.0.0.0', '255.255.255.255'],
    outside: ['::1', '2001:db8::1'],
  },
  {
    networks: ['::/0'],
    inside: ['::', '2001:db8::1'],
    outside: ['192.0.2.1'],
  },
] as const) {
  t.test(`${networks.join(' and ')} have the addresses in them, and no others`, async (t) => {
    const isIn = inAny(t.testdir(), networks)
    for (const address of inside) t.equal(isIn(address), true, address)
    for (const address of outside) t.equal(isIn(address), false, address)
  })
}

t.test('however many addresses are asked about, each gets its own answer', async (t) => {
  const isIn = inAny(t.testdir(), ['10.0.0.0/17'])
  const wrong: string[] = []
  for (let round = 0; round < 2; round++) {
    for (let index = 0; index < 0x1_0000; index += 8) {
      const address = `10.0.${index >> 8}.${index & 255}`
      if (isIn(address) !== index < 0x8000) wrong.push(address)
    }
  }
  t.strictSame(wrong, [])
})
