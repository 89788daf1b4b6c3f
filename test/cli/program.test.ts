/** The command line: what is no command, and the exit code and message of every kind of error. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { InputError } from '../../src/base/input-error.ts'
import { Operator, runHere, Serving } from '../support/operator.ts'

t.test('--version prints the version of the package and exits 0', async (t) => {
  const [, version] = /"version": "([^"]+)"/.exec(readFileSync('package.json', 'utf8')) ?? []
  for (const option of ['--version', '-V']) {
    t.strictSame(await runHere([option]), { code: 0, stdout: `${version}\n`, stderr: '' })
  }
})

t.test('--help and help name every command and exit 0', async (t) => {
  for (const words of [['--help'], ['-h'], ['help']]) {
    const { code, stdout, stderr } = await runHere(words)
    t.equal(code, 0)
    t.equal(stderr, '')
    const commands = ['serve', 'reload', 'rejected', 'check', 'import', 'export', 'policy']
    for (const command of [...commands, 'explain', 'key']) {
      t.match(stdout, new RegExp(`^  ${command} `, 'm'))
    }
  }
})

for (const words of [
  ['serve'],
  ['reload'],
  ['rejected'],
  ['check'],
  ['import'],
  ['export'],
  ['policy'],
  ['explain'],
  ['key', 'generate'],
  ['key', 'list'],
  ['key', 'rotate'],
  ['key', 'retire'],
  ['key', 'show'],
]) {
  t.test(`${words.join(' ')} --help shows its usage and the default of --config`, async (t) => {
    const { code, stdout } = await runHere([...words, '--help'])
    t.equal(code, 0)
    t.ok(stdout.startsWith(`Usage: livezone ${words.join(' ')} [options]`))
    t.match(stdout, /--config <file>\s.*livezone\.toml/s)
  })
}

for (const [title, words, message] of [
  ['no command', [], /^Usage: livezone /],
  [
    'a command that is none',
    ['server'],
    /^error: unknown command 'server'\n\(Did you mean serve\?\)/,
  ],
  ['an option that is none', ['check', '--colour'], /^error: unknown option '--colour'/],
  ['an option before the command', ['--config', 'x', 'check'], /^error: unknown option '--config'/],
  [
    'an option without its value',
    ['check', '--config'],
    /^error: option '--config <file>' argument missing/,
  ],
  ['an argument too few', ['import', 'dyn.example.'], /^error: missing required argument 'file'/],
  ['an argument too many', ['check', 'dyn.example.'], /^error: too many arguments for 'check'/],
  ['half a command', ['key'], /^Usage: livezone key /],
  ['half a command and no other half', ['key', 'delete'], /^error: unknown command 'delete'/],
  ['a client that is none', ['key', 'show', 'k', '--for', 'bind'], /nsupdate.*mikrotik/],
  ['an algorithm that is none', ['key', 'generate', 'k', '--algorithm', 'sha256'], /hmac-sha256/],
] as const) {
  t.test(`${title} is said on stderr and exits 2`, async (t) => {
    const { code, stdout, stderr } = await runHere(words)
    t.equal(code, 2)
    t.equal(stdout, '')
    t.match(stderr, message)
  })
}

for (const words of [
  ['serve'],
  ['reload'],
  ['rejected'],
  ['check'],
  ['import', 'dyn.example.', 'x.zone'],
  ['export', 'dyn.example.'],
  ['policy'],
  ['explain', 'delete x.'],
  ['key', 'generate', 'k.'],
  ['key', 'list'],
  ['key', 'rotate', 'k.'],
  ['key', 'retire', 'k.'],
  ['key', 'show', 'k.'],
]) {
  t.test(
    `${words.join(' ')} without its configuration is one clear line and exits 2`,
    async (t) => {
      const result = await runHere([...words, '--config', 'no-such-folder/livezone.toml'])
      t.equal(result.code, 2)
      t.equal(result.stdout, '')
      t.match(result.stderr, /^cannot read no-such-folder\/livezone\.toml: ENOENT.*\n$/)
    },
  )

  t.test(
    `${words.join(' ')} with a configuration that is wrong says where and exits 2`,
    async (t) => {
      const operator = new Operator(t.testdir(), 'data = 1')
      const { code, stdout, stderr } = await operator.run(...words)
      t.equal(code, 2)
      t.equal(stdout, '')
      const lines = stderr.trimEnd().split('\n')
      t.equal(lines.length, 4, 'listen, data, keys and zone')
      for (const line of lines) t.ok(line.startsWith(`${operator.path('livezone.toml')}:1:1: `))
    },
  )
}

t.test('the configuration is livezone.toml in the current folder when none is named', async (t) => {
  const operator = new Operator(t.testdir())
  const { code, stdout } = await new Serving(['check'], operator.folder).end()
  t.equal(code, 0)
  t.equal(stdout, 'livezone.toml is good, and so are its keys and zone files\n')
})

t.test('the bundle has what only some commands load', async (t) => {
  const operator = new Operator(t.testdir())
  const words = ['token', 'create', '--host', 'h.dyn.example']
  const made = await new Serving(words, operator.folder).end()
  t.match(made, { code: 0, stdout: /^dd[a-z2-7]{26}\n$/ }, 'a store, without a server')
  const users = await new Serving(['user', 'list'], operator.folder).end()
  t.match(users, { code: 0, stdout: '' })
  for (const command of ['secondaries', 'wait']) {
    const alone = await new Serving([command, 'dyn.example.'], operator.folder).end()
    t.match(alone, { code: 1, stderr: /^no livezone is running here / }, command)
  }
})

t.test('what the world refuses is one line without a stack and exits 1', async (t) => {
  const operator = new Operator(t.testdir())
  operator.write('data', 'a file, and not the folder of a store')
  const { code, stderr } = await operator.run('import', 'dyn.example.', 'x.zone')
  t.equal(code, 1)
  t.match(stderr, /^EEXIST: .*data'\n$/)
})

t.test('what the operator and what the world did wrong together exit 2', async (t) => {
  const operator = new Operator(t.testdir())
  const words = ['check', '--config', operator.path('livezone.toml')]
  const { code, stderr } = await runHere(words, () => {
    const world = Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' })
    throw new AggregateError([world, new InputError('x.toml', 1, 2, 'no')])
  })
  t.equal(code, 2)
  t.equal(stderr, 'EIO: i/o error, read\nx.toml:1:2: no\n')
})

t.test('a bug of ours shows its stack and exits 1', async (t) => {
  const operator = new Operator(t.testdir())
  const words = ['check', '--config', operator.path('livezone.toml')]
  const { code, stderr } = await runHere(words, () => {
    throw new RangeError('a bug')
  })
  t.equal(code, 1)
  t.match(stderr, /^RangeError: a bug\n +at /)
})
