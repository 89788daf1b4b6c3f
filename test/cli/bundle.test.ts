/** All commands in one file, and the code that V8 made of it. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { bundleIn, type Bundle } from '../../src/cli/bundle.ts'

const programOf = (status: number): string => `
const { createHash } = require('node:crypto')
exports.run = async (line) => (line.length === 2 && createHash ? ${status} : bundleUrl)
`

const loaded = (folder: string): Bundle => {
  const bundle = bundleIn(folder)
  if (bundle === undefined) throw new Error('there is no bundle')
  return bundle
}

t.test('without one there is nothing to load', async (t) => {
  t.equal(bundleIn(t.testdir()), undefined)
})

t.test('it runs as a module does, and knows where it is', async (t) => {
  const folder = t.testdir({ 'program.cjs': programOf(7) })
  const { run, isCompiled } = loaded(folder)
  t.equal(await run(['a', 'b']), 7)
  t.match(await run([]), /^file:\/\/.*\/program\.cjs$/)
  t.notOk(isCompiled)
})

t.test('what was compiled is kept for the next start', async (t) => {
  const folder = t.testdir({ 'program.cjs': programOf(7) })
  loaded(folder).keepCode()
  const { run, isCompiled } = loaded(folder)
  t.ok(isCompiled)
  t.equal(await run(['a', 'b']), 7)
})

t.test('code of another source of the same length is not taken', async (t) => {
  const folder = t.testdir({ 'program.cjs': programOf(7) })
  const first = loaded(folder)
  await first.run(['a', 'b'])
  first.keepCode()
  writeFileSync(join(folder, 'program.cjs'), programOf(8))
  const { run, isCompiled } = loaded(folder)
  t.notOk(isCompiled)
  t.equal(await run(['a', 'b']), 8)
})

t.test('nor is code that is damaged, or that ends early', async (t) => {
  const folder = t.testdir({ 'program.cjs': programOf(7) })
  const file = join(folder, 'program.code')
  loaded(folder).keepCode()
  const good = readFileSync(file)
  const damaged = Buffer.from(good)
  damaged[good.length >> 1] = (damaged[good.length >> 1] ?? 0) ^ 1
  for (const code of [damaged, good.subarray(0, -1), good.subarray(0, 8), Buffer.alloc(0)]) {
    writeFileSync(file, code)
    const { run, isCompiled } = loaded(folder)
    t.notOk(isCompiled)
    t.equal(await run(['a', 'b']), 7)
  }
})

t.test('a stack trace leads to its lines', async (t) => {
  const folder = t.testdir({ 'program.cjs': '\nexports.run = () => { throw new Error() }\n' })
  try {
    await loaded(folder).run([])
    t.fail('it throws')
  } catch (error) {
    t.match((error as Error).stack, /program\.cjs:2:/)
  }
})
