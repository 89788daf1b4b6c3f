/** Whether the process that a claim names is still there. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { isHeldByAnother, ownClaim, type Claim } from '../../src/store/writer-claim.ts'
import { plainly } from '../support/tools.ts'

const PROGRAM = fileURLToPath(new URL('../support/store-process.js', import.meta.url))

t.test('a claim names this process and when it started', async (t) => {
  const claim = ownClaim()
  t.equal(claim.pid, process.pid)
  t.match(claim.started, process.platform === 'linux' ? /^\d+$/ : '')
  t.same(ownClaim(), claim)
})

t.test('its own claim does not keep a process out', async (t) => {
  t.notOk(isHeldByAnother(ownClaim()))
})

t.test('a claim is held as long as its process lives', async (t) => {
  const child = spawn(...plainly(process.execPath, PROGRAM, 'claim'), {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  // The program tells its claim, before and after it named itself.
  const [claim, renamed] = JSON.parse(line.toString()) as [Claim, Claim]
  t.equal(claim.pid, child.pid)
  t.same(renamed, claim, 'proc(5): a process may have blanks and brackets in its name')
  t.ok(isHeldByAnother(claim))
  if (process.platform === 'linux') {
    const started = `${Number(claim.started) + 1}`
    t.notOk(isHeldByAnother({ ...claim, started }), 'not by a later process with the same pid')
    // proc(5): the name in brackets is field 2, the start field 22.
    const stat = readFileSync(`/proc/${claim.pid}/stat`, 'latin1')
    t.equal(/^.*\) (?:\S+ ){19}(\S+) /s.exec(stat)?.[1], claim.started)
  }
  child.stdin.end()
  await once(child, 'exit')
  t.notOk(isHeldByAnother(claim), 'and not when it is gone')
})

t.test(
  'a process that has ended holds no claim, though its parent never asks how it ended',
  { skip: process.platform === 'linux' ? false : 'only Linux says so' },
  async (t) => {
    // The shell becomes a program that waits for no child.
    const words = plainly(process.execPath, PROGRAM, 'claim').flat()
    const child = spawn(
      'sh',
      ['-c', '"$@" </dev/null & exec sleep 300 >/dev/null', 'sh', ...words],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    t.teardown(() => child.kill('SIGKILL'))
    let line = ''
    for await (const piece of child.stdout) line += String(piece)
    const [claim] = JSON.parse(line) as [Claim]
    const state = (): string => readFileSync(`/proc/${claim.pid}/stat`, 'latin1')
    // Field 20 is the number of its threads: the first may be gone before the others.
    while (!/\) Z (?:\S+ ){16}[01] /.test(state())) await setImmediate()
    t.ok(process.kill(claim.pid, 0), 'to kill(2) it is there')
    t.notOk(isHeldByAnother(claim))
  },
)

// To kill(2), 0 is the group of the caller: it lives, and there is no such process in /proc.
const UNTOLD: Claim = { pid: 0, started: '' }

t.test(
  'where the system does not say when a process started, it is enough that it lives',
  async (t) => {
    t.ok(isHeldByAnother(UNTOLD))
  },
)

t.test('a process of another user is a process', async (t) => {
  let code = 'EPERM'
  const kills = t.capture(process, 'kill', () => {
    throw Object.assign(new Error(`kill ${code}`), { code })
  })
  t.ok(isHeldByAnother(UNTOLD))
  code = 'ESRCH'
  t.notOk(isHeldByAnother(UNTOLD), 'one that is not there is none')
  t.same(
    kills().map(({ args }) => args),
    [
      [0, 0],
      [0, 0],
    ],
    'asked without a signal',
  )
})
