/** Types, layout and house rules, beside the other tests. */
import t from 'tap'
import { repositoryRoot } from './support/source-tree.ts'
import { run } from './support/tools.ts'

t.setTimeout(900_000)

t.test('compiler, oxlint and oxfmt have nothing to say', async (t) => {
  const { code, stdout, stderr } = await run('npm', ['run', 'lint'], '', repositoryRoot())
  t.equal(code, 0, stdout + stderr)
})
