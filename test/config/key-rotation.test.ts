/** Rotating and retiring a key's secret: the files before, in between and after. */
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { algorithmFromText } from '../../src/access/algorithm.ts'
import { oldSecretOf, removeOld, rotateKey } from '../../src/config/key-rotation.ts'
import { loadKeyring } from '../../src/config/keys-folder.ts'
import { name } from '../support/service.ts'

const TEXT = 'key "k" { algorithm hmac-sha256-128; secret "AAAA"; };\n'

const folderWith = (folder: string, files: Readonly<Record<string, string>>): string => {
  for (const [file, text] of Object.entries(files)) {
    writeFileSync(join(folder, file), text, { mode: 0o600 })
  }
  return folder
}

const read = (folder: string, file: string): string => readFileSync(join(folder, file), 'utf8')

t.test('the old file stays as it is under its new name, and a new one has its name', async (t) => {
  const folder = folderWith(t.testdir(), { 'k.key': TEXT })
  chmodSync(join(folder, 'k.key'), 0o640)
  t.strictSame(rotateKey(folder, name('K')), {
    ok: true,
    file: join(folder, 'k.key'),
    oldFile: join(folder, 'k.old.key'),
  })
  t.equal(read(folder, 'k.old.key'), TEXT)
  t.match(read(folder, 'k.key'), /algorithm hmac-sha256-128;\n\tsecret "[^"]{44}"/)
  t.equal(statSync(join(folder, 'k.key')).mode & 0o777, 0o640, 'whoever could read it still can')
  t.strictSame(readdirSync(folder).sort(), ['k.key', 'k.old.key'])
  const held = loadKeyring(folder).held(name('k.'))
  t.equal(held?.old?.secret.export().toString('base64'), 'AAAA')
})

t.test('the new secret may be for another algorithm', async (t) => {
  const folder = folderWith(t.testdir(), { 'k.key': TEXT })
  rotateKey(folder, name('k.'), algorithmFromText('hmac-sha512'))
  const held = loadKeyring(folder).held(name('k.'))
  t.match(held?.current, { macLength: 64, algorithm: { text: 'hmac-sha512' } })
  t.match(held?.old, { macLength: 16, algorithm: { text: 'hmac-sha256' } })
})

t.test('what was interrupted is brought to its end by the same command', async (t) => {
  // A crash behind the new text, and behind the link to the old name.
  for (const isLinked of [false, true]) {
    const folder = folderWith(t.testdir(), { 'k.key': TEXT, 'k.key.new': 'half a te' })
    if (isLinked) linkSync(join(folder, 'k.key'), join(folder, 'k.old.key'))
    t.equal(loadKeyring(folder).get(name('k.'))?.secret.export().toString('base64'), 'AAAA')
    const retirement = oldSecretOf(folder, name('k.'))
    if (isLinked) t.match(retirement, { ok: false, why: /interrupted: livezone key rotate k\./ })
    t.match(rotateKey(folder, name('k.')), { ok: true })
    t.equal(read(folder, 'k.old.key'), TEXT)
    t.not(read(folder, 'k.key'), TEXT)
    t.strictSame(readdirSync(folder).sort(), ['k.key', 'k.old.key'])
  }
})

for (const [title, files, why] of [
  ['no such key', {}, /^no file in .* has the key k\.: livezone key generate k\.$/],
  [
    'an old secret that is there still',
    { 'k.key': TEXT, 'k.old.key': TEXT.replace('AAAA', 'BBBB') },
    /k\.old\.key has an old secret still: livezone key retire k\. first$/,
  ],
  [
    'another key in the way',
    { 'k.key': TEXT, 'k.old.key': TEXT.replace('"k"', '"k.old"') },
    /k\.old\.key is there already and has no secret of k\.: move it away$/,
  ],
  [
    'a file with others',
    { 'k.key': TEXT + TEXT.replace('"k"', '"other"') },
    /k\.key has more than the key k\.: put each key into a file of its own$/,
  ],
] as const) {
  t.test(`a key is not rotated: ${title}`, async (t) => {
    const folder = folderWith(t.testdir(), files)
    t.match(rotateKey(folder, name('k.')), { ok: false, why })
    for (const [file, text] of Object.entries(files)) t.equal(read(folder, file), text)
    t.strictSame(readdirSync(folder).sort(), Object.keys(files).sort())
  })
}

t.test('when the disk says no, all is as it was', async (t) => {
  const folder = folderWith(t.testdir(), { 'k.key': TEXT })
  // Where the new text would go is something that cannot be removed like a file.
  mkdirSync(join(folder, 'k.key.new'))
  t.throws(() => rotateKey(folder, name('k.')), { code: /^(ERR_FS_)?EISDIR$/ })
  t.equal(read(folder, 'k.key'), TEXT)
  t.notOk(existsSync(join(folder, 'k.old.key')))
})

t.test('the old secret is found and removed, and the current one stays', async (t) => {
  const folder = folderWith(t.testdir(), { 'k.key': TEXT })
  rotateKey(folder, name('k.'))
  const current = read(folder, 'k.key')
  const found = oldSecretOf(folder, name('K'))
  if (!found.ok) throw new Error(found.why)
  t.equal(found.old.secret.export().toString('base64'), 'AAAA')
  t.not(found.current.secret.export().toString('base64'), 'AAAA')
  removeOld(found.oldFile)
  t.strictSame(readdirSync(folder), ['k.key'])
  t.equal(read(folder, 'k.key'), current)
})

for (const [title, files, why] of [
  ['no such key', {}, /^no file in .* has the key k\.: livezone key generate k\.$/],
  ['no old secret', { 'k.key': TEXT }, /^k\. has no old secret in /],
  [
    'an old file with others',
    {
      'k.key': TEXT,
      'k.old.key': TEXT.replace('AAAA', 'BBBB') + TEXT.replace('"k"', '"other"'),
    },
    /k\.old\.key has more than the key k\.: put each key into a file of its own$/,
  ],
] as const) {
  t.test(`nothing is retired: ${title}`, async (t) => {
    const folder = folderWith(t.testdir(), files)
    t.match(oldSecretOf(folder, name('k.')), { ok: false, why })
  })
}
