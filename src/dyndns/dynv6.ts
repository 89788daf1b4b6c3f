/** dynv6: `ipv4`, `ipv6` and `ipv6prefix`, each an address, `auto`, or `-` to take it away. */
import { ipv6FromText, ipv6ToText } from '../text/address-text.ts'
import type { Asking, Dialect, Outcome } from './dialect.ts'
import { codeOf, dyndns2 } from './dyndns2.ts'
import { hostsOf } from './hosts.ts'
import { Parameters } from './parameters.ts'
import { answer, CHALLENGE, retryAfter, type WebAnswer } from './request.ts'
import { wishesOf, withPrefix } from './wishes.ts'

/** What "auto" is taken for. */
const PREFIX_LENGTH = 64

const say = (outcome: Outcome): WebAnswer => {
  switch (outcome.kind) {
    case 'hosts': {
      const codes = outcome.hosts.map(codeOf)
      if (codes.includes('nohost')) return answer(404, 'zone not found')
      const problem = codes.find((code) => code !== 'good' && code !== 'nochg')
      if (problem !== undefined) return answer(400, problem)
      // inadyn takes no answer for a success that lacks one of its words.
      return answer(
        200,
        codes.includes('good') ? 'addresses updated' : 'addresses unchanged (nochg)',
      )
    }
    case 'refused':
      return answer(400, outcome.code)
    case 'badauth':
      return answer(401, 'invalid authentication token', CHALLENGE)
    case 'later':
      return answer(503, '911', retryAfter(outcome.seconds))
  }
}

/** The prefix as an address of `ipv6` that has one. */
const prefixText = ({ request, parameters }: Asking): string => {
  const written = parameters.first('ipv6prefix') ?? ''
  if (written.toLowerCase() !== 'auto') return written
  const own = ipv6FromText(request.address)
  if (own === undefined) return ''
  const network = withPrefix({ octets: own, length: PREFIX_LENGTH }, new Uint8Array(16))
  return `${ipv6ToText(network)}/${PREFIX_LENGTH}`
}

export const dynv6: Dialect = {
  name: 'dynv6',
  credentials: (asking, takesQuery) => dyndns2.credentials(asking, takesQuery),
  hosts: ({ parameters }, { user }, identity) =>
    hostsOf(parameters, user, identity, ['hostname', 'zone']),
  ask: (asking, { text }) => {
    const { request } = asking
    const prefix = new URLSearchParams({ ipv6: prefixText(asking) }).toString()
    return wishesOf(new Parameters(request.query, request.form, prefix), request.address, text)
  },
  say,
}
