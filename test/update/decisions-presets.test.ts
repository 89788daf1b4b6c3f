/** Decision tables: what each preset gives, and what it does not. */
import t from 'tap'
import { decide } from '../support/decisions.ts'

const challenges = (count: number): string =>
  Array.from({ length: count }, (_, i) => `add _acme-challenge.www.dyn.example. 60 TXT ${i}`).join(
    '; ',
  )

t.test('preset = "acme" is for challenges and nothing else', async (t) => {
  const rules = `[[zone.grant]]
preset = "acme"
key = "web."
hosts = ["www.dyn.example.", "*.apps.dyn.example."]`
  const rows = [
    ['web.', '', 'add _acme-challenge.www.dyn.example. 60 TXT x', 'NOERROR'],
    ['web.', '', 'delete _acme-challenge.www.dyn.example. TXT', 'NOERROR'],
    ['web.', '', 'delete _acme-challenge.www.dyn.example.', 'NOERROR'],
    ['web.', '', 'add _acme-challenge.apps.dyn.example. 60 TXT x', 'NOERROR'],
    [
      'web.',
      '',
      'add _acme-challenge.www.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key web. may not change A at _acme-challenge.www.dyn.example.: rule 1 allows TXT(10) there',
    ],
    [
      'web.',
      '',
      'add _acme-challenge.dyn.example. 60 TXT x',
      'REFUSED 18 key web. may not change TXT at _acme-challenge.dyn.example.: rule 1 allows it at _acme-challenge.www.dyn.example.',
    ],
    [
      'web.',
      '',
      'add x._acme-challenge.www.dyn.example. 60 TXT x',
      'REFUSED 18 key web. may not change TXT at x._acme-challenge.www.dyn.example.: rule 1 allows it at _acme-challenge.www.dyn.example.',
    ],
    [
      'web.',
      '',
      'add www.dyn.example. 60 TXT x',
      'REFUSED 18 key web. may not change TXT at www.dyn.example.: rule 1 allows it at _acme-challenge.www.dyn.example.',
    ],
    ['web.', '', challenges(10), 'NOERROR'],
    [
      'web.',
      '',
      challenges(11),
      'REFUSED 18 key web. may not change TXT at _acme-challenge.www.dyn.example.: rule 1 allows 10 of them there, and this would make 11',
    ],
  ] as const
  await decide(t, { rules, rows })
})

t.test('the other presets', async (t) => {
  const rules = `[[zone.grant]]
preset = "host"
key = "h."
name = "host.dyn.example."
[[zone.grant]]
preset = "router"
key = "r."
name = "home.dyn.example."
transport = "tcp"
[[zone.grant]]
preset = "dhcp"
key = "d."
[[zone.grant]]
preset = "external-dns"
key = "e."`
  const rows = [
    [
      'h.',
      '',
      'add host.dyn.example. 60 A 192.0.2.9; add host.dyn.example. 60 AAAA 2001:db8::9',
      'NOERROR',
    ],
    [
      'h.',
      '',
      'add a.host.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key h. may not change A at a.host.dyn.example.: rule 1 allows it at host.dyn.example.',
    ],
    [
      'h.',
      '',
      'add host.dyn.example. 60 TXT x',
      'REFUSED 18 key h. may not change TXT at host.dyn.example.: rule 1 allows A AAAA there',
    ],
    [
      'r.',
      'tcp',
      'add home.dyn.example. 60 A 192.0.2.9; add tv.home.dyn.example. 60 AAAA 2001:db8::9',
      'NOERROR',
    ],
    [
      'r.',
      'tcp',
      'add home.dyn.example. 60 TXT x',
      'REFUSED 18 key r. may not change TXT at home.dyn.example.: rule 2 allows A AAAA there',
    ],
    [
      'r.',
      'udp',
      'add home.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key r. may not update dyn.example. this way: rule 2 holds over TCP',
    ],
    [
      'd.',
      '',
      'add pc.dyn.example. 60 A 192.0.2.9; add pc.dyn.example. 60 DHCID \\# 4 000001aa',
      'NOERROR',
    ],
    [
      'd.',
      '',
      'add 9.dyn.example. 60 PTR pc.dyn.example.; add pc.dyn.example. 60 TXT x',
      'NOERROR',
    ],
    [
      'd.',
      '',
      'add pc.dyn.example. 60 CNAME x.example.',
      'REFUSED 18 key d. may not change CNAME at pc.dyn.example.: rule 3 allows A AAAA DHCID TXT PTR there',
    ],
    [
      'e.',
      '',
      'add app.dyn.example. 60 CNAME x.example.; add x-app.dyn.example. 60 TXT x',
      'NOERROR',
    ],
    [
      'e.',
      '',
      'add app.dyn.example. 60 MX 10 mail.example.',
      'REFUSED 18 key e. may not change MX at app.dyn.example.: rule 4 allows A AAAA CNAME TXT there',
    ],
    [
      'e.',
      '',
      'add sub.dyn.example. 60 NS ns.example.',
      'REFUSED 18 key e. may not change NS at sub.dyn.example.: rule 4 allows A AAAA CNAME TXT there',
    ],
  ] as const
  await decide(t, { rules, rows })
})
