/** dyndns2 and deSEC to the octet. */
import { HOME, testRows } from '../support/dialect-rows.ts'

testRows([
  {
    title: 'dyndns2: a v4 address',
    steps: [
      [
        `/nic/update?hostname=${HOME}&myip=198.51.100.1`,
        '200 good 198.51.100.1',
        '60 A 198.51.100.1',
      ],
      [`/nic/update?hostname=${HOME}&myip=198.51.100.1`, '200 nochg 198.51.100.1'],
      [
        `/v3/update?hostname=${HOME}&myip=198.51.100.2`,
        '200 good 198.51.100.2',
        '60 A 198.51.100.2',
      ],
    ],
  },
  {
    title: 'dyndns2: both families in a list, spelled as the client does',
    steps: [
      [
        `/nic/update?hostname=${HOME}&myip=198.51.100.1,2001:DB8:0::1`,
        '200 good 198.51.100.1,2001:DB8:0::1',
        '60 A 198.51.100.1, 60 AAAA 2001:db8::1',
      ],
      [
        `/nic/update?hostname=${HOME}&myip=198.51.100.1&myipv6=2001:db8::1`,
        '200 nochg 198.51.100.1,2001:db8::1',
      ],
    ],
  },
  {
    title: 'dyndns2: an address goes where its family belongs, whatever the key',
    steps: [
      [
        `/nic/update?hostname=${HOME}&myipv6=198.51.100.1&ip4=2001:db8::1`,
        '200 good 198.51.100.1,2001:db8::1',
        '60 A 198.51.100.1, 60 AAAA 2001:db8::1',
      ],
    ],
  },
  {
    title: 'dyndns2: a family that is not spoken of stays',
    steps: [
      [
        `/nic/update?hostname=${HOME}&myip=198.51.100.1,2001:db8::1`,
        '200 good 198.51.100.1,2001:db8::1',
      ],
      [
        `/nic/update?hostname=${HOME}&myip=198.51.100.2`,
        '200 good 198.51.100.2',
        '60 A 198.51.100.2, 60 AAAA 2001:db8::1',
      ],
      [
        `/nic/update?hostname=${HOME}&myip=2001:db8::2`,
        '200 good 2001:db8::2',
        '60 A 198.51.100.2, 60 AAAA 2001:db8::2',
      ],
      [
        `/nic/update?hostname=${HOME}&myip=198.51.100.2&myipv6=`,
        '200 good 198.51.100.2',
        '60 A 198.51.100.2',
      ],
      [
        `/nic/update?hostname=${HOME}&myip=no&myipv6=2001:db8::3`,
        '200 good 2001:db8::3',
        '60 A 198.51.100.2, 60 AAAA 2001:db8::3',
      ],
      [`/nic/update?hostname=${HOME}&myip=preserve`, '200 nochg'],
      [
        `/nic/update?hostname=${HOME}&myip=2001:db8::3&dualstack_update=1`,
        '200 good 2001:db8::3',
        '60 AAAA 2001:db8::3',
      ],
    ],
  },
  {
    title: 'dyndns2: without an address the one that the client comes from',
    steps: [
      [`/nic/update?hostname=${HOME}`, '200 good 203.0.113.77', '60 A 203.0.113.77'],
      [`/nic/update?hostname=${HOME}&myip=`, '200 nochg 203.0.113.77'],
      [`/nic/update?hostname=${HOME}&myip=whatismyip`, '200 nochg 203.0.113.77'],
      [`/nic/update?hostname=${HOME}&myip=,`, '200 nochg 203.0.113.77'],
      [`/nic/update?hostname=${HOME}&myipv6=auto`, '200 dnserr'],
    ],
  },
  {
    title: 'dyndns2: over IPv6 that is an AAAA record',
    source: '2001:db8::77',
    steps: [[`/nic/update?hostname=${HOME}`, '200 good 2001:db8::77', '60 AAAA 2001:db8::77']],
  },
  {
    title: 'dyndns2: offline takes the addresses away',
    steps: [
      [`/nic/update?hostname=${HOME}&myip=198.51.100.1`, '200 good 198.51.100.1'],
      [`/nic/update?hostname=${HOME}&offline=YES`, '200 good', ''],
      [`/nic/update?hostname=${HOME}&offline=YES`, '200 nochg', ''],
    ],
  },
  {
    title: 'dyndns2: one line a host, in the order of the request',
    hosts: `${HOME}. b.dyn.example.`,
    steps: [
      [
        `/nic/update?hostname=b.dyn.example,x.dyn.example,${HOME.toUpperCase()}.,nodot,a..b&myip=198.51.100.1`,
        '200 good 198.51.100.1\nnohost\ngood 198.51.100.1\nnotfqdn\nnotfqdn',
        '60 A 198.51.100.1',
      ],
      [
        `/nic/update?hostname=home,home&myip=198.51.100.1`,
        '200 nochg 198.51.100.1\nnochg 198.51.100.1',
      ],
    ],
  },
  {
    title: 'dyndns2: what makes no sense',
    steps: [
      [`/nic/update?hostname=${HOME}&myip=198.51.100`, '200 dnserr', ''],
      [`/nic/update?hostname=${HOME}&myip=198.51.100.1,bogus`, '200 dnserr', ''],
      [`/nic/update?hostname=${HOME}&myip=<ipaddr>`, '200 dnserr'],
      [`/nic/update?hostname=${HOME}&myip=%25i`, '200 dnserr'],
      [`/nic/update?hostname=${HOME}&myip=__MYIP__`, '200 dnserr'],
      [`/nic/update?hostname=${HOME}&myip=[IP]`, '200 dnserr'],
      [`/nic/update?hostname=${HOME}&myip=127.0.0.1`, '200 dnserr'],
      [`/nic/update?hostname=${HOME}&myip=192.168.1.2`, '200 dnserr'],
      [`/nic/update?hostname=${HOME}&myip=::ffff:198.51.100.1`, '200 dnserr'],
      [`/nic/update?hostname=${HOME}&myip=198.51.100.1/33`, '200 dnserr'],
      [
        `/nic/update?hostname=${Array.from({ length: 21 }, (_, at) => `h${at}.dyn.example`).join()}`,
        '200 numhost',
      ],
      [
        `/nic/update?hostname=${HOME}&myip=${Array.from({ length: 21 }, (_, at) => `198.51.100.${at}`).join()}`,
        '200 dnserr',
        '',
      ],
    ],
  },
  {
    title: 'dyndns2: without a hostname it is the host of the token',
    steps: [
      ['/nic/update?myip=198.51.100.1', '200 good 198.51.100.1', '60 A 198.51.100.1'],
      ['/nic/update?hostname=YES&myip=198.51.100.1', '200 nochg 198.51.100.1'],
      ['/nic/update?hostname=&host_id=home&myip=198.51.100.1', '200 nochg 198.51.100.1'],
    ],
  },
  {
    title: 'dyndns2: with several hosts and none named there is none',
    hosts: `${HOME}. b.dyn.example.`,
    steps: [
      ['/nic/update?myip=198.51.100.1', '200 notfqdn', ''],
      ['/nic/update?myip=198.51.100.1&username=b.dyn.example', '200 good 198.51.100.1', ''],
    ],
  },
  {
    title: 'dyndns2: credentials in the URL, by many names',
    bare: true,
    steps: [
      [
        `/nic/update?username=u&password=TOKEN&hostname=${HOME}&myip=198.51.100.1`,
        '200 good 198.51.100.1',
      ],
      [`/nic/update?login=${HOME}&pwd=TOKEN&myip=198.51.100.1`, '200 nochg 198.51.100.1'],
      [`/nic/update?apikey=TOKEN&myip=198.51.100.1`, '200 nochg 198.51.100.1'],
      [`/nic/update?hostname=${HOME}`, '401 badauth'],
      [`/nic/update?hostname=${HOME}&password=wrong`, '401 badauth'],
    ],
  },
  {
    title: 'dyndns2: below the host, where the token is for that, too',
    below: true,
    steps: [
      [`/nic/update?hostname=cam.${HOME}&myip=198.51.100.1`, '200 good 198.51.100.1', ''],
      ['/nic/update?hostname=*.home.dyn.example&myip=198.51.100.1', '200 good 198.51.100.1', ''],
      ['/nic/update?hostname=dyn.example&myip=198.51.100.1', '200 nohost', ''],
    ],
  },
  {
    title: 'deSEC: at the root, with an address for each host',
    hosts: `${HOME}. b.dyn.example.`,
    steps: [
      [
        `/?hostname=${HOME},b.dyn.example&myipv4=198.51.100.1&myipv4:b.dyn.example=198.51.100.2`,
        '200 good 198.51.100.1\ngood 198.51.100.2',
        '60 A 198.51.100.1',
      ],
      [
        `/update?hostname=${HOME}&myipv6:b.dyn.example=2001:db8::1&myip=198.51.100.1`,
        '200 nochg 198.51.100.1\ngood 198.51.100.1,2001:db8::1',
      ],
      [`/nothing/here?hostname=${HOME}&myip=198.51.100.1`, '200 nochg 198.51.100.1'],
    ],
  },
  {
    title: 'names that are none',
    steps: [
      [`/nic/update?hostname=${'x'.repeat(64)}.dyn.example&myip=198.51.100.1`, '200 notfqdn'],
      ['/nic/update?hostname=-x.dyn.example&myip=198.51.100.1', '200 notfqdn'],
      [`/nic/update?hostname=${HOME}&myip=[2001:db8::1]`, '200 good 2001:db8::1'],
      [`/nic/update?hostname=${HOME}&myip=2001:db8::1/128,2001:db8::1`, '200 nochg 2001:db8::1'],
      [`/nic/update?hostname=${HOME}&myip=-`, '200 dnserr'],
    ],
  },
  {
    title: 'deSEC: the credentials name the host',
    bare: true,
    steps: [
      [`/?username=${HOME}&password=TOKEN&myip=198.51.100.1`, '200 good 198.51.100.1'],
      [`/update?hostname=${HOME}`, '401 badauth'],
    ],
  },
  {
    title: 'deSEC: with credentials and nothing else, the address that the client comes from',
    steps: [['/', '200 good 203.0.113.77']],
  },
])
