/** Paths that fit what the system keeps of a socket's name. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openSocketPath } from '../../src/control/socket-path.ts'

t.test('a path that fits is taken as it is, made absolute', async (t) => {
  t.equal(openSocketPath('/run/livezone/control.sock')?.path, '/run/livezone/control.sock')
  t.equal(openSocketPath(`/${'x'.repeat(102)}`)?.path, `/${'x'.repeat(102)}`)
  t.equal(openSocketPath(`/${'ö'.repeat(52)}`, '/nowhere'), undefined, 'octets count')
})

t.test('one that does not fit leads to the same place while it is held', async (t) => {
  const folder = t.testdir({ ['x'.repeat(103)]: { here: 'found' } })
  const path = join(folder, 'x'.repeat(103), 'made')
  const short = openSocketPath(path)
  if (short === undefined) throw new Error('there is none')
  t.ok(short.path.length <= 103)
  writeFileSync(short.path, 'by the short path')
  short.release()
  t.equal(readFileSync(path, 'utf8'), 'by the short path')
})

t.test('where the system does not show open files, there is no short path', async (t) => {
  t.equal(openSocketPath(`/${'x'.repeat(103)}/control.sock`, '/nowhere'), undefined)
})

t.test('a folder that is not there is what the system says', async (t) => {
  t.throws(() => openSocketPath(`/${'x'.repeat(103)}/control.sock`), { code: 'ENOENT' })
})
