/** The unit files of packaging/systemd/, as systemd reads them. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { repositoryRoot } from '../support/source-tree.ts'
import { run, skipWithout } from '../support/tools.ts'

const FOLDER = join(repositoryRoot(), 'packaging/systemd')

t.test('systemd finds nothing wrong', { skip: skipWithout('systemd-analyze') }, async (t) => {
  const folder = t.testdir()
  const units = readdirSync(FOLDER)
  t.strictSame(units.sort(), [
    'livezone-agent-once.service',
    'livezone-agent-once.timer',
    'livezone-agent.service',
    'livezone.service',
  ])
  for (const unit of units) {
    // It wants to see the program, which nobody has installed here.
    const text = readFileSync(join(FOLDER, unit), 'utf8')
    writeFileSync(join(folder, unit), text.replaceAll('/usr/bin/livezone', process.execPath))
  }
  const paths = units.map((unit) => join(folder, unit))
  const { code, stdout, stderr } = await run('systemd-analyze', ['verify', '--man=no', ...paths])
  t.equal(stdout + stderr, '')
  t.equal(code, 0)
})
