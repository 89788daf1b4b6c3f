/**
 * What people do with nsupdate, as scripts that nsupdate and knsupdate both understand, each with
 * the answer it must get and what the zone must hold afterwards. They run in order on one zone.
 */

export interface Scenario {
  readonly title: string
  readonly script: readonly string[]
  /** As the tool prints it; NOERROR prints nothing. */
  readonly rcode: string
  /** Name and type, and the records' RDATA that dig +short must print, sorted. */
  readonly then: readonly (readonly [name: string, type: string, rdata: readonly string[]])[]
}

const manyNames = Array.from({ length: 500 }, (_, n) => `h${n}.many.dyn.example.`)

export const scenarios: readonly Scenario[] = [
  {
    title: 'adds records of several types in one message',
    script: [
      'update add www.dyn.example. 60 A 192.0.2.1',
      'update add www.dyn.example. 60 A 192.0.2.2',
      'update add www.dyn.example. 60 AAAA 2001:db8::1',
      'update add www.dyn.example. 60 TXT "hello world" "two"',
      'update add mail.dyn.example. 300 MX 10 www.dyn.example.',
      'update add _sip._tcp.dyn.example. 300 SRV 1 2 5060 www.dyn.example.',
    ],
    rcode: 'NOERROR',
    then: [
      ['www.dyn.example.', 'A', ['192.0.2.1', '192.0.2.2']],
      ['www.dyn.example.', 'AAAA', ['2001:db8::1']],
      ['www.dyn.example.', 'TXT', ['"hello world" "two"']],
      ['mail.dyn.example.', 'MX', ['10 www.dyn.example.']],
      ['_sip._tcp.dyn.example.', 'SRV', ['1 2 5060 www.dyn.example.']],
    ],
  },
  {
    title: 'deletes one record of a set',
    script: ['update delete www.dyn.example. A 192.0.2.1'],
    rcode: 'NOERROR',
    then: [['www.dyn.example.', 'A', ['192.0.2.2']]],
  },
  {
    title: 'deletes a set',
    script: ['update delete www.dyn.example. TXT'],
    rcode: 'NOERROR',
    then: [
      ['www.dyn.example.', 'TXT', []],
      ['www.dyn.example.', 'AAAA', ['2001:db8::1']],
    ],
  },
  {
    title: 'adds when every kind of prerequisite is met',
    script: [
      'prereq yxdomain www.dyn.example.',
      'prereq nxdomain nobody.dyn.example.',
      'prereq yxrrset www.dyn.example. A',
      'prereq nxrrset www.dyn.example. TXT',
      'prereq yxrrset www.dyn.example. AAAA 2001:db8::1',
      'update add met.dyn.example. 60 A 192.0.2.10',
    ],
    rcode: 'NOERROR',
    then: [['met.dyn.example.', 'A', ['192.0.2.10']]],
  },
  ...unmet('prereq yxdomain nobody.dyn.example.', 'NXDOMAIN'),
  ...unmet('prereq nxdomain www.dyn.example.', 'YXDOMAIN'),
  ...unmet('prereq yxrrset www.dyn.example. TXT', 'NXRRSET'),
  ...unmet('prereq nxrrset www.dyn.example. A', 'YXRRSET'),
  ...unmet('prereq yxrrset www.dyn.example. A 192.0.2.99', 'NXRRSET'),
  {
    title: 'deletes a name',
    script: ['update delete www.dyn.example.'],
    rcode: 'NOERROR',
    then: [
      ['www.dyn.example.', 'A', []],
      ['www.dyn.example.', 'AAAA', []],
    ],
  },
  {
    title: 'carries a type that nobody knows (RFC 3597)',
    script: ['update add odd.dyn.example. 60 TYPE65280 \\# 3 c00001'],
    rcode: 'NOERROR',
    then: [['odd.dyn.example.', 'TYPE65280', ['\\# 3 C00001']]],
  },
  {
    title: 'replaces a CNAME and keeps it apart from other data',
    script: [
      'update add alias.dyn.example. 60 CNAME one.example.',
      'update add alias.dyn.example. 60 CNAME two.example.',
      'update add alias.dyn.example. 60 A 192.0.2.66',
    ],
    rcode: 'NOERROR',
    then: [['alias.dyn.example.', 'CNAME', ['two.example.']]],
  },
  {
    title: 'keeps SOA and NS of the apex',
    script: [
      'update delete dyn.example. NS',
      'update delete dyn.example. SOA',
      'update delete dyn.example. NS ns1.dyn.example.',
      'update delete dyn.example.',
    ],
    rcode: 'NOERROR',
    then: [['dyn.example.', 'NS', ['ns1.dyn.example.']]],
  },
  {
    title: 'takes a large update over TCP whole',
    script: manyNames.map((name, n) => `update add ${name} 60 A 10.0.${n >> 8}.${n & 255}`),
    rcode: 'NOERROR',
    then: [
      ['h0.many.dyn.example.', 'A', ['10.0.0.0']],
      ['h499.many.dyn.example.', 'A', ['10.0.1.243']],
    ],
  },
  {
    title: 'is refused whole when one name is not in the zone',
    script: [
      'update add inside.dyn.example. 60 A 192.0.2.1',
      'update add outside.example.org. 60 A 192.0.2.1',
    ],
    rcode: 'NOTZONE',
    then: [['inside.dyn.example.', 'A', []]],
  },
]

function unmet(prerequisite: string, rcode: string): Scenario[] {
  return [
    {
      title: `changes nothing when it is not so: ${prerequisite}`,
      script: [prerequisite, 'update add unmet.dyn.example. 60 A 192.0.2.11'],
      rcode,
      then: [['unmet.dyn.example.', 'A', []]],
    },
  ]
}
