/** The DHCID record by which DHCP servers know whose a name is. */
import { createHash } from 'node:crypto'

/**
 * RFC 4701 §3: the RDATA for a client with that DUID.
 * @param duid in hex
 * @param fqdn lower-case, with the last dot
 */
export const dhcidOf = (duid: string, fqdn: string): Buffer => {
  const name = fqdn.split('.').map((label) => `${String.fromCharCode(label.length)}${label}`)
  const digest = createHash('sha256').update(duid, 'hex').update(name.join(''), 'latin1').digest()
  return Buffer.from([0, 2, 1, ...digest])
}
