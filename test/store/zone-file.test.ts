/** Zones from master files: all of a file or nothing, and whose fault it was. */
import { readdirSync, writeFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { InputError } from '../../src/base/input-error.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { loadZoneFile, zoneFileLines } from '../../src/store/zone-file.ts'
import { FakeClock } from '../support/clock.ts'
import {
  change,
  a,
  named,
  ownersOf,
  publish,
  put,
  serialIn,
  viewOf,
  zoneLines,
} from '../support/records.ts'

const newStore = (): MemoryStore => new MemoryStore(new FakeClock())

const ZONE = `$TTL 3600
@ IN SOA ns1.example. hostmaster.example. 10 7200 900 604800 300
@ IN NS ns1.example.
`

/** What is wrong with the file. */
const failureOf = (store: MemoryStore, file: string): InputError => {
  try {
    loadZoneFile(store, named('x.'), file)
  } catch (error) {
    if (error instanceof InputError) return error
    throw error
  }
  throw new Error('nothing is wrong with it')
}

const fileOf = (t: Test, text: string | Buffer): string => `${t.testdir({ 'x.zone': text })}/x.zone`

/** Loads the text, and gives how many records it has. */
const load = (t: Test, text: string, store = newStore()): number =>
  loadZoneFile(store, named('x.'), fileOf(t, text))

/** The message of what is wrong with the text, without the folder that it is in. */
const messageFor = (t: Test, text: string | Buffer, store = newStore()): string => {
  const file = fileOf(t, text)
  return failureOf(store, file).message.replace(file, 'x.zone')
}

t.test('RFC 1035 §5.1 a file becomes the zone, and its records are counted', async (t) => {
  const store = newStore()
  t.equal(load(t, `${ZONE}www A 192.0.2.1\nwww A 192.0.2.2\nWWW TXT hi\n`, store), 5)
  t.same(zoneLines(viewOf(store, 'x.')).slice(-3), [
    'www.x. 3600 1 c0000201',
    'www.x. 3600 1 c0000202',
    'www.x. 3600 16 026869',
  ])
  t.equal(serialIn(viewOf(store, 'x.')), 10)
})

t.test('what is wrong with a file is told with its place, and nothing is loaded', async (t) => {
  const cases: [string, string, RegExp][] = [
    ['an octet that is none', `${ZONE}www A 192.0.2.256\n`, /^x\.zone:4:7: /],
    ['a type that is none', `${ZONE}\n\n   NOTYPE 1\n`, /^x\.zone:6:4: /],
    [
      'an owner elsewhere',
      `${ZONE}www A 192.0.2.1\nwww.y. A 192.0.2.1\n`,
      /^x\.zone:5:1: .*not in/,
    ],
    ['a second SOA', `${ZONE}  SOA a. b. 1 2 3 4 5\n`, /^x\.zone:4:3: .*second SOA/],
    ['a CNAME beside data', `${ZONE}w A 192.0.2.1\nw CNAME y.\n`, /^x\.zone:5:1: .*CNAME/],
    ['no SOA', '$TTL 60\n@ NS ns1.example.\n', /^x\.zone:1:1: .*no SOA/],
    ['no NS', ZONE.replace(/^@ IN NS.*$/m, ''), /^x\.zone:1:1: .*no NS/],
    ['nothing', '', /^x\.zone:1:1: .*no SOA/],
  ]
  for (const [what, text, expected] of cases) {
    const store = newStore()
    const before = zoneLines(publish(store, 'x.', [a('old.x.', '192.0.2.1')]))
    t.match(messageFor(t, text, store), expected, what)
    t.same(zoneLines(viewOf(store, 'x.')), before, 'the zone stays as it was')
  }
})

t.test('a file that is not there loads nothing', async (t) => {
  const store = newStore()
  const file = `${t.testdir()}/none.zone`
  t.throws(() => loadZoneFile(store, named('x.'), file), { code: 'ENOENT', path: file })
  t.equal(store.zone(named('x.')), undefined)
})

t.test('RFC 1982 §3.2 a zone that is loaded anew has a serial after the one it had', async (t) => {
  const cases: [number, number, number, string][] = [
    [10, 11, 11, 'a later one is kept'],
    [10, 10, 11, 'the same is raised'],
    [10, 9, 11, 'an earlier one is raised'],
    [0xffff_fff0, 5, 5, 'one past the end of the numbers is later'],
    [5, 0xffff_fff0, 6, 'and one before it is earlier'],
    [0xffff_ffff, 0xffff_ffff, 1, '0 is skipped'],
    [7, 7 + 0x8000_0000, 8, 'one that is neither is raised'],
  ]
  for (const [stored, written, expected, why] of cases) {
    const store = newStore()
    publish(store, 'x.', [], stored)
    load(t, ZONE.replace(' 10 ', ` ${written} `), store)
    t.equal(serialIn(viewOf(store, 'x.')), expected, `${stored}, then ${written}: ${why}`)
  }
})

t.test('a file may have more than one chunk, cut anywhere', async (t) => {
  const lines = Array.from(
    { length: 9000 },
    (_, i) => `name-${i} 60 IN A 10.0.${i >> 8}.${i & 255}`,
  )
  const store = newStore()
  t.equal(load(t, `${ZONE}${lines.join('\n')}\n`, store), 9002)
  const expected = lines.map((_, i) => `name-${i}.x. 60 1 0a00${i.toString(16).padStart(4, '0')}`)
  t.same(zoneLines(viewOf(store, 'x.')).slice(2).sort(), expected.sort())
})

t.test('a character of several octets may stand across two chunks', async (t) => {
  const chunk = 64 * 1024
  for (const character of ['\u00e9', '\u20ac', '\u{1f511}']) {
    for (let before = 1; before <= 3; before++) {
      const head = `${ZONE}; ${character}${character}`
      const padding = chunk - before - Buffer.byteLength(`${head}\n$`)
      const text = `${head}${' '.repeat(padding)}\n$${character}${character} 1\n`
      t.match(messageFor(t, text), `x.zone:5:1: '$${character}${character}' is`)
    }
  }
  const cutShort = Buffer.from(`${ZONE}$\u20ac`).subarray(0, -1)
  t.match(messageFor(t, cutShort), "x.zone:4:1: '$\ufffd' is", 'or not be whole')
})

/** The files that this process has open; empty where the system does not say. */
const openFiles = (): string[] => (process.platform === 'linux' ? readdirSync('/proc/self/fd') : [])

t.test('files are closed, whether they were right or wrong', async (t) => {
  const before = openFiles().length
  const folder = t.testdir({
    'x.zone': `${ZONE}$INCLUDE wrong\n`,
    wrong: 'www A 192.0.2.1\nwww A wrong\n',
    'right.zone': `${ZONE}$INCLUDE right\n`,
    right: 'www A 192.0.2.1\n',
  })
  for (let i = 0; i < 20; i++) {
    loadZoneFile(newStore(), named('x.'), `${folder}/right.zone`)
    t.match(failureOf(newStore(), `${folder}/x.zone`), { file: `${folder}/wrong`, line: 2 })
  }
  t.equal(openFiles().length, before)
})

t.test('RFC 1035 §5.1 $INCLUDE reaches what is in the folder of the file and below', async (t) => {
  const folder = t.testdir({
    zones: {
      'x.zone': `${ZONE}$INCLUDE more.inc\n$INCLUDE sub/deep.inc sub\n$INCLUDE linked.inc\n`,
      'more.inc': 'more A 192.0.2.1\n',
      'linked.inc': t.fixture('symlink', 'sub/target.inc'),
      sub: {
        'deep.inc': `deep A 192.0.2.2\n$INCLUDE sub/../more.inc\n`,
        'target.inc': 'target A 192.0.2.3\n',
      },
    },
  })
  const store = newStore()
  t.equal(loadZoneFile(store, named('x.'), `${folder}/zones/x.zone`), 6)
  t.same(ownersOf(viewOf(store, 'x.')), [
    'x.',
    'more.x.',
    'deep.sub.x.',
    'more.sub.x.',
    'target.x.',
  ])
})

t.test('$INCLUDE of anything else is an error in its place, and nothing is loaded', async (t) => {
  const folder = t.testdir({
    'secret.inc': 'secret A 192.0.2.1\n',
    'zones-secret': { 'secret.inc': 'secret A 192.0.2.1\n' },
    zones: {
      'leaf.inc': t.fixture('symlink', '../secret.inc'),
      branch: t.fixture('symlink', '../zones-secret'),
      sub: { 'inner.inc': 'inner A 192.0.2.1\n$INCLUDE ../secret.inc\n' },
    },
  })
  const file = `${folder}/zones/x.zone`
  const cases: [string, RegExp][] = [
    ['../secret.inc', /is outside/],
    ['../zones-secret/secret.inc', /is outside/],
    [`${folder}/secret.inc`, /is outside/],
    ['sub/../../secret.inc', /is outside/],
    ['/dev/null', /is outside/],
    ['leaf.inc', /is outside/],
    ['branch/secret.inc', /is outside/],
    ['..', /is outside/],
    ['.', /is outside/],
    ['sub', /is not a file/],
    ['none.inc', /ENOENT/],
    ['sub/none.inc', /ENOENT/],
  ]
  for (const [path, expected] of cases) {
    const store = newStore()
    writeFileSync(file, `${ZONE}\n$INCLUDE ${path}\n`)
    t.match(failureOf(store, file), { message: expected, file, line: 5, column: 10 }, path)
    t.equal(store.zone(named('x.')), undefined)
  }
  writeFileSync(file, `${ZONE}$INCLUDE sub/inner.inc\n`)
  t.match(failureOf(newStore(), file), {
    message: /is outside/,
    file: `${folder}/zones/sub/inner.inc`,
    line: 2,
    column: 10,
  })
})

t.test(
  'RFC 4034 §6.1, §6.3 a zone is written with its SOA first, then in canonical order',
  async (t) => {
    const store = newStore()
    load(
      t,
      '$TTL 60\nz A 192.0.2.2\nz A 192.0.2.1\nA.z TXT "a;\\"" \\255\n@ NS z\n@ A 192.0.2.9\n' +
        '@ SOA z h 10 1 2 3 4\n\\001.z TYPE65280 \\# 2 1234\n*.z 5 MX 10 z\nz AAAA 2001:db8::1\n',
      store,
    )
    t.same(Array.from(zoneFileLines(viewOf(store, 'x.'))), [
      'x. 60 IN SOA z.x. h.x. 10 1 2 3 4\n',
      'x. 60 IN A 192.0.2.9\n',
      'x. 60 IN NS z.x.\n',
      'z.x. 60 IN A 192.0.2.1\n',
      'z.x. 60 IN A 192.0.2.2\n',
      'z.x. 60 IN AAAA 2001:db8::1\n',
      '\\001.z.x. 60 IN TYPE65280 \\# 2 1234\n',
      '*.z.x. 5 IN MX 10 z.x.\n',
      'A.z.x. 60 IN TXT "a;\\"" "\\255"\n',
    ])
  },
)

t.test('a file that was written from a zone is that zone', async (t) => {
  const store = newStore()
  const view = publish(store, 'x.', [a('\\000\\.\\"(.x.', '192.0.2.1'), a('\\255.x.', '192.0.2.2')])
  await change(store, view, (draft) => {
    put(draft, a('W.x.', '192.0.2.3', 0))
  })
  const copy = newStore()
  t.equal(load(t, Array.from(zoneFileLines(view)).join(''), copy), 5)
  t.same(zoneLines(viewOf(copy, 'x.')), zoneLines(view))
})
