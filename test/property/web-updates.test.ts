/** Any sequence of web updates leaves what a naive model of them has, and writes only what changes it. */
import fc from 'fast-check'
import t from 'tap'
import { TestWeb } from '../support/web.ts'

const HOSTS = ['a.dyn.example', 'b.dyn.example', 'c.dyn.example'] as const
type Host = (typeof HOSTS)[number]

const v4 = fc.integer({ min: 1, max: 3 }).map((n) => `198.51.100.${n}`)
const v6 = fc.integer({ min: 1, max: 3 }).map((n) => `2001:db8::${n}`)
const list = (one: fc.Arbitrary<string>) => fc.uniqueArray(one, { minLength: 1, maxLength: 2 })
/** A family: its addresses, none at all (deleted), or not spoken of. */
const family = (one: fc.Arbitrary<string>) =>
  fc.oneof(list(one), fc.constant<string[]>([]), fc.constant(undefined))

const request = fc.record({
  hosts: fc.uniqueArray(fc.constantFrom(...HOSTS), { minLength: 1, maxLength: 3 }),
  v4: family(v4),
  v6: family(v6),
})

interface Records {
  v4: readonly string[]
  v6: readonly string[]
}

const parameter = (key: string, addresses: readonly string[] | undefined): string =>
  addresses === undefined ? '' : `&${key}=${addresses.join()}`

const recordsOf = ({ v4, v6 }: Records): string[] =>
  [...v4.map((one) => `60 A ${one}`), ...v6.map((one) => `60 AAAA ${one}`)].sort()

t.test('hosts have what was said of them last, family by family', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(request, { maxLength: 12 }), async (requests) => {
      const web = new TestWeb()
      const token = web.token(HOSTS.map((host) => `${host}.`).join(' '))
      const model = new Map<Host, Records>(HOSTS.map((host) => [host, { v4: [], v6: [] }]))
      for (const { hosts, v4, v6 } of requests) {
        if (v4 === undefined && v6 === undefined) continue
        const before = web.serial()
        const expected = hosts.map((host) => {
          const was = model.get(host) ?? { v4: [], v6: [] }
          const is = { v4: v4 ?? was.v4, v6: v6 ?? was.v6 }
          model.set(host, is)
          const isSame = recordsOf(was).join() === recordsOf(is).join()
          return [isSame ? 'nochg' : 'good', [...(v4 ?? []), ...(v6 ?? [])].join()]
            .filter((word) => word !== '')
            .join(' ')
        })
        const query = parameter('myipv4', v4) + parameter('myipv6', v6)
        const answer = await web.get(`/nic/update?hostname=${hosts.join()}${query}`, token)
        if (answer !== `200 ${expected.join('\n')}`) return false
        const isChanged = expected.some((line) => line.startsWith('good'))
        if (web.serial() !== before + (isChanged ? 1 : 0)) return false
        for (const host of HOSTS) {
          const records = recordsOf(model.get(host) ?? { v4: [], v6: [] })
          if (web.records(host).join() !== records.join()) return false
        }
        web.clock.advanceSeconds(3600)
      }
      return true
    }),
    { numRuns: 100 },
  )
  t.pass('as the model')
})
