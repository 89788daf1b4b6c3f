/** The REST API as a whole server has it: with what the configuration of the day leads to. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { Tokens } from '../src/access/tokens.ts'
import { startServer } from '../src/app.ts'
import { systemClock } from '../src/base/clock.ts'
import { loadConfig } from '../src/config/load.ts'
import { addressSetOf } from '../src/config/networks.ts'
import { LmdbStore } from '../src/store/lmdb.ts'
import { configText } from './support/config-text.ts'
import { recordingLog } from './support/log.ts'
import { ZONE } from './support/operator.ts'

const ADMIN = { name: 'ci', role: 'admin', hosts: [], below: false, types: [], from: [] } as const

const GRANT = '[[zone.grant]]\nkey = "ddns-key."\nmatch = "zonesub"\ntypes = ["ANY"]\n'
const FIRST = 'file = "dyn.example.zone"\n'
const SECOND = '[[zone]]\nname = "other.example."\nfile = "dyn.example.zone"\n'
const HTTP = '[http]\nlisten = ["127.0.0.1:0"]\n'

t.test('the API is of the zones, keys and networks of the day', async (t) => {
  const folder = t.testdir()
  const file = join(folder, 'x.toml')
  const write = (rest: string): void => {
    writeFileSync(file, configText({ rest }))
  }
  write(`${FIRST}${GRANT}${HTTP}`)
  writeFileSync(join(folder, 'dyn.example.zone'), ZONE)
  const { log } = recordingLog()
  const store = LmdbStore.open(join(folder, 'data'), systemClock)
  const secret = new Tokens(store, systemClock, log, addressSetOf).create(ADMIN)
  await store.close()
  const server = await startServer(loadConfig(file), log)
  t.teardown(() => server.stop())
  const ask = async (path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`${server.webAddresses[0] ?? ''}/api/v1${path}`, {
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    })
    return answer.json()
  }
  t.match(await ask('/zones'), { zones: [{ zone: 'dyn.example.' }] })
  t.match(await ask('/keys'), { keys: [{ name: 'ddns-key.' }] })
  const token = { hosts: ['a.dyn.example.'], from: ['192.0.2.0/24'] }
  t.match(await ask('/tokens', token), { token: /^dd/ })
  t.match(await ask('/tokens', { ...token, name: 'b', from: ['x'] }), { status: 422 })
  t.match(await ask('/zones/dyn.example./secondaries'), { secondaries: [] })
  write(`${FIRST}${GRANT}${SECOND}${HTTP}`)
  await server.reload()
  t.match(await ask('/zones'), { zones: [{ zone: 'dyn.example.' }, { zone: 'other.example.' }] })
})
