/** nsupdate.info's deletion; its updates are dyndns2. */
import type { Dialect, HostAsk, Outcome } from './dialect.ts'
import { codeOf, dyndns2, say as sayCodes } from './dyndns2.ts'
import { answer, type WebAnswer } from './request.ts'
import { addressFrom, noAddress, type Wish } from './wishes.ts'

const DELETE: Wish = { kind: 'delete' }
const KEEP: Wish = { kind: 'keep' }

const say = (outcome: Outcome): WebAnswer => {
  if (outcome.kind !== 'hosts') return sayCodes(outcome)
  const lines = outcome.hosts.map((one) => {
    const code = codeOf(one)
    if (code !== 'good' && code !== 'nochg') return code
    return one.ask.v4.kind === 'delete' ? 'deleted A' : 'deleted AAAA'
  })
  return answer(200, lines.join('\n'))
}

export const nsupdateInfoDelete: Dialect = {
  name: 'nsupdate.info',
  credentials: (asking, takesQuery) => dyndns2.credentials(asking, takesQuery),
  hosts: (asking, credentials, identity) => dyndns2.hosts(asking, credentials, identity),
  // The address says which family, and no more.
  ask: ({ request, parameters }): HostAsk => {
    const written = parameters.first('myip') ?? request.address
    const octets = addressFrom(written)
    if (octets === undefined) return noAddress(written)
    const isV4 = octets.length === 4
    return { ok: true, v4: isV4 ? DELETE : KEEP, v6: isV4 ? KEEP : DELETE }
  },
  say,
}
