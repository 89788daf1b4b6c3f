/** Committing a change that a command has computed: what a server, or the store, has against it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { systemClock } from '../../src/base/clock.ts'
import { makeChange } from '../../src/cli/change-zone.ts'
import { OperatorError } from '../../src/cli/operator-error.ts'
import { loadConfig, type Config } from '../../src/config/load.ts'
import { openControl } from '../../src/control/control-server.ts'
import { historyRoutes } from '../../src/control/history-routes.ts'
import { ControlError } from '../../src/control/problem.ts'
import { LmdbStore } from '../../src/store/lmdb.ts'
import { serialOf } from '../../src/zone/serial.ts'
import { EditedZone, recordsIn } from '../support/edited-zone.ts'
import { recordingLog } from '../support/log.ts'
import { Operator } from '../support/operator.ts'
import { name } from '../support/service.ts'

/** Of a serial that the zone has never had. */
const STALE = {
  since: serialOf(5),
  isWhole: false,
  patch: { removed: [], added: recordsIn('www 60 A 192.0.2.1') },
}

/** With a control socket of a short path: the folders of tests have longer ones than a socket can. */
const configured = async (t: Test): Promise<Config> => {
  const operator = new Operator(t.testdir())
  const file = operator.path('dyn.example.zone')
  t.equal((await operator.run('import', 'dyn.example.', file)).code, 0)
  const folder = mkdtempSync(join(tmpdir(), 'livezone-'))
  t.teardown(() => {
    rmSync(folder, { recursive: true })
  })
  return { ...loadConfig(operator.path('livezone.toml')), control: join(folder, 'control.sock') }
}

const failure = async (config: Config): Promise<Error> => {
  try {
    await makeChange(config, name('dyn.example.'), 'undo 6', STALE)
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('it did not fail')
}

const TOO_LATE = 'too much has changed in the zone meanwhile: try again'

t.test('what the store has against it is said', async (t) => {
  const error = await failure(await configured(t))
  t.ok(error instanceof OperatorError)
  t.equal(error.message, TOO_LATE)
})

t.test('what the server has against it is said, in the same words', async (t) => {
  const config = await configured(t)
  const { log } = recordingLog()
  const routes = historyRoutes(new EditedZone().store, log, () => false)
  const end = await openControl(config.control, [routes], log)
  t.teardown(end)
  const error = await failure(config)
  t.match(error, { status: 409, message: TOO_LATE })
  t.ok(error instanceof ControlError)
})

t.test('an answer that no livezone gives is a bug, and nothing else is tried', async (t) => {
  const config = await configured(t)
  const other = createServer((_, response) => response.end('no JSON'))
  await new Promise<void>((resolve) => other.listen(config.control, resolve))
  t.teardown(() => other.close())
  t.ok((await failure(config)) instanceof SyntaxError)
})

t.test('without a server, too, a secondary zone is changed at its primary', async (t) => {
  const config = await configured(t)
  const [zone] = config.zones
  if (zone === undefined) throw new Error('no zone')
  const primaries = [{ address: '192.0.2.1', port: 53, key: undefined }]
  const error = await failure({ ...config, zones: [{ ...zone, primaries }] })
  t.ok(error instanceof OperatorError)
  t.match(error.message, /^dyn\.example\. is a secondary zone here: change it at its primary/)
})

t.test('without a server, too, a zone that was promoted is changed here', async (t) => {
  const config = await configured(t)
  const store = LmdbStore.open(config.data, systemClock)
  store.setSecondaryState(name('dyn.example.'), {
    refreshedMilliseconds: 1,
    expiresMilliseconds: 2,
    promotedMilliseconds: 3,
    isForeign: false,
  })
  await store.close()
  const primaries = [{ address: '192.0.2.1', port: 53, key: undefined }]
  const zones = config.zones.map((zone) => ({ ...zone, primaries }))
  t.equal((await failure({ ...config, zones })).message, TOO_LATE)
})
