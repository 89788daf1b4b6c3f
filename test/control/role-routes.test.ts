/** `promote` and `demote` over the control socket: what is done, and in which words it is not. */
import t from 'tap'
import { createControl } from '../../src/control/control-server.ts'
import { roleRoutes } from '../../src/control/role-routes.ts'
import { recordingLog } from '../support/log.ts'
import { TestSecondary } from '../support/secondary.ts'

const asked = async (test: TestSecondary, url: string): Promise<[number, unknown]> => {
  const { log } = recordingLog()
  const server = createControl([roleRoutes(() => test.secondaries)], log)
  const { statusCode, body } = await server.inject({ method: 'POST', url })
  await server.close()
  return [statusCode, JSON.parse(body)]
}

t.test('a zone is promoted and demoted, by its name in any spelling', async (t) => {
  const test = new TestSecondary()
  test.primaryHas(10)
  await test.start()
  const done = { zone: 'dyn.example.', serial: 10 }
  t.strictSame(await asked(test, '/zones/DYN.example/promote'), [200, done])
  t.equal(test.served?.isSecondary, false)
  t.match(await asked(test, '/zones/dyn.example./promote'), [409, { detail: /promoted already/ }])
  t.strictSame(await asked(test, '/zones/dyn.example./demote'), [200, done])
  test.network.takeAsked()
  await test.pass(0)
  t.strictSame(test.network.takeAsked(), ['192.0.2.1 tcp AXFR'])
  t.match(await asked(test, '/zones/dyn.example./demote'), [409, { detail: /is not promoted/ }])
})

t.test('what is no secondary zone, and no name, is neither', async (t) => {
  const test = new TestSecondary()
  await test.start()
  t.match(await asked(test, '/zones/other./promote'), [
    404,
    { detail: 'other. is no secondary zone: it has no "primary"' },
  ])
  t.match(await asked(test, '/zones/a..b/demote'), [400, { detail: /"a\.\.b" is no domain name/ }])
})
