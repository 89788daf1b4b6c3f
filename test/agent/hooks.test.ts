/** Who is told what happened. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { tellHooks, type AgentEvent } from '../../src/agent/hooks.ts'
import { recordingLog } from '../support/log.ts'
import { listenWeb } from '../support/web-listener.ts'

const EVENT: AgentEvent = {
  kind: 'failure',
  host: 'home.dyn.example.',
  oldAddress: '192.0.2.1',
  newAddress: '192.0.2.2',
  error: 'BADKEY',
}

const NONE = { change: undefined, failure: undefined, recover: undefined, webhook: undefined }

t.test('a program has what happened in its environment', async (t) => {
  const file = join(t.testdir(), 'said')
  const code = `
    const { EVENT, HOST, OLD_IP, NEW_IP, ERROR } = process.env
    require('fs').writeFileSync(${JSON.stringify(file)}, [EVENT, HOST, OLD_IP, NEW_IP, ERROR].join())`
  const { log, lines } = recordingLog()
  await tellHooks({ ...NONE, failure: [process.execPath, '-e', code] }, log)(EVENT)
  t.equal(readFileSync(file, 'utf8'), 'failure,home.dyn.example.,192.0.2.1,192.0.2.2,BADKEY')
  t.strictSame(lines, [])
})

t.test('a webhook gets JSON', async (t) => {
  const { origin, requests } = await listenWeb(t, (response) => response.writeHead(204).end())
  const { log, lines } = recordingLog()
  await tellHooks({ ...NONE, webhook: new URL('/hook?secret', origin) }, log)(EVENT)
  t.match(requests, [
    { method: 'POST', url: '/hook?secret', headers: { 'content-type': 'application/json' } },
  ])
  t.strictSame(JSON.parse(requests[0]?.body ?? ''), {
    event: 'failure',
    host: 'home.dyn.example.',
    old: '192.0.2.1',
    new: '192.0.2.2',
    error: 'BADKEY',
  })
  t.strictSame(lines, [])
})

t.test('what does not work is said, without what is secret', async (t) => {
  const { origin } = await listenWeb(t, (response) => response.writeHead(500).end())
  const { log, lines } = recordingLog()
  const failure = ['./no-such-program'] as const
  await tellHooks({ ...NONE, failure, webhook: new URL('/secret', origin) }, log)(EVENT)
  await tellHooks({ ...NONE, webhook: new URL('http://127.0.0.1:1/secret') }, log)(EVENT)
  t.match(lines, [
    { fields: { hook: 'on-failure', why: /ENOENT/ } },
    { fields: { hook: 'webhook', why: /^127\.0\.0\.1:\d+ answers HTTP 500$/ } },
    { fields: { hook: 'webhook', why: /^127\.0\.0\.1:1 cannot be reached: / } },
  ])
  t.notMatch(JSON.stringify(lines), /secret/)
})

t.test('nobody is told where nobody is set', async (t) => {
  const { log, lines } = recordingLog()
  await tellHooks(NONE, log)(EVENT)
  t.strictSame(lines, [])
})
