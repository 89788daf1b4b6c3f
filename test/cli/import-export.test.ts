/** `livezone import` and `livezone export`: a zone from a master file, and back as one. */
import { once } from 'node:events'
import t from 'tap'
import { BUNDLED } from '../support/livezone.ts'
import { Operator, runHere, Serving } from '../support/operator.ts'
import { run } from '../support/tools.ts'

const FULL = `$ORIGIN dyn.example.
$TTL 1h
zzz      IN TXT "last" "two strings" ( "three" )
*.w 30   IN A   192.0.2.9
www      IN AAAA 2001:db8::1
www      IN A   192.0.2.2
www      IN A   192.0.2.1
Odd\\.Dot  IN TYPE65280 \\# 3 c00001
@        IN NS  ns1
@        IN MX  10 mail.example.org.
@        IN SOA ns1 host\\.master 7 2h 15m 1w 60
@        IN CAA 0 issue "ca.example"
ns1      IN A   192.0.2.53
`

/** RFC 4034 §6.1: canonical order of names; the SOA first, as RFC 1035 §5.2 has it in a file. */
const CANONICAL = `dyn.example. 3600 IN SOA ns1.dyn.example. host\\.master.dyn.example. 7 7200 900 604800 60
dyn.example. 3600 IN NS ns1.dyn.example.
dyn.example. 3600 IN MX 10 mail.example.org.
dyn.example. 3600 IN CAA 0 issue "ca.example"
ns1.dyn.example. 3600 IN A 192.0.2.53
Odd\\.Dot.dyn.example. 3600 IN TYPE65280 \\# 3 C00001
*.w.dyn.example. 30 IN A 192.0.2.9
www.dyn.example. 3600 IN A 192.0.2.1
www.dyn.example. 3600 IN A 192.0.2.2
www.dyn.example. 3600 IN AAAA 2001:db8::1
zzz.dyn.example. 3600 IN TXT "last" "two strings" "three"
`

const imported = async (folder: string, text: string): Promise<Operator> => {
  const operator = new Operator(folder)
  operator.write('in.zone', text)
  const { code, stderr } = await operator.run('import', 'dyn.example.', operator.path('in.zone'))
  if (code !== 0) throw new Error(stderr)
  return operator
}

/** What export writes, which must go well. */
const exported = async (operator: Operator): Promise<string> => {
  const { code, stdout, stderr } = await operator.run('export', 'dyn.example.')
  if (code !== 0 || stderr !== '') throw new Error(`exit ${code}: ${stderr}`)
  return stdout
}

const importAgain = (operator: Operator, text: string, ...words: string[]) => {
  operator.write('again.zone', text)
  return operator.run('import', 'dyn.example.', operator.path('again.zone'), ...words)
}

const soaWith = (serial: number): string => `@ 60 SOA ns1 h ${serial} 1 2 3 4\n@ 60 NS ns1\n`

t.test(
  'RFC 1035 §5.2, RFC 4034 §6.1 export writes the SOA first and then canonical order',
  async (t) => {
    const operator = new Operator(t.testdir())
    operator.write('in.zone', FULL)
    const result = await operator.run('import', 'Dyn.Example', operator.path('in.zone'))
    t.strictSame(result, {
      code: 0,
      stdout: 'Dyn.Example. has 11 records now, serial 7\n',
      stderr: '',
    })
    t.equal(await exported(operator), CANONICAL)
  },
)

t.test('export, import and export again give the same text', async (t) => {
  const first = await exported(await imported(t.testdir({ a: {}, b: {} }) + '/a', FULL))
  const second = await exported(await imported(t.testdirName + '/b', first))
  t.equal(second, first)
})

t.test('import does not ask the configuration for the zone', async (t) => {
  const operator = new Operator(t.testdir())
  operator.write('in.zone', '@ 60 SOA ns.x. h.x. 1 2 3 4 5\n@ 60 NS ns.x.\n')
  t.equal((await operator.run('import', 'example.org.', operator.path('in.zone'))).code, 0)
  t.equal(
    (await operator.run('export', 'example.org')).stdout,
    'example.org. 60 IN SOA ns.x. h.x. 1 2 3 4 5\nexample.org. 60 IN NS ns.x.\n',
  )
})

t.test('import leaves a zone alone that the store has, unless --replace is typed', async (t) => {
  const operator = await imported(t.testdir(), FULL)
  const { code, stdout, stderr } = await importAgain(operator, soaWith(99))
  t.equal(code, 2)
  t.equal(stdout, '')
  t.match(stderr, /^the store has dyn\.example\. already: --replace takes its place, .*\n$/)
  t.equal(await exported(operator), CANONICAL)
})

for (const [title, serial, expected] of [
  ['a higher serial is kept', 8, 8],
  ['the same serial is raised', 7, 8],
  ['a lower serial is raised above the stored one', 3, 8],
  ['a serial that is higher by more than half of them all is a lower one', 0x80000008, 8],
] as const) {
  t.test(`RFC 1982 §3.2 import --replace: ${title}`, async (t) => {
    const operator = await imported(t.testdir(), FULL)
    const { code, stdout } = await importAgain(operator, soaWith(serial), '--replace')
    t.equal(code, 0)
    t.equal(stdout, `dyn.example. has 2 records now, serial ${expected}\n`)
    t.equal(
      await exported(operator),
      `dyn.example. 60 IN SOA ns1.dyn.example. h.dyn.example. ${expected} 1 2 3 4\n` +
        'dyn.example. 60 IN NS ns1.dyn.example.\n',
    )
  })
}

for (const [title, text, message] of [
  [
    'a mistake in its last line',
    `${soaWith(9)}www 60 A 192.0.2.1\nwww 60 A 192.0.2\n`,
    /again\.zone:4:10: /,
  ],
  ['no SOA', 'www 60 A 192.0.2.1\n', /again\.zone:1:1: the zone has no SOA\n$/],
  ['no NS', '@ 60 SOA ns1 h 9 1 2 3 4\n', /again\.zone:1:1: the zone has no NS at its apex\n$/],
  [
    'a name outside the zone',
    `${soaWith(9)}x.org. 60 A 192.0.2.1\n`,
    /again\.zone:3:1: .*not in the zone\n$/,
  ],
  ['nothing in it', '', /again\.zone:1:1: the zone has no SOA\n$/],
] as const) {
  t.test(`import --replace of a file with ${title} changes nothing`, async (t) => {
    const operator = await imported(t.testdir(), FULL)
    const { code, stdout, stderr } = await importAgain(operator, text, '--replace')
    t.equal(code, 2)
    t.equal(stdout, '')
    t.match(stderr, message)
    t.equal(await exported(operator), CANONICAL)
  })
}

t.test('import of a file that is not there is one clear line', async (t) => {
  const operator = new Operator(t.testdir())
  const { code, stderr } = await operator.run('import', 'dyn.example.', 'no-such-file.zone')
  t.equal(code, 2)
  t.match(stderr, /^cannot read no-such-file\.zone: ENOENT.*\n$/)
})

for (const words of [
  ['import', 'a..b', 'x'],
  ['export', 'a..b'],
]) {
  t.test(`${words.join(' ')} is refused before anything is touched`, async (t) => {
    const operator = new Operator(t.testdir())
    const { code, stderr } = await operator.run(...words)
    t.equal(code, 2)
    t.equal(stderr, '"a..b" is no domain name: the name has an empty label\n')
    t.strictSame(operator.files(), ['dyn.example.zone', 'livezone.toml'])
  })
}

t.test('export without a store says so, and makes none', async (t) => {
  const operator = new Operator(t.testdir())
  const { code, stdout, stderr } = await operator.run('export', 'dyn.example.')
  t.equal(code, 1)
  t.equal(stdout, '')
  t.match(stderr, /^there is no store in .*data: livezone serve and livezone import make one\n$/)
  t.strictSame(operator.files(), ['dyn.example.zone', 'livezone.toml'])
})

t.test('export of a zone that the store does not have says which it has', async (t) => {
  const operator = await imported(t.testdir(), FULL)
  const { code, stdout, stderr } = await operator.run('export', 'example.org.')
  t.equal(code, 2)
  t.equal(stdout, '')
  t.equal(stderr, 'the store has no example.org.; it has: dyn.example.\n')
})

t.test('export from a store without a zone says that it has none', async (t) => {
  const operator = new Operator(t.testdir())
  operator.write('bad.zone', 'nonsense')
  t.equal((await operator.run('import', 'a.', operator.path('bad.zone'))).code, 2)
  const { code, stderr } = await operator.run('export', 'a.')
  t.equal(code, 2)
  t.equal(stderr, 'the store has no a.; it has: none\n')
})

t.test('export waits for a reader that is slower than it is', async (t) => {
  const operator = await imported(t.testdir(), FULL)
  const words = ['export', 'dyn.example.', '--config', operator.path('livezone.toml')]
  let isFull = false
  let pieces = 0
  let tooEarly = 0
  const { code, stdout } = await runHere(words, () => {
    if (isFull) tooEarly++
    isFull = true
    pieces++
    setImmediate(() => {
      isFull = false
      process.stdout.emit('drain')
    })
    return false
  })
  t.equal(code, 0)
  t.equal(pieces, 11)
  t.equal(tooEarly, 0, 'nothing is written before the reader has drained')
  t.equal(stdout, CANONICAL)
})

t.test('export to a reader that has gone ends with one line', async (t) => {
  const operator = await imported(t.testdir(), FULL)
  const exporting = new Serving(['export', 'dyn.example.'], operator.folder)
  exporting.process.stdout.destroy()
  await once(exporting.process.stdout, 'close')
  const { code, stderr } = await exporting.end()
  t.equal(code, 0)
  t.equal(stderr, '')
})

t.test('a reader of export that has seen enough is no error, another failure is', async (t) => {
  const many = Array.from({ length: 5000 }, (_, n) => `h${n} IN A 192.0.2.1`).join('\n')
  const operator = await imported(t.testdir(), `${FULL}${many}\n`)
  const line = `"${process.execPath}" "${BUNDLED}" export dyn.example. --config "${operator.path('livezone.toml')}"`
  const head = await run('bash', ['-c', `${line} | head -n 1; echo "exit \${PIPESTATUS[0]}"`])
  t.equal(head.stdout, `${CANONICAL.slice(0, CANONICAL.indexOf('\n'))}\nexit 0\n`)
  t.equal(head.stderr, '')
  const full = await run('bash', ['-c', `${line} > /dev/full`])
  t.equal(full.code, 1)
  t.match(full.stderr, /ENOSPC/)
})
