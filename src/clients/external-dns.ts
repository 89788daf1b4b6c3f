/** external-dns: its arguments. */
import { secretText } from '../access/key-file.ts'
import { shellLine } from '../base/shell-line.ts'
import { ready, withoutDot, withoutMd5, type Client } from './client.ts'

export const externalDns: Client = (settings) => {
  const why = withoutMd5(settings, 'external-dns')
  if (why !== undefined) return { ok: false, why }
  const { address, port, key, zones } = settings
  const options = [
    '--provider=rfc2136',
    '--registry=txt',
    '--txt-owner-id=cluster-1',
    `--rfc2136-host=${address}`,
    `--rfc2136-port=${port}`,
    ...zones.flatMap((zone) => [
      `--rfc2136-zone=${withoutDot(zone)}`,
      `--domain-filter=${withoutDot(zone)}`,
    ]),
    `--rfc2136-tsig-keyname=${withoutDot(key.text)}`,
    `--rfc2136-tsig-secret=${secretText(key.secret)}`,
    `--rfc2136-tsig-secret-alg=${key.algorithm.text}`,
    '--rfc2136-tsig-axfr',
  ]
  return ready(
    options.map((option) => shellLine(option)),
    `it reads the zone by AXFR: allow that by transfer = ["key:${key.text}"] in [[zone]]`,
    'add what it shall watch, such as --source=ingress',
  )
}
