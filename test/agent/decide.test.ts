/** What is to be done, as tables. */
import t from 'tap'
import {
  afterUpdate,
  changesTo,
  isHeld,
  isLookDue,
  NEW_HOST,
  retryDelay,
  wantedFor,
  type Failure,
  type HostState,
} from '../../src/agent/decide.ts'
import { suffixFromText } from '../../src/agent/address.ts'
import { later, refused, type Outcome } from '../../src/agent/outcome.ts'

const NOW = 1_700_000_000_000
const MINUTE = 60_000
const HOUR = 60 * MINUTE

t.test('what a host should have', async (t) => {
  const address = { kind: 'address', address: '2001:db8:1::10', source: 'wan' } as const
  const four = { ...address, address: '192.0.2.1' }
  const unknown = { kind: 'unknown', why: '' } as const
  const none = { kind: 'none', why: '' } as const
  const both = ['ipv4', 'ipv6'] as const
  const suffix = suffixFromText('::5/64')
  for (const [families, own, ipv4, ipv6, wanted] of [
    [both, undefined, four, address, { ipv4: '192.0.2.1', ipv6: '2001:db8:1::10' }],
    [both, suffix, four, address, { ipv4: '192.0.2.1', ipv6: '2001:db8:1::5' }],
    [['ipv6'], suffix, four, address, { ipv6: '2001:db8:1::5' }],
    [both, undefined, four, unknown, { ipv4: '192.0.2.1' }],
    [both, suffix, four, none, { ipv4: '192.0.2.1', ipv6: null }],
    [both, undefined, undefined, undefined, {}],
  ] as const) {
    t.strictSame(wantedFor({ families, suffix: own }, { ipv4, ipv6 }), wanted)
  }
})

t.test('what has to change', async (t) => {
  const [a, b] = ['192.0.2.1', '192.0.2.2']
  for (const [published, wanted, changes] of [
    [{ ipv4: a }, { ipv4: a }, []],
    [{ ipv4: a }, { ipv4: b }, [{ family: 'ipv4', from: a, to: b }]],
    [{ ipv4: `${a},${b}` }, { ipv4: b }, [{ family: 'ipv4', from: `${a},${b}`, to: b }]],
    [{}, { ipv4: b }, [{ family: 'ipv4', from: undefined, to: b }]],
    [{ ipv4: a }, { ipv4: null }, [{ family: 'ipv4', from: a, to: null }]],
    [{ ipv4: null }, { ipv4: null }, []],
    [{ ipv4: a }, {}, []],
  ] as const) {
    t.strictSame(changesTo(published, wanted), changes)
  }
})

t.test('attempts are 5 s to 15 min apart, anywhere in a range that doubles', async (t) => {
  for (const [tries, least, most] of [
    [1, 5, 10],
    [2, 5, 20],
    [3, 5, 40],
    [8, 5, 900],
    [1000, 5, 900],
  ] as const) {
    t.equal(retryDelay('later', tries, 0), least * 1000, `${tries}`)
    t.equal(retryDelay('later', tries, 1), most * 1000, `${tries}`)
  }
  t.equal(retryDelay('refused', 1, 0), HOUR)
  t.equal(retryDelay('refused', 9, 1), HOUR + 5 * MINUTE)
})

const failing = (more: Partial<Failure> = {}): HostState => ({
  published: {},
  failure: { kind: 'later', why: '', since: NOW, tries: 1, nextTryAt: NOW + 1000, ...more },
})

t.test('who failed waits, but for good reasons', async (t) => {
  const no = failing({ kind: 'refused' })
  for (const [title, state, urgency, after, expected] of [
    ['never failed', NEW_HOST, 'none', 0, false],
    ['before its time', failing(), 'none', 999, true],
    ['at its time', failing(), 'none', 1000, false],
    ['the network is another', failing(), 'passing', 0, false],
    ['which changes no refusal', no, 'passing', 0, true],
    ['the operator asks', no, 'all', 0, false],
    ['the clock was ahead', failing({ nextTryAt: NOW + 2 * HOUR }), 'none', 0, false],
  ] as const) {
    t.equal(isHeld(state, urgency, NOW + after), expected, title)
  }
})

t.test('the server is asked when nothing is known, and once in a while', async (t) => {
  const known = { published: { ipv4: null }, verifiedAt: NOW }
  for (const [title, state, families, after, expected] of [
    ['nothing is known', NEW_HOST, ['ipv4'], 0, true],
    ['a family is not known', known, ['ipv4', 'ipv6'], 0, true],
    ['it was asked', known, ['ipv4'], HOUR - 1, false],
    ['it was asked an hour ago', known, ['ipv4'], HOUR, true],
    ['it never was', { published: { ipv4: null } }, ['ipv4'], 0, true],
    ['the clock was ahead', known, ['ipv4'], -1, true],
  ] as const) {
    t.equal(isLookDue(state, families, 3600, NOW + after), expected, title)
  }
})

const WANTED = { ipv4: '192.0.2.1' }
const done: Outcome = { kind: 'done' }

t.test('what is done is known', async (t) => {
  const verdict = afterUpdate({ published: { ipv6: null } }, WANTED, done, NOW, 0)
  t.strictSame(verdict, {
    state: { published: { ipv6: null, ...WANTED }, changedAt: NOW, verifiedAt: NOW },
    event: undefined,
  })
})

/** Outcomes, each so many minutes after the one before, and who is told. */
const story = (
  ...turns: (readonly [minutes: number, outcome: Outcome])[]
): (string | undefined)[] => {
  let state = NEW_HOST
  let now = NOW
  return turns.map(([minutes, outcome]) => {
    now += minutes * MINUTE
    const verdict = afterUpdate(state, WANTED, outcome, now, 0)
    state = verdict.state
    return verdict.event
  })
}

t.test('whom it concerns is told when it is worth it, and not again and again', async (t) => {
  const [world, no] = [later('no answer'), refused('BADKEY')]
  for (const [title, turns, events] of [
    [
      'a short trouble is nobody’s',
      [
        [0, world],
        [4, world],
        [0, done],
      ],
      [, , ,],
    ],
    [
      'a long one is',
      [
        [0, world],
        [5, world],
        [1, world],
        [1, done],
      ],
      [, 'failure', , 'recover'],
    ],
    [
      'and again after an hour',
      [
        [0, world],
        [5, world],
        [60, world],
      ],
      [, 'failure', 'failure'],
    ],
    [
      'a refusal is at once',
      [
        [0, no],
        [0, done],
      ],
      ['failure', 'recover'],
    ],
    [
      'once an hour',
      [
        [0, no],
        [59, no],
        [1, no],
      ],
      ['failure', , 'failure'],
    ],
    [
      'also behind trouble',
      [
        [0, world],
        [5, world],
        [1, no],
      ],
      [, 'failure', 'failure'],
    ],
    [
      'trouble behind it is not',
      [
        [0, no],
        [6, world],
        [1, done],
      ],
      ['failure', , 'recover'],
    ],
  ] as [string, [number, Outcome][], (string | undefined)[]][]) {
    t.strictSame(story(...turns), Array.from(events), title)
  }
})

t.test(
  'tries of one kind are counted, and what the server asks is obeyed within bounds',
  async (t) => {
    const first = afterUpdate(NEW_HOST, WANTED, later('x'), NOW, 0.5).state
    t.match(first.failure, { kind: 'later', tries: 1, since: NOW, nextTryAt: NOW + 7500 })
    const second = afterUpdate(first, WANTED, later('x', 120), NOW + 1, 0).state
    t.match(second.failure, { tries: 2, since: NOW, nextTryAt: NOW + 1 + 2 * MINUTE })
    const third = afterUpdate(second, WANTED, refused('y'), NOW + 2, 0).state
    t.match(third.failure, { kind: 'refused', tries: 1, since: NOW, nextTryAt: NOW + 2 + HOUR })
    const long = afterUpdate(NEW_HOST, WANTED, later('x', 999_999), NOW, 0).state
    t.match(long.failure, { nextTryAt: NOW + HOUR })
  },
)
