/** The web clients that there are ready configurations for, in the order in which people look for them. */
import { certbot, lego } from './certificates.ts'
import { agent, curl, ddclient3, ddclient4, inadyn, nsupdate } from './programs.ts'
import { fritzbox, mikrotik, openwrt, opnsense, pfsense, synology, unifi } from './routers.ts'
import type { WebClient } from './web-client.ts'

export const webClients: readonly WebClient[] = [
  fritzbox,
  openwrt,
  opnsense,
  pfsense,
  unifi,
  mikrotik,
  synology,
  ddclient4,
  ddclient3,
  inadyn,
  curl,
  agent,
  certbot,
  lego,
  nsupdate,
]
