/** What is left of an UPDATE beside the zone: its journal entry, and what the verdict says. */
import t from 'tap'
import type { Rule } from '../../src/access/rule.ts'
import { rrTypeOf } from '../../src/wire/codes.ts'
import type { JournalEntry } from '../../src/zone/zone.ts'
import { question } from '../support/messages.ts'
import { limits, name, ruleFor, TestService, ZONE_TEXT } from '../support/service.ts'
import {
  add,
  deleteName,
  effectOf,
  exists,
  inUse,
  ipv4,
  txt,
  Type,
  unused,
  zoneOf,
} from '../support/updates.ts'

const grant = (owner: string, type: number): Rule =>
  ruleFor('ddns-key.', {
    match: { kind: 'name', name: name(owner) },
    types: limits([rrTypeOf(type)]),
  })

const service = (): TestService => {
  const made = new TestService()
  made.addZone('dyn.example.', ZONE_TEXT, [
    grant('a.dyn.example.', Type.A),
    grant('a.dyn.example.', Type.TXT),
    grant('www.dyn.example.', Type.A),
  ])
  return made
}

const journal = (made: TestService): JournalEntry[] => [...made.store.journal(zoneOf(made))]

const A = ipv4('192.0.2.9')

t.test('the journal names each grant that allowed something, once', async (t) => {
  const made = service()
  const changes = [
    add('a.dyn.example.', Type.TXT, 60, txt('a')),
    add('a.dyn.example.', Type.A, 60, A),
    deleteName('a.dyn.example.'),
    add('a.dyn.example.', Type.A, 60, A),
    deleteName('www.dyn.example.'),
  ]
  t.equal((await effectOf(made, [], changes)).rcode, 'NOERROR')
  t.same(
    journal(made).map(({ grants }) => grants),
    [
      [
        'ddns-key. name a.dyn.example. TXT',
        'ddns-key. name a.dyn.example. A',
        'ddns-key. name www.dyn.example. A',
      ],
    ],
  )
})

t.test('the journal says who made a change, from where, and over what', async (t) => {
  const made = service()
  await effectOf(made, [], [add('a.dyn.example.', Type.A, 60, A)])
  const [entry] = journal(made)
  t.same(entry?.author, {
    principal: 'key:ddns-key.',
    source: '192.0.2.77#5353',
    transport: 'tcp',
  })
  t.equal(entry?.changeset.serialBefore, 10)
  t.equal(entry?.changeset.serialAfter, 11)
})

t.test('what changes nothing, or is refused, leaves no journal entry', async (t) => {
  const made = service()
  await effectOf(made, [], [deleteName('a.dyn.example.')])
  await effectOf(made, [], [add('b.dyn.example.', Type.A, 60, A)])
  await effectOf(made, [inUse('b.dyn.example.')], [add('a.dyn.example.', Type.A, 60, A)])
  t.same(journal(made), [])
})

t.test('RFC 2136 §3.3.1 a verdict says why, for the log', async (t) => {
  const made = service()
  const a = add('a.dyn.example.', Type.A, 60, A)
  const cases: readonly (readonly [readonly Buffer[], readonly Buffer[], string])[] = [
    [
      [exists('a.dyn.example.', Type.A)],
      [],
      'prerequisite not met: a.dyn.example. A does not exist',
    ],
    [[inUse('a.dyn.example.')], [], 'prerequisite not met: a.dyn.example. is not in use'],
    [[unused('www.dyn.example.')], [], 'prerequisite not met: www.dyn.example. is in use'],
    [
      [],
      [a, add('a.dyn.example.', Type.MX, 60, A)],
      'a.dyn.example. IN MX: the RDATA is not of that type',
    ],
    [[], [a, deleteName('example.')], 'example. is not in zone dyn.example.'],
    [
      [],
      [add('b.dyn.example.', Type.A, 60, A)],
      'key ddns-key. may not change A at b.dyn.example.: rule 1 allows it at a.dyn.example.',
    ],
  ]
  for (const [prerequisites, changes, why] of cases) {
    await effectOf(made, prerequisites, changes)
    t.equal(made.lines.at(-1)?.fields['reason'], why)
  }
})

t.test('an UPDATE of a zone that is not served says which in the log', async (t) => {
  const made = service()
  await effectOf(made, [], [], { questions: [question('other.example.', Type.SOA)] })
  t.match(made.lines.at(-1)?.fields, {
    zone: 'other.example.',
    rcode: 'NOTAUTH',
    reason: 'zone other.example. is not served here',
  })
})
