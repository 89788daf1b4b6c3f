/** ISC dhcpd: the part of its configuration that is about names. */
import { secretText } from '../access/key-file.ts'
import { isReverse, only53, ready, type Client } from './client.ts'

export const dhcpd: Client = (settings) => {
  const { address, key, zones } = settings
  const primary = address.includes(':') ? 'primary6' : 'primary'
  const domain = zones.find((zone) => !isReverse(zone)) ?? zones[0]
  const secret = secretText(key.secret)
  return ready(
    [
      'ddns-update-style standard;',
      `ddns-domainname "${domain}";`,
      `key "${key.text}" { algorithm ${key.algorithm.text}; secret "${secret}"; };`,
      ...zones.map((zone) => `zone ${zone} { ${primary} ${address}; key "${key.text}"; }`),
    ],
    ...only53(settings, 'dhcpd'),
  )
}
