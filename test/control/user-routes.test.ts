/** Users by way of the control socket. */
import t from 'tap'
import { Passwords } from '../../src/access/passwords.ts'
import { Users } from '../../src/access/users.ts'
import { createControl } from '../../src/control/control-server.ts'
import { userRoutes } from '../../src/control/user-routes.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { StoreError } from '../../src/zone/zone.ts'
import { FakeClock } from '../support/clock.ts'
import { recordingLog } from '../support/log.ts'

const USER = { name: 'anna', role: 'owner', hosts: ['h.dyn.example.'], below: false }

t.test('users are added, listed, given passwords and removed', async (t) => {
  const { log } = recordingLog()
  const store = new MemoryStore(new FakeClock())
  const users = new Users(store, new FakeClock(), new Passwords(2))
  const server = createControl([userRoutes(users)], log)
  const ask = async (method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object) => {
    const response = await server.inject({ method, url, ...(payload && { payload }) })
    return { status: response.statusCode, answer: response.json<unknown>() }
  }
  const password = 'correct horse'
  t.match(await ask('POST', '/users', { ...USER, password }), { status: 200, answer: {} })
  t.match(await ask('POST', '/users', { ...USER, password }), {
    status: 409,
    answer: { detail: 'there is a user anna already' },
  })
  t.match(await ask('POST', '/users', USER), { status: 400 })
  t.match(await ask('GET', '/users'), { status: 200, answer: [{ ...USER, created: Number }] })
  const other = { password: 'another horse' }
  t.match(await ask('POST', '/users/anna/password', other), { status: 200 })
  t.equal(await users.verify('anna', other.password, ''), 'right')
  t.match(await ask('POST', '/users/bert/password', other), { status: 404 })
  store.putUsers = () => {
    throw new StoreError('the users could not be put on disk')
  }
  t.match(await ask('DELETE', '/users/anna'), { status: 503 })
  Reflect.deleteProperty(store, 'putUsers')
  t.match(await ask('DELETE', '/users/anna'), { status: 200 })
  t.match(await ask('DELETE', '/users/anna'), { status: 404 })
})
