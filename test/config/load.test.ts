/** What a configuration becomes: names, numbers and absolute paths. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import t from 'tap'
import { loadConfig, oneOrAll, type Config } from '../../src/config/load.ts'
import { limitOf } from '../../src/access/rule.ts'
import { InputError } from '../../src/base/input-error.ts'
import { nameToText } from '../../src/text/name-text.ts'
import { rrTypeOf, rrTypeName } from '../../src/wire/codes.ts'
import { configText, grantText, type ConfigParts } from '../support/config-text.ts'

const load = (folder: string, parts: ConfigParts): Config => {
  const file = join(folder, 'livezone.toml')
  writeFileSync(file, configText(parts))
  return loadConfig(file)
}

t.test('the example configuration of the README becomes names, numbers and paths', async (t) => {
  const folder = t.testdir()
  const config = load(folder, {
    listen: 'listen = ["127.0.0.1:5300", "[::1]:0", "[fe80::1%lo]:65535"]',
    rest: 'file = "zones/dyn.example.zone"\n' + grantText('key = "ddns-key."', 'match = "zonesub"'),
  })
  t.strictSame(config.listen, [
    { address: '127.0.0.1', port: 5300 },
    { address: '::1', port: 0 },
    { address: 'fe80::1%lo', port: 65535 },
  ])
  t.equal(config.data, join(folder, 'data'))
  t.equal(config.keys, join(folder, 'keys'))
  const [zone, ...others] = config.zones
  t.equal(others.length, 0)
  t.equal(zone && nameToText(zone.name), 'dyn.example.')
  t.equal(zone?.file, join(folder, 'zones/dyn.example.zone'))
  t.strictSame(zone?.transfer, [])
  t.strictSame(
    zone?.policy.rules.map(({ key, match, text }) => [key && nameToText(key), match, text]),
    [['ddns-key.', { kind: 'zonesub' }, 'ddns-key. zonesub']],
  )
})

t.test('relative paths begin at the folder of the configuration file', async (t) => {
  const folder = t.testdir()
  mkdirSync(join(folder, 'etc'))
  const file = join(folder, 'etc', 'livezone.toml')
  writeFileSync(
    file,
    configText({ data: 'data = "../data"', keys: 'keys = "/k"', rest: 'file = "a/../z.zone"' }),
  )
  for (const spelled of [file, relative(process.cwd(), file)]) {
    const { data, keys, zones } = loadConfig(spelled)
    t.equal(data, join(folder, 'data'))
    t.equal(keys, '/k')
    t.equal(zones[0]?.file, join(folder, 'etc', 'z.zone'))
  }
})

t.test('a zone needs nothing but its name', async (t) => {
  const [zone] = load(t.testdir(), { zone: 'zone = [{ name = "Dyn.Example" }]' }).zones
  t.equal(zone && nameToText(zone.name), 'Dyn.Example.')
  t.equal(zone?.file, undefined)
  t.strictSame(zone?.transfer, [])
  t.strictSame(zone?.grants, [])
})

t.test('keys, addresses and networks may transfer', async (t) => {
  const transfer =
    'transfer = ["key:ddns-key.", "key:Other", "192.0.2.1", "10.0.0.0/8", "0.0.0.0/0", "2001:db8::/32", "::1"]'
  const [zone] = load(t.testdir(), { rest: transfer }).zones
  t.strictSame(
    zone?.transfer.map((one) => (one.kind === 'key' ? nameToText(one.key) : one.network.text)),
    ['ddns-key.', 'Other.', '192.0.2.1', '10.0.0.0/8', '0.0.0.0/0', '2001:db8::/32', '::1'],
  )
})

t.test(
  'a grant becomes its match, its types, and a text that the operator knows again',
  async (t) => {
    const [zone] = load(t.testdir(), {
      rest: [
        grantText('key = "k"', 'match = "name"', 'name = "a.dyn.example"', 'types = ["A", "aaaa"]'),
        grantText('key = "k."', 'match = "subdomain"', 'name = "DYN.example."', 'types = ["ANY"]'),
        grantText('key = "h.dyn.example."', 'match = "self"', 'types = ["TYPE65280", "TXT"]'),
      ].join('\n'),
    }).zones
    t.strictSame(
      zone?.policy.rules.map(({ match, types, text }) => [
        'name' in match ? [match.kind, nameToText(match.name)] : match.kind,
        [...types.keys()].map(rrTypeName),
        text,
      ]),
      [
        [['name', 'a.dyn.example.'], ['A', 'AAAA'], 'k. name a.dyn.example. A AAAA'],
        [['subdomain', 'DYN.example.'], ['ANY'], 'k. subdomain DYN.example. ANY'],
        ['self', ['TYPE65280', 'TXT'], 'h.dyn.example. self TYPE65280 TXT'],
      ],
    )
  },
)

t.test('a grant without types is for all but NS and SOA', async (t) => {
  const rest = grantText('key = "k."', 'match = "zonesub"')
  const [rule] = load(t.testdir(), { rest }).zones[0]?.policy.rules ?? []
  const granted = ['A', 'TXT', 'NS', 'SOA'].filter((type) => {
    const number = { A: 1, NS: 2, SOA: 6, TXT: 16 }[type] ?? 0
    return rule !== undefined && limitOf(rule, rrTypeOf(number)) !== undefined
  })
  t.strictSame(granted, ['A', 'TXT'])
})

t.test('an error about a value that was taken stands where the value does', async (t) => {
  const folder = t.testdir()
  const config = load(folder, { listen: 'listen = ["127.0.0.1:1", "[::1]:2"]', rest: 'file = "x"' })
  const at = (...path: (string | number)[]): string => config.errorAt(path, 'is bad').message
  const file = join(folder, 'livezone.toml')
  t.equal(at('listen', 1), `${file}:1:26: is bad`)
  t.equal(at('zone', 0, 'file'), `${file}:6:1: is bad`)
  t.equal(at('zone', 0, 'transfer'), `${file}:4:1: is bad`)
})

t.test('what cannot be read is said by the system', async (t) => {
  const folder = t.testdir()
  t.throws(() => loadConfig(join(folder, 'none.toml')), { code: 'ENOENT' })
  t.throws(() => loadConfig(folder), { code: 'EISDIR' })
})

t.test('one error is thrown as it is, several together', async (t) => {
  const one = new InputError('f', 1, 2, 'one')
  const two = new InputError('f', 3, 4, 'two')
  t.equal(oneOrAll([one]), one)
  t.match(oneOrAll([one, two]), {
    name: 'Error',
    message: 'f:1:2: one\nf:3:4: two',
    errors: [one, two],
  })
})
