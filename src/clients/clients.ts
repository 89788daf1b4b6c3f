/** The clients that there are ready configurations for, by what they are called on the command line. */
import { certbot } from './certbot.ts'
import type { Client } from './client.ts'
import { ddclient } from './ddclient.ts'
import { dhcpd } from './dhcpd.ts'
import { externalDns } from './external-dns.ts'
import { kea } from './kea.ts'
import { lego } from './lego.ts'
import { mikrotik } from './mikrotik.ts'
import { nsupdate } from './nsupdate.ts'
import { opnsense } from './opnsense.ts'
import { terraform } from './terraform.ts'

export const clients: ReadonlyMap<string, Client> = new Map([
  ['nsupdate', nsupdate],
  ['certbot', certbot],
  ['lego', lego],
  ['kea', kea],
  ['dhcpd', dhcpd],
  ['external-dns', externalDns],
  ['ddclient', ddclient],
  ['terraform', terraform],
  ['opnsense', opnsense],
  ['mikrotik', mikrotik],
])
