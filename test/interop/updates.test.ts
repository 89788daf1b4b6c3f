/** nsupdate and knsupdate change a zone; dig, kdig and dnspython see what they did. */
import t from 'tap'
import { PATIENT } from '../support/dig.ts'
import { Livezone } from '../support/livezone.ts'
import { python } from '../support/python.ts'
import { run, skipWithout, type Finished } from '../support/tools.ts'
import { scenarios } from './update-scenarios.ts'

type Updater = (server: Livezone, script: string, ...more: string[]) => Promise<Finished>

const nsupdate: Updater = (server, script, ...more) =>
  run('nsupdate', ['-k', server.keyFile, ...more], script)

/** knsupdate's key files are of another kind: the key goes on its command line. */
const knsupdate: Updater = (server, script, ...more) =>
  run('knsupdate', ['-y', `hmac-sha256:ddns-key:${server.secret}`, ...more], script)

const script = (server: Livezone, lines: readonly string[], zone = 'zone dyn.example.'): string =>
  [`server 127.0.0.1 ${server.port}`, zone, ...lines, 'send', ''].join('\n')

/** What dig or kdig print for a question, sorted. */
const look = async (
  tool: 'dig' | 'kdig',
  server: Livezone,
  name: string,
  type: string,
): Promise<string[]> => {
  const args = ['@127.0.0.1', '-p', `${server.port}`, PATIENT, '+short', '+norecurse', name, type]
  const { stdout } = await run(tool, args)
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .sort()
}

/** The same by dnspython, asked for one record set after the other. */
const lookWithPython = async (
  server: Livezone,
  questions: readonly (readonly [string, string])[],
): Promise<string[][]> => {
  const program = `
import json, sys, dns.message, dns.query, dns.rdatatype
out = []
for name, kind in json.loads(sys.argv[2]):
    answer = dns.query.tcp(dns.message.make_query(name, kind), '127.0.0.1', 60, int(sys.argv[1]))
    wanted = dns.rdatatype.from_text(kind)
    sets = [s for s in answer.answer if s.rdtype == wanted]
    out.append(sorted(r.to_text() for s in sets for r in s))
print(json.dumps(out))
`
  const args = [`${server.port}`, JSON.stringify(questions)]
  const { stdout, stderr } = await python(program, '', args)
  if (stdout === '') throw new Error(stderr)
  // The program above prints a list of lists of strings.
  return JSON.parse(stdout) as string[][]
}

/** knot prints unknown RDATA in upper case, BIND too, dnspython in lower. */
const lower = (texts: readonly string[]): string[] => texts.map((text) => text.toLowerCase())

for (const [title, update] of [
  ['nsupdate', nsupdate],
  ['knsupdate', knsupdate],
] as const) {
  const skip = skipWithout('nsupdate', 'knsupdate', 'dig', 'kdig', '/usr/bin/python3')
  t.test(`${title} does what it says`, { skip }, async (t) => {
    const server = new Livezone(t.testdir())
    await server.start()
    t.teardown(() => server.stop())
    for (const scenario of scenarios) {
      await t.test(`${title} ${scenario.title}`, async (t) => {
        const { code, stdout, stderr } = await update(server, script(server, scenario.script))
        if (scenario.rcode === 'NOERROR') t.equal(code, 0, stdout + stderr)
        else t.match(stdout + stderr, scenario.rcode)
        const seen = await lookWithPython(
          server,
          scenario.then.map(([name, type]) => [name, type] as const),
        )
        for (const [index, [name, type, rdata]] of scenario.then.entries()) {
          t.strictSame(lower(await look('dig', server, name, type)), lower(rdata), `dig ${name}`)
          t.strictSame(lower(await look('kdig', server, name, type)), lower(rdata), `kdig ${name}`)
          t.strictSame(lower(seen[index] ?? []), lower(rdata), `dnspython ${name}`)
        }
      })
    }
  })
}

const server = new Livezone(t.testdir())
t.before(() => server.start())
t.teardown(() => server.stop())

t.test(
  'nsupdate is told why by RCODE and TSIG',
  { skip: skipWithout('nsupdate', 'dig') },
  async (t) => {
    const add = script(server, ['update add x.dyn.example. 60 A 192.0.2.1'])
    const other = Buffer.alloc(32, 7).toString('base64')

    t.test('finds the zone by itself from our SOA answers', async (t) => {
      const lines = ['update add deep.er.found.dyn.example. 60 A 192.0.2.5']
      const { code, stdout, stderr } = await nsupdate(server, script(server, lines, ''))
      t.equal(code, 0, stdout + stderr)
      t.strictSame(await look('dig', server, 'deep.er.found.dyn.example.', 'A'), ['192.0.2.5'])
    })

    t.test('a key that we do not have is NOTAUTH (BADKEY)', async (t) => {
      const result = await run('nsupdate', ['-y', `hmac-sha256:nobody:${other}`], add)
      t.not(result.code, 0)
      t.match(result.stdout + result.stderr, /NOTAUTH\(BADKEY\)/)
    })

    t.test('a secret that is not ours is NOTAUTH (BADSIG)', async (t) => {
      const result = await run('nsupdate', ['-y', `hmac-sha256:ddns-key:${other}`], add)
      t.not(result.code, 0)
      t.match(result.stdout + result.stderr, /NOTAUTH\(BADSIG\)/)
    })

    t.test('no signature is REFUSED', async (t) => {
      const result = await run('nsupdate', [], add)
      t.match(result.stdout + result.stderr, /REFUSED/)
    })

    t.test('a zone of somebody else is NOTAUTH', async (t) => {
      const lines = ['update add x.example.org. 60 A 192.0.2.1']
      const result = await nsupdate(server, script(server, lines, 'zone example.org.'))
      t.match(result.stdout + result.stderr, /NOTAUTH/)
    })

    t.test('none of that changed anything', async (t) => {
      t.strictSame(await look('dig', server, 'x.dyn.example.', 'A'), [])
    })

    t.test('-v sends it over TCP', async (t) => {
      t.equal((await nsupdate(server, add, '-v')).code, 0)
      t.strictSame(await look('dig', server, 'x.dyn.example.', 'A'), ['192.0.2.1'])
      await t.resolves(server.logged(/"transport":"tcp"/))
    })
  },
)

t.test(
  'dnspython with a clock an hour off',
  { skip: skipWithout('/usr/bin/python3') },
  async (t) => {
    const program = `
import sys, time, dns.query, dns.rcode, dns.tsigkeyring, dns.update
port, secret, offset = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
real = time.time
time.time = lambda: real() + offset
update = dns.update.UpdateMessage('dyn.example.', keyring=dns.tsigkeyring.from_text({'ddns-key.': secret}), keyalgorithm='hmac-sha256')
update.add('late', 60, 'A', '192.0.2.1')
try:
    print(dns.rcode.to_text(dns.query.udp(update, '127.0.0.1', 60, port).rcode()))
except Exception as error:
    print(type(error).__name__)
`
    const send = async (offset: number): Promise<string> => {
      const args = [`${server.port}`, server.secret, `${offset}`]
      return (await python(program, '', args)).stdout.trim()
    }
    for (const offset of [-3600, 3600]) {
      t.equal(await send(offset), 'PeerBadTime', `${offset} s`)
    }
    await t.resolves(server.logged(/3600 s/))
    t.equal(await send(-120), 'NOERROR', 'two minutes are within the fudge')
  },
)
