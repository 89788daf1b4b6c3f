/** Routers and network storage: what goes into which field. */
import { ADDRESSES, isHttps, serverOf, type WebClient } from './web-client.ts'

export const fritzbox: WebClient = {
  id: 'fritzbox',
  title: 'FRITZ!Box',
  types: ADDRESSES,
  where: 'Internet > Permit Access > DynDNS, provider Custom:',
  text: ({ origin, host, user, token }) => [
    `Update URL  ${origin}/nic/update?hostname=<domain>&myip=<ipaddr>,<ip6addr>`,
    `Domain      ${host}`,
    `Username    ${user}`,
    `Password    ${token}`,
  ],
  notes: [
    'The placeholders in < > are the box’s own: leave them as they are.',
    'The box checks the name after four minutes, so let each box have a name of its own.',
  ],
}

export const openwrt: WebClient = {
  id: 'openwrt',
  title: 'OpenWrt',
  types: ADDRESSES,
  where: 'In a section of /etc/config/ddns (package ddns-scripts):',
  text: ({ origin, host, user, token }) => [
    `option update_url '${origin.replace('://', '://[USERNAME]:[PASSWORD]@')}/nic/update?hostname=[DOMAIN]&myip=[IP]'`,
    `option domain '${host}'`,
    `option username '${user}'`,
    `option password '${token}'`,
  ],
  notes: ['A section is for one family: make a second one with use_ipv6 for IPv6.'],
}

export const opnsense: WebClient = {
  id: 'opnsense',
  title: 'OPNsense',
  types: ADDRESSES,
  where: 'Services > Dynamic DNS > Add:',
  text: (settings) => [
    'Service   Custom',
    'Protocol  DynDNS2',
    `Server    ${serverOf(settings)}`,
    `Username  ${settings.user}`,
    `Password  ${settings.token}`,
    `Hostname  ${settings.host}`,
  ],
}

export const pfsense: WebClient = {
  id: 'pfsense',
  title: 'pfSense',
  types: ADDRESSES,
  where: 'Services > Dynamic DNS > Add, service type Custom:',
  text: ({ origin, host, user, token }) => [
    `Update URL    ${origin.replace('://', `://${user}:${token}@`)}/nic/update?hostname=${host}&myip=%IP%`,
    'Result Match  good %IP%|nochg %IP%',
  ],
}

export const unifi: WebClient = {
  id: 'unifi',
  title: 'UniFi',
  types: ADDRESSES,
  where: 'Settings > Internet > Dynamic DNS, service custom:',
  text: (settings) => [
    `Hostname  ${settings.host}`,
    `Username  ${settings.user}`,
    `Password  ${settings.token}`,
    `Server    ${serverOf(settings)}/nic/update?hostname=%h&myip=%i`,
  ],
  notes: ['UniFi sends over HTTPS only.'],
}

export const mikrotik: WebClient = {
  id: 'mikrotik',
  title: 'MikroTik',
  types: ADDRESSES,
  where: 'In a script that the scheduler runs; $ip is the address of the interface:',
  text: (settings) => {
    const { origin, host, user, token } = settings
    const mode = isHttps(settings) ? 'https' : 'http'
    return [
      `/tool/fetch mode=${mode} user=${user} password=${token} output=user url="${origin}/nic/update?hostname=${host}&myip=$ip"`,
    ]
  },
}

export const synology: WebClient = {
  id: 'synology',
  title: 'Synology',
  types: ADDRESSES,
  where:
    'Control Panel > External Access > DDNS > Customize provider, Query URL; then add the host with it:',
  text: ({ origin, host, user, token }) => [
    `Query URL  ${origin}/nic/update?hostname=__HOSTNAME__&myip=__MYIP__&username=__USERNAME__&password=__PASSWORD__`,
    `Hostname   ${host}`,
    `Username   ${user}`,
    `Password   ${token}`,
  ],
}
