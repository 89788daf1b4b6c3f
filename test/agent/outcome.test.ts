/** What an attempt comes to when nobody can be reached. */
import t from 'tap'
import { orLater } from '../../src/agent/outcome.ts'
import { NetworkError } from '../../src/base/network-error.ts'

t.test('who could not be reached may be reached later, and a bug stays one', async (t) => {
  t.equal(await orLater(Promise.resolve(1)), 1)
  t.match(await orLater(Promise.reject(new NetworkError('no answer'))), {
    kind: 'later',
    why: 'no answer',
  })
  await t.rejects(orLater(Promise.reject(new TypeError('a bug'))), TypeError)
})
