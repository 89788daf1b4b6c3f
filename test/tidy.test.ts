/** The house rules that a machine can check: each is a test, and whoever breaks it is named. */
import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import t from 'tap'
import {
  pathsIn,
  reachableFrom,
  repositoryRoot,
  sourceFilesIn,
  textFilesIn,
  type TextFile,
} from './support/source-tree.ts'

const root = repositoryRoot()
const source = sourceFilesIn(root, 'src')
const tests = sourceFilesIn(root, 'test')
const benches = sourceFilesIn(root, 'bench')
const texts = textFilesIn(root, 'src', 'test', 'bench')
const all = [...source, ...tests, ...benches]

const MOST_LINES = 350
const MOST_FUNCTION_LINES = 60

const GROUND = ['base', 'wire', 'text', 'zone']
const REQUESTS = [...GROUND, 'access', 'query']
const SERVED = [...REQUESTS, 'history', 'update', 'transfer', 'secondary', 'server']

/** What each room may import besides itself: nothing that is above it or beside it. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  base: [],
  wire: ['base'],
  text: ['base', 'wire'],
  zone: ['base', 'wire'],
  transport: ['base'],
  store: GROUND,
  access: GROUND,
  query: GROUND,
  history: GROUND,
  update: REQUESTS,
  transfer: REQUESTS,
  secondary: [...REQUESTS, 'update', 'transfer'],
  server: [...REQUESTS, 'update', 'transfer'],
  dyndns: SERVED,
  web: [...SERVED, 'dyndns'],
  alerts: [...SERVED, 'dyndns'],
  control: [...SERVED, 'dyndns', 'alerts'],
  api: [...SERVED, 'dyndns', 'web'],
  page: [...SERVED, 'dyndns', 'alerts', 'clients'],
  clients: [...GROUND, 'access'],
  config: ['base', 'wire', 'text', 'access', 'zone'],
  agent: ['base', 'wire', 'text', 'access', 'transport', 'config'],
  app: [
    ...SERVED,
    'store',
    'transport',
    'dyndns',
    'web',
    'page',
    'alerts',
    'control',
    'api',
    'config',
  ],
  cli: [
    ...SERVED,
    'store',
    'transport',
    'dyndns',
    'web',
    'alerts',
    'control',
    'api',
    'clients',
    'config',
    'app',
    'agent',
  ],
}

/** `src/wire/name.ts` is in the room `wire`, and `src/app.ts` one of its own. */
const roomOf = (path: string): string => path.split('/')[1]?.replace(/\.ts$/, '') ?? ''

const linesLike = (files: readonly TextFile[], pattern: RegExp): string[] =>
  files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}`] : [])),
  )

t.test('every room of src/ is known here', async (t) => {
  const rooms = new Set(source.map(({ path }) => roomOf(path)))
  t.ok(rooms.size > 0, 'the source was found')
  t.strictSame(
    [...rooms].filter((room) => !(room in ALLOWED)),
    [],
  )
})

t.test('imports only go down', async (t) => {
  const offenders = source.flatMap(({ path, imports }) =>
    imports
      .filter((target) => target.startsWith('src/') && roomOf(target) !== roomOf(path))
      .filter((target) => ALLOWED[roomOf(path)]?.includes(roomOf(target)) !== true)
      .map((target) => `${path} imports ${target}`),
  )
  t.strictSame(offenders, [])
})

t.test(
  'the source imports no tests and no benches, and every import leads to a file',
  async (t) => {
    const known = new Set(all.map(({ path }) => path))
    const offenders = all.flatMap(({ path, imports }) =>
      imports
        .filter((target) => target.endsWith('.ts'))
        .filter(
          (target) => !known.has(target) || (path.startsWith('src/') && !target.startsWith('src/')),
        )
        .map((target) => `${path} imports ${target}`),
    )
    t.strictSame(offenders, [])
  },
)

t.test('no file imports itself by way of others', async (t) => {
  const offenders = all
    .filter(({ path, imports }) => reachableFrom(all, imports).has(path))
    .map(({ path }) => path)
  t.strictSame(offenders, [])
})

t.test('every room has a sentence on its door', async (t) => {
  const folders = new Set(source.map(({ path }) => dirname(path)))
  folders.delete('src')
  const offenders = [...folders].filter((folder) => {
    const paths = pathsIn(root, folder)
    if (!paths.includes(`${folder}/README.md`)) return true
    const lines = readFileSync(join(root, folder, 'README.md'), 'utf8')
      .trimEnd()
      .split('\n')
    return lines.length > 5 || lines[0] === ''
  })
  t.strictSame(offenders, [])
})

t.test('no file or folder is named for holding this and that', async (t) => {
  const names = /^(utils?|common|helpers?|types|index)(\.|$)/i
  const paths = ['src', 'test', 'bench'].flatMap((folder) => pathsIn(root, folder))
  t.strictSame(
    paths.filter((path) => names.test(basename(path))),
    [],
  )
})

t.test(`no file has more than ${MOST_LINES} lines`, async (t) => {
  const offenders = all.filter(({ lines }) => lines > MOST_LINES)
  t.strictSame(
    offenders.map(({ path, lines }) => `${path} has ${lines}`),
    [],
  )
})

t.test(`no function of the source has more than ${MOST_FUNCTION_LINES} lines`, async (t) => {
  const offenders = source.flatMap(({ path, functions }) =>
    functions
      .filter(({ lines }) => lines > MOST_FUNCTION_LINES)
      .map(({ line, lines }) => `${path}:${line} has ${lines}`),
  )
  t.strictSame(offenders, [])
})

t.test('every file opens with a comment that says what it is for', async (t) => {
  const opening = /^(#!.*\n)?(\/\*\*?[\s*]+[^\s*/]|\/\/ \S)/
  const offenders = all.filter(({ text }) => !opening.test(text))
  t.strictSame(
    offenders.map(({ path }) => path),
    [],
  )
})

const MAIN = 'src/cli/main.ts'
const testPaths = tests.map(({ path }) => path).filter((path) => path.endsWith('.test.ts'))
const benchPaths = benches.map(({ path }) => path)

t.test('every file is reached from the command, a test or a bench', async (t) => {
  const reached = reachableFrom(all, [MAIN, ...testPaths, ...benchPaths])
  t.strictSame(
    all.map(({ path }) => path).filter((path) => !reached.has(path)),
    [],
  )
})

t.test('every file of the source is reached from a test', async (t) => {
  const reached = reachableFrom(all, testPaths)
  t.strictSame(
    source.map(({ path }) => path).filter((path) => !reached.has(path)),
    [],
  )
})

const PROGRAM = /^test\/(outside|rooms)\//

t.test('every file of tests is run by one program of the suite', async (t) => {
  const programs = tests.filter(({ path }) => PROGRAM.test(path))
  const names = programs.flatMap(({ text }) =>
    [...text.matchAll(/'([a-z][\w/-]*)'/g)].map(([, name]) => name),
  )
  const files = testPaths
    .filter((path) => !PROGRAM.test(path) && path !== 'test/lint.test.ts')
    .map((path) => path.slice('test/'.length, -'.test.ts'.length))
  t.strictSame(
    files.filter(
      (file) => names.filter((name) => name === file || name === dirname(file)).length !== 1,
    ),
    [],
  )
})

t.test('nothing is of the type any', async (t) => {
  t.strictSame(
    all.flatMap(({ path, anyTypes }) => anyTypes.map((line) => `${path}:${line}`)),
    [],
  )
})

// Put together from pieces, so that this file is not among those that they find.
const LOOK_AWAY = new RegExp('@ts' + '-(ignore|nocheck|expect-error)')
const LATER = new RegExp('\\b(TO' + 'DO|FIX' + 'ME)\\b')
const OWN_MACHINE = /(?<![\w.])\/(?:home|work|Users)\/|[A-Z]:\\+Users\\/

const ZOD_BY_NAME = /^(?:import (?!(?:type )?\* as z ).*|\} )from 'zod'$/

t.test('zod is imported whole: with its own z come messages in fifty languages', async (t) => {
  t.strictSame(linesLike(all, ZOD_BY_NAME), [])
})

t.test('the compiler is not told to look away', async (t) => {
  t.strictSame(linesLike(all, LOOK_AWAY), [])
})

t.test('nothing is left to be done later', async (t) => {
  t.strictSame(linesLike(texts, LATER), [])
})

t.test("no path of a developer's own machine is in the project", async (t) => {
  t.strictSame(linesLike(texts, OWN_MACHINE), [])
})

t.test('what breaks a rule is found', async (t) => {
  const folder = t.testdir({
    src: {
      'a.ts': "import './b.ts'\nexport type { B } from '../src/c/c.ts'\n",
      'b.ts': "type T = import('./c/c.ts').C\nvoid import('./c/c.ts')\nimport 'node:fs'\n",
      'd.ts': "new URL('c/d.js', import.meta.url)\nconst f = () => {\n\n}\nlet x: any[]\n",
      c: { 'c.ts': "import '../a.ts'", 'd.ts': '\n', 'README.md': '' },
    },
  })
  const files = sourceFilesIn(folder, 'src', 'none')
  t.strictSame(
    files.map(({ path, imports, lines }) => [path, imports, lines]),
    [
      ['src/a.ts', ['src/b.ts', 'src/c/c.ts'], 2],
      ['src/b.ts', ['src/c/c.ts', 'src/c/c.ts'], 3],
      ['src/c/c.ts', ['src/a.ts'], 1],
      ['src/c/d.ts', [], 1],
      ['src/d.ts', ['src/c/d.ts'], 5],
    ],
  )
  t.strictSame(files.at(-1)?.functions, [{ line: 2, lines: 3 }])
  t.strictSame(files.at(-1)?.anyTypes, [5])
  t.strictSame([...reachableFrom(files, ['src/b.ts'])].sort(), [
    'src/a.ts',
    'src/b.ts',
    'src/c/c.ts',
  ])
  const bad = ['@ts' + '-ignore', 'TO' + 'DO: x', ['see ', 'home', 'me'].join('/')].join('\n')
  const imported = "import * as z from 'zod'\nimport { z } from 'zod'\n} from 'zod'"
  const file = { path: 'x', text: `fine\n${bad}\n${imported}` }
  t.strictSame(
    [LOOK_AWAY, LATER, OWN_MACHINE, ZOD_BY_NAME].map((rule) => linesLike([file], rule)),
    [['x:2'], ['x:3'], ['x:4'], ['x:6', 'x:7']],
  )
})
