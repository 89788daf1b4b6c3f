/** The routes about blocks and alerts, without a socket. */
import t from 'tap'
import type { TestResult } from '../../src/alerts/alerts.ts'
import { alertRoutes } from '../../src/control/alert-routes.ts'
import { blockRoutes } from '../../src/control/block-routes.ts'
import { createControl, type ControlRoutes } from '../../src/control/control-server.ts'
import { LoginBlocks } from '../../src/dyndns/login-blocks.ts'
import { FakeClock } from '../support/clock.ts'
import { recordingLog } from '../support/log.ts'

const ask = async (routes: ControlRoutes, method: 'GET' | 'POST' | 'DELETE', url: string) => {
  const server = createControl([routes], recordingLog().log)
  const { statusCode, body } = await server.inject({ method, url })
  await server.close()
  return { status: statusCode, body: JSON.parse(body) as unknown }
}

t.test('blocks are listed and taken away', async (t) => {
  const blocks = new LoginBlocks(new FakeClock())
  const routes = blockRoutes(blocks)
  for (let n = 0; n < 11; n++) blocks.failed('2001:db8::1')
  t.match(await ask(routes, 'GET', '/blocks'), { status: 200, body: [{ source: '2001:db8::/64' }] })
  const url = `/blocks/${encodeURIComponent('2001:db8::2')}`
  t.strictSame(await ask(routes, 'DELETE', url), { status: 200, body: {} })
  const gone = { detail: '2001:db8::2 is not held back' }
  t.match(await ask(routes, 'DELETE', url), { status: 404, body: gone })
  t.match(await ask(routes, 'DELETE', '/blocks/x'), {
    status: 400,
    body: { detail: '"x" is no address' },
  })
})

t.test('a test of alerts says what came of it, or that there is no way', async (t) => {
  const results: TestResult[] = [{ way: 'smtp', isDelivered: false, words: 'no' }]
  const test = () => Promise.resolve(results)
  t.strictSame(await ask(alertRoutes({ test }), 'POST', '/alerts/test'), {
    status: 200,
    body: results,
  })
  const none = alertRoutes({ test: () => Promise.resolve([]) })
  t.match(await ask(none, 'POST', '/alerts/test'), {
    status: 409,
    body: { detail: 'alerts go nowhere: write [alerts] into the configuration' },
  })
})
