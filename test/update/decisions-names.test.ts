/** Decision tables: which names each kind of match is for, and the nearest rule where none is. */
import t from 'tap'
import { decide } from '../support/decisions.ts'

t.test('match = "name" is for that name, and the nearest of its names is told', async (t) => {
  const rules = `[[zone.grant]]
key = "k."
match = "name"
name = "www.dyn.example."
types = ["A"]
[[zone.grant]]
key = "k."
match = "name"
name = "a.b.dyn.example."
types = ["TXT"]`
  const rows = [
    ['k.', '', 'add www.dyn.example. 60 A 192.0.2.9', 'NOERROR'],
    ['K.', '', 'add www.dyn.example. 60 A 192.0.2.9', 'NOERROR'],
    ['k.', '', 'add WWW.DYN.example. 60 A 192.0.2.9', 'NOERROR'],
    ['k.', 'tcp', 'add www.dyn.example. 60 A 192.0.2.9', 'NOERROR'],
    ['k.', '', 'delete www.dyn.example. A', 'NOERROR'],
    ['k.', '', 'delete www.dyn.example. A 192.0.2.1', 'NOERROR'],
    ['k.', '', 'delete www.dyn.example.', 'NOERROR'],
    [
      'k.',
      '',
      'add x.www.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key k. may not change A at x.www.dyn.example.: rule 1 allows it at www.dyn.example.',
    ],
    [
      'k.',
      '',
      'add dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key k. may not change A at dyn.example.: rule 1 allows it at www.dyn.example.',
    ],
    [
      'k.',
      '',
      'add c.b.dyn.example. 60 TXT x',
      'REFUSED 18 key k. may not change TXT at c.b.dyn.example.: rule 2 allows it at a.b.dyn.example.',
    ],
    [
      'k.',
      '',
      'add c.b.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key k. may not change A at c.b.dyn.example.: rule 2 allows TXT at a.b.dyn.example.',
    ],
    [
      'k.',
      '',
      'add www.dyn.example. 60 TXT x',
      'REFUSED 18 key k. may not change TXT at www.dyn.example.: rule 1 allows A there',
    ],
    [
      'k.',
      '',
      'delete b.dyn.example.',
      'REFUSED 18 key k. may not change anything at b.dyn.example.: rule 2 allows it at a.b.dyn.example.',
    ],
    ['k.', '', 'delete a.b.dyn.example.', 'NOERROR'],
    [
      'k.',
      '',
      'delete none.dyn.example. A',
      'REFUSED 18 key k. may not change A at none.dyn.example.: rule 1 allows it at www.dyn.example.',
    ],
    [
      'k.',
      '',
      'add www.dyn.example. 60 A 192.0.2.9; add other.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key k. may not change A at other.dyn.example.: rule 1 allows it at www.dyn.example.',
    ],
    ['k.', '', 'add www.dyn.example. 60 A 192.0.2.9; add a.b.dyn.example. 60 TXT x', 'NOERROR'],
    [
      'k.',
      '',
      'add www.elsewhere. 60 A 192.0.2.9',
      'NOTZONE 0 www.elsewhere. is not in zone dyn.example.',
    ],
    [
      'other.',
      '',
      'add www.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key other. has no rule for updates in zone dyn.example., nor in any other',
    ],
    [
      '-',
      '',
      'add www.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 an unsigned update has no rule for updates in zone dyn.example.',
    ],
  ] as const
  await decide(t, { rules, rows })
})

t.test('match = "subdomain" is for the name and all below it', async (t) => {
  const rules = `[[zone.grant]]
key = "k."
match = "subdomain"
name = "home.dyn.example."
types = ["A", "AAAA"]`
  const rows = [
    ['k.', '', 'add home.dyn.example. 60 A 192.0.2.9', 'NOERROR'],
    ['k.', '', 'add a.home.dyn.example. 60 AAAA 2001:db8::9', 'NOERROR'],
    ['k.', '', 'add a.b.home.dyn.example. 60 A 192.0.2.9', 'NOERROR'],
    ['k.', '', 'add *.home.dyn.example. 60 A 192.0.2.9', 'NOERROR'],
    [
      'k.',
      '',
      'add ahome.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key k. may not change A at ahome.dyn.example.: rule 1 allows it at and below home.dyn.example.',
    ],
    [
      'k.',
      '',
      'add dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key k. may not change A at dyn.example.: rule 1 allows it at and below home.dyn.example.',
    ],
    [
      'k.',
      '',
      'add a.home.dyn.example. 60 TXT x',
      'REFUSED 18 key k. may not change TXT at a.home.dyn.example.: rule 1 allows A AAAA there',
    ],
    ['k.', '', 'delete a.home.dyn.example.', 'NOERROR'],
    [
      'k.',
      '',
      'delete www.dyn.example.',
      'REFUSED 18 key k. may not change anything at www.dyn.example.: rule 1 allows it at and below home.dyn.example.',
    ],
  ] as const
  await decide(t, { rules, rows })
})

t.test(
  'RFC 4592 §3.3.1 match = "wildcard" is for all below the name, and not for the name',
  async (t) => {
    const rules = `[[zone.grant]]
key = "k."
match = "wildcard"
name = "*.home.dyn.example."
types = ["A"]`
    const rows = [
      ['k.', '', 'add a.home.dyn.example. 60 A 192.0.2.9', 'NOERROR'],
      ['k.', '', 'add a.b.home.dyn.example. 60 A 192.0.2.9', 'NOERROR'],
      ['k.', '', 'add *.home.dyn.example. 60 A 192.0.2.9', 'NOERROR'],
      [
        'k.',
        '',
        'add home.dyn.example. 60 A 192.0.2.9',
        'REFUSED 18 key k. may not change A at home.dyn.example.: rule 1 allows it below home.dyn.example.',
      ],
      [
        'k.',
        '',
        'delete home.dyn.example.',
        'REFUSED 18 key k. may not change anything at home.dyn.example.: rule 1 allows it below home.dyn.example.',
      ],
      [
        'k.',
        '',
        'add www.dyn.example. 60 A 192.0.2.9',
        'REFUSED 18 key k. may not change A at www.dyn.example.: rule 1 allows it below home.dyn.example.',
      ],
    ] as const
    await decide(t, { rules, rows })
  },
)

t.test('match = "zonesub" is for every name of the zone', async (t) => {
  const rules = `[[zone.grant]]
key = "k."
match = "zonesub"`
  const rows = [
    ['k.', '', 'add dyn.example. 60 A 192.0.2.9', 'NOERROR'],
    ['k.', '', 'add a.b.c.dyn.example. 60 TXT x', 'NOERROR'],
    ['k.', '', 'add www.dyn.example. 60 TYPE65280 \\# 1 00', 'NOERROR'],
    [
      'k.',
      '',
      'add sub.dyn.example. 60 NS ns.example.',
      'REFUSED 18 key k. may not change NS at sub.dyn.example.: rule 1 allows every type but NS and SOA there',
    ],
    [
      'k.',
      '',
      'add dyn.example. 60 SOA ns1.dyn.example. hostmaster.dyn.example. 20 7200 900 604800 300',
      'REFUSED 18 key k. may not change SOA at dyn.example.: rule 1 allows every type but NS and SOA there',
    ],
    [
      'k.',
      '',
      'delete dyn.example. NS',
      'REFUSED 18 key k. may not change NS at dyn.example.: rule 1 allows every type but NS and SOA there',
    ],
    ['k.', '', 'delete dyn.example.', 'NOERROR'],
    ['k.', '', 'delete www.dyn.example.', 'NOERROR'],
    [
      'k.',
      '',
      'add www.dyn.example. 60 CNAME ns1.dyn.example.',
      'NOERROR 0 1 of 1 changes ignored: www.dyn.example. has other data',
    ],
    [
      'k.',
      '',
      'add www.elsewhere. 60 A 192.0.2.9',
      'NOTZONE 0 www.elsewhere. is not in zone dyn.example.',
    ],
  ] as const
  await decide(t, { rules, rows })
})
