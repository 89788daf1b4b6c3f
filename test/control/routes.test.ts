/** The routes about keys, reloading and refused updates, without a socket. */
import t from 'tap'
import { createControl, type ControlRoutes } from '../../src/control/control-server.ts'
import { keyRoutes } from '../../src/control/key-routes.ts'
import { rejectedRoutes } from '../../src/control/rejected-routes.ts'
import { reloadRoutes } from '../../src/control/reload-routes.ts'
import { InputError } from '../../src/base/input-error.ts'
import { Rejections } from '../../src/server/rejections.ts'
import { FakeClock } from '../support/clock.ts'
import { recordingLog } from '../support/log.ts'
import { TestService } from '../support/service.ts'
import { update } from '../support/messages.ts'

interface Answer {
  readonly status: number
  readonly body: unknown
}

const ask = async (routes: ControlRoutes, method: 'GET' | 'POST', url: string): Promise<Answer> => {
  const server = createControl([routes], recordingLog().log)
  const { statusCode, body } = await server.inject({ method, url })
  await server.close()
  return { status: statusCode, body: JSON.parse(body) as unknown }
}

t.test('POST /reload answers what has changed', async (t) => {
  const changes = { keysAdded: ['k.'] }
  const routes = reloadRoutes(() => Promise.resolve(changes))
  t.strictSame(await ask(routes, 'POST', '/reload'), { status: 200, body: changes })
})

for (const [title, error, status, detail] of [
  ['what the operator wrote', new InputError('x.toml', 3, 1, 'no'), 422, 'x.toml:3:1: no'],
  ['all of that', new AggregateError([], 'a\nb'), 422, 'a\nb'],
  [
    'a file that is not there',
    Object.assign(new Error('ENOENT: x.toml'), { code: 'ENOENT' }),
    422,
    'ENOENT: x.toml',
  ],
  ['a bug', new TypeError('a bug'), 500, 'the server could not do it; its log says why'],
] as const) {
  t.test(`POST /reload says why not: ${title}`, async (t) => {
    const routes = reloadRoutes(() => Promise.reject(error))
    t.match(await ask(routes, 'POST', '/reload'), { status, body: { detail } })
  })
}

t.test('POST /key-uses/save has them saved', async (t) => {
  let saved = 0
  const routes = keyRoutes(() => saved++)
  t.strictSame(await ask(routes, 'POST', '/key-uses/save'), { status: 200, body: {} })
  t.equal(saved, 1)
})

t.test('GET /rejected answers twenty unless asked for more or fewer', async (t) => {
  const service = new TestService()
  const routes = rejectedRoutes(service.service.rejections)
  const count = async (query: string): Promise<unknown> => {
    const { body } = await ask(routes, 'GET', `/rejected${query}`)
    return Array.isArray(body) ? body.length : body
  }
  for (let n = 0; n < 30; n++) await service.ask(service.sign(update('none.example.', [], [])))
  t.equal(await count(''), 20)
  t.equal(await count('?n=25'), 25)
  t.equal(await count('?n=999999'), 30)
  t.equal(await count('?n=0'), 0)
  t.equal(await count('?zone=dyn.example&key=ddns-key'), 0)
  t.equal(await count('?zone=NONE.example'), 20)
})

for (const [query, detail] of [
  ['n=x', '"x" is no number of updates'],
  ['n=-1', '"-1" is no number of updates'],
  ['zone=a..b', '"a..b" is no domain name: the name has an empty label'],
  ['key=', '"" is no domain name: the name is empty'],
] as const) {
  t.test(`GET /rejected?${query} is said to be wrong`, async (t) => {
    const routes = rejectedRoutes(new Rejections(new FakeClock()))
    t.match(await ask(routes, 'GET', `/rejected?${query}`), { status: 400, body: { detail } })
  })
}
