/** The settings of the server as a whole: their defaults, what they become, and what is refused. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { loadConfig, type Config } from '../../src/config/load.ts'
import { configText } from '../support/config-text.ts'
import { problemsOf } from '../support/problems.ts'

/** The lines stand from line 3 on. */
const text = (...lines: readonly string[]): string =>
  configText({ data: ['data = "data"', ...lines].join('\n') })

/** Of tables, which have to stand after all settings, the header is line 6. */
const table = (...lines: readonly string[]): string => configText({ rest: lines.join('\n') })

const load = (folder: string, written: string): Config => {
  writeFileSync(join(folder, 'x.toml'), written)
  return loadConfig(join(folder, 'x.toml'))
}

t.test('nothing of them has to be said', async (t) => {
  const config = load(t.testdir(), configText({}))
  t.equal(config.udpSize, 1232)
  t.equal(config.answerCache, 32 * 2 ** 20)
  t.match(config.control, /\/data\/control\.sock$/)
  t.equal(config.cookieSecretFile, undefined)
  t.strictSame(config.proxies, [])
  t.equal(config.serverId, undefined)
  t.equal(config.version, undefined)
  t.strictSame(config.rateLimit, {
    responsesPerSecond: 100,
    slip: 2,
    ipv4PrefixLength: 24,
    ipv6PrefixLength: 56,
    exempt: [
      { address: '127.0.0.0', prefixLength: 8 },
      { address: '::1', prefixLength: 128 },
    ],
  })
  t.strictSame(
    config.zones.map(({ strict }) => strict),
    [false],
  )
})

t.test('more workers than one need UDP in batches', async (t) => {
  const folder = t.testdir()
  t.equal(load(folder, text('workers = 4\nudp = "auto"')).workers, 4)
  t.strictSame(
    problemsOf(folder, () => load(folder, text('workers = 2'))),
    ['x.toml:3:1: workers: more than one need udp = "auto", or "batch"'],
  )
})

t.test('all of them can be said', async (t) => {
  const folder = t.testdir()
  const settings = [
    'udp-size = 4096',
    'control = "run/livezone.sock"',
    'cookie-secret = "keys/cookie.hex"',
    'proxy = ["192.0.2.1", "2001:db8::/32"]',
    'identity = { id = "ns1.fra", version = "livezone" }',
  ]
  const rates = [
    'strict = true',
    '[rate-limit]',
    'responses-per-second = 7',
    'slip = 0',
    'ipv4-prefix = 32',
    'ipv6-prefix = 1',
    'exempt = []',
  ]
  const written = configText({
    data: ['data = "data"', ...settings].join('\n'),
    rest: rates.join('\n'),
  })
  const config = load(folder, written)
  t.equal(config.udpSize, 4096)
  t.equal(config.control, join(folder, 'run/livezone.sock'))
  t.equal(config.cookieSecretFile, join(folder, 'keys/cookie.hex'))
  t.strictSame(config.proxies, [
    { address: '192.0.2.1', prefixLength: 32 },
    { address: '2001:db8::', prefixLength: 32 },
  ])
  t.equal(config.serverId, 'ns1.fra')
  t.equal(config.version, 'livezone')
  t.strictSame(config.rateLimit, {
    responsesPerSecond: 7,
    slip: 0,
    ipv4PrefixLength: 32,
    ipv6PrefixLength: 1,
    exempt: [],
  })
  t.equal(config.zones[0]?.strict, true)
})

t.test('of a table the rest keeps its defaults', async (t) => {
  const config = load(t.testdir(), table('[rate-limit]', 'slip = 3', '[identity]', 'id = "a"'))
  t.match(config.rateLimit, { responsesPerSecond: 100, slip: 3, exempt: { length: 2 } })
  t.equal(config.serverId, 'a')
  t.equal(config.version, undefined)
})

t.test('how many transfers go on at once has defaults, and can be set', async (t) => {
  const folder = t.testdir()
  t.strictSame(load(folder, text('')).transferLimits, { atOnce: 20, perAddress: 10 })
  const limits = table('[transfers]', 'at-once = 1', 'per-address = 1000')
  t.strictSame(load(folder, limits).transferLimits, { atOnce: 1, perAddress: 1000 })
})

t.test('numbers are taken up to their limits', async (t) => {
  const folder = t.testdir()
  t.equal(load(folder, text('udp-size = 512')).udpSize, 512)
  const least = ['responses-per-second = 0', 'slip = 10', 'ipv4-prefix = 1', 'ipv6-prefix = 128']
  t.match(load(folder, table('[rate-limit]', ...least)).rateLimit, {
    responsesPerSecond: 0,
    slip: 10,
    ipv4PrefixLength: 1,
    ipv6PrefixLength: 128,
  })
  const most = load(folder, table('[rate-limit]', 'responses-per-second = 1_000_000'))
  t.equal(most.rateLimit.responsesPerSecond, 1_000_000)
})

t.test('answers are kept in none, or in 1 MiB to 2 GiB', async (t) => {
  const folder = t.testdir()
  for (const [written, octets] of [
    ['0', 0],
    ['"1MiB"', 2 ** 20],
    ['"2GiB"', 2 ** 31],
  ] as const) {
    t.equal(load(folder, text(`answer-cache = ${written}`)).answerCache, octets)
  }
  for (const written of ['"1023KiB"', '"3GiB"', '1', '-1', 'true', '"much"']) {
    const [problem, ...more] = problemsOf(folder, () =>
      load(folder, text(` answer-cache = ${written}`)),
    )
    t.match(problem, /^x\.toml:3:2: answer-cache: write /)
    t.strictSame(more, [])
  }
})

t.test('RFC 1035 §3.3 an identity has up to 255 octets, in UTF-8', async (t) => {
  const folder = t.testdir()
  const SHORT = 'write a text of 1 to 255 octets'
  for (const fits of ['x', 'x'.repeat(255), 'ü'.repeat(127)]) {
    const config = load(folder, table('[identity]', `version = "${fits}"`, `id = "${fits}"`))
    t.equal(config.version, fits)
    t.equal(config.serverId, fits)
  }
  for (const not of ['""', `"${'x'.repeat(256)}"`, `"${'ü'.repeat(128)}"`, '1', '["x"]']) {
    t.strictSame(
      problemsOf(folder, () =>
        load(folder, table('[identity]', `id = ${not}`, ` version = ${not}`)),
      ),
      [`x.toml:7:1: identity.id: ${SHORT}`, `x.toml:8:2: identity.version: ${SHORT}`],
    )
  }
})

const whole = (setting: string, least: number, most: number): string =>
  `${setting}: write a whole number from ${least} to ${most}`

const numbers = [
  { name: 'udp-size', least: 512, most: 4096 },
  { name: 'workers', least: 1, most: 64 },
  { name: 'rate-limit.responses-per-second', least: 0, most: 1_000_000 },
  { name: 'rate-limit.slip', least: 0, most: 10 },
  { name: 'rate-limit.ipv4-prefix', least: 1, most: 32 },
  { name: 'rate-limit.ipv6-prefix', least: 1, most: 128 },
  { name: 'transfers.at-once', least: 1, most: 1000 },
  { name: 'transfers.per-address', least: 1, most: 1000 },
]

for (const { name, least, most } of numbers) {
  t.test(`${name} is a whole number from ${least} to ${most}`, async (t) => {
    const folder = t.testdir()
    const [first = '', second] = name.split('.')
    for (const value of [least - 1, most + 1, least + 0.5, `"${least}"`, true, '[]', 'inf']) {
      const written =
        second === undefined
          ? text(` ${first} = ${value}`)
          : table(`[${first}]`, ` ${second} = ${value}`)
      t.strictSame(
        problemsOf(folder, () => load(folder, written)),
        [`x.toml:${second === undefined ? 3 : 7}:2: ${whole(name, least, most)}`],
        `${value}`,
      )
    }
  })
}

const NETWORKS = 'list addresses and networks, such as ["192.0.2.1", "2001:db8::/32"]'

for (const setting of ['proxy', 'rate-limit.exempt']) {
  t.test(`${setting} is a list of addresses and networks`, async (t) => {
    const folder = t.testdir()
    const [first = '', second] = setting.split('.')
    const problems = (value: string): string[] => {
      const written =
        second === undefined
          ? text(`${first} = ${value}`)
          : table(`[${first}]`, `${second} = ${value}`)
      return problemsOf(folder, () => load(folder, written))
    }
    const line = second === undefined ? 3 : 7
    const column = (second ?? first).length + 1
    for (const value of ['"192.0.2.1"', '1', '{}']) {
      t.strictSame(problems(value), [`x.toml:${line}:1: ${setting}: ${NETWORKS}`], value)
    }
    t.strictSame(problems('["::1", 1]'), [`x.toml:${line}:${column + 11}: ${setting}: ${NETWORKS}`])
    for (const bad of [
      '',
      'localhost',
      '192.0.2',
      '192.0.2.1/33',
      '2001:db8::/129',
      '192.0.2.1/',
      '/8',
      '192.0.2.0/255.255.255.0',
      '192.0.2.1:53',
      '[::1]',
      'key:ddns-key.',
      '192.0.2.1/8/8',
    ]) {
      t.strictSame(
        problems(`["::1", "${bad}"]`),
        [`x.toml:${line}:${column + 11}: ${setting}: "${bad}" is no address or network`],
        bad,
      )
    }
  })
}

t.test('what is no table, path or truth value is refused at its place', async (t) => {
  const folder = t.testdir()
  const IDENTITY = 'identity: write a table of id, version'
  const RATES =
    'rate-limit: write a table of responses-per-second, slip, ipv4-prefix, ipv6-prefix, exempt'
  const SECRET = 'cookie-secret: name a file with 32 hexadecimal digits'
  for (const [written, problem] of [
    [text('identity = "ns1"'), `3:1: ${IDENTITY}`],
    [text('rate-limit = 100'), `3:1: ${RATES}`],
    [table('[[rate-limit]]'), `6:1: ${RATES}`],
    [text('cookie-secret = 1'), `3:1: ${SECRET}`],
    [text('cookie-secret = ""'), `3:1: ${SECRET}`],
    [configText({ rest: '  strict = "yes"' }), '6:3: zone.strict: write true or false'],
    [configText({ rest: 'strict = 1' }), '6:1: zone.strict: write true or false'],
  ] as const) {
    t.strictSame(
      problemsOf(folder, () => load(folder, written)),
      [`x.toml:${problem}`],
    )
  }
})

t.test('an unknown setting in a table is named, with those that there are', async (t) => {
  const folder = t.testdir()
  const rates = 'responses-per-second, slip, ipv4-prefix, ipv6-prefix, exempt'
  for (const [lines, problem] of [
    [['[rate-limit]', ' rate = 1'], `7:2: "rate" is no setting here; these are: ${rates}`],
    [['[identity]', 'nsid = "a"'], '7:1: "nsid" is no setting here; these are: id, version'],
  ] as const) {
    t.strictSame(
      problemsOf(folder, () => load(folder, table(...lines))),
      [`x.toml:${problem}`],
    )
  }
})

t.test('all that is wrong with them is said at once', async (t) => {
  const folder = t.testdir()
  const written = configText({
    data: 'data = "data"\nudp-size = 1\nproxy = ["x"]',
    rest: 'strict = 0\n[rate-limit]\nslip = 11\nexempt = ["y"]',
  })
  t.strictSame(
    problemsOf(folder, () => load(folder, written)),
    [
      `x.toml:3:1: ${whole('udp-size', 512, 4096)}`,
      'x.toml:4:10: proxy: "x" is no address or network',
      'x.toml:8:1: zone.strict: write true or false',
      `x.toml:10:1: ${whole('rate-limit.slip', 0, 10)}`,
      'x.toml:11:11: rate-limit.exempt: "y" is no address or network',
    ],
  )
})
