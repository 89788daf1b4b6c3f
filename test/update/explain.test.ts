/** What `explain` says of an UPDATE that nobody sent. The decision tables ask it all their rows. */
import t from 'tap'
import { explain, type ExplainQuestion } from '../../src/update/explain.ts'
import { allOf, limits, ruleFor, TestService, ZONE_TEXT } from '../support/service.ts'
import { serialOf, zoneLines, zoneOf } from '../support/updates.ts'
import { RrType } from '../../src/wire/codes.ts'

const service = new TestService(`${ZONE_TEXT}sub IN NS ns.elsewhere.\n`)
service.addZone('strict.example.', `${ZONE_TEXT}sub IN NS ns.elsewhere.\n`, [allOf('k.')], true)
service.addZone('shadow.example.', ZONE_TEXT, [
  ruleFor('k.', { shadow: true, deny: true, types: limits([RrType.A]) }),
  ruleFor('l.', { shadow: true }),
  ruleFor('k.', { strict: true }),
])
service.addZone('a.example.', ZONE_TEXT, [ruleFor('many.'), ruleFor('one.')])
for (const label of ['b', 'c', 'd']) {
  service.addZone(`${label}.example.`, ZONE_TEXT, [ruleFor('many.')])
}

const asked = (
  changes: readonly string[],
  more: Partial<ExplainQuestion> = {},
): readonly string[] => {
  const question = {
    key: 'ddns-key.',
    from: '192.0.2.1',
    transport: 'udp',
    changes,
    ...more,
  } as const
  const explanation = explain(question, service.zones, ({ view }) => view)
  if (!explanation.ok) return [explanation.why]
  const { allowed, rcode, lines } = explanation.explained
  return [`${allowed} ${rcode}`, ...lines]
}

const ADD = 'add new.dyn.example. 60 A 192.0.2.9'
const BY = 'allowed by rule 1 (ddns-key. zonesub ANY)'

t.test('what would be taken is taken from no zone', async (t) => {
  const before = zoneLines(zoneOf(service))
  t.strictSame(asked([ADD, 'delete www.dyn.example.']), ['true NOERROR', BY])
  t.strictSame(zoneLines(zoneOf(service)), before)
  t.equal(serialOf(zoneOf(service)), 10)
})

for (const [title, changes, more, expected] of [
  [
    'the zone is found by the first name that is in one',
    ['delete x.', ADD],
    {},
    ['false NOTZONE', 'refused (NOTZONE): x. is not in zone dyn.example.'],
  ],
  [
    'a change outside the zone is found behind others',
    [ADD, 'delete x.'],
    {},
    ['false NOTZONE', 'refused (NOTZONE): x. is not in zone dyn.example.'],
  ],
  ['the zone may be given', [ADD], { zone: 'DYN.example' }, ['true NOERROR', BY]],
  [
    'one that is not served is not, and the one that was meant is told',
    [ADD],
    { zone: '.' },
    ['false NOTAUTH', 'refused (NOTAUTH): zone . is not served here; use zone dyn.example.'],
  ],
  [
    'what RFC 2136 ignores is told',
    ['add www.dyn.example. 60 CNAME x.'],
    {},
    ['true NOERROR', `${BY}: 1 of 1 changes ignored: www.dyn.example. has other data`],
  ],
  [
    'what a delegation hides is told, and refused in a strict zone',
    ['add x.sub.strict.example. 60 A 192.0.2.1'],
    { key: 'k.' },
    [
      'false REFUSED',
      'refused (REFUSED): x.sub.strict.example. A is hidden by the delegation at sub.strict.example.',
    ],
  ],
  [
    'rules in shadow have their say',
    [
      'add x.shadow.example. 60 A 192.0.2.1',
      'add x.shadow.example. 60 A 192.0.2.2',
      'add x.shadow.example. 60 TXT x',
    ],
    { key: 'k.' },
    [
      'true NOERROR',
      'allowed by rule 3 (k. zonesub ANY strict)',
      'rule 1 would have refused A at x.shadow.example.',
    ],
  ],
  [
    'also where nothing else is for the key',
    ['add x.shadow.example. 60 A 192.0.2.1', 'delete y.shadow.example.'],
    { key: 'l.' },
    [
      'false REFUSED',
      'refused (REFUSED): key l. has no rule for updates in zone shadow.example., nor in any other',
      'rule 2 would have allowed A at x.shadow.example.',
      'rule 2 would have allowed a deletion of y.shadow.example.',
    ],
  ],
  [
    'a key that has its rules elsewhere is told where',
    [ADD],
    { key: 'one.' },
    [
      'false REFUSED',
      'refused (REFUSED): key one. has no rule for updates in zone dyn.example.; its rules are in a.example.',
    ],
  ],
  [
    'of many zones some are told',
    [ADD],
    { key: 'many.' },
    [
      'false REFUSED',
      'refused (REFUSED): key many. has no rule for updates in zone dyn.example.; its rules are in a.example. b.example. c.example. and others',
    ],
  ],
  [
    'no zone has the names',
    ['delete x.', 'delete y.z.'],
    {},
    ['no zone here has x. y.z.: give the zone'],
  ],
  [
    'a key that is no name',
    [ADD],
    { key: 'a..b' },
    ['"a..b" is no domain name: the name has an empty label'],
  ],
  ['a zone that is no name', [ADD], { zone: '' }, ['"" is no domain name: the name is empty']],
  ['an address that is none', [ADD], { from: 'here' }, ['"here" is no address']],
  ['a change that is none', [ADD, 'add'], {}, ['"add", at column 4: the name is missing']],
] as const) {
  t.test(title, async (t) => {
    t.strictSame(asked(changes, more), expected)
  })
}

t.test('without a key nobody signed', async (t) => {
  const question = { from: '192.0.2.1', transport: 'udp', changes: [ADD] } as const
  t.match(
    explain(question, service.zones, ({ view }) => view),
    {
      ok: true,
      explained: {
        rcode: 'REFUSED',
        lines: [
          'refused (REFUSED): an unsigned update has no rule for updates in zone dyn.example.',
        ],
      },
    },
  )
})

t.test('of a zone that comes from elsewhere its primary decides', async (t) => {
  const question = { from: '192.0.2.1', transport: 'udp', changes: [ADD] } as const
  const explanation = explain(question, service.zones, () => undefined)
  t.match(explanation, { ok: true, explained: { allowed: false, rcode: 'REFUSED' } })
  t.match(explanation.ok && explanation.explained.lines, [/its primary takes updates/])
})
