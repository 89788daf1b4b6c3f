/** Decision tables: rules for the key's own name, for many keys, and for other keys. */
import t from 'tap'
import { decide } from '../support/decisions.ts'

t.test('match = "self" and "selfsub" are for the name of the key, of one or of many', async (t) => {
  const rules = `[[zone.grant]]
key = "host.dyn.example."
match = "self"
types = ["A"]
[[zone.grant]]
key = "router.dyn.example."
match = "selfsub"
types = ["A"]
[[zone.grant]]
key = "*.pool.dyn.example."
match = "self"
types = ["TXT"]
[[zone.grant]]
key = "*"
match = "selfsub"
types = ["SSHFP"]`
  const rows = [
    ['host.dyn.example.', '', 'add host.dyn.example. 60 A 192.0.2.9', 'NOERROR'],
    ['HOST.dyn.example.', '', 'add host.dyn.example. 60 A 192.0.2.9', 'NOERROR'],
    [
      'host.dyn.example.',
      '',
      'add a.host.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key host.dyn.example. may not change A at a.host.dyn.example.: rule 4 allows SSHFP there',
    ],
    [
      'host.dyn.example.',
      '',
      'add router.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key host.dyn.example. may not change A at router.dyn.example.: rule 1 allows it at host.dyn.example.',
    ],
    ['host.dyn.example.', '', 'add a.host.dyn.example. 60 SSHFP \\# 3 010100', 'NOERROR'],
    ['router.dyn.example.', '', 'add router.dyn.example. 60 A 192.0.2.9', 'NOERROR'],
    ['router.dyn.example.', '', 'add a.b.router.dyn.example. 60 A 192.0.2.9', 'NOERROR'],
    [
      'router.dyn.example.',
      '',
      'add dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key router.dyn.example. may not change A at dyn.example.: rule 2 allows it at and below router.dyn.example.',
    ],
    ['x.pool.dyn.example.', '', 'add x.pool.dyn.example. 60 TXT x', 'NOERROR'],
    [
      'y.pool.dyn.example.',
      '',
      'add x.pool.dyn.example. 60 TXT x',
      'REFUSED 18 key y.pool.dyn.example. may not change TXT at x.pool.dyn.example.: rule 3 allows it at y.pool.dyn.example.',
    ],
    [
      'pool.dyn.example.',
      '',
      'add pool.dyn.example. 60 TXT x',
      'REFUSED 18 key pool.dyn.example. may not change TXT at pool.dyn.example.: rule 4 allows SSHFP there',
    ],
    [
      'x.pool.dyn.example.',
      '',
      'add x.pool.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key x.pool.dyn.example. may not change A at x.pool.dyn.example.: rule 3 allows TXT there',
    ],
    [
      'elsewhere.',
      '',
      'add www.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key elsewhere. may not change A at www.dyn.example.: rule 4 allows SSHFP at and below elsewhere.',
    ],
    [
      'elsewhere.',
      '',
      'add www.dyn.example. 60 SSHFP \\# 3 010100',
      'REFUSED 18 key elsewhere. may not change SSHFP at www.dyn.example.: rule 4 allows it at and below elsewhere.',
    ],
    [
      '-',
      '',
      'add host.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 an unsigned update has no rule for updates in zone dyn.example.',
    ],
  ] as const
  await decide(t, { rules, rows })
})

t.test('a name that another key is for is told as that, and never whose', async (t) => {
  const rules = `[[zone.grant]]
key = "k."
match = "name"
name = "www.dyn.example."
[[zone.grant]]
key = "l."
match = "name"
name = "mail.dyn.example."
[[zone.grant]]
key = "admin."
match = "zonesub"
[[zone.grant]]
key = "l."
match = "subdomain"
name = "x.www.dyn.example."`
  const rows = [
    [
      'k.',
      '',
      'add mail.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key k. may not change A at mail.dyn.example.: rule 2 allows it to another key',
    ],
    [
      'k.',
      '',
      'add mail.dyn.example. 60 NS ns.example.',
      'REFUSED 18 key k. may not change NS at mail.dyn.example.: rule 1 allows every type but NS and SOA at www.dyn.example.',
    ],
    [
      'k.',
      '',
      'add other.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key k. may not change A at other.dyn.example.: rule 1 allows it at www.dyn.example.',
    ],
    [
      'k.',
      '',
      'add x.www.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key k. may not change A at x.www.dyn.example.: rule 1 allows it at www.dyn.example.',
    ],
    [
      'l.',
      '',
      'add www.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key l. may not change A at www.dyn.example.: rule 4 allows it at and below x.www.dyn.example.',
    ],
    [
      'admin.',
      '',
      'add mail.dyn.example. 60 NS ns.example.',
      'REFUSED 18 key admin. may not change NS at mail.dyn.example.: rule 3 allows every type but NS and SOA there',
    ],
  ] as const
  await decide(t, { rules, rows })
})
