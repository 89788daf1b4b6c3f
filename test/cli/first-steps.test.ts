/** What the very first start says: lines that work when they are pasted into a shell. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { firstSteps } from '../../src/cli/first-steps.ts'
import { loadConfig } from '../../src/config/load.ts'
import { configText, grantText } from '../support/config-text.ts'
import { Operator } from '../support/operator.ts'
import { name } from '../support/service.ts'
import { run, skipWithout } from '../support/tools.ts'

/** What is said of the key `k.` */
const said = (folder: string, rest: string, path = join(process.cwd(), 'keys', 'k.key')) => {
  const file = join(folder, 'livezone.toml')
  writeFileSync(file, configText({ rest }))
  const endpoints = [
    { address: '::1', port: 5300 },
    { address: '127.0.0.1', port: 53 },
  ]
  return firstSteps(loadConfig(file), endpoints, { name: name('k.dyn.example.'), path })
}

const grant = (...lines: readonly string[]): string => grantText('key = "k.dyn.example."', ...lines)

t.test(
  'the lines name the first address, the key file and a record to add and to see',
  async (t) => {
    t.equal(
      said(t.testdir(), grant('match = "zonesub"')),
      [
        'A key was made: keys/k.key. Try, in another terminal:',
        "printf '%s\\n' 'server ::1 5300' 'update add test.dyn.example. 60 A 192.0.2.1' send | nsupdate -k keys/k.key",
        'dig @::1 -p 5300 test.dyn.example. A',
        '',
      ].join('\n'),
    )
  },
)

for (const [title, lines, record] of [
  ['the whole zone', ['match = "zonesub"', 'types = ["ANY"]'], 'test.dyn.example. 60 A 192.0.2.1'],
  [
    'a name',
    ['match = "name"', 'name = "_acme.dyn.example."', 'types = ["TXT"]'],
    '_acme.dyn.example. 60 TXT hello',
  ],
  [
    'a name that is no host',
    ['match = "name"', 'name = "_x.dyn.example."'],
    '_x.dyn.example. 60 TXT hello',
  ],
  [
    'a subtree',
    ['match = "subdomain"', 'name = "lab.dyn.example."', 'types = ["MX", "AAAA"]'],
    'lab.dyn.example. 60 AAAA 2001:db8::1',
  ],
  [
    'what is below a name',
    ['match = "wildcard"', 'name = "*.lab.dyn.example."'],
    'test.lab.dyn.example. 60 A 192.0.2.1',
  ],
  ['a preset', ['preset = "host"', 'name = "pc.dyn.example."'], 'pc.dyn.example. 60 A 192.0.2.1'],
  ['its own name', ['match = "self"'], 'k.dyn.example. 60 A 192.0.2.1'],
] as const) {
  t.test(`a key for ${title} is tried with a record that it may add`, async (t) => {
    t.match(said(t.testdir(), grant(...lines)), `'update add ${record}'`)
  })
}

t.test('a key is tried in the zone that it is for', async (t) => {
  const rest = `[[zone]]\nname = "other.example."\n${grant('match = "zonesub"')}`
  t.match(said(t.testdir(), rest), 'update add test.other.example. 60 A')
})

t.test('a key for what has no example is only said to be there', async (t) => {
  for (const lines of [
    ['match = "zonesub"', 'types = ["SSHFP"]'],
    ['match = "tcp-self"', 'transport = "tcp"'],
    ['match = "zonesub"', 'deny = true'],
    ['rights = ["transfer"]'],
  ]) {
    t.equal(said(t.testdir(), grant(...lines)), 'A key was made: keys/k.key\n')
  }
})

t.test('what a shell would take apart is quoted', async (t) => {
  const path = join(process.cwd(), "the operator's $keys", 'k.key')
  const text = said(
    t.testdir(),
    grant('match = "name"', String.raw`name = 'a\;\$(b).dyn.example.'`),
    path,
  )
  t.match(text, String.raw`nsupdate -k 'the operator'\''s $keys/k.key'`)
  t.match(text, String.raw`dig @::1 -p 5300 'a\;\$\(b\).dyn.example.' TXT`)
})

const folders = [
  ['an ordinary folder and zone', 'plain', 'dyn.example.', '192.0.2.1'],
  [
    'a folder and zone with quotes, blanks and signs',
    "the operator's $HOME;`folder`",
    String.raw`it\'s%s\\100\\\;.example.`,
    '"hello"',
  ],
] as const

for (const [title, folder, zone, rdata] of folders) {
  const skip = skipWithout('nsupdate', 'dig')
  t.test(`pasted into sh, the lines add a record and show it: ${title}`, { skip }, async (t) => {
    const config = configText({
      zone: `[[zone]]\nname = '${zone.replace(String.raw`\'`, String.raw`\039`)}'\nfile = "dyn.example.zone"`,
      rest: grantText('key = "ddns-key."', 'match = "zonesub"'),
    })
    const operator = new Operator(join(t.testdir({ [folder]: {} }), folder), config)
    const server = operator.serve()
    t.teardown(() => server.end('SIGTERM'))
    await server.ready()
    const [, , printf, dig, ...rest] = server.stdout.trimEnd().split('\n')
    t.strictSame(rest, [])
    const updated = await run('sh', ['-c', printf ?? 'exit 9'], '', operator.folder)
    t.strictSame(updated, { code: 0, stdout: '', stderr: '' })
    const seen = await run('sh', ['-c', `${dig ?? 'exit 9'} +short`], '', operator.folder)
    t.strictSame(seen, { code: 0, stdout: `${rdata}\n`, stderr: '' })
  })
}
