/** What somebody writes of a token to be made: checked, and spelled as it is stored. */
import t from 'tap'
import { checkedScope, type WrittenScope } from '../../src/access/token-scope.ts'
import { isAtOrBelow } from '../../src/wire/name.ts'
import { name } from '../support/service.ts'

const WORLD = {
  isInZone: (host: Parameters<typeof isAtOrBelow>[0]) => isAtOrBelow(host, name('dyn.example.')),
  isNetwork: (text: string) => text === '192.0.2.0/24',
}

const WRITTEN: WrittenScope = { hosts: ['H.dyn.example'], below: true, types: [' a'], from: [] }

t.test(
  'hosts and types are spelled as they are stored, and the first host is the name',
  async (t) => {
    t.strictSame(checkedScope({ ...WRITTEN, from: ['192.0.2.0/24'] }, WORLD), {
      ok: true,
      scope: {
        name: 'h.dyn.example.',
        hosts: ['h.dyn.example.'],
        below: true,
        types: ['A'],
        from: ['192.0.2.0/24'],
      },
    })
  },
)

t.test('an admin token has a name and a role', async (t) => {
  const admin: WrittenScope = { ...WRITTEN, name: 'ci', role: 'admin', hosts: [], below: false }
  t.strictSame(checkedScope(admin, WORLD), {
    ok: true,
    scope: { name: 'ci', role: 'admin', hosts: [], below: false, types: [], from: [] },
  })
})

for (const [what, why, more] of [
  ['hosts', '"a..b" is no domain name: the name has an empty label', { hosts: ['a..b'] }],
  ['hosts', 'x.example. is in no zone of this server', { hosts: ['x.example'] }],
  ['hosts', 'a token is for a host, or more', { hosts: [] }],
  ['role', 'an admin token may everything, and takes no hosts', { role: 'admin' }],
  ['types', '"MX" is none of A, AAAA, TXT', { types: ['A', 'mx'] }],
  ['from', '"x" is no network', { from: ['x'] }],
  ['name', 'write 1 to 255 ASCII characters without blanks', { name: 'a b' }],
  ['name', 'write 1 to 255 ASCII characters without blanks', { role: 'admin', hosts: [] }],
] as const satisfies readonly (readonly [keyof WrittenScope, string, Partial<WrittenScope>])[]) {
  t.test(`${JSON.stringify(more)} is no token: ${what}`, async (t) => {
    t.strictSame(checkedScope({ ...WRITTEN, ...more }, WORLD), { ok: false, what, why })
  })
}
