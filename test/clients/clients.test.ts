/** What each client's configuration says; test/interop/ runs those whose programs there are. */
import t from 'tap'
import { relativeName, type ClientSettings } from '../../src/clients/client.ts'
import { clients } from '../../src/clients/clients.ts'
import { SECRET, tsigKey } from '../support/service.ts'

const SETTINGS: ClientSettings = {
  address: '192.0.2.53',
  port: 53,
  endpoint: '192.0.2.53:53',
  key: tsigKey('k.example.'),
  zones: ['dyn.example.', '2.0.192.in-addr.arpa.'],
  example: { owner: '_acme-challenge.www.dyn.example.', type: 'TXT', rdata: 'hello' },
}
const PORT_5300 = { port: 5300, endpoint: '192.0.2.53:5300' }
const MD5 = { key: tsigKey('k.example.', 'hmac-md5') }

const shown = (client: string, more: Partial<ClientSettings> = {}) => {
  const configuration = clients.get(client)?.({ ...SETTINGS, ...more })
  if (configuration === undefined) throw new Error(`no client ${client}`)
  return configuration
}

const textOf = (client: string, more: Partial<ClientSettings> = {}): string => {
  const configuration = shown(client, more)
  if (!configuration.ok) throw new Error(configuration.why)
  return configuration.text
}

const notesOf = (client: string, more: Partial<ClientSettings> = {}): readonly string[] => {
  const configuration = shown(client, more)
  return configuration.ok ? configuration.notes : []
}

t.test('every client gets the secret, the algorithm and where the server is', async (t) => {
  const secret = SECRET.toString('base64')
  for (const client of clients.keys()) {
    const isMd5 = client === 'mikrotik'
    const text = textOf(client, isMd5 ? MD5 : {})
    t.match(text, secret, client)
    t.match(text, '192.0.2.53', client)
    t.match(text, /k\.example/, client)
    if (!isMd5) t.match(text.toLowerCase(), 'hmac-sha256', client)
    t.match(text, /[^\n]\n$/, client)
  }
})

t.test('Kea’s is JSON, with zones of names and zones of addresses apart', async (t) => {
  const zones = ['2.0.192.in-addr.arpa.', 'dyn.example.', '8.b.d.0.1.0.0.2.IP6.ARPA.'] as const
  const domain = (name: string): object => ({
    name,
    'key-name': 'k.example.',
    'dns-servers': [{ 'ip-address': '192.0.2.53', port: 5300 }],
  })
  t.strictSame(JSON.parse(textOf('kea', { ...PORT_5300, zones })), {
    DhcpDdns: {
      'dns-server-timeout': 2000,
      'tsig-keys': [
        { name: 'k.example.', algorithm: 'HMAC-SHA256', secret: SECRET.toString('base64') },
      ],
      'forward-ddns': { 'ddns-domains': [domain('dyn.example.')] },
      'reverse-ddns': { 'ddns-domains': [domain(zones[0]), domain(zones[2])] },
    },
  })
  t.match(notesOf('kea', { zones }), [/"ddns-qualifying-suffix": "dyn\.example\."/])
  t.match(notesOf('kea', { zones: [zones[0]] }), [/"ddns-qualifying-suffix": "2\.0\.192/])
})

t.test('dhcpd has a zone statement for each, and port 53 only', async (t) => {
  t.match(textOf('dhcpd'), 'ddns-domainname "dyn.example.";\n')
  t.match(
    textOf('dhcpd'),
    '\nzone dyn.example. { primary 192.0.2.53; key "k.example."; }\nzone 2.0.',
  )
  t.match(textOf('dhcpd', { address: '2001:db8::53' }), '{ primary6 2001:db8::53; ')
  t.match(textOf('dhcpd', { zones: ['2.0.192.in-addr.arpa.'] }), 'domainname "2.0.192.in-addr')
  t.strictSame(notesOf('dhcpd'), [])
  t.strictSame(notesOf('dhcpd', PORT_5300), ['dhcpd sends to port 53 only: listen there'])
})

t.test('certificates are for the name below which the challenge stands', async (t) => {
  t.match(textOf('certbot'), / -d www\.dyn\.example\n/)
  t.match(textOf('lego'), / --domains www\.dyn\.example run\n$/)
  const example = { owner: 'www.dyn.example.', type: 'A', rdata: '192.0.2.1' }
  t.match(textOf('lego', { example }), / --domains www\.dyn\.example run\n$/)
})

t.test('lego asks the name servers itself where they are on port 53', async (t) => {
  t.notMatch(textOf('lego'), '--dns.disable-cp')
  t.match(textOf('lego', PORT_5300), ' --dns.disable-cp ')
})

t.test('what left HMAC-MD5 out says so, with what to do', async (t) => {
  for (const client of ['lego', 'external-dns']) {
    const why = `${client} does not know HMAC-MD5: livezone key rotate k.example. --algorithm hmac-sha256`
    t.strictSame(shown(client, MD5), { ok: false, why })
  }
  t.match(shown('mikrotik'), { ok: false, why: /livezone key generate NAME --algorithm hmac-md5/ })
})

t.test('external-dns has all zones, and a note that it reads them', async (t) => {
  const text = textOf('external-dns')
  for (const zone of ['dyn.example', '2.0.192.in-addr.arpa']) {
    t.match(text, `\n--rfc2136-zone=${zone}\n--domain-filter=${zone}\n`)
  }
  t.match(notesOf('external-dns'), [/transfer = \["key:k\.example\."\]/, /--source=/])
})

t.test(
  'OPNsense’s fields name the port where it is another, and MD5 is for old plugins',
  async (t) => {
    t.match(textOf('opnsense'), '\nServer: 192.0.2.53\n')
    t.match(textOf('opnsense', PORT_5300), '\nServer: 192.0.2.53 5300\n')
    t.match(notesOf('opnsense'), [/knows HMAC-MD5 only/])
    t.strictSame(notesOf('opnsense', MD5), [])
  },
)

t.test('RouterOS has the name within the zone, and port 53 only', async (t) => {
  t.match(
    textOf('mikrotik', MD5),
    /^\/tool dns-update dns-server=192\.0\.2\.53 zone=dyn\.example name=_acme-challenge\.www address=/,
  )
  t.equal(notesOf('mikrotik', MD5).length, 1)
  t.equal(notesOf('mikrotik', { ...MD5, ...PORT_5300 }).length, 2)
  t.equal(relativeName('dyn.example.', 'dyn.example.'), '@')
})

t.test('names are quoted for the shell', async (t) => {
  const key = tsigKey("it's.")
  t.match(textOf('lego', { key }), String.raw`RFC2136_TSIG_KEY='it'\''s'`)
})
