/** docs/rfc.md leads from clause to code to test: what it names is there, and no test's clause is missing. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { repositoryRoot, textFilesIn, visit, type TextFile } from './support/source-tree.ts'

const root = repositoryRoot()
const document = readFileSync(join(root, 'docs/rfc.md'), 'utf8')
const tests = textFilesIn(root, 'test').filter(({ path }) => path.endsWith('.ts'))

/** `RFC 8945 §5.1, §6`, `RFC 1876 appendix A`: an RFC and the clauses that stand right behind it. */
const CITATION = /RFC (\d+)((?:,? (?:§|appendix )[A-Z0-9]+(?:\.\d+)*)+)/g
const CLAUSE = /(?:§|appendix )[A-Z0-9]+(?:\.\d+)*/g

const clausesIn = (text: string): string[] =>
  [...text.matchAll(CITATION)].flatMap(([, rfc = '', clauses = '']) =>
    [...clauses.matchAll(CLAUSE)].map(([clause]) => `RFC ${rfc} ${clause}`),
  )

/** What a file says in its strings: titles, among them those of tables and of batteries. */
const stringsIn = (file: TextFile): string[] => {
  const strings: string[] = []
  visit(file, {
    Literal: ({ value }) => {
      if (typeof value === 'string') strings.push(value)
    },
    TemplateElement: ({ value }) => {
      strings.push(value.cooked ?? '')
    },
  })
  return strings
}

interface Row {
  /** `RFC 2136 §2.4.1` */
  readonly clause: string
  /** The last cell. */
  readonly tests: string
}

/** The rows of all tables; where a row does not name its RFC, the heading above it does. */
const rowsOf = (markdown: string): Row[] => {
  const rows: Row[] = []
  let heading = ''
  for (const line of markdown.split('\n')) {
    if (line.startsWith('## ')) heading = /^RFC \d+/.exec(line.slice(3))?.[0] ?? ''
    if (!/^\| (RFC|§|appendix) ?[A-Z\d]/.test(line)) continue
    const [, clause = '', , , tests = ''] = line.split('|').map((cell) => cell.trim())
    rows.push({ clause: clause.startsWith('RFC') ? clause : `${heading} ${clause}`, tests })
  }
  return rows
}

/** Paths from the root of the repository, each once. */
const pathsNamedIn = (markdown: string): string[] => [
  ...new Set([...markdown.matchAll(/`([\w./-]+\.(?:ts|md))`/g)].map(([, path = '']) => path)),
]

/** The clauses that each file cites in its strings, by its path. */
type Cited = ReadonlyMap<string, ReadonlySet<string>>

const citedBy = (files: readonly TextFile[]): Cited =>
  new Map(files.map((file) => [file.path, new Set(stringsIn(file).flatMap(clausesIn))]))

/** Each clause that a file cites, without a row that names the file. */
const unnamedIn = (rows: readonly Row[], cited: Cited): string[] =>
  [...cited].flatMap(([path, clauses]) =>
    [...clauses]
      .filter(
        (one) => !rows.some(({ clause, tests }) => clause === one && tests.includes(`\`${path}\``)),
      )
      .map((one) => `${one} in ${path}`),
  )

/** Each of the tests that are filed by clause that a row names, and that does not cite the row's. */
const uncitedIn = (rows: readonly Row[], cited: Cited): string[] =>
  rows.flatMap(({ clause, tests }) =>
    pathsNamedIn(tests)
      .filter((path) => path.startsWith('test/rfc/') && clause.includes('§'))
      .filter((path) => cited.get(path)?.has(clause) !== true)
      .map((path) => `${clause} in ${path}`),
  )

const cited = citedBy(tests)

t.test('every file that docs/rfc.md names is there', async (t) => {
  const paths = pathsNamedIn(document)
  t.ok(paths.includes('src/update/apply.ts'), 'the files were found')
  t.strictSame(
    paths.filter((path) => !existsSync(join(root, path))),
    [],
  )
})

t.test('every clause that a test cites has a row in docs/rfc.md that names the test', async (t) => {
  t.ok(tests.length > 0, 'the tests were found')
  t.strictSame(unnamedIn(rowsOf(document), cited), [])
})

t.test(
  'the tests that are filed by clause cite those that docs/rfc.md names them for',
  async (t) => {
    t.strictSame(uncitedIn(rowsOf(document), cited), [])
  },
)

t.test('what is missing in docs/rfc.md is found', async (t) => {
  // Without the word in one piece with its number: this file is among those that are read.
  const R = 'RFC'
  const table = [
    `## ${R} 1: one`,
    '| clause | what it asks | where | test |',
    '|---|---|---|---|',
    '| §2 | a | `src/a.ts` | `test/a.test.ts`, `test/b.test.ts` |',
    '| §2.1 | b | `src/a.ts` | — |',
    '## Others',
    `| ${R} 3 appendix A.1 | c | \`src/c.ts\` | \`test/a.test.ts\` |`,
    '`docs/other.md` and `not a path`',
  ].join('\n')
  const rows = rowsOf(table)
  t.strictSame(rows, [
    { clause: `${R} 1 §2`, tests: '`test/a.test.ts`, `test/b.test.ts`' },
    { clause: `${R} 1 §2.1`, tests: '—' },
    { clause: `${R} 3 appendix A.1`, tests: '`test/a.test.ts`' },
  ])
  t.strictSame(pathsNamedIn(table), [
    'src/a.ts',
    'test/a.test.ts',
    'test/b.test.ts',
    'src/c.ts',
    'docs/other.md',
  ])
  const text = [
    `// ${R} 9 §9 is in a comment`,
    `t.test('${R} 1 §2, §2.1 a title, ${R} 3 appendix A.1', f)`,
    `t.test(\`${R} 1 §2 \${of} ${R} 4 §5.6.\`, f)`,
    `const battery = { '${R} 1 §22 a title': f }`,
  ].join('\n')
  const cited = citedBy([{ path: 'test/a.test.ts', text }])
  t.strictSame(unnamedIn(rows, cited), [
    `${R} 1 §2.1 in test/a.test.ts`,
    `${R} 4 §5.6 in test/a.test.ts`,
    `${R} 1 §22 in test/a.test.ts`,
  ])
  const filed = rowsOf(table.replaceAll('test/', 'test/rfc/'))
  const citedThere = citedBy([{ path: 'test/rfc/a.test.ts', text }])
  t.strictSame(uncitedIn(filed, citedThere), [`${R} 1 §2 in test/rfc/b.test.ts`])
  t.strictSame(unnamedIn(rows, citedBy([{ path: 'test/b.test.ts', text: `'${R} 1 §2'` }])), [])
})
