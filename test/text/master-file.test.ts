/** `text/master-file.ts`: presentation format, as operators and other servers write and read it. */
import t from 'tap'
import { InputError } from '../../src/base/input-error.ts'
import {
  MasterFileError,
  readMasterFile,
  type IncludedText,
  type MasterFileOptions,
  type MasterRecord,
} from '../../src/text/master-file.ts'
import { nameFromText } from '../../src/text/name-text.ts'
import { recordToText } from '../../src/text/record-text.ts'
import type { Name } from '../../src/wire/name.ts'

const named = (text: string): Name => {
  const result = nameFromText(text)
  if (!result.ok) throw new Error(result.why)
  return result.name
}

const ORIGIN = named('dyn.example.')

type Include = NonNullable<MasterFileOptions['include']>

const records = (text: string | Iterable<string>, include?: Include): MasterRecord[] => {
  const options = { file: 'dyn.zone', origin: ORIGIN }
  const chunks = typeof text === 'string' ? [text] : text
  return [...readMasterFile(chunks, include === undefined ? options : { ...options, include })]
}

const lines = (text: string | Iterable<string>, include?: Include): string[] =>
  records(text, include).map(({ owner, ttl, type, rdata }) => recordToText(owner, ttl, type, rdata))

/** The error's message, or nothing. */
const failure = (text: string, include?: Include): string => {
  try {
    records(text, include)
    return ''
  } catch (error) {
    return error instanceof MasterFileError ? error.message : String(error)
  }
}

t.test('RFC 1035 §5.3 the example of a master file', async (t) => {
  const text = `
$TTL 3600
@   IN  SOA     VENERA      Action\\.domains (
                                 20     ; SERIAL
                                 7200   ; REFRESH
                                 600    ; RETRY
                                 3600000; EXPIRE
                                 60)    ; MINIMUM

        NS      A.ISI.EDU.
        MX      10      VENERA

VENERA  A       10.1.0.52
        A       128.9.0.32
`
  t.same(lines(text), [
    'dyn.example. 3600 IN SOA VENERA.dyn.example. Action\\.domains.dyn.example. 20 7200 600 3600000 60',
    'dyn.example. 3600 IN NS A.ISI.EDU.',
    'dyn.example. 3600 IN MX 10 VENERA.dyn.example.',
    'VENERA.dyn.example. 3600 IN A 10.1.0.52',
    'VENERA.dyn.example. 3600 IN A 128.9.0.32',
  ])
})

t.test('every record knows the file, line and column where its entry begins', async (t) => {
  const places = records('$TTL 60\n\nwww A 192.0.2.1\n  TXT (\n a )\nmail A 192.0.2.2').map(
    ({ file, line, column }) => `${file}:${line}:${column}`,
  )
  t.same(places, ['dyn.zone:3:1', 'dyn.zone:4:3', 'dyn.zone:6:1'])
})

t.test('RFC 1035 §5.1 chunks may be cut anywhere', async (t) => {
  const text = '$TTL 60\r\nwww A 192.0.2.1 ; c\r\n TXT ( "a b"\r\n\tc ) \r\n'
  const expected = ['www.dyn.example. 60 IN A 192.0.2.1', 'www.dyn.example. 60 IN TXT "a b" "c"']
  t.same(lines(text), expected)
  t.same(lines(Array.from(text)), expected)
})

t.test('RFC 1035 §5.1 $ORIGIN is what relative names are below', async (t) => {
  t.same(
    lines('$TTL 1\na NS b\n$ORIGIN sub\na NS b\n$origin other.\na NS b\n@ NS b.\n\\$x A 192.0.2.1'),
    [
      'a.dyn.example. 1 IN NS b.dyn.example.',
      'a.sub.dyn.example. 1 IN NS b.sub.dyn.example.',
      'a.other. 1 IN NS b.other.',
      'other. 1 IN NS b.',
      '\\$x.other. 1 IN A 192.0.2.1',
    ],
  )
})

t.test('RFC 1035 §5.1 an indented entry has the owner of the one before', async (t) => {
  t.same(lines('$TTL 1\na A 192.0.2.1\n$ORIGIN sub\n A 192.0.2.2'), [
    'a.dyn.example. 1 IN A 192.0.2.1',
    'a.dyn.example. 1 IN A 192.0.2.2',
  ])
  t.match(failure(' A 192.0.2.1'), /^dyn\.zone:1:2: there is no owner before this/)
})

t.test('an owner may look like a class, a type or a TTL', async (t) => {
  t.same(lines('IN 1 IN A 192.0.2.1\nA 1 A 192.0.2.1\n60 1 A 192.0.2.1'), [
    'IN.dyn.example. 1 IN A 192.0.2.1',
    'A.dyn.example. 1 IN A 192.0.2.1',
    '60.dyn.example. 1 IN A 192.0.2.1',
  ])
})

const ttls = (text: string): number[] => records(text).map(({ ttl }) => ttl)

t.test('RFC 2308 §4 $TTL holds for the records after it that have none', async (t) => {
  t.same(
    ttls('$TTL 1h\na A 192.0.2.1\na 5 A 192.0.2.2\na A 192.0.2.3\n$TTL 7\na A 192.0.2.4'),
    [3600, 5, 3600, 7],
  )
})

t.test('RFC 1035 §5.1 without $TTL a record has the TTL of the one before', async (t) => {
  t.same(ttls('a 5 A 192.0.2.1\na A 192.0.2.2\na 6 A 192.0.2.3\na A 192.0.2.4'), [5, 5, 6, 6])
  t.match(
    failure('a IN A 192.0.2.1'),
    /^dyn\.zone:1:6: this record has no TTL; write one, or put \$TTL/,
  )
})

t.test('without any TTL the minimum of the SOA is the default, as in BIND', async (t) => {
  t.same(ttls('@ SOA a b 1 2 3 4 9\na A 192.0.2.1\na 6 A 192.0.2.3\na A 192.0.2.4'), [9, 9, 6, 9])
  t.match(failure('@ SOA a b 1 2 3 4 4294967295'), /^dyn\.zone:1:3: the minimum of this SOA/)
})

t.test('RFC 2181 §8 a TTL above 2147483647 is an error', async (t) => {
  t.match(failure('$TTL 2147483648'), /^dyn\.zone:1:6: '2147483648' is more than 2147483647/)
  t.match(failure('a 2147483648 A 192.0.2.1'), /^dyn\.zone:1:3: /)
})

const included: Readonly<Record<string, string>> = {
  'sub.zone': 'a A 192.0.2.1\n$ORIGIN deep\n A 192.0.2.2\nb A 192.0.2.3\n$TTL 9\n',
  'first.zone': ' A 192.0.2.4\n',
  'self.zone': '$INCLUDE self.zone\n',
  'a b.zone': 'x A 192.0.2.5\n',
  'bad.zone': '\n  oops',
}

const include: Include = (path): IncludedText => {
  const text = included[path]
  if (text === undefined) throw new Error('no such file')
  return { file: `zones/${path}`, text: [text] }
}

t.test('RFC 1035 §5.1 $INCLUDE reads another file, with an origin of its own', async (t) => {
  const text = '$TTL 1\nwww A 192.0.2.0\n$INCLUDE sub.zone sub ; c\n A 192.0.2.9\na A 192.0.2.9'
  const read = records(text, include)
  t.same(
    read.map(({ owner, ttl, type, rdata }) => recordToText(owner, ttl, type, rdata)),
    [
      'www.dyn.example. 1 IN A 192.0.2.0',
      'a.sub.dyn.example. 1 IN A 192.0.2.1',
      'a.sub.dyn.example. 1 IN A 192.0.2.2',
      'b.deep.sub.dyn.example. 1 IN A 192.0.2.3',
      'www.dyn.example. 9 IN A 192.0.2.9',
      'a.dyn.example. 9 IN A 192.0.2.9',
    ],
    'origin and owner are restored, $TTL is not',
  )
  t.same(
    read.map(({ file, line }) => `${file}:${line}`),
    [
      'dyn.zone:2',
      'zones/sub.zone:1',
      'zones/sub.zone:3',
      'zones/sub.zone:4',
      'dyn.zone:4',
      'dyn.zone:5',
    ],
  )
})

t.test('an included file begins with the origin and the owner of its includer', async (t) => {
  t.same(lines('$TTL 1\nwww A 192.0.2.0\n$INCLUDE "first.zone"\n$INCLUDE "a b.zone"', include), [
    'www.dyn.example. 1 IN A 192.0.2.0',
    'www.dyn.example. 1 IN A 192.0.2.4',
    'x.dyn.example. 1 IN A 192.0.2.5',
  ])
})

t.test('$INCLUDE is refused by whoever opens the files, or when nobody does', async (t) => {
  t.equal(
    failure('$INCLUDE nope.zone', include),
    "dyn.zone:1:10: cannot include 'nope.zone': no such file",
  )
  t.match(failure('$INCLUDE sub.zone'), /^dyn\.zone:1:10: \$INCLUDE is not allowed here/)
  t.match(failure('$INCLUDE', include), /^dyn\.zone:1:9: a file is missing/)
  t.match(failure('$INCLUDE a b c', include), /^dyn\.zone:1:14: 'c' stands after the end/)
  t.match(
    failure('$INCLUDE x', () => {
      // Whatever another's code throws has to be told to the operator.
      // oxlint-disable-next-line typescript/only-throw-error
      throw 'a string'
    }),
    /cannot include 'x': a string$/,
  )
})

t.test('$INCLUDE stops at ten files, so a file that includes itself is an error', async (t) => {
  t.match(
    failure('$INCLUDE self.zone', include),
    /^zones\/self\.zone:1:10: \$INCLUDE goes deeper than 10/,
  )
})

t.test('an error in an included file names that file', async (t) => {
  t.match(
    failure('$TTL 1\na A 192.0.2.1\n$INCLUDE bad.zone', include),
    /^zones\/bad\.zone:2:3: 'oops'/,
  )
})

t.test('$GENERATE makes records that differ in a number', async (t) => {
  const text = '$TTL 1\n$GENERATE 1-2 h$ A 192.0.2.$\n TXT x\n$GENERATE 9-9 $ 5 IN MX "10 m$"\n'
  t.same(lines(text), [
    'h1.dyn.example. 1 IN A 192.0.2.1',
    'h2.dyn.example. 1 IN A 192.0.2.2',
    'h2.dyn.example. 1 IN TXT "x"',
    '9.dyn.example. 5 IN MX 10 m9.dyn.example.',
  ])
  t.match(records(text)[1], { line: 2, column: 1 })
  t.match(
    failure('$GENERATE 255-256 h$ 1 A 192.0.2.$'),
    /^dyn\.zone:1:26: '192\.0\.2\.256' is no IPv4/,
  )
  t.match(
    failure('$GENERATE 1-2 $..a 1 A 192.0.2.$'),
    /^dyn\.zone:1:15: '1\.\.a': the name has an empty/,
  )
})

t.test('what is wrong is said with file, line and column, and what to do', async (t) => {
  const cases: readonly (readonly [text: string, message: RegExp])[] = [
    ['$NOPE x', /^dyn\.zone:1:1: '\$NOPE' is no directive; .* is written \\\$/],
    ['$TTL', /^dyn\.zone:1:5: a time in seconds is missing/],
    ['$TTL 1 2', /^dyn\.zone:1:8: '2' stands after the end/],
    ['$ORIGIN', /^dyn\.zone:1:8: a name is missing/],
    ['$ORIGIN a b', /^dyn\.zone:1:11: 'b' stands after the end/],
    ['"a" 1 A 192.0.2.1', /^dyn\.zone:1:1: the owner is written without quotes/],
    ['"$TTL" 1', /^dyn\.zone:1:1: the owner is written without quotes/],
    [' $TTL 1', /^dyn\.zone:1:2: there is no owner/],
    ['a', /^dyn\.zone:1:2: a type is missing/],
    ['a 1 IN A', /^dyn\.zone:1:9: an IPv4 address is missing/],
    ['a 1 IN A 192.0.2.1 x', /^dyn\.zone:1:20: 'x' stands after the end/],
    ['a 1 CH A 192.0.2.1', /^dyn\.zone:1:5: class CH is not served here/],
    ['a 1 IN ANY', /^dyn\.zone:1:8: 'ANY' lives in messages only/],
    [`${'a'.repeat(64)} 1 A 192.0.2.1`, /^dyn\.zone:1:1: 'a{40}…': a label of the name has 64/],
    [`${'a.'.repeat(124)}a 1 A 192.0.2.1`, /the name is longer than 255 octets/],
    ['a 1 TXT "x', /^dyn\.zone:1:9: the quote that opens here/],
    ['a 1 TXT ( x', /^dyn\.zone:1:9: the '\(' that opens here/],
    ['a 1 TXT x\\', /after '\\' stand three digits/],
  ]
  for (const [text, message] of cases) t.match(failure(text), message, text)
})

t.test('a master file error is an input error with its place', async (t) => {
  t.throws(() => records('\n a'), MasterFileError)
  try {
    records('a 1 A x')
  } catch (error) {
    t.ok(error instanceof InputError)
    t.match(error, { name: 'MasterFileError', file: 'dyn.zone', line: 1, column: 7 })
  }
})

t.test('the error of a source that cannot be read passes through', async (t) => {
  const broken = function* (): Generator<string> {
    yield '$TTL 1\n'
    throw new Error('EIO: the disk is gone')
  }
  t.throws(() => records(broken()), { name: 'Error', message: 'EIO: the disk is gone' })
})

t.test('whoever stops early closes every open file', async (t) => {
  const closed: string[] = []
  const source = function* (name: string, text: string): Generator<string> {
    try {
      for (;;) yield text
    } finally {
      closed.push(name)
    }
  }
  const options: MasterFileOptions = {
    file: 'outer',
    origin: ORIGIN,
    include: () => ({ file: 'inner', text: source('inner', 'b 1 A 192.0.2.2\n') }),
  }
  const outer = source('outer', 'a 1 A 192.0.2.1\n$INCLUDE x\n')
  for (const { file } of readMasterFile(outer, options)) if (file === 'inner') break
  t.same(closed.sort(), ['inner', 'outer'])
})

t.test('a large file is read one record at a time, not kept', async (t) => {
  let given = 0
  const source = function* (): Generator<string> {
    yield '$TTL 1\n'
    for (;;) {
      given++
      yield 'a A 192.0.2.1\n'.repeat(1000)
    }
  }
  let read = 0
  for (const { rdata } of readMasterFile(source(), { file: 'large', origin: ORIGIN })) {
    read += rdata.length / 4
    if (read === 20_000) break
  }
  t.ok(given < 30, `${given} chunks of a thousand records were asked for`)
})
