/** Tokens by way of the control socket. */
import t from 'tap'
import { Tokens } from '../../src/access/tokens.ts'
import { addressSetOf } from '../../src/config/networks.ts'
import { createControl } from '../../src/control/control-server.ts'
import { tokenRoutes } from '../../src/control/token-routes.ts'
import { FailingTokenStore } from '../support/failing-tokens.ts'
import { FakeClock } from '../support/clock.ts'
import { recordingLog } from '../support/log.ts'

const SCOPE = { name: 'home', hosts: ['h.dyn.example.'], below: false, types: ['A'], from: [] }

t.test('tokens are made, listed, rotated and revoked', async (t) => {
  const { log } = recordingLog()
  const store = new FailingTokenStore()
  const tokens = new Tokens(store, new FakeClock(), log, addressSetOf)
  const server = createControl([tokenRoutes(tokens)], log)
  const ask = async (method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object) => {
    const response = await server.inject({ method, url, ...(payload && { payload }) })
    return { status: response.statusCode, answer: response.json<unknown>() }
  }
  t.match(await ask('POST', '/tokens', SCOPE), { status: 200, answer: { token: /^dd/ } })
  t.match(await ask('POST', '/tokens', SCOPE), {
    status: 409,
    answer: { detail: /there already|already/ },
  })
  t.match(await ask('POST', '/tokens', { name: 'x' }), { status: 400 })
  t.match(await ask('GET', '/tokens'), { status: 200, answer: [{ name: 'home', types: ['A'] }] })
  t.match(await ask('POST', '/tokens/home/rotate'), { status: 200, answer: { token: /^dd/ } })
  t.match(await ask('POST', '/tokens/x/rotate'), {
    status: 404,
    answer: { detail: 'there is no token x' },
  })
  t.match(await ask('DELETE', '/tokens/home'), { status: 200 })
  t.match(await ask('DELETE', '/tokens/home'), { status: 404 })
  store.isFull = true
  t.match(await ask('POST', '/tokens', SCOPE), { status: 503 })
})
