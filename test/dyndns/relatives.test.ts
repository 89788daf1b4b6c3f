/** DuckDNS, freemyip, Poweradmin, nsupdate.info, FreeDNS and dynv6 to the octet. */
import { HOME, testRows } from '../support/dialect-rows.ts'

testRows([
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
])
