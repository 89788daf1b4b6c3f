/** Which addresses are our own. */
import { networkInterfaces } from 'node:os'
import t from 'tap'
import { isAnyOf } from '../src/app/notify.ts'

t.test('where we listen is ours, with a wildcard all that this machine has', async (t) => {
  const fixed = isAnyOf([{ address: '192.0.2.1', port: 53 }])
  t.ok(fixed('192.0.2.1', 53))
  t.notOk(fixed('192.0.2.1', 5300))
  t.notOk(fixed('192.0.2.2', 53))
  const wildcard = isAnyOf([
    { address: '0.0.0.0', port: 53 },
    { address: '::', port: 53 },
  ])
  for (const { address } of Object.values(networkInterfaces()).flatMap((all) => all ?? [])) {
    t.ok(wildcard(address, 53), address)
  }
  t.notOk(wildcard('192.0.2.1', 53))
  t.notOk(wildcard('2001:db8::1', 53))
  t.notOk(isAnyOf([{ address: '0.0.0.0', port: 53 }])('::1', 53), 'another family')
})
