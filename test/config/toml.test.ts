/** TOML with positions: where each value stands, however it is written. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { InputError } from '../../src/base/input-error.ts'
import { readToml, TomlFile, type Path } from '../../src/config/toml.ts'

const read = (text: string): TomlFile => new TomlFile('x.toml', text)

const fileOf = (folder: string, octets: Uint8Array): string => {
  const file = join(folder, 'x.toml')
  writeFileSync(file, octets)
  return file
}

const places: readonly (readonly [string, string, Path, string])[] = [
  ['a key', 'a = 1\nb = 2', ['b'], '2:1'],
  ['an indented key', 'a = 1\n\t  b = 2', ['b'], '2:4'],
  ['a key after a CR LF', 'a = 1\r\n\r\nb = 2', ['b'], '3:1'],
  ['a quoted key', '"a b" = 1', ['a b'], '1:1'],
  ['a key quoted with escapes', 'x = 1\n  "\\u0061.b" = 1', ['a.b'], '2:3'],
  ['a literal key', "'a' = 1", ['a'], '1:1'],
  ['a dotted key', 'x = 1\na.b = 2', ['a', 'b'], '2:1'],
  ['what a dotted key makes on its way', 'x = 1\n a.b.c = 2', ['a', 'b'], '2:2'],
  ['a table', 'x = 1\n[a]\nb = 2', ['a'], '2:1'],
  ['a key in a table', '[a]\nb = 2', ['a', 'b'], '2:1'],
  ['a table made by the header of another', '[x]\n[a.b]\nc = 1', ['a'], '2:1'],
  ['a table in an array of tables', '[[a]]\n[[a]]', ['a', 1], '2:1'],
  ['a key in an array of tables', '[[a]]\nb = 1\n[[a]]\nb = 2', ['a', 1, 'b'], '4:1'],
  ['a nested array of tables', '[[a]]\n[[a.b]]\n [[a.b]]\n c = 1', ['a', 0, 'b', 1, 'c'], '4:2'],
  ['an element of a list', 'a = [1,\n  2]', ['a', 1], '2:3'],
  ['an element of a list in a list', 'a = [[1], [2, 3]]', ['a', 1, 1], '1:15'],
  ['a key in an inline table', 'a = { b = 1, c = 2 }', ['a', 'c'], '1:14'],
  [
    'a key in inline tables in a list',
    'a = [{ b = 1 }, { b = { c = 2 } }]',
    ['a', 1, 'b', 'c'],
    '1:25',
  ],
  ['the first place of two', '[a.b]\n[a]\nc = 1', ['a'], '1:1'],
  ['the table of what is not there', 'x = 1\n[[a]]\nb = 2', ['a', 0, 'c', 'd'], '2:1'],
  ['the file when nothing of it is there', '\n\nx = 1', ['y', 0], '1:1'],
]

for (const [title, text, path, expected] of places) {
  t.test(`the place of ${title} is known`, async (t) => {
    const { line, column } = read(text).positionOf(path)
    t.equal(`${line}:${column}`, expected)
    const error = read(text).errorAt(path, 'what is wrong')
    t.ok(error instanceof InputError)
    t.equal(error.message, `x.toml:${expected}: what is wrong`)
  })
}

t.test('the value is what the text says', async (t) => {
  const text = 'a.b = 1\n"c d" = ["x", { e = true }]\n[[f]]\n[[f]]\ng = 1.5'
  t.strictSame(JSON.parse(JSON.stringify(read(text).value)), {
    a: { b: 1 },
    'c d': ['x', { e: true }],
    f: [{}, { g: 1.5 }],
  })
})

const noToml: readonly (readonly [string, string, string])[] = [
  ['no value', 'a = 1\n  b = = 2', '2:7'],
  ['no equals sign', 'a = 1\r\n\r\n b c', '3:4'],
  ['a string without its end', 'a = "x\n', '1:7'],
  ['a key a second time', 'a = 1\na = 2', '2:1'],
  ['a bare key outside ASCII', 'é = 1', '1:1'],
  ['more after a value', 'a = "é" x', '1:9'],
]

for (const [title, text, expected] of noToml) {
  t.test(`${title} is refused where it stands`, async (t) => {
    t.throws(() => read(text), {
      name: 'InputError',
      message: new RegExp(`^x.toml:${expected}: .`),
    })
  })
}

t.test('what the parser has not the stack for is refused all the same', async (t) => {
  const message = 'x.toml:1:1: there is a value in it that is too long, or lists too deep'
  t.throws(() => read(`a = "${'x'.repeat(2_000_000)}"`), { name: 'InputError', message })
})

for (const [title, text, expected] of [
  ['a key', 'a = 1\n __proto__ = 2', '2:2'],
  ['a table', 'a = 1\n[__proto__.b]\nc = 2', '2:1'],
  ['a dotted key', 'a.__proto__.b = 2', '1:1'],
  ['a key of an inline table', 'a = [{ "__proto__" = 1 }]', '1:8'],
] as const) {
  t.test(`"__proto__" as ${title} is refused and changes no object`, async (t) => {
    const message = `x.toml:${expected}: "__proto__" is no setting: take it out`
    t.throws(() => read(text), { name: 'InputError', message })
    t.notOk('b' in {})
  })
}

t.test('a byte order mark before the text is no part of it', async (t) => {
  const file = fileOf(t.testdir(), Buffer.from('\uFEFFa = 1'))
  const toml = readToml(file)
  t.strictSame(JSON.parse(JSON.stringify(toml.value)), { a: 1 })
  t.strictSame(toml.positionOf(['a']), { line: 1, column: 1 })
})

for (const [title, octets, expected] of [
  ['a letter of ISO 8859-1', Buffer.from('# caf\u00e9\n', 'latin1'), '1:6'],
  [
    'one after letters in UTF-8',
    Buffer.from('a = 1\n# \u00e9\u{1f600} \xff', 'utf8').subarray(0, -1),
    '2:7',
  ],
  ['one after a real U+FFFD', Buffer.from('# \uFFFD \xff').subarray(0, -1), '1:5'],
] as const) {
  t.test(`${title} is refused where it stands, for it is not UTF-8`, async (t) => {
    const file = fileOf(t.testdir(), octets)
    const message = `${file}:${expected}: this is not UTF-8: save the file as UTF-8`
    t.throws(() => readToml(file), { name: 'InputError', message })
  })
}
