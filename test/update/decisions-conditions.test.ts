/** Decision tables: conditions beside a key and instead of one. */
import t from 'tap'
import { decide } from '../support/decisions.ts'

t.test('from and transport stand beside a key', async (t) => {
  const rules = `[[zone.grant]]
key = "k."
match = "name"
name = "near.dyn.example."
from = ["192.0.2.0/25", "2001:db8::/32"]
[[zone.grant]]
key = "k."
match = "name"
name = "sure.dyn.example."
transport = "tcp"
[[zone.grant]]
key = "k."
match = "name"
name = "both.dyn.example."
from = ["198.51.100.1"]
transport = "tcp"
[[zone.grant]]
key = "k."
match = "name"
name = "loose.dyn.example."
transport = "udp"`
  const rows = [
    ['k.', 'udp 192.0.2.77', 'add near.dyn.example. 60 A 192.0.2.9', 'NOERROR'],
    ['k.', 'tcp 192.0.2.77', 'add near.dyn.example. 60 A 192.0.2.9', 'NOERROR'],
    ['k.', 'udp 2001:db8::1', 'add near.dyn.example. 60 A 192.0.2.9', 'NOERROR'],
    [
      'k.',
      'udp 192.0.2.200',
      'add near.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key k. may not change A at near.dyn.example.: rule 1 would allow it from 192.0.2.0/25 2001:db8::/32',
    ],
    [
      'k.',
      'udp 2001:db9::1',
      'add near.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key k. may not change A at near.dyn.example.: rule 1 would allow it from 192.0.2.0/25 2001:db8::/32',
    ],
    [
      'k.',
      'udp 192.0.2.200',
      'delete near.dyn.example.',
      'REFUSED 18 key k. may not change anything at near.dyn.example.: rule 1 would allow it from 192.0.2.0/25 2001:db8::/32',
    ],
    ['k.', 'tcp', 'add sure.dyn.example. 60 A 192.0.2.9', 'NOERROR'],
    [
      'k.',
      'udp',
      'add sure.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key k. may not change A at sure.dyn.example.: rule 2 would allow it over TCP',
    ],
    [
      'k.',
      'udp',
      'add near.dyn.example. 60 A 192.0.2.9; add sure.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key k. may not change A at sure.dyn.example.: rule 2 would allow it over TCP',
    ],
    ['k.', 'tcp 198.51.100.1', 'add both.dyn.example. 60 A 192.0.2.9', 'NOERROR'],
    [
      'k.',
      'tcp 198.51.100.2',
      'add both.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key k. may not change A at both.dyn.example.: rule 3 would allow it from 198.51.100.1',
    ],
    [
      'k.',
      'udp 198.51.100.1',
      'add both.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key k. may not change A at both.dyn.example.: rule 3 would allow it over TCP',
    ],
    [
      'k.',
      'udp 192.0.2.200',
      'add both.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key k. may not change A at both.dyn.example.: rule 3 would allow it over TCP from 198.51.100.1',
    ],
    [
      'k.',
      'udp 192.0.2.200',
      'add xboth.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key k. may not change A at xboth.dyn.example.: rule 4 allows it at loose.dyn.example.',
    ],
    [
      'k.',
      'udp 192.0.2.200',
      'add near.dyn.example. 60 NS ns.example.',
      'REFUSED 18 key k. may not change NS at near.dyn.example.: rule 1 allows every type but NS and SOA there from 192.0.2.0/25 2001:db8::/32',
    ],
    ['k.', 'udp', 'add loose.dyn.example. 60 A 192.0.2.9', 'NOERROR'],
    [
      'k.',
      'tcp',
      'add loose.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key k. may not change A at loose.dyn.example.: rule 4 would allow it over UDP',
    ],
  ] as const
  await decide(t, { rules, rows })
})

t.test('a key whose rules all ask for something else is told what', async (t) => {
  const rules = `[[zone.grant]]
key = "k."
match = "zonesub"
from = ["198.51.100.0/24"]
transport = "tcp"
[[zone.grant]]
from = ["203.0.113.0/24"]
transport = "tcp"
match = "zonesub"`
  const rows = [
    [
      'k.',
      'udp',
      'add www.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key k. may not update dyn.example. this way: rule 1 holds over TCP from 198.51.100.0/24',
    ],
    [
      'k.',
      'tcp',
      'add www.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key k. may not update dyn.example. this way: rule 1 holds from 198.51.100.0/24',
    ],
    [
      'k.',
      'udp 198.51.100.1',
      'add www.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key k. may not update dyn.example. this way: rule 1 holds over TCP',
    ],
    ['k.', 'tcp 198.51.100.1', 'add www.dyn.example. 60 A 192.0.2.9', 'NOERROR'],
    [
      'other.',
      'udp',
      'add www.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key other. has no rule for updates in zone dyn.example., nor in any other',
    ],
    [
      '-',
      'udp',
      'add www.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 an unsigned update may not update dyn.example. this way: rule 2 holds over TCP from another address',
    ],
  ] as const
  await decide(t, { rules, rows })
})

t.test('without a key a rule is for anyone from there, with a signature or not', async (t) => {
  const rules = `[[zone.grant]]
from = ["192.0.2.0/24"]
transport = "tcp"
match = "subdomain"
name = "lan.dyn.example."
types = ["A"]
[[zone.grant]]
key = "k."
match = "name"
name = "www.dyn.example."`
  const rows = [
    ['-', 'tcp 192.0.2.7', 'add a.lan.dyn.example. 60 A 192.0.2.9', 'NOERROR'],
    [
      '-',
      'udp 192.0.2.7',
      'add a.lan.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 an unsigned update may not update dyn.example. this way: rule 1 holds over TCP',
    ],
    [
      '-',
      'tcp 192.0.3.7',
      'add a.lan.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 an unsigned update may not update dyn.example. this way: rule 1 holds from another address',
    ],
    [
      '-',
      'tcp 192.0.2.7',
      'add www.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 an unsigned update may not change A at www.dyn.example.: rule 2 allows it to another key',
    ],
    [
      '-',
      'tcp 192.0.2.7',
      'add a.lan.dyn.example. 60 TXT x',
      'REFUSED 18 an unsigned update may not change TXT at a.lan.dyn.example.: rule 1 allows A there',
    ],
    [
      '-',
      'tcp 2001:db8::7',
      'add a.lan.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 an unsigned update may not update dyn.example. this way: rule 1 holds from another address',
    ],
    ['k.', 'tcp 192.0.2.7', 'add a.lan.dyn.example. 60 A 192.0.2.9', 'NOERROR'],
    [
      'k.',
      'udp 192.0.2.7',
      'add a.lan.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key k. may not change A at a.lan.dyn.example.: rule 1 would allow it over TCP',
    ],
    [
      'k.',
      'tcp 198.51.100.7',
      'add a.lan.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key k. may not change A at a.lan.dyn.example.: rule 1 would allow it from another address',
    ],
    [
      'k.',
      'udp 198.51.100.7',
      'add lan.dyn.example. 60 TXT x',
      'REFUSED 18 key k. may not change TXT at lan.dyn.example.: rule 1 allows A there over TCP from another address',
    ],
    ['k.', 'udp', 'add www.dyn.example. 60 A 192.0.2.9', 'NOERROR'],
  ] as const
  await decide(t, { rules, rows })
})

t.test('no condition is advised that a denial would make useless', async (t) => {
  const rules = `[[zone.grant]]
key = "k."
match = "name"
name = "www.dyn.example."
transport = "tcp"
[[zone.grant]]
deny = true
from = ["10.0.0.0/8"]
match = "zonesub"
[[zone.grant]]
key = "k."
match = "name"
name = "mail.dyn.example."
from = ["10.1.0.0/16"]
[[zone.grant]]
key = "k."
match = "name"
name = "other.dyn.example."`
  const rows = [
    [
      'k.',
      '',
      'add www.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key k. may not change A at www.dyn.example.: rule 1 would allow it over TCP',
    ],
    [
      'k.',
      '',
      'add mail.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key k. may not change A at mail.dyn.example.: rule 3 allows every type but NS and SOA there from 10.1.0.0/16',
    ],
    [
      'k.',
      'udp 10.1.0.1',
      'add mail.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key k. may not update dyn.example.: rule 2 denies it from this address; rule 3 gives something, but comes later',
    ],
  ] as const
  await decide(t, { rules, rows })
})
