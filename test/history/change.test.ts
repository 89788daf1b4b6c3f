/** Changes computed from what the zone was, committed to what it is: whole, or not at all. */
import t from 'tap'
import { commitChange, type Committed, type WantedChange } from '../../src/history/change.ts'
import { patchLines } from '../../src/history/patch-text.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import type { Patch } from '../../src/zone/patch.ts'
import { serialOf } from '../../src/zone/serial.ts'
import { FakeClock } from '../support/clock.ts'
import { dataIn, EDITED, EditedZone, recordsIn } from '../support/edited-zone.ts'

const OPERATOR = { principal: 'operator:root', source: '', transport: 'cli' } as const

const patch = (removed: string, added: string): Patch => ({
  removed: recordsIn(removed),
  added: recordsIn(added),
})

const commit = (
  { store, view }: EditedZone,
  change: Partial<WantedChange> & { readonly patch: Patch },
): Promise<Committed> =>
  commitChange(store, view, OPERATOR, 'undo 1', { since: serialOf(10), isWhole: false, ...change })

const WWW = 'www 60 A 192.0.2.1'

t.test('a change is committed as one, with who and what in the journal', async (t) => {
  const zone = new EditedZone(`${EDITED}old 60 A 192.0.2.7\n`)
  const { refusal, changeset } = await commit(zone, { patch: patch('old 60 A 192.0.2.7', WWW) })
  t.equal(refusal, undefined)
  t.equal(changeset?.serialAfter, 11)
  const [entry] = zone.store.journal(zone.view)
  t.match(entry, { author: OPERATOR, grants: ['undo 1'] })
  t.strictSame(patchLines(entry?.changeset ?? patch('', '')), [
    '- old.dyn.example. 60 IN A 192.0.2.7',
    '+ www.dyn.example. 60 IN A 192.0.2.1',
  ])
})

t.test('what changed meanwhile elsewhere stays', async (t) => {
  const zone = new EditedZone()
  await zone.edit('+ other 60 A 192.0.2.9')
  await zone.edit('+ www 60 TXT "x"')
  const { refusal } = await commit(zone, { patch: patch('', WWW) })
  t.equal(refusal, undefined)
  t.strictSame(dataIn(zone.view).slice(-3), [
    'other.dyn.example. 60 IN A 192.0.2.9',
    'www.dyn.example. 60 IN A 192.0.2.1',
    'www.dyn.example. 60 IN TXT "x"',
  ])
})

t.test('what changed the same RRset meanwhile stops it, also in the same group', async (t) => {
  const zone = new EditedZone()
  await zone.edit('+ www 60 A 192.0.2.2')
  const before = dataIn(zone.view)
  const { refusal } = await commit(zone, { patch: patch('', WWW) })
  t.equal(refusal, 'meanwhile key:ddns-key. changed www.dyn.example. A (serial 11): try again')
  t.strictSame(dataIn(zone.view), before)
  const together = zone.edit('+ www 60 A 192.0.2.3')
  const late = await commit(zone, { patch: patch('', WWW), since: serialOf(11) })
  await together
  t.match(late.refusal, /^meanwhile .* \(serial 12\)/)
})

t.test('a whole change takes back what came meanwhile, also in the same group', async (t) => {
  const zone = new EditedZone()
  const since = serialOf(10)
  await zone.edit('+ other 60 A 192.0.2.9')
  const together = zone.edit('+ www 60 A 192.0.2.2', '- ns1 3600 A 192.0.2.53')
  const done = commit(zone, { patch: patch('', WWW), since, isWhole: true })
  await together
  t.equal((await done).changeset?.serialAfter, 13)
  t.strictSame(dataIn(zone.view), [
    'dyn.example. 3600 IN NS ns1.dyn.example.',
    'ns1.dyn.example. 3600 IN A 192.0.2.53',
    'www.dyn.example. 60 IN A 192.0.2.1',
  ])
})

t.test('a change that leaves the zone as it is writes nothing', async (t) => {
  const zone = new EditedZone()
  await zone.edit('+ other 60 A 192.0.2.9')
  const { refusal, changeset } = await commit(zone, {
    patch: patch('other 60 A 192.0.2.9', 'other 60 A 192.0.2.9'),
    since: serialOf(11),
  })
  t.strictSame([refusal, changeset], [undefined, undefined])
})

t.test('a history that does not reach back any more stops it', async (t) => {
  const zone = new EditedZone()
  await zone.edit('+ other 60 A 192.0.2.9')
  zone.store.trimJournal(zone.view, { sinceMilliseconds: 0, octets: 0 })
  const { refusal } = await commit(zone, { patch: patch('', WWW), isWhole: true })
  t.equal(refusal, 'too much has changed in the zone meanwhile: try again')
})

t.test('more changes than can be looked at between two updates stop it', async (t) => {
  const zone = new EditedZone()
  await zone.edit('+ other 60 A 192.0.2.9')
  const [entry] = zone.store.journal(zone.view)
  if (entry === undefined) throw new Error('no entry')
  zone.store.journal = () => Array.from({ length: 10_001 }, () => entry)
  const { refusal } = await commit(zone, { patch: patch('', WWW), isWhole: true })
  t.match(refusal, /^too much/)
})

for (const [title, removed, added, why] of [
  ['a CNAME beside data', '', 'ns1 60 CNAME x', 'ns1.dyn.example.: a CNAME and other data'],
  ['a name outside the zone', '', 'x.org. 60 A 192.0.2.1', 'x.org.: the owner name is not in'],
  ['no NS', '@ 3600 NS ns1', '', 'that cannot be: the zone has no NS at its apex'],
  ['no SOA', '@ 3600 SOA ns1 hostmaster 10 7200 900 604800 300', '', 'has no SOA'],
] as const) {
  t.test(`RFC 1034 §4.2.1 a zone with ${title} is never made`, async (t) => {
    const zone = new EditedZone()
    const before = dataIn(zone.view)
    const { refusal, changeset } = await commit(zone, { patch: patch(removed, added) })
    t.match(refusal, why)
    t.equal(changeset, undefined)
    t.strictSame(dataIn(zone.view), before)
  })
}

t.test('the zone file that was applied is remembered with the change, or not at all', async (t) => {
  const zone = new EditedZone(EDITED, new MemoryStore(new FakeClock()))
  const { store, view } = zone
  const remembered = (): string[] => {
    const file = store.appliedFile(view)
    return file === undefined ? [] : dataIn(file)
  }
  const applied = patch('', `${WWW}\n@ 3600 SOA ns1 h 1 2 3 4 5`)
  await commit(zone, { patch: patch('@ 3600 NS ns1', ''), applied })
  t.strictSame(remembered(), [], 'a change that is refused remembers nothing')
  await commit(zone, { patch: patch('', WWW), applied })
  t.strictSame(remembered(), ['www.dyn.example. 60 IN A 192.0.2.1'])
  await commit(zone, {
    patch: patch('', ''),
    since: serialOf(11),
    applied: patch(WWW, 'x 60 A 192.0.2.2'),
  })
  t.strictSame(remembered(), ['x.dyn.example. 60 IN A 192.0.2.2'])
})
