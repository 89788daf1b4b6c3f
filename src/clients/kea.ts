/** Kea: the configuration of its DHCP-DDNS server. */
import { secretText } from '../access/key-file.ts'
import { isReverse, ready, type Client } from './client.ts'

/** D2 2.2 waits 100 ms by itself, and gives a lease up after three: less than a busy disk may take to commit. */
const TIMEOUT_MILLISECONDS = 2000

export const kea: Client = ({ address, port, key, zones }) => {
  const domains = (some: readonly string[]): object => ({
    'ddns-domains': some.map((name) => ({
      name,
      'key-name': key.text,
      'dns-servers': [{ 'ip-address': address, port }],
    })),
  })
  const forward = zones.filter((zone) => !isReverse(zone))
  const config = {
    DhcpDdns: {
      'dns-server-timeout': TIMEOUT_MILLISECONDS,
      'tsig-keys': [
        {
          name: key.text,
          algorithm: key.algorithm.text.toUpperCase(),
          secret: secretText(key.secret),
        },
      ],
      'forward-ddns': domains(forward),
      'reverse-ddns': domains(zones.filter(isReverse)),
    },
  }
  const suffix = forward[0] ?? zones[0]
  return ready(
    [JSON.stringify(config, undefined, 2)],
    `in the DHCP servers: "dhcp-ddns": { "enable-updates": true }, "ddns-qualifying-suffix": "${suffix}"`,
  )
}
