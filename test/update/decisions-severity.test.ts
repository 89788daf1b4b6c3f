/** Decision tables: what RFC 2136 ignores, strict rules, and rules in shadow. */
import t from 'tap'
import { decide } from '../support/decisions.ts'

t.test('strict = true refuses what RFC 2136 would ignore, as a whole', async (t) => {
  const rules = `[[zone.grant]]
key = "k."
match = "zonesub"
types = ["ANY"]
strict = true
[[zone.grant]]
key = "l."
match = "zonesub"
types = ["ANY"]`
  const records = `alias IN CNAME www
sub IN NS ns.elsewhere.
`
  const rows = [
    [
      'k.',
      '',
      'add new.dyn.example. 60 A 192.0.2.9; add www.dyn.example. 60 CNAME ns1.dyn.example.',
      'REFUSED 0 www.dyn.example. has other data; rule 1 is strict, so nothing was changed',
    ],
    [
      'l.',
      '',
      'add new.dyn.example. 60 A 192.0.2.9; add www.dyn.example. 60 CNAME ns1.dyn.example.',
      'NOERROR 0 1 of 2 changes ignored: www.dyn.example. has other data',
    ],
    [
      'k.',
      '',
      'add alias.dyn.example. 60 A 192.0.2.9',
      'REFUSED 0 alias.dyn.example. has a CNAME; rule 1 is strict, so nothing was changed',
    ],
    [
      'l.',
      '',
      'add alias.dyn.example. 60 A 192.0.2.9',
      'NOERROR 0 1 of 1 changes ignored: alias.dyn.example. has a CNAME',
    ],
    [
      'k.',
      '',
      'add dyn.example. 60 SOA ns1.dyn.example. hostmaster.dyn.example. 5 7200 900 604800 300',
      'REFUSED 0 the new SOA has no higher serial; rule 1 is strict, so nothing was changed',
    ],
    [
      'l.',
      '',
      'add dyn.example. 60 SOA ns1.dyn.example. hostmaster.dyn.example. 5 7200 900 604800 300',
      'NOERROR 0 1 of 1 changes ignored: the new SOA has no higher serial',
    ],
    [
      'k.',
      '',
      'add www.dyn.example. 60 SOA ns1.dyn.example. hostmaster.dyn.example. 20 7200 900 604800 300',
      'REFUSED 0 www.dyn.example. is not the apex and takes no SOA; rule 1 is strict, so nothing was changed',
    ],
    [
      'l.',
      '',
      'add www.dyn.example. 60 SOA ns1.dyn.example. hostmaster.dyn.example. 20 7200 900 604800 300',
      'NOERROR 0 1 of 1 changes ignored: www.dyn.example. is not the apex and takes no SOA',
    ],
    [
      'k.',
      '',
      'delete dyn.example. NS',
      'REFUSED 0 the NS of the apex stays; rule 1 is strict, so nothing was changed',
    ],
    [
      'l.',
      '',
      'delete dyn.example. NS',
      'NOERROR 0 1 of 1 changes ignored: the NS of the apex stays',
    ],
    [
      'k.',
      '',
      'delete dyn.example. SOA',
      'REFUSED 0 the SOA of the apex stays; rule 1 is strict, so nothing was changed',
    ],
    [
      'l.',
      '',
      'delete dyn.example. NS ns1.dyn.example.; delete dyn.example. NS ns2.example.',
      'NOERROR 0 1 of 2 changes ignored: the last NS of the apex stays',
    ],
    ['k.', '', 'delete none.dyn.example.', 'NOERROR'],
    [
      'k.',
      '',
      'add x.sub.dyn.example. 60 TXT x',
      'NOERROR 0 x.sub.dyn.example. TXT is hidden by the delegation at sub.dyn.example.',
    ],
    [
      'l.',
      '',
      'add www.dyn.example. 60 CNAME ns1.dyn.example.; add x.sub.dyn.example. 60 TXT x',
      'NOERROR 0 1 of 2 changes ignored: www.dyn.example. has other data; x.sub.dyn.example. TXT is hidden by the delegation at sub.dyn.example.',
    ],
  ] as const
  await decide(t, { rules, rows, records })
})

t.test('a rule in shadow decides nothing', async (t) => {
  const rules = `[[zone.grant]]
key = "k."
deny = true
shadow = true
match = "subdomain"
name = "fixed.dyn.example."
[[zone.grant]]
key = "k."
match = "zonesub"
types = ["A"]
[[zone.grant]]
key = "l."
shadow = true
match = "zonesub"`
  const rows = [
    ['k.', '', 'add a.fixed.dyn.example. 60 A 192.0.2.9', 'NOERROR'],
    [
      'k.',
      '',
      'add a.fixed.dyn.example. 60 TXT x',
      'REFUSED 18 key k. may not change TXT at a.fixed.dyn.example.: rule 2 allows A there',
    ],
    [
      'l.',
      '',
      'add www.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key l. has no rule for updates in zone dyn.example., nor in any other',
    ],
    [
      'l.',
      '',
      'delete www.dyn.example.',
      'REFUSED 18 key l. has no rule for updates in zone dyn.example., nor in any other',
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
