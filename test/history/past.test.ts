/** The zone as it was, and what came to what between two serials. */
import t from 'tap'
import { netDifference } from '../../src/history/net-difference.ts'
import {
  changesAfter,
  changesSince,
  nodesOf,
  outOfReach,
  serialAt,
  takeBack,
  tooMuchSince,
} from '../../src/history/past.ts'
import { patchLines } from '../../src/history/patch-text.ts'
import type { Point } from '../../src/history/point-text.ts'
import { Draft } from '../../src/zone/draft.ts'
import { serialOf } from '../../src/zone/serial.ts'
import type { JournalEntry } from '../../src/zone/zone.ts'
import { EDITED, EditedZone, textsIn } from '../support/edited-zone.ts'

/** The first change was at 1, the second at 2 and so on, in seconds after this. */
const START = 1_700_000_000_000

const serial = (value: number): Point => ({ kind: 'serial', serial: serialOf(value) })
const second = (value: number): Point => ({ kind: 'time', milliseconds: START + value * 1000 })

const edited = async (): Promise<{ zone: EditedZone; states: string[][] }> => {
  const zone = new EditedZone(`${EDITED}old 60 A 192.0.2.7\n`)
  const states = [textsIn(zone.view)]
  for (const lines of [
    ['+ www 60 A 192.0.2.1', '+ a.b.c 60 TXT "x"'],
    ['- www 60 A 192.0.2.1', '+ www 300 A 192.0.2.2', '+ www 300 A 192.0.2.3'],
    ['- old 60 A 192.0.2.7'],
    ['- www 300 A 192.0.2.2', '- www 300 A 192.0.2.3', '+ zzz 60 A 192.0.2.4'],
  ]) {
    await zone.edit(...lines)
    states.push(textsIn(zone.view))
  }
  return { zone, states }
}

const asOf = ({ store, view }: EditedZone, point: Point): string[] => {
  const draft = new Draft(view)
  takeBack(draft, changesSince(store, view, point))
  const nodes = Array.from(nodesOf(view, draft))
  return textsIn({ nodes: () => nodes })
}

t.test('the zone is found as it was with each serial, and at each time', async (t) => {
  const { zone, states } = await edited()
  for (const [n, state] of states.entries()) {
    t.strictSame(asOf(zone, serial(10 + n)), state, `serial ${10 + n}`)
    t.strictSame(asOf(zone, second(n)), state, `at the very time of change ${n}`)
    t.strictSame(asOf(zone, second(n + 0.999)), state, `and until the next`)
    t.equal(serialAt(zone.store, zone.view, second(n + 0.5)), 10 + n)
    t.equal(serialAt(zone.store, zone.view, serial(10 + n)), 10 + n)
  }
})

t.test('RFC 4034 §6.1 past nodes come in canonical order', async (t) => {
  const { zone } = await edited()
  const draft = new Draft(zone.view)
  takeBack(draft, changesSince(zone.store, zone.view, serial(11)))
  const owners = Array.from(
    nodesOf(zone.view, draft),
    (node) => textsIn({ nodes: () => [node] })[0],
  )
  t.strictSame(
    owners.map((line) => line?.split(' ')[0]),
    [
      'dyn.example.',
      'a.b.c.dyn.example.',
      'ns1.dyn.example.',
      'old.dyn.example.',
      'www.dyn.example.',
    ],
  )
})

t.test('what is out of reach is said, and from when on the history is there', async (t) => {
  const { zone } = await edited()
  const { store, view, clock } = zone
  const why = (point: Point): string | undefined =>
    outOfReach(store, view, point, clock.nowMilliseconds())
  t.equal(why(serial(10)), undefined)
  t.equal(why(serial(14)), undefined)
  t.equal(why(second(0)), undefined)
  t.equal(why(second(4)), undefined)
  const goes = 'it goes from 10 (2023-11-14T22:13:20.000Z) to 14'
  t.equal(why(serial(9)), `the history of dyn.example. has no serial 9: ${goes}`)
  t.equal(why(second(5)), '2023-11-14T22:13:25.000Z is still to come')
  t.equal(
    why(second(-1)),
    'the history of dyn.example. does not reach back to 2023-11-14T22:13:19.000Z: it begins at 2023-11-14T22:13:20.000Z',
  )
  store.trimJournal(view, { sinceMilliseconds: START + 3000, octets: Infinity })
  t.match(why(serial(11)), /it goes from 12 \(2023-11-14T22:13:22\.000Z\) to 14$/)
  t.equal(why(second(2)), undefined)
  t.match(why(second(1.999)), /it begins at 2023-11-14T22:13:22\.000Z$/)
  store.trimJournal(view, { sinceMilliseconds: 0, octets: 0 })
  t.match(why(serial(13)), /it goes from 14 \(2023-11-14T22:13:24\.000Z\) to 14$/)
})

t.test('where nothing is known of the past, that is said', async (t) => {
  const { store, view, clock } = new EditedZone()
  store.journalSince = () => undefined
  const now = clock.nowMilliseconds()
  t.match(outOfReach(store, view, second(0), now), /it begins at today$/)
  t.match(outOfReach(store, view, serial(9), now), /it goes from 10 to 10$/)
})

t.test('the net difference leaves out what came and went again', async (t) => {
  const { zone } = await edited()
  const lines = (after: number, upTo: number): string[] => {
    const reading = { after: serialOf(after), upTo: serialOf(upTo) }
    return patchLines(
      netDifference(Array.from(zone.store.journal(zone.view, reading), (e) => e.changeset)),
    )
  }
  t.strictSame(lines(10, 14), [
    '+ a.b.c.dyn.example. 60 IN TXT "x"',
    '- old.dyn.example. 60 IN A 192.0.2.7',
    '+ zzz.dyn.example. 60 IN A 192.0.2.4',
  ])
  t.strictSame(lines(11, 12), [
    '- www.dyn.example. 60 IN A 192.0.2.1',
    '+ www.dyn.example. 300 IN A 192.0.2.2',
    '+ www.dyn.example. 300 IN A 192.0.2.3',
  ])
  t.strictSame(lines(12, 12), [])
})

t.test('lines stand in canonical order, by type, what goes before what comes', async (t) => {
  const zone = new EditedZone(`${EDITED}www 60 A 192.0.2.9\nwww 60 TXT "old"\n`)
  await zone.edit(
    '- www 60 TXT "old"',
    '- www 60 A 192.0.2.9',
    '+ www 60 A 192.0.2.1',
    '+ www 60 TXT "new"',
    '+ a.www 60 A 192.0.2.1',
    '+ b 60 A 192.0.2.1',
  )
  const [entry] = zone.store.journal(zone.view)
  t.strictSame(patchLines(entry?.changeset ?? { removed: [], added: [] }), [
    '+ b.dyn.example. 60 IN A 192.0.2.1',
    '- www.dyn.example. 60 IN A 192.0.2.9',
    '+ www.dyn.example. 60 IN A 192.0.2.1',
    '- www.dyn.example. 60 IN TXT "old"',
    '+ www.dyn.example. 60 IN TXT "new"',
    '+ a.www.dyn.example. 60 IN A 192.0.2.1',
  ])
})

t.test('what is too much to be taken back at once is said', async (t) => {
  const zone = new EditedZone()
  await zone.edit('+ www 60 A 192.0.2.1')
  const [entry] = zone.store.journal(zone.view)
  if (entry === undefined) throw new Error('no entry')
  const of = (changes: number, records: number): JournalEntry[] => {
    const removed = Array.from({ length: records }, () => entry.changeset.added).flat()
    const changeset = { ...entry.changeset, removed: removed.slice(0, records), added: [] }
    return Array.from({ length: changes }, () => ({ ...entry, changeset }))
  }
  t.equal(tooMuchSince(of(2000, 50), 'undo'), undefined)
  const why =
    'more than 2000 changes, or 100000 records, came since: do it with the command livezone'
  t.equal(tooMuchSince(of(2000, 51), 'undo'), `${why} undo`)
  t.equal(tooMuchSince(of(2001, 1), 'restore'), `${why} restore`)
})

t.test('what came after several changes is what came after the oldest', async (t) => {
  const zone = new EditedZone()
  for (let n = 1; n <= 4; n++) await zone.edit(`+ www 60 A 192.0.2.${n}`)
  const after = (...serials: number[]): number[] =>
    Array.from(
      changesAfter(zone.store, zone.view, serials.map(serialOf)),
      ({ changeset }) => changeset.serialAfter,
    )
  t.strictSame(after(14), [])
  t.strictSame(after(13, 12), [14, 13])
  t.strictSame(after(9), [14, 13, 12, 11])
})
