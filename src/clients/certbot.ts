/** certbot with its plugin dns-rfc2136: the file of credentials. */
import { secretText } from '../access/key-file.ts'
import { shellLine } from '../base/shell-line.ts'
import { hostOf, ready, type Client } from './client.ts'

export const certbot: Client = ({ address, port, key, example }) => {
  const host = hostOf(example)
  const options = ['--dns-rfc2136', '--dns-rfc2136-credentials', 'rfc2136.ini']
  // An update that was answered is committed: there is nothing to wait for.
  const noWait = ['--dns-rfc2136-propagation-seconds', '0']
  return ready(
    [
      `# ${shellLine('certbot', 'certonly', ...options, ...noWait, '-d', host)}`,
      `dns_rfc2136_server = ${address}`,
      `dns_rfc2136_port = ${port}`,
      `dns_rfc2136_name = ${key.text}`,
      `dns_rfc2136_secret = ${secretText(key.secret)}`,
      // In lower case the plugin takes it for HMAC-MD5.
      `dns_rfc2136_algorithm = ${key.algorithm.text.toUpperCase()}`,
    ],
    'save it as rfc2136.ini, mode 600; the command is in its first line',
  )
}
