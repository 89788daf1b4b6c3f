/**
 * Each dialect to the octet: what a client sends to a token of `home.dyn.example`, what it is
 * answered, and which records the host has then.
 */
import t from 'tap'
import { basic, TestWeb } from '../support/web.ts'

const HOME = 'home.dyn.example'

/** `TOKEN` in a URL is the token. The steps of a row follow each other. */
type Step = readonly [url: string, answer: string, records?: string]

interface Row {
  readonly title: string
  readonly steps: readonly Step[]
  readonly hosts?: string
  readonly below?: boolean
  /** Without it the requests have Basic credentials. */
  readonly bare?: boolean
  readonly source?: string
}

const rows: readonly Row[] = [
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
  {
    title: 'DuckDNS',
    bare: true,
    steps: [
      ['/update?domains=home&token=TOKEN&ip=198.51.100.1', '200 OK', '60 A 198.51.100.1'],
      [
        `/update?domains=${HOME}&token=TOKEN&ip=198.51.100.1&verbose=true`,
        '200 OK\n198.51.100.1\n\nNOCHANGE',
      ],
      [
        '/update?domains=home&token=TOKEN&ipv6=2001:db8::1&verbose=true',
        '200 OK\n198.51.100.1\n2001:db8::1\nUPDATED',
        '60 A 198.51.100.1, 60 AAAA 2001:db8::1',
      ],
      ['/update?domains=home&token=TOKEN&clear=true', '200 OK', ''],
      ['/update?domains=home&token=TOKEN', '200 OK', '60 A 203.0.113.77'],
      ['/update/home/TOKEN/198.51.100.9', '200 OK', '60 A 198.51.100.9'],
      ['/update/home/TOKEN', '200 OK', '60 A 203.0.113.77'],
      ['/update?domains=other.dyn.example&token=TOKEN', '200 KO'],
      ['/update?domains=home&token=TOKEN&ip=x', '200 KO'],
      ['/update?domains=home&token=wrong', '200 KO'],
      ['/update?domains=home', '200 KO'],
    ],
  },
  {
    title: 'freemyip',
    bare: true,
    steps: [
      [`/update?token=TOKEN&domain=${HOME}`, '200 OK', '60 A 203.0.113.77'],
      [`/update?token=TOKEN&domain=${HOME}&delete=yes`, '200 OK', ''],
    ],
  },
  {
    title: 'Poweradmin',
    steps: [
      [`/dynamic_update.php?hostname=${HOME}&myip=198.51.100.1`, '200 good', '60 A 198.51.100.1'],
      [`/poweradmin/dynamic_update.php?hostname=${HOME}&ip=198.51.100.1`, '200 nochg'],
      [
        `/dynamic_update.php?hostname=${HOME}&myip=198.51.100.1&myip6=2001:db8::1`,
        '200 good',
        '60 A 198.51.100.1, 60 AAAA 2001:db8::1',
      ],
      [
        `/dynamic_update.php?hostname=${HOME}&myip=whatismyip&myip6=whatismyip&dualstack_update=1`,
        '200 good',
        '60 A 203.0.113.77',
      ],
      [
        `/dynamic_update.php?hostname=${HOME}&myip=198.51.100.1,198.51.100.2`,
        '200 good',
        '60 A 198.51.100.1, 60 A 198.51.100.2',
      ],
      [
        `/dynamic_update.php?hostname=${HOME}&myip=198.51.100.2&verbose=0`,
        '200 The addresses of the host are now those that you sent.',
      ],
      [`/dynamic_update.php?hostname=${HOME}`, '200 dnserr'],
      ['/dynamic_update.php?hostname=nodot&myip=198.51.100.1', '200 notfqdn'],
      [
        '/dynamic_update.php?hostname=x.dyn.example&myip=198.51.100.1&verbose=1',
        '200 This is no host of yours.',
      ],
    ],
  },
  {
    title: 'nsupdate.info: a deletion',
    steps: [
      [
        `/nic/update?hostname=${HOME}&myip=198.51.100.1,2001:db8::1`,
        '200 good 198.51.100.1,2001:db8::1',
      ],
      [`/nic/delete?hostname=${HOME}&myip=192.0.2.1`, '200 deleted A', '60 AAAA 2001:db8::1'],
      [`/nic/delete?hostname=${HOME}`, '200 deleted A'],
      [`/nic/delete?hostname=${HOME}&myip=::`, '200 deleted AAAA', ''],
      [`/nic/delete?hostname=x.dyn.example`, '200 nohost'],
      [`/nic/delete?hostname=${HOME}&myip=x`, '200 dnserr'],
    ],
  },
  {
    title: 'FreeDNS',
    bare: true,
    steps: [
      [
        '/dynamic/update.php?TOKEN&address=198.51.100.1',
        `200 Updated ${HOME} from none to 198.51.100.1`,
        '60 A 198.51.100.1',
      ],
      ['/u/TOKEN/?address=198.51.100.1', '200 ERROR: Address 198.51.100.1 has not changed.'],
      ['/u/TOKEN/', `200 Updated ${HOME} from 198.51.100.1 to 203.0.113.77`, '60 A 203.0.113.77'],
      ['/u/TOKEN/?address=x', '200 ERROR: dnserr'],
      ['/u/wrong/', '401 ERROR: badauth'],
      ['/dynamic/update.php', '401 ERROR: badauth'],
    ],
  },
  {
    title: 'FreeDNS: a family that is taken away',
    bare: true,
    steps: [
      ['/u/TOKEN/?address=198.51.100.1', `200 Updated ${HOME} from none to 198.51.100.1`],
      ['/u/TOKEN/?myipv4=', `200 Updated ${HOME} from 198.51.100.1 to none`, ''],
    ],
  },
  {
    title: 'dynv6: the prefix that the client comes from',
    bare: true,
    source: '2001:db8:9::77',
    steps: [
      [`/api/update?zone=${HOME}&token=TOKEN&ipv6=2001:db8:1::5`, '200 addresses updated'],
      [
        `/api/update?zone=${HOME}&token=TOKEN&ipv6prefix=auto`,
        '200 addresses updated',
        '60 AAAA 2001:db8:9::5',
      ],
    ],
  },
  {
    title: 'dynv6: over IPv4 there is no such prefix',
    bare: true,
    steps: [
      [
        `/api/update?zone=${HOME}&token=TOKEN&ipv6prefix=auto&ipv4=-`,
        '200 addresses unchanged (nochg)',
      ],
    ],
  },
  {
    title: 'dynv6',
    bare: true,
    steps: [
      [
        `/api/update?hostname=${HOME}&token=TOKEN&ipv4=auto&ipv6=2001:db8:1::5`,
        '200 addresses updated',
        '60 A 203.0.113.77, 60 AAAA 2001:db8:1::5',
      ],
      [`/api/update?zone=${HOME}&token=TOKEN&ipv4=auto`, '200 addresses unchanged (nochg)'],
      [
        `/api/update?zone=${HOME}&token=TOKEN&ipv6prefix=2001:db8:2::/48`,
        '200 addresses updated',
        '60 A 203.0.113.77, 60 AAAA 2001:db8:2::5',
      ],
      [
        `/api/update?zone=${HOME}&token=TOKEN&ipv4=-`,
        '200 addresses updated',
        '60 AAAA 2001:db8:2::5',
      ],
      [`/api/update?zone=x.dyn.example&token=TOKEN`, '404 zone not found'],
      [`/api/update?zone=nodot&token=TOKEN`, '400 notfqdn'],
      [`/api/update?zone=${HOME}&token=TOKEN&ipv4=x`, '400 dnserr'],
      [`/api/update?zone=${HOME}&token=wrong`, '401 invalid authentication token'],
    ],
  },
]

for (const { title, steps, hosts = `${HOME}.`, below = false, bare = false, source } of rows) {
  t.test(title, async (t) => {
    const web = new TestWeb()
    const token = web.token(hosts, { below })
    for (const [url, expected, records] of steps) {
      const { status, body } = await web.ask(url.replace('TOKEN', token), {
        authorization: bare ? '' : basic('home', token),
        ...(source === undefined ? {} : { address: source }),
      })
      t.equal(`${status} ${body}`, expected, url)
      if (records !== undefined) t.equal(web.records(HOME).join(', '), records, `after ${url}`)
    }
  })
}
