/** Kea: the configuration of its DHCP-DDNS server. */
import { secretText } from '../access/key-file.ts'
import { isReverse, ready, type Client } from './client.ts'

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
