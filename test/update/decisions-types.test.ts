/** Decision tables: types, how many records of each, and those that are no client's. */
import t from 'tap'
import { decide } from '../support/decisions.ts'

t.test('a number in brackets is the most records that the name may have afterwards', async (t) => {
  const rules = `[[zone.grant]]
key = "k."
match = "name"
name = "two.dyn.example."
types = ["TXT(2)", "A"]
[[zone.grant]]
key = "k."
match = "name"
name = "www.dyn.example."
types = ["ANY(2)"]
[[zone.grant]]
key = "more."
match = "zonesub"
types = ["TXT(1)"]
[[zone.grant]]
key = "more."
match = "zonesub"
types = ["TXT(3)"]`
  const rows = [
    ['k.', '', 'add two.dyn.example. 60 TXT a', 'NOERROR'],
    ['k.', '', 'add two.dyn.example. 60 TXT a; delete two.dyn.example. TXT', 'NOERROR'],
    ['k.', '', 'add two.dyn.example. 60 TXT a; add two.dyn.example. 60 TXT b', 'NOERROR'],
    [
      'k.',
      '',
      'add two.dyn.example. 60 TXT a; add two.dyn.example. 60 TXT b; add two.dyn.example. 60 TXT c',
      'REFUSED 18 key k. may not change TXT at two.dyn.example.: rule 1 allows 2 of them there, and this would make 3',
    ],
    [
      'k.',
      '',
      'add two.dyn.example. 60 TXT a; add two.dyn.example. 60 TXT b; add two.dyn.example. 60 TXT c; delete two.dyn.example. TXT a',
      'NOERROR',
    ],
    [
      'k.',
      '',
      'add two.dyn.example. 60 TXT a; add two.dyn.example. 60 TXT a; add two.dyn.example. 60 TXT a',
      'NOERROR',
    ],
    [
      'k.',
      '',
      'add two.dyn.example. 60 A 192.0.2.1; add two.dyn.example. 60 A 192.0.2.2; add two.dyn.example. 60 A 192.0.2.3',
      'NOERROR',
    ],
    [
      'k.',
      '',
      'add www.dyn.example. 60 A 192.0.2.9',
      'REFUSED 18 key k. may not change A at www.dyn.example.: rule 2 allows 2 of them there, and this would make 3',
    ],
    [
      'k.',
      '',
      'delete www.dyn.example. A 192.0.2.1; add www.dyn.example. 60 A 192.0.2.9',
      'NOERROR',
    ],
    ['k.', '', 'add www.dyn.example. 60 A 192.0.2.1', 'NOERROR'],
    ['k.', '', 'delete www.dyn.example. A 192.0.2.1', 'NOERROR'],
    [
      'k.',
      '',
      'add two.dyn.example. 60 MX 10 mail.example.',
      'REFUSED 18 key k. may not change MX at two.dyn.example.: rule 1 allows TXT(2) A there',
    ],
    ['more.', '', 'add x.dyn.example. 60 TXT a; add x.dyn.example. 60 TXT b', 'NOERROR'],
    [
      'more.',
      '',
      'add x.dyn.example. 60 TXT a; add x.dyn.example. 60 TXT b; add x.dyn.example. 60 TXT c; add x.dyn.example. 60 TXT d',
      'REFUSED 18 key more. may not change TXT at x.dyn.example.: rule 4 allows 3 of them there, and this would make 4',
    ],
  ] as const
  await decide(t, { rules, rows })
})

t.test("RFC 4035 §2.2, §2.3, RFC 5155 §3, §4 what the server makes is no client's", async (t) => {
  const rules = `[[zone.grant]]
key = "k."
match = "zonesub"
types = ["ANY"]`
  const rows = [
    [
      'k.',
      '',
      'add www.dyn.example. 60 RRSIG \\# 21 00010503000151800000000000000000000000c0ff',
      "REFUSED 18 key k. may not change RRSIG at www.dyn.example.: RRSIG records are the server's own",
    ],
    [
      'k.',
      '',
      'delete www.dyn.example. RRSIG',
      "REFUSED 18 key k. may not change RRSIG at www.dyn.example.: RRSIG records are the server's own",
    ],
    [
      'k.',
      '',
      'delete www.dyn.example. NSEC',
      "REFUSED 18 key k. may not change NSEC at www.dyn.example.: NSEC records are the server's own",
    ],
    [
      'k.',
      '',
      'delete dyn.example. NSEC3',
      "REFUSED 18 key k. may not change NSEC3 at dyn.example.: NSEC3 records are the server's own",
    ],
    [
      'k.',
      '',
      'delete dyn.example. NSEC3PARAM',
      "REFUSED 18 key k. may not change NSEC3PARAM at dyn.example.: NSEC3PARAM records are the server's own",
    ],
    [
      'k.',
      '',
      'add dyn.example. 60 NSEC3PARAM \\# 5 0100000000',
      "REFUSED 18 key k. may not change NSEC3PARAM at dyn.example.: NSEC3PARAM records are the server's own",
    ],
    ['k.', '', 'add sub.dyn.example. 60 NS ns.example.', 'NOERROR'],
    [
      'k.',
      '',
      'add dyn.example. 60 SOA ns1.dyn.example. hostmaster.dyn.example. 20 7200 900 604800 300',
      'NOERROR',
    ],
  ] as const
  await decide(t, { rules, rows })
})

t.test(
  'many types are told in short, and a text that gets too long loses its second half',
  async (t) => {
    const rules = `[[zone.grant]]
key = "k."
match = "name"
name = "www.dyn.example."
types = ["A", "AAAA", "CNAME", "MX", "PTR", "SRV", "SSHFP", "TXT", "URI", "CAA"]
[[zone.grant]]
key = "l."
match = "name"
name = "www.dyn.example."`
    const rows = [
      [
        'k.',
        '',
        'add www.dyn.example. 60 TYPE65280 \\# 1 00',
        'REFUSED 18 key k. may not change TYPE65280 at www.dyn.example.: rule 1 allows A AAAA CNAME MX PTR SRV SSHFP TXT and 2 more there',
      ],
      [
        'l.',
        '',
        'add xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy.zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz.dyn.example. 60 A 192.0.2.9',
        'REFUSED 18 key l. may not change A at xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy.zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz.dyn.example.',
      ],
      [
        'k.',
        '',
        'delete x.www.dyn.example.',
        'REFUSED 18 key k. may not change anything at x.www.dyn.example.: rule 1 allows it at www.dyn.example.',
      ],
    ] as const
    await decide(t, { rules, rows })
  },
)
