/** Words as a shell reads them back. */
import { spawnSync } from 'node:child_process'
import t from 'tap'
import { shellLine } from '../../src/base/shell-line.ts'

t.test('plain words stand as they are, others in quotes', async (t) => {
  t.equal(shellLine('a', '-b', 'c/d.e:5', "it's $HOME"), String.raw`a -b c/d.e:5 'it'\''s $HOME'`)
})

t.test('a shell reads back what was written', async (t) => {
  const words = ['a b', "it's", '$HOME', '`x`', '"', '', '*', '\\', 'a\nb']
  const { stdout } = spawnSync('sh', ['-c', shellLine('printf', '%s|', ...words)])
  t.equal(stdout.toString(), words.map((word) => `${word}|`).join(''))
})
