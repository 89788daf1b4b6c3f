/** Decision tables: rules that deny, and the order of the file. */
import t from 'tap'
import { decide } from '../support/decisions.ts'

t.test('the first rule that matches decides, one that denies too', async (t) => {
  const rules = `[[zone.grant]]
key = "k."
deny = true
match = "subdomain"
name = "fixed.dyn.example."
[[zone.grant]]
deny = true
match = "name"
name = "www.dyn.example."
types = ["TXT"]
[[zone.grant]]
key = "k."
match = "zonesub"
types = ["ANY"]
[[zone.grant]]
key = "k."
deny = true
match = "zonesub"`
  const rows = [
    [
      'k.',
      '',
      'add a.fixed.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key k. may not change A at a.fixed.dyn.example.: rule 1 denies it (deny k. subdomain fixed.dyn.example.); rule 3 allows it, but comes later',
    ],
    [
      'k.',
      '',
      'add fixed.dyn.example. 60 NS ns.example.',
      'REFUSED 18 key k. may not change NS at fixed.dyn.example.: rule 1 denies it (deny k. subdomain fixed.dyn.example.); rule 3 allows it, but comes later',
    ],
    [
      'k.',
      '',
      'delete fixed.dyn.example.',
      'REFUSED 18 key k. may not change anything at fixed.dyn.example.: rule 1 denies it (deny k. subdomain fixed.dyn.example.); rule 3 allows it, but comes later',
    ],
    [
      'k.',
      '',
      'add www.dyn.example. 60 TXT x',
      'REFUSED 18 key k. may not change TXT at www.dyn.example.: rule 2 denies it (deny anyone name www.dyn.example. TXT); rule 3 allows it, but comes later',
    ],
    ['k.', '', 'add www.dyn.example. 60 A 192.0.2.9', 'NOERROR'],
    ['k.', '', 'delete www.dyn.example.', 'NOERROR'],
    [
      'k.',
      '',
      'delete www.dyn.example. TXT',
      'REFUSED 18 key k. may not change TXT at www.dyn.example.: rule 2 denies it (deny anyone name www.dyn.example. TXT); rule 3 allows it, but comes later',
    ],
    ['k.', '', 'add other.dyn.example. 60 TXT x', 'NOERROR'],
    [
      'k.',
      '',
      'add other.dyn.example. 60 A 192.0.2.9; add www.dyn.example. 60 TXT x',
      'REFUSED 18 key k. may not change TXT at www.dyn.example.: rule 2 denies it (deny anyone name www.dyn.example. TXT); rule 3 allows it, but comes later',
    ],
    [
      'other.',
      '',
      'add www.dyn.example. 60 TXT x',
      'REFUSED 18 key other. has no rule for updates in zone dyn.example., nor in any other',
    ],
    [
      '-',
      '',
      'add www.dyn.example. 60 TXT x',
      'REFUSED 18 an unsigned update has no rule for updates in zone dyn.example.',
    ],
  ] as const
  await decide(t, { rules, rows })
})

t.test('what is denied under a condition is allowed otherwise', async (t) => {
  const rules = `[[zone.grant]]
key = "k."
deny = true
match = "zonesub"
transport = "udp"
[[zone.grant]]
key = "k."
match = "name"
name = "www.dyn.example."
types = ["A"]
[[zone.grant]]
key = "k."
match = "name"
name = "tcp.dyn.example."
transport = "tcp"`
  const rows = [
    ['k.', 'tcp', 'add www.dyn.example. 60 A 192.0.2.9', 'NOERROR'],
    [
      'k.',
      'udp',
      'add www.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key k. may not update dyn.example.: rule 1 denies it (deny k. zonesub over udp); rule 2 gives something, but comes later',
    ],
    [
      'k.',
      'udp',
      'add tcp.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key k. may not update dyn.example.: rule 1 denies it (deny k. zonesub over udp); rule 2 gives something, but comes later',
    ],
    ['k.', 'tcp', 'add tcp.dyn.example. 60 A 192.0.2.9', 'NOERROR'],
    [
      'k.',
      'tcp',
      'add www.dyn.example. 60 TXT x',
      'REFUSED 18 key k. may not change TXT at www.dyn.example.: rule 2 allows A there',
    ],
    [
      'k.',
      'tcp',
      'add none.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key k. may not change A at none.dyn.example.: rule 2 allows it at www.dyn.example.',
    ],
    [
      'k.',
      'udp',
      'add www.dyn.example. 60 NS ns.example.',
      'REFUSED 18 key k. may not update dyn.example.: rule 1 denies it (deny k. zonesub over udp); rule 2 gives something, but comes later',
    ],
  ] as const
  await decide(t, { rules, rows })
})

t.test(
  'a name that is denied for some types and without data may be deleted, one for all may not',
  async (t) => {
    const rules = `[[zone.grant]]
key = "k."
deny = true
match = "name"
name = "a.dyn.example."
types = ["A", "TYPE65534"]
[[zone.grant]]
key = "k."
deny = true
match = "name"
name = "b.dyn.example."
types = ["ANY"]
[[zone.grant]]
key = "k."
match = "zonesub"`
    const rows = [
      ['k.', '', 'delete a.dyn.example.', 'NOERROR'],
      [
        'k.',
        '',
        'delete b.dyn.example.',
        'REFUSED 18 key k. may not change anything at b.dyn.example.: rule 2 denies it (deny k. name b.dyn.example. ANY); rule 3 allows it, but comes later',
      ],
      ['k.', '', 'delete c.dyn.example.', 'NOERROR'],
    ] as const
    await decide(t, { rules, rows })
  },
)

t.test('where nothing comes later that would give it, nothing is said of that', async (t) => {
  const rules = `[[zone.grant]]
key = "k."
match = "zonesub"
types = ["A"]
[[zone.grant]]
key = "k."
deny = true
match = "name"
name = "www.dyn.example."
[[zone.grant]]
key = "other."
deny = true
match = "zonesub"
[[zone.grant]]
deny = true
match = "zonesub"
transport = "udp"`
  const rows = [
    [
      'k.',
      '',
      'add www.dyn.example. 60 TXT x',
      'REFUSED 18 key k. may not change TXT at www.dyn.example.: rule 2 denies it (deny k. name www.dyn.example.)',
    ],
    [
      'other.',
      '',
      'add www.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key other. may not update dyn.example.: rule 3 denies it (deny other. zonesub)',
    ],
  ] as const
  await decide(t, { rules, rows })
})
