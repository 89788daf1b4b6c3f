/** `livezone apply`: an edited master file, and a zone that clients changed meanwhile. */
import { PassThrough } from 'node:stream'
import t, { type Test } from 'tap'
import { FakeClock } from '../support/clock.ts'
import { editStore, forgetFile } from '../support/edited-store.ts'
import { Operator, ZONE } from '../support/operator.ts'
import type { Finished } from '../support/tools.ts'

const WITH_WWW = `${ZONE}www 60 IN A 192.0.2.1\n`

/** A zone of serial 10 from a file with `www`; a client has then registered `laptop`. */
const seeded = async (t: Test): Promise<Operator> => {
  const operator = new Operator(t.testdir())
  operator.write('z.zone', WITH_WWW)
  const imported = await operator.run('import', 'dyn.example.', operator.path('z.zone'))
  t.equal(imported.code, 0)
  await editStore(operator, new FakeClock(), ['+ laptop 60 A 192.0.2.9'])
  return operator
}

const apply = (operator: Operator, text: string, ...words: string[]): Promise<Finished> => {
  operator.write('z.zone', text)
  return operator.run('apply', 'dyn.example.', operator.path('z.zone'), ...words)
}

const data = async (operator: Operator): Promise<string[]> =>
  (await operator.run('export', 'dyn.example.')).stdout
    .split('\n')
    .filter((line) => / IN (A|TXT) /.test(line))
    .map((line) => line.replace('.dyn.example.', '').replace(/ \d+ IN/, ''))

t.test('what was edited is done, what clients registered stays', async (t) => {
  const operator = await seeded(t)
  const text = `${ZONE.replace('15m', '20m')}www 60 IN A 192.0.2.2\nnew 60 IN A 192.0.2.3\n`
  const dry = await apply(operator, text, '--dry-run')
  t.match(dry.stdout, /nothing was changed \(--dry-run\)\n$/)
  t.strictSame(await data(operator), ['laptop A 192.0.2.9', 'ns1 A 127.0.0.1', 'www A 192.0.2.1'])
  const { code, stdout, stderr } = await apply(operator, text)
  t.strictSame([code, stderr], [0, ''])
  t.strictSame(stdout.split('\n'), [
    '- dyn.example. 3600 IN SOA ns1.dyn.example. hostmaster.dyn.example. 11 7200 900 604800 60',
    '+ dyn.example. 3600 IN SOA ns1.dyn.example. hostmaster.dyn.example. 11 7200 1200 604800 60',
    '+ new.dyn.example. 60 IN A 192.0.2.3',
    '- www.dyn.example. 60 IN A 192.0.2.1',
    '+ www.dyn.example. 60 IN A 192.0.2.2',
    'dyn.example. has serial 12 now',
    '',
  ])
  t.strictSame(await data(operator), [
    'laptop A 192.0.2.9',
    'new A 192.0.2.3',
    'ns1 A 127.0.0.1',
    'www A 192.0.2.2',
  ])
  const again = await apply(operator, text)
  t.match(again.stdout, /z\.zone is as it was applied last: there is nothing to do; --replace /)
})

t.test('a file whose records a client has taken away is not said to be in the zone', async (t) => {
  const operator = await seeded(t)
  await editStore(operator, new FakeClock(), ['- www 60 A 192.0.2.1'])
  const { code, stdout } = await apply(operator, WITH_WWW)
  t.equal(code, 0)
  t.match(stdout, /^\S*z\.zone is as it was applied last: there is nothing to do; --replace would /)
  const dry = await apply(operator, WITH_WWW, '--replace', '--dry-run')
  t.match(dry.stdout, /^\+ www\.dyn\.example\. 60 IN A 192\.0\.2\.1$/m)
})

t.test('a conflict stops it until somebody says who is right', async (t) => {
  const operator = await seeded(t)
  await editStore(operator, new FakeClock(), ['- www 60 A 192.0.2.1', '+ www 60 A 192.0.2.7'])
  const text = `${ZONE}www 60 IN A 192.0.2.2\nnew 60 IN A 192.0.2.3\n`
  const stopped = await apply(operator, text)
  t.equal(stopped.code, 2)
  t.match(stopped.stderr, /z\.zone is not applied, for the zone has changed in the same places:\n/)
  t.match(stopped.stderr, /\nwww\.dyn\.example\. A\n {2}the file had: .*\n {2}the file has: .*\n/)
  t.match(stopped.stderr, /--prefer file or --prefer zone\.\n$/)
  const before = ['laptop A 192.0.2.9', 'ns1 A 127.0.0.1', 'www A 192.0.2.7']
  t.strictSame(await data(operator), before, 'nothing of it was done')
  t.equal((await apply(operator, text, '--prefer', 'zone')).code, 0)
  t.ok((await data(operator)).includes('www A 192.0.2.7'))
  t.ok((await data(operator)).includes('new A 192.0.2.3'))
  const moved = text.replace('192.0.2.2', '192.0.2.4')
  t.equal((await apply(operator, moved)).code, 2)
  t.equal((await apply(operator, moved, '--prefer', 'file')).code, 0)
  t.ok((await data(operator)).includes('www A 192.0.2.4'))
})

t.test('a file that the zone has already is remembered', async (t) => {
  const operator = await seeded(t)
  const text = `${WITH_WWW}laptop 60 IN A 192.0.2.9\n`
  t.equal((await apply(operator, text)).stdout, 'dyn.example. needs no change\n')
  t.match((await apply(operator, text)).stdout, /there is nothing to do; --replace /)
  t.match((await apply(operator, WITH_WWW)).stdout, /^- laptop\.dyn\.example\. /)
})

t.test('--replace makes the zone equal to the file', async (t) => {
  const operator = await seeded(t)
  const { stdout } = await apply(operator, ZONE, '--replace')
  t.match(stdout, /^- laptop.*\n- www.*\ndyn\.example\. has serial 12 now\n$/)
  t.strictSame(await data(operator), ['ns1 A 127.0.0.1'])
})

t.test('where no earlier file is known, nothing is taken away, and that is said', async (t) => {
  const operator = await seeded(t)
  // As a zone that was transferred or that an older version loaded.
  await forgetFile(operator)
  const first = await apply(operator, `${ZONE}new 60 IN A 192.0.2.3\n`)
  t.match(first.stderr, /^dyn\.example\.: no earlier file is known, so nothing is taken to have/)
  t.strictSame(await data(operator), [
    'laptop A 192.0.2.9',
    'new A 192.0.2.3',
    'ns1 A 127.0.0.1',
    'www A 192.0.2.1',
  ])
  const second = await apply(operator, ZONE)
  t.equal(second.stderr, '')
  t.match(second.stdout, /^- new\.dyn\.example\./)
})

t.test('a file that cannot be taken is said, with the place', async (t) => {
  const operator = await seeded(t)
  const bad = await apply(operator, `${ZONE}www 60 IN A 192.0.2\n`)
  t.equal(bad.code, 2)
  t.match(bad.stderr, /z\.zone:5:13: /)
  const missing = await operator.run('apply', 'dyn.example.', 'none.zone')
  t.match(missing.stderr, /^cannot read none\.zone: ENOENT/)
  const side = await apply(operator, ZONE, '--prefer', 'mine')
  t.equal(side.code, 2)
})

t.test('name servers that clients and the file changed are a conflict', async (t) => {
  const operator = await seeded(t)
  await editStore(operator, new FakeClock(), ['+ @ 3600 NS ns2', '- @ 3600 NS ns1'])
  const { code, stderr } = await apply(operator, ZONE.replace('NS  ns1', 'NS ns1\n@ IN NS ns3'))
  t.equal(code, 2)
  t.match(stderr, /\ndyn\.example\. NS\n/)
})

/** Types the answer at a terminal. */
const answering = (t: Test, answer: string): void => {
  const terminal = Object.assign(new PassThrough(), { isTTY: true })
  const stdin = Object.getOwnPropertyDescriptor(process, 'stdin')
  Object.defineProperty(process, 'stdin', { value: terminal, configurable: true })
  t.teardown(() => Object.defineProperty(process, 'stdin', stdin ?? {}))
  terminal.write(`${answer}\n`)
}

for (const [answer, serial] of [
  ['y', 12],
  [' YES ', 12],
  ['n', 11],
  ['', 11],
] as const) {
  t.test(`at a terminal it asks, and "${answer}" is an answer`, async (t) => {
    const operator = await seeded(t)
    answering(t, answer)
    const { code, stdout, stderr } = await apply(operator, ZONE)
    t.equal(code, 0)
    t.match(stderr, /Apply this\? \[y\/N\] $/)
    const end = serial === 12 ? 'dyn.example. has serial 12 now\n' : 'nothing was changed\n'
    t.equal(stdout, `- www.dyn.example. 60 IN A 192.0.2.1\n${end}`)
  })
}

t.test('with --yes it does not ask', async (t) => {
  const operator = await seeded(t)
  answering(t, 'n')
  const { stdout, stderr } = await apply(operator, ZONE, '--yes')
  t.equal(stderr, '')
  t.match(stdout, /has serial 12 now\n$/)
})

t.test('a change too large for a running server is made without one', async (t) => {
  const operator = new Operator(t.testdir())
  const serving = operator.serve()
  t.teardown(() => serving.end('SIGKILL'))
  await serving.ready()
  const rdata = `\\# 60000 ${'ab'.repeat(60_000)}`
  const records = Array.from({ length: 75 }, (_, n) => `big${n} 60 IN TYPE65280 ${rdata}`)
  const text = `${ZONE}${records.join('\n')}\n`
  const { code, stderr } = await apply(operator, text)
  t.equal(code, 2)
  t.match(
    stderr,
    /^so large a change would keep updates waiting: stop the server and run this again/,
  )
  t.strictSame(await data(operator), ['ns1 A 127.0.0.1'])
  await serving.end('SIGTERM')
  t.equal((await apply(operator, text)).code, 0)
  const { stdout } = await operator.run('export', 'dyn.example.')
  t.equal(stdout.match(/TYPE65280/g)?.length, 75)
})

t.test('--replace by a file that the zone has already has nothing to do', async (t) => {
  const operator = await seeded(t)
  const text = `${WITH_WWW}laptop 60 IN A 192.0.2.9\n`
  await apply(operator, text)
  const { code, stdout } = await apply(operator, text, '--replace')
  t.equal(code, 0)
  t.match(stdout, /^dyn\.example\. is what \S*z\.zone says: there is nothing to do\n$/)
})
