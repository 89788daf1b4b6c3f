/** Hearing of changes to the network. */
import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { monitorNetwork } from '../../src/agent/monitor.ts'
import { recordingLog } from '../support/log.ts'

const fakeIp = (t: Test, script: string): string => {
  const path = join(t.testdir(), 'ip')
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  return path
}

/** Resolves when there has been news so often; the monitor is stopped with the test. */
const news = (t: Test, ip: string, times: number, log = recordingLog().log): Promise<void> =>
  new Promise((resolve) => {
    let left = times
    const stop = monitorNetwork(
      () => {
        if (--left === 0) resolve()
      },
      log,
      ip,
      { restartMilliseconds: 1, lookMilliseconds: 1 },
    )
    t.teardown(stop)
  })

t.test('that a monitor begins is news, for what happened before was not heard', async (t) => {
  await news(t, fakeIp(t, 'exec sleep 1000'), 1)
})

t.test('what the monitor prints is news', async (t) => {
  const ip = fakeIp(t, '[ "$*" = "-o monitor address route" ] && echo address && exec sleep 1000')
  await news(t, ip, 2)
})

t.test('a monitor that ends is started again, and what it may have missed is news', async (t) => {
  const { log, lines } = recordingLog()
  await news(t, fakeIp(t, 'exit 1'), 3, log)
  t.match(lines, [{ level: 'warn', fields: { code: 1 } }, { level: 'warn' }])
})

t.test('where there is none, the system is looked at again and again', async (t) => {
  const { log, lines } = recordingLog()
  const ip = join(t.testdir(), 'none')
  t.notOk(existsSync(ip))
  await news(t, ip, 2, log)
  t.match(lines, [{ level: 'info', message: /it is looked at every/ }])
})

t.test('by default it is this machine that is watched', async () => {
  monitorNetwork(() => undefined, recordingLog().log)()
})

t.test('one that is stopped before it is found missing says nothing', async (t) => {
  const { log, lines } = recordingLog()
  monitorNetwork(() => undefined, log, join(t.testdir(), 'none'))()
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
  t.strictSame(lines, [])
})
