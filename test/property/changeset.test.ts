/** Properties of what one change leaves behind, in memory and as octets. */
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { decodeJournalEntry, encodeJournalEntry } from '../../src/store/journal-entry.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { rrTypeOf } from '../../src/wire/codes.ts'
import { lowerCaseName, nameFromLabels, type Name } from '../../src/wire/name.ts'
import { recordsOnlyIn, type Changeset, type ZoneRecord } from '../../src/zone/changeset.ts'
import { Draft } from '../../src/zone/draft.ts'
import { nameKeyOf } from '../../src/zone/name-key.ts'
import { decodeNode, encodeNode, withRrset, type Node } from '../../src/zone/node.ts'
import { withoutRdata } from '../../src/zone/rrset.ts'
import { serialOf } from '../../src/zone/serial.ts'
import type { JournalEntry, ZoneDraft, ZoneView } from '../../src/zone/zone.ts'
import { anyText } from '../support/any-text.ts'
import { FakeClock } from '../support/clock.ts'
import { AUTHOR, lineOf, named, publish, put, SOA } from '../support/records.ts'

const holds = <T>(t: Test, property: fc.IProperty<T> | fc.IAsyncProperty<T>): Promise<unknown> =>
  t.resolves(Promise.resolve().then(() => fc.assert(property, { numRuns: 300 })))

const anyName: fc.Arbitrary<Name> = fc
  .array(fc.uint8Array({ minLength: 1, maxLength: 63 }), { maxLength: 5 })
  .map((labels) => nameFromLabels(labels))
  .filter((name) => name !== undefined)

const ttl = fc.integer({ min: 0, max: 0x7fff_ffff })
const u32 = fc.integer({ min: 0, max: 0xffff_ffff })
const rdata = fc.uint8Array({ maxLength: 300 })
const anyType = fc.integer({ min: 0, max: 0xffff }).map(rrTypeOf)

const anyRecord: fc.Arbitrary<ZoneRecord> = fc.record({ owner: anyName, type: anyType, ttl, rdata })

const anyNode: fc.Arbitrary<Node> = fc.record({
  owner: anyName,
  rrsets: fc.array(
    fc.record({ type: anyType, ttl, rdatas: fc.array(rdata, { minLength: 1, maxLength: 6 }) }),
    { minLength: 1, maxLength: 6 },
  ),
})

const anyEntry: fc.Arbitrary<JournalEntry> = fc.record({
  changeset: fc.record({
    serialBefore: u32.map(serialOf),
    serialAfter: u32.map(serialOf),
    removed: fc.array(anyRecord, { maxLength: 5 }),
    added: fc.array(anyRecord, { maxLength: 5 }),
  }),
  author: fc.record({
    principal: anyText,
    source: fc.string(),
    transport: fc.constantFrom('udp' as const, 'tcp' as const, 'cli' as const),
  }),
  grants: fc.array(anyText, { maxLength: 3 }),
  timeMilliseconds: fc.integer({ min: 0, max: 8_640_000_000_000_000 }),
})

/** With every octet string in hexadecimal, so that one kind of it equals another. */
const plain = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => {
    // A Buffer has become what its toJSON makes of it.
    if (part instanceof Uint8Array) return Buffer.from(part).toString('hex')
    const isBuffer = typeof part === 'object' && part !== null && 'type' in part && 'data' in part
    return isBuffer ? Buffer.from(part.data as number[]).toString('hex') : part
  })

t.test('a node comes back from its octets as it was', async (t) => {
  await holds(
    t,
    fc.property(anyNode, (node) => plain(decodeNode(encodeNode(node))) === plain(node)),
  )
})

t.test('a journal entry comes back from its octets as it was', async (t) => {
  await holds(
    t,
    fc.property(
      anyEntry,
      (entry) => plain(decodeJournalEntry(encodeJournalEntry(entry))) === plain(entry),
    ),
  )
})

/** Few owners, types and RDATA, so that changes meet. */
const smallRecord: fc.Arbitrary<ZoneRecord> = fc.record({
  owner: fc.constantFrom('x.', 'a.x.', 'A.X.', 'b.x.', 'c.b.x.').map(named),
  type: fc.constantFrom(16, 65_280).map(rrTypeOf),
  ttl: fc.constantFrom(60, 3600),
  rdata: fc.constantFrom(0, 1, 2, 0x41, 0x61).map((octet) => Uint8Array.of(octet)),
})

interface Edit {
  readonly kind: 'put' | 'take' | 'clear'
  readonly record: ZoneRecord
}

const edits: fc.Arbitrary<Edit[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('put' as const, 'take' as const, 'clear' as const),
    record: smallRecord,
  }),
  { maxLength: 12 },
)

const take = (draft: ZoneDraft, record: ZoneRecord): void => {
  const key = nameKeyOf(record.owner)
  const node = draft.get(key)
  const rrset = node?.rrsets.find(({ type }) => type === record.type)
  if (node === undefined || rrset === undefined) return
  const rest = withoutRdata(rrset, record.rdata)
  const others = node.rrsets.filter((other) => other !== rrset)
  if (rest !== undefined) draft.set(key, withRrset(node, node.owner, rest))
  else draft.set(key, others.length === 0 ? undefined : { owner: node.owner, rrsets: others })
}

const apply = (draft: ZoneDraft, { kind, record }: Edit): void => {
  const key = nameKeyOf(record.owner)
  if (kind === 'put') put(draft, record)
  else if (kind === 'take') take(draft, record)
  else if (key !== draft.apexKey) draft.set(key, undefined)
}

/** A line for each record, owners in lower case: a spelling of an owner is no part of a change. */
const linesOf = (records: readonly ZoneRecord[]): string[] =>
  records.map((record) => lineOf({ ...record, owner: lowerCaseName(record.owner) }))

const linesIn = (view: ZoneView): string[] =>
  Array.from(view.nodes()).flatMap((node) => linesOf(recordsOnlyIn(node, undefined)))

/** Takes away, then adds; throws when that does not fit. */
const patched = (
  lines: readonly string[],
  removed: readonly ZoneRecord[],
  added: readonly ZoneRecord[],
): string[] => {
  const left = new Set(lines)
  for (const line of linesOf(removed)) {
    if (!left.delete(line)) throw new Error(`${line} is not there`)
  }
  for (const line of linesOf(added)) {
    if (left.has(line)) throw new Error(`${line} is there already`)
    left.add(line)
  }
  return [...left].sort()
}

const zoneOf = (records: readonly ZoneRecord[]): { store: MemoryStore; view: ZoneView } => {
  const store = new MemoryStore(new FakeClock())
  return { store, view: publish(store, 'x.', records) }
}

const commit = async (
  store: MemoryStore,
  view: ZoneView,
  act: (draft: ZoneDraft) => void,
): Promise<Changeset | undefined> => {
  const outcome = await store.commit(view, AUTHOR, (draft) => {
    act(draft)
    return { keep: true, grants: [], result: undefined }
  })
  return outcome.changeset
}

t.test('RFC 1995 §4 a changeset leads forwards, and turned around it leads back', async (t) => {
  await holds(
    t,
    fc.asyncProperty(fc.array(smallRecord), edits, async (records, steps) => {
      const { store, view } = zoneOf(records)
      const before = linesIn(view).sort()
      const changeset = await commit(store, view, (draft) => {
        for (const step of steps) apply(draft, step)
      })
      const after = linesIn(view).sort()
      const { removed = [], added = [] } = changeset ?? {}
      const forwards = patched(before, removed, added).join() === after.join()
      const back = patched(after, added, removed).join() === before.join()
      return forwards && back && (changeset === undefined) === (before.join() === after.join())
    }),
  )
})

t.test('a changeset and its inverse, both committed, leave all but the serial', async (t) => {
  const isNoSoa = ({ type }: ZoneRecord): boolean => type !== SOA
  const noSoa = (line: string): boolean => !line.startsWith('x. 3600 6 ')
  await holds(
    t,
    fc.asyncProperty(fc.array(smallRecord), edits, async (records, steps) => {
      const { store, view } = zoneOf(records)
      const before = linesIn(view).filter(noSoa).sort()
      const changeset = await commit(store, view, (draft) => {
        for (const step of steps) apply(draft, step)
      })
      if (changeset === undefined) return true
      const inverse = await commit(store, view, (draft) => {
        for (const record of changeset.added.filter(isNoSoa)) take(draft, record)
        for (const record of changeset.removed.filter(isNoSoa)) put(draft, record)
      })
      const sameLines = linesIn(view).filter(noSoa).sort().join() === before.join()
      return sameLines && inverse?.serialAfter === 12
    }),
  )
})

t.test('a draft over a draft comes to what both come to, one after the other', async (t) => {
  await holds(
    t,
    fc.property(fc.array(smallRecord), edits, edits, (records, first, second) => {
      const { view } = zoneOf(records)
      const before = linesIn(view).sort()
      const lower = new Draft(view)
      for (const step of first) apply(lower, step)
      const one = lower.seal()
      const upper = new Draft(lower)
      for (const step of second) apply(upper, step)
      const two = upper.seal()
      const whole = new Draft(view)
      for (const [key, node] of [...lower.changes, ...upper.changes]) whole.set(key, node)
      const both = whole.seal()
      const inSteps = patched(
        patched(before, one?.removed ?? [], one?.added ?? []),
        two?.removed ?? [],
        two?.added ?? [],
      )
      return patched(before, both?.removed ?? [], both?.added ?? []).join() === inSteps.join()
    }),
  )
})
