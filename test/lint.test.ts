/**
 * Types, layout and house rules, beside the other tests: most of them wait for something now and then, this
 * one never does.
 */
import t from 'tap'
import { repositoryRoot } from './support/source-tree.ts'
import { run } from './support/tools.ts'

t.setTimeout(900_000)

t.test('compiler, prettier and eslint have nothing to say', async (t) => {
  const { code, stdout, stderr } = await run('npm', ['run', 'lint'], '', repositoryRoot())
  t.equal(code, 0, stdout + stderr)
})
