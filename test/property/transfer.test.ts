/** What holds for any zone and any updates: a transfer is the zone, and the changes lead to it. */
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { LmdbStore } from '../../src/store/lmdb.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { axfrRecords } from '../../src/transfer/axfr.ts'
import { envelopes } from '../../src/transfer/envelopes.ts'
import { changesSince } from '../../src/transfer/ixfr.ts'
import { readHeader } from '../../src/wire/header.ts'
import { parseMessage } from '../../src/wire/message.ts'
import type { EnvelopeRecord } from '../../src/wire/envelope-writer.ts'
import { nameFromLabels, type Name } from '../../src/wire/name.ts'
import { rdataAt } from '../../src/wire/rdata.ts'
import { rrClassOf, rrTypeOf } from '../../src/wire/codes.ts'
import type { ZoneRecord } from '../../src/zone/changeset.ts'
import { nameKeyOf } from '../../src/zone/name-key.ts'
import { withoutRdata } from '../../src/zone/rrset.ts'
import { keepRrsets, withRrset } from '../../src/zone/node.ts'
import { serialOf } from '../../src/zone/serial.ts'
import type { ZoneDraft, ZoneStore, ZoneView } from '../../src/zone/zone.ts'
import { FakeClock } from '../support/clock.ts'
import { fleetingFolder } from '../support/fleeting-folder.ts'
import { change, lineOf, publish, put, serialIn, zoneLines } from '../support/records.ts'

const runs = Number(process.env['RUNS'] ?? 100)

const holds = <T>(
  t: Test,
  property: fc.IAsyncProperty<T> | fc.IProperty<T>,
  numRuns = runs,
): Promise<unknown> => t.resolves(Promise.resolve().then(() => fc.assert(property, { numRuns })))

const label = fc.constantFrom('a', 'b', 'c', 'B', 'long-label-of-a-name', 'x'.repeat(63))

/** A name at or below the apex: few labels, so that they share ends. */
const owner: fc.Arbitrary<Name> = fc
  .array(label, { maxLength: 3 })
  .map((labels) => nameFromLabels([...labels, 'x'].map((text) => Buffer.from(text))))
  .filter((name) => name !== undefined)

const anyOwner: fc.Arbitrary<Name> = fc
  .oneof(
    { weight: 4, arbitrary: fc.array(label, { maxLength: 6 }) },
    {
      weight: 1,
      arbitrary: fc.array(fc.constantFrom('0', '1', 'f'), { minLength: 20, maxLength: 34 }),
    },
  )
  .map((labels) => nameFromLabels(labels.map((text) => Buffer.from(text))))
  .filter((name) => name !== undefined)

const rdataOf = fc.oneof(
  fc.uint8Array({ minLength: 4, maxLength: 4 }).map((rdata) => ({ type: rrTypeOf(1), rdata })),
  anyOwner.map((rdata) => ({ type: rrTypeOf(2), rdata: rdata })),
  anyOwner.map((name) => ({ type: rrTypeOf(15), rdata: Buffer.concat([Buffer.of(0, 9), name]) })),
  fc.tuple(anyOwner, anyOwner).map(([m, r]) => ({
    type: rrTypeOf(6),
    rdata: Buffer.concat([m, r, Buffer.alloc(20, 7)]),
  })),
  fc.uint8Array({ maxLength: 900 }).map((rdata) => ({ type: rrTypeOf(65_280), rdata: rdata })),
)

const record: fc.Arbitrary<ZoneRecord> = fc
  .record({
    owner: anyOwner,
    ttl: fc.integer({ min: 0, max: 0xffff_ffff }),
    of: rdataOf,
  })
  .map(({ owner: name, ttl, of: { type, rdata } }) => ({ owner: name, ttl, type, rdata }))

const frameFor = (name: Name) => ({
  id: 7,
  flags: 0x8400,
  question: { name, type: rrTypeOf(252), class: rrClassOf(1) },
  opt: undefined,
  signer: undefined,
  nowSeconds: () => 0,
})

/** The records of a message, read by pointers and expanded. */
const readRecords = (octets: Uint8Array): ZoneRecord[] => {
  const header = readHeader(octets)
  const parsed = header && parseMessage(octets, header)
  if (parsed?.ok !== true) throw new Error(parsed?.why ?? 'no header')
  return parsed.message.answers.map(({ owner: name, type, ttl, rdataOffset, rdataLength }) => {
    const rdata = rdataAt(octets, type, rdataOffset, rdataLength)
    if (rdata === undefined) throw new Error(`RDATA of type ${type} that is none`)
    return { owner: name, type, ttl, rdata }
  })
}

t.test('RFC 1035 §4.1.4 whatever is compressed reads back as it was, to the octet', async (t) => {
  const many = fc.array(record, { minLength: 1, maxLength: 120 })
  const property = fc.property(many, anyOwner, fc.boolean(), (records, apex, isSorted) => {
    const sorted = isSorted
      ? records.toSorted((x, y) => (nameKeyOf(x.owner) < nameKeyOf(y.owner) ? -1 : 1))
      : records
    const [first, ...rest] = sorted as [ZoneRecord, ...ZoneRecord[]]
    const read = [...envelopes(first, rest, frameFor(apex))].flatMap(({ message }) =>
      readRecords(message),
    )
    const [want, got] = [sorted.map(lineOf), read.map(lineOf)]
    if (want.join('\n') !== got.join('\n')) throw new Error(`${want.join()}\n${got.join()}`)
  })
  await holds(t, property)
})

type Act =
  | { readonly kind: 'put'; readonly owner: Name; readonly ttl: number; readonly octet: number }
  | { readonly kind: 'drop'; readonly owner: Name; readonly octet: number }
  | { readonly kind: 'clear'; readonly owner: Name }

const octet = fc.integer({ min: 0, max: 3 })
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    kind: fc.constant('put' as const),
    owner,
    ttl: fc.constantFrom(60, 120),
    octet,
  }),
  fc.record({ kind: fc.constant('drop' as const), owner, octet }),
  fc.record({ kind: fc.constant('clear' as const), owner }),
)

const A = rrTypeOf(1)
const rdataFor = (n: number): Buffer => Buffer.of(10, 0, 0, n)

const apply = (draft: ZoneDraft, done: Act): void => {
  const key = nameKeyOf(done.owner)
  const node = draft.get(key)
  switch (done.kind) {
    case 'put':
      put(draft, { owner: done.owner, type: A, ttl: done.ttl, rdata: rdataFor(done.octet) })
      return
    case 'drop': {
      const rrset = node?.rrsets.find(({ type }) => type === A)
      if (node === undefined || rrset === undefined) return
      const left = withoutRdata(rrset, rdataFor(done.octet))
      const others = keepRrsets(node, ({ type }) => type !== A)
      draft.set(key, left === undefined ? others : withRrset(node, node.owner, left))
      return
    }
    case 'clear':
      if (node !== undefined)
        draft.set(
          key,
          keepRrsets(node, ({ type }) => type === 6 || type === 2),
        )
  }
}

/** A zone as a set of lines, names in lower case: what a secondary has. */
const folded = (lines: readonly string[]): Set<string> =>
  new Set(lines.map((line) => line.replace(/^\S+/, (name) => name.toLowerCase())))

/** At once: the next record may be the same object. */
const axfrLine = ({ rdata, start, end, ...record }: EnvelopeRecord): string =>
  lineOf({ ...record, rdata: rdata.subarray(start, end) })

const isSoa = (line: string): boolean => line.split(' ')[2] === '6'

/** Does what a secondary does with an incremental transfer (RFC 1995 §4), and insists on exactness. */
const applied = (zone: Set<string>, records: readonly string[]): Set<string> => {
  const after = new Set(zone)
  const [soa, ...parts] = records
  let isDeleting = false
  for (const line of parts.slice(0, -1)) {
    if (isSoa(line)) isDeleting = !isDeleting
    if (isDeleting) {
      if (!after.delete(line)) throw new Error(`${line} goes, but is not there`)
    } else {
      if (after.has(line)) throw new Error(`${line} comes, but is there`)
      after.add(line)
    }
  }
  if (parts.at(-1) !== soa) throw new Error('the last record is not the first')
  return after
}

const incremental = async (
  t: Test,
  newStore: () => ZoneStore,
  numRuns: number,
): Promise<unknown> => {
  const store = newStore()
  t.teardown(() => store.close())
  const updates = fc.array(fc.array(act, { minLength: 1, maxLength: 6 }), {
    minLength: 1,
    maxLength: 12,
  })
  return holds(
    t,
    fc.asyncProperty(updates, async (all) => {
      const view: ZoneView = publish(store, 'x.')
      const versions = [{ serial: serialIn(view), zone: folded(zoneLines(view)) }]
      for (const acts of all) {
        await change(store, view, (draft) => {
          for (const done of acts) apply(draft, done)
        })
        versions.push({ serial: serialIn(view), zone: folded(zoneLines(view)) })
      }
      const now = folded(zoneLines(view))
      for (const { serial, zone } of versions) {
        const steps = changesSince(store, view, serialOf(serial))
        const { value, done } = steps.next()
        if (done !== true || value === undefined) throw new Error(`nothing from ${serial} on`)
        if (serial === serialIn(view)) continue
        const lines = [...value.records()].map(lineOf).map((line) => [...folded([line])][0] ?? '')
        const after = applied(zone, lines)
        if ([...after].sort().join('\n') !== [...now].sort().join('\n')) {
          throw new Error(`from ${serial}:\n${lines.join('\n')}`)
        }
      }
      const whole = Array.from(axfrRecords(view), axfrLine)
      if ([...folded(whole)].sort().join('\n') !== [...now].sort().join('\n')) {
        throw new Error(`the whole zone is ${whole.join('\n')}`)
      }
    }),
    numRuns,
  )
}

t.test('RFC 1995 §4 the changes since any version lead to the zone, in memory', async (t) => {
  await incremental(t, () => new MemoryStore(new FakeClock()), runs)
})

t.test('RFC 1995 §4 the changes since any version lead to the zone, in LMDB', async (t) => {
  await incremental(t, () => LmdbStore.open(fleetingFolder(t), new FakeClock()), runs / 4)
})
