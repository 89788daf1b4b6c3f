/** Programs on a computer that keep an address right. */
import { ADDRESSES, isHttps, serverOf, type WebClient } from './web-client.ts'

export const ddclient3: WebClient = {
  id: 'ddclient3',
  title: 'ddclient 3',
  types: ADDRESSES,
  where: '/etc/ddclient.conf, as Debian 12 has it (ddclient --version says 3):',
  text: (settings) => [
    `ssl=${isHttps(settings) ? 'yes' : 'no'}`,
    'protocol=dyndns2',
    `use=web, web=${settings.origin}/myip`,
    `server=${serverOf(settings)}`,
    `login=${settings.user}`,
    `password=${settings.token}`,
    settings.host,
  ],
}

export const ddclient4: WebClient = {
  id: 'ddclient4',
  title: 'ddclient 4',
  types: ADDRESSES,
  where: '/etc/ddclient/ddclient.conf (ddclient --version says 4):',
  text: ({ origin, host, user, token }) => [
    'protocol=dyndns2',
    `usev4=webv4, webv4=${origin}/myip`,
    'usev6=ifv6, ifv6=eth0',
    `server=${origin}`,
    `login=${user}`,
    `password=${token}`,
    host,
  ],
  notes: ['Put your own interface in the place of eth0.'],
}

export const inadyn: WebClient = {
  id: 'inadyn',
  title: 'inadyn',
  types: ADDRESSES,
  where: '/etc/inadyn.conf:',
  text: (settings) => {
    const { host, user, token } = settings
    const server = serverOf(settings)
    return [
      'allow-ipv6 = true',
      'custom livezone {',
      ...(isHttps(settings) ? [] : ['  ssl = false']),
      `  username = ${user}`,
      `  password = ${token}`,
      `  checkip-server = ${server}`,
      '  checkip-path = /myip',
      `  checkip-ssl = ${isHttps(settings)}`,
      `  ddns-server = ${server}`,
      '  ddns-path = "/nic/update?hostname=%h&myip=%i"',
      `  hostname = ${host}`,
      '}',
    ]
  },
}

export const curl: WebClient = {
  id: 'curl',
  title: 'curl',
  types: ADDRESSES,
  where: 'On a shell, or every five minutes from cron:',
  text: ({ origin, host, user, token }) => [
    `curl -u ${user}:${token} '${origin}/nic/update?hostname=${host}'`,
  ],
  notes: ['Without an address it is the one that the request comes from.'],
}

export const agent: WebClient = {
  id: 'agent',
  title: 'livezone agent',
  types: ADDRESSES,
  where: 'On a shell, in the folder where its configuration shall be; then livezone agent:',
  text: ({ origin, host, user, token }) => [
    'umask 077',
    `echo ${token} > home.token`,
    "cat > agent.toml <<'END'",
    '[[host]]',
    `name = "${host}."`,
    '',
    '[update]',
    `url = "${origin}/nic/update"`,
    `user = "${user}"`,
    'token = "home.token"',
    'END',
  ],
}

export const nsupdate: WebClient = {
  id: 'nsupdate',
  title: 'nsupdate',
  types: ADDRESSES,
  where:
    'nsupdate signs with a TSIG key instead of a token; an admin prints its script, key and all, on the server:',
  text: () => ['livezone key show ddns-key. --for nsupdate'],
  notes: [
    'The token of this page is for HTTP: nsupdate does not need it, so revoke it if it is for nothing else.',
  ],
}
