/** lego, and so Traefik: environment and command. */
import { secretText } from '../access/key-file.ts'
import { shellLine } from '../base/shell-line.ts'
import { hostOf, ready, withoutDot, withoutMd5, type Client } from './client.ts'

export const lego: Client = (settings) => {
  const why = withoutMd5(settings, 'lego')
  if (why !== undefined) return { ok: false, why }
  const { endpoint, port, key, example } = settings
  const resolver = ['--dns.resolvers', endpoint]
  // It would ask every name server of the zone, on port 53, before it lets the CA ask.
  const noCheck = port === 53 ? [] : ['--dns.disable-cp']
  const words = ['--accept-tos', '--email', 'you@example.net', '--dns', 'rfc2136']
  const domain = ['--domains', hostOf(example), 'run']
  return ready(
    [
      `export RFC2136_NAMESERVER=${shellLine(endpoint)}`,
      `export RFC2136_TSIG_KEY=${shellLine(withoutDot(key.text))}`,
      `export RFC2136_TSIG_ALGORITHM=${key.algorithm.text}`,
      `export RFC2136_TSIG_SECRET=${secretText(key.secret)}`,
      shellLine('lego', ...words, ...resolver, ...noCheck, ...domain),
    ],
    'put your own address after --email',
  )
}
