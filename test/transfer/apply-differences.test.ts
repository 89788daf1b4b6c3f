/** RFC 1995 §4: difference sequences are laid onto the zone in order, and have to fit. */
import t from 'tap'
import { MemoryStore } from '../../src/store/memory.ts'
import { applyDifferences } from '../../src/transfer/apply-differences.ts'
import type { Difference } from '../../src/transfer/incoming.ts'
import { Draft } from '../../src/zone/draft.ts'
import type { ZoneRecord } from '../../src/zone/changeset.ts'
import { FakeClock } from '../support/clock.ts'
import { a, CNAME, named, nodeLines, ns, publish, soa, txt } from '../support/records.ts'
import { wireName } from '../support/messages.ts'
import { nameKeyOf } from '../../src/zone/name-key.ts'

const difference = (
  from: number,
  to: number,
  removed: ZoneRecord[],
  added: ZoneRecord[],
): Difference => ({ before: soa('x.', from), removed, after: soa('x.', to), added })

const draftOf = (...records: ZoneRecord[]): Draft =>
  new Draft(publish(new MemoryStore(new FakeClock()), 'x.', records))

const linesAt = (draft: Draft, owner: string): string[] =>
  nodeLines(draft.get(nameKeyOf(named(owner)))).sort()

t.test('RFC 1995 §4 what goes goes, what comes comes, and the serial is the last', async (t) => {
  const draft = draftOf(a('a.x.', '192.0.2.1'), a('a.x.', '192.0.2.2'), a('b.x.', '192.0.2.3'))
  const problem = applyDifferences(draft, [
    difference(10, 11, [a('a.x.', '192.0.2.1'), a('b.x.', '192.0.2.3')], [txt('c.x.', 'one')]),
    difference(11, 14, [txt('c.x.', 'one')], [txt('c.x.', 'two')]),
  ])
  t.equal(problem, undefined)
  t.strictSame(linesAt(draft, 'a.x.'), ['a.x. 3600 1 c0000202'])
  t.strictSame(linesAt(draft, 'b.x.'), [])
  t.strictSame(linesAt(draft, 'c.x.'), ['c.x. 3600 16 0374776f'])
  t.strictSame(draft.seal()?.serialAfter, 14)
})

t.test('a node keeps what is of other types', async (t) => {
  const draft = draftOf(a('a.x.', '192.0.2.1'), txt('a.x.', 'one'))
  t.equal(applyDifferences(draft, [difference(10, 11, [a('a.x.', '192.0.2.1')], [])]), undefined)
  t.strictSame(linesAt(draft, 'a.x.'), ['a.x. 3600 16 036f6e65'])
})

t.test('a TTL that changes is that of the whole RRset (RFC 2181 §5.2)', async (t) => {
  const draft = draftOf(a('a.x.', '192.0.2.1'), a('a.x.', '192.0.2.2'))
  const longer = [a('a.x.', '192.0.2.1', 7200), a('a.x.', '192.0.2.2', 7200)]
  const shorter = [a('a.x.', '192.0.2.1'), a('a.x.', '192.0.2.2')]
  t.equal(applyDifferences(draft, [difference(10, 11, shorter, longer)]), undefined)
  t.strictSame(linesAt(draft, 'a.x.'), ['a.x. 7200 1 c0000201', 'a.x. 7200 1 c0000202'])
})

const unfit: Record<string, readonly [Difference[], RegExp]> = {
  'another serial': [[difference(9, 11, [], [])], /^the zone has serial 10$/],
  'a name that is not there': [
    [difference(10, 11, [a('no.x.', '192.0.2.1')], [])],
    /^no\.x\. A is to go and is not there$/,
  ],
  'a type that is not there': [
    [difference(10, 11, [txt('a.x.', 'one')], [])],
    /a\.x\. TXT is to go/,
  ],
  'a record that is not there': [
    [difference(10, 11, [a('a.x.', '192.0.2.9')], [])],
    /a\.x\. A is to go and is not there/,
  ],
  'a record that is there': [
    [difference(10, 11, [], [a('a.x.', '192.0.2.1')])],
    /^a\.x\. A is to come and is there$/,
  ],
  'a name outside the zone': [
    [difference(10, 11, [], [a('a.y.', '192.0.2.1')])],
    /a\.y\. A: the owner name is not in the zone/,
  ],
  'a CNAME beside other data': [
    [difference(10, 11, [], [{ ...a('a.x.', '192.0.2.1'), type: CNAME, rdata: wireName('b.x.') }])],
    /a CNAME and other data share a name/,
  ],
  'no NS left': [[difference(10, 11, [ns('x.', 'ns1.example.')], [])], /no NS at its apex/],
}

for (const [title, [differences, why]] of Object.entries(unfit)) {
  t.test(`${title}: they do not fit`, async (t) => {
    t.match(applyDifferences(draftOf(a('a.x.', '192.0.2.1')), differences), why)
  })
}
