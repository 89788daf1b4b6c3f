/** Decision tables: the reverse name of the client itself. */
import t from 'tap'
import { decide } from '../support/decisions.ts'

t.test('match = "tcp-self" is for the reverse name of the client, over TCP', async (t) => {
  const rules = `[[zone.grant]]
from = ["0.0.0.0/0", "::/0"]
match = "tcp-self"
types = ["PTR(1)"]
[[zone.grant]]
key = "k."
match = "tcp-self"
transport = "tcp"`
  const zone = '2.0.192.in-addr.arpa.'
  const rows = [
    ['-', 'tcp 192.0.2.77', 'add 77.2.0.192.in-addr.arpa. 60 PTR pc.example.', 'NOERROR'],
    [
      '-',
      'tcp 192.0.2.77',
      'add 77.2.0.192.in-addr.arpa. 60 PTR pc.example.; add 77.2.0.192.in-addr.arpa. 60 PTR pd.example.',
      'REFUSED 18 an unsigned update may not change PTR at 77.2.0.192.in-addr.arpa.: rule 1 allows 1 of them there, and this would make 2',
    ],
    [
      '-',
      'udp 192.0.2.77',
      'add 77.2.0.192.in-addr.arpa. 60 PTR pc.example.',
      'REFUSED 18 an unsigned update may not update 2.0.192.in-addr.arpa. this way: rule 1 holds over TCP',
    ],
    [
      '-',
      'tcp 192.0.2.78',
      'add 77.2.0.192.in-addr.arpa. 60 PTR pc.example.',
      'REFUSED 18 an unsigned update may not change PTR at 77.2.0.192.in-addr.arpa.: rule 1 allows it at 78.2.0.192.in-addr.arpa.',
    ],
    [
      '-',
      'tcp 192.0.2.77',
      'add 77.2.0.192.in-addr.arpa. 60 TXT x',
      'REFUSED 18 an unsigned update may not change TXT at 77.2.0.192.in-addr.arpa.: rule 1 allows PTR(1) there',
    ],
    ['k.', 'tcp 192.0.2.77', 'add 77.2.0.192.in-addr.arpa. 60 PTR pc.example.', 'NOERROR'],
    ['k.', 'tcp 192.0.2.77', 'add 77.2.0.192.in-addr.arpa. 60 TXT x', 'NOERROR'],
    [
      'k.',
      'udp 192.0.2.77',
      'add 77.2.0.192.in-addr.arpa. 60 TXT x',
      'REFUSED 18 key k. may not update 2.0.192.in-addr.arpa. this way: rule 2 holds over TCP',
    ],
    [
      'k.',
      'tcp 192.0.2.78',
      'add 77.2.0.192.in-addr.arpa. 60 TXT x',
      'REFUSED 18 key k. may not change TXT at 77.2.0.192.in-addr.arpa.: rule 2 allows it at 78.2.0.192.in-addr.arpa.',
    ],
    [
      'k.',
      'tcp 2001:db8::1',
      'add 77.2.0.192.in-addr.arpa. 60 TXT x',
      'REFUSED 18 key k. may not change TXT at 77.2.0.192.in-addr.arpa.: rule 2 allows it at 1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.',
    ],
  ] as const
  await decide(t, { rules, rows, zone })
})

t.test('RFC 3596 §2.5 so it is for an IPv6 address', async (t) => {
  const rules = `[[zone.grant]]
key = "k."
match = "tcp-self"`
  const zone = '8.b.d.0.1.0.0.2.ip6.arpa.'
  const rows = [
    [
      'k.',
      'tcp 2001:db8::a1',
      'add 1.a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. 60 PTR pc.example.',
      'NOERROR',
    ],
    [
      'k.',
      'tcp 2001:db8::a2',
      'add 1.a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. 60 PTR pc.example.',
      'REFUSED 18 key k. may not change PTR at 1.a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.: rule 1 allows it at 2.a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.',
    ],
  ] as const
  await decide(t, { rules, rows, zone })
})
