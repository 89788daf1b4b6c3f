/** What holds of histories whatever happened: against naive models of a zone as a set of lines. */
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { commitChange } from '../../src/history/change.ts'
import { planMerge, planReplace, type MergePlan, type Side } from '../../src/history/merge.ts'
import { netDifference } from '../../src/history/net-difference.ts'
import { changesSince, nodesOf, takeBack } from '../../src/history/past.ts'
import { patchLines } from '../../src/history/patch-text.ts'
import { planRestore, planUndo, type Plan } from '../../src/history/undo.ts'
import { LmdbStore } from '../../src/store/lmdb.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { RrType } from '../../src/wire/codes.ts'
import type { ZoneRecord } from '../../src/zone/changeset.ts'
import { Draft } from '../../src/zone/draft.ts'
import { nameKeyOf } from '../../src/zone/name-key.ts'
import { inverseOf } from '../../src/zone/patch.ts'
import { serialOf } from '../../src/zone/serial.ts'
import { serialOfApex } from '../../src/zone/soa.ts'
import type { ZoneDraft, ZoneStore, ZoneView } from '../../src/zone/zone.ts'
import { nodeProblem } from '../../src/zone/zone-contents.ts'
import { FakeClock } from '../support/clock.ts'
import { dataIn, EDITED, recordsIn, textsIn } from '../support/edited-zone.ts'
import { fleetingFolder } from '../support/fleeting-folder.ts'
import { AUTHOR, put } from '../support/records.ts'
import { loadZone } from '../support/service.ts'

const OPERATOR = { principal: 'operator:x', source: '', transport: 'cli' } as const

const holds = <T>(t: Test, property: fc.IAsyncProperty<T>): Promise<unknown> =>
  t.resolves(Promise.resolve().then(() => fc.assert(property, { numRuns: 200 })))

type Kind = 'A' | 'TXT' | 'CNAME'

/** An RRset as it is set: to nothing, and it is gone. Few of everything, so that changes meet. */
interface Edit {
  readonly owner: string
  readonly kind: Kind
  readonly ttl: number
  readonly values: readonly string[]
}

const edit = (...kinds: readonly Kind[]): fc.Arbitrary<Edit> =>
  fc.record({
    owner: fc.constantFrom('a', 'b', 'a.b', 'c'),
    kind: fc.constantFrom(...kinds),
    ttl: fc.constantFrom(60, 300),
    values: fc.uniqueArray(fc.constantFrom('1', '2', '3'), { maxLength: 3 }),
  })

const RDATA: Readonly<Record<Kind, (value: string) => string>> = {
  A: (value) => `192.0.2.${value}`,
  TXT: (value) => `"${value}"`,
  CNAME: (value) => `target${value}`,
}

const textOf = ({ owner, kind, ttl, values }: Edit): string[] =>
  values
    .slice(0, kind === 'CNAME' ? 1 : 3)
    .map((value) => `${owner} ${ttl} ${kind} ${RDATA[kind](value)}`)

/** RFC 1034 §3.6.2: a CNAME and other data take each other's place. */
const setRrset = (draft: ZoneDraft, one: Edit): void => {
  const [sample] = recordsIn(textOf({ ...one, values: ['1'] }).join('\n'))
  if (sample === undefined) throw new Error('no record')
  const key = nameKeyOf(sample.owner)
  const isGone = (type: RrType): boolean =>
    type === sample.type ||
    (one.values.length > 0 && (one.kind === 'CNAME' || type === RrType.CNAME))
  const others = (draft.get(key)?.rrsets ?? []).filter(({ type }) => !isGone(type))
  draft.set(key, others.length === 0 ? undefined : { owner: sample.owner, rrsets: others })
  for (const record of recordsIn(textOf(one).join('\n'))) put(draft, record)
}

const history = fc.array(fc.array(edit('A', 'TXT', 'CNAME'), { minLength: 1, maxLength: 4 }), {
  minLength: 1,
  maxLength: 8,
})

interface Lived {
  readonly store: ZoneStore
  readonly view: ZoneView
  /** What the zone had with each serial. */
  readonly states: ReadonlyMap<number, readonly string[]>
}

const lived = async (store: ZoneStore, changes: readonly (readonly Edit[])[]): Promise<Lived> => {
  const view = loadZone(store, 'dyn.example.', EDITED)
  const states = new Map([[10, textsIn(view)]])
  for (const edits of changes) {
    await store.commit(view, AUTHOR, (draft) => {
      for (const one of edits) setRrset(draft, one)
      return { keep: true, grants: [], result: undefined }
    })
    states.set(serialOfApex(view.get(view.apexKey)), textsIn(view))
  }
  return { store, view, states }
}

const inMemory = (changes: readonly (readonly Edit[])[]): Promise<Lived> =>
  lived(new MemoryStore(new FakeClock()), changes)

const commit = async ({ store, view }: Lived, plan: Plan | MergePlan): Promise<void> => {
  const { refusal } = await commitChange(store, view, OPERATOR, 'test', plan.change)
  if (refusal !== undefined) throw new Error(refusal)
  for (const node of view.nodes()) {
    const problem = nodeProblem(view.apex, node)
    if (problem !== undefined) throw new Error(problem)
  }
}

const withoutSoa = (lines: readonly string[]): string[] =>
  lines.filter((line) => !line.includes(' IN SOA '))

const isNoSoa = ({ type }: ZoneRecord): boolean => type !== RrType.SOA

const stores: Readonly<Record<string, (t: Test) => ZoneStore>> = {
  memory: () => new MemoryStore(new FakeClock()),
  LMDB: (t) => {
    const store = LmdbStore.open(fleetingFolder(t), new FakeClock())
    t.teardown(() => store.close())
    return store
  },
}

for (const [title, open] of Object.entries(stores)) {
  t.test(`a zone as it was is what it was, in a store in ${title}`, async (t) => {
    const store = open(t)
    await holds(
      t,
      fc.asyncProperty(history, async (changes) => {
        const { view, states } = await lived(store, changes)
        return [...states].every(([serial, state]) => {
          const point = { kind: 'serial', serial: serialOf(serial) } as const
          const draft = new Draft(view)
          takeBack(draft, changesSince(store, view, point))
          const shown = textsIn({ nodes: () => nodesOf(view, draft) })
          return shown.join('\n') === state.join('\n')
        })
      }),
    )
  })
}

t.test('an undo restores the records that the change touched, and touches no others', async (t) => {
  await holds(
    t,
    fc.asyncProperty(history, fc.nat(), async (changes, choice) => {
      const zone = await inMemory(changes)
      const entries = Array.from(zone.store.journal(zone.view))
      const entry = entries[choice % Math.max(1, entries.length)]
      if (entry === undefined) return true
      const { removed, added } = inverseOf(entry.changeset)
      const before = dataIn(zone.view)
      const plan = planUndo(zone.store, zone.view, [entry.changeset.serialAfter])
      if (plan?.problem !== undefined || plan === undefined) throw new Error('no plan')
      await commit(zone, plan)
      const after = dataIn(zone.view)
      const textsOf = (records: readonly ZoneRecord[]): string[] =>
        records.filter(isNoSoa).flatMap((record) => patchLines({ removed: [], added: [record] }))
      const areBack = textsOf(added).every((line) => after.includes(line.slice(2)))
      const areGone = textsOf(removed).every((line) => !after.includes(line.slice(2)))
      const touched = new Set([...removed, ...added].map(({ owner }) => nameKeyOf(owner)))
      const isTouched = (line: string): boolean =>
        recordsIn(line).some(({ owner }) => touched.has(nameKeyOf(owner)))
      const others = (lines: readonly string[]): string =>
        lines.filter((line) => !isTouched(line)).join('\n')
      return areBack && areGone && others(before) === others(after)
    }),
  )
})

t.test(
  'an undo of the last change leaves the zone as it was before, without obstacles',
  async (t) => {
    await holds(
      t,
      fc.asyncProperty(history, async (changes) => {
        const zone = await inMemory(changes)
        const [entry] = zone.store.journal(zone.view, { newestFirst: true })
        if (entry === undefined) return true
        const plan = planUndo(zone.store, zone.view, [entry.changeset.serialAfter])
        if (plan === undefined || plan.obstacles.length > 0) return false
        await commit(zone, plan)
        const before = zone.states.get(entry.changeset.serialBefore) ?? []
        return dataIn(zone.view).join() === withoutSoa(before).join()
      }),
    )
  },
)

t.test(
  'a restore makes the zone what it was, with a higher serial, and once is enough',
  async (t) => {
    await holds(
      t,
      fc.asyncProperty(history, fc.nat(), async (changes, choice) => {
        const zone = await inMemory(changes)
        const serials = [...zone.states.keys()]
        const wanted = serialOf(serials[choice % serials.length] ?? 10)
        const latest = serials.at(-1) ?? 10
        const point = { kind: 'serial', serial: wanted } as const
        await commit(zone, planRestore(zone.store, zone.view, point))
        const again = planRestore(zone.store, zone.view, point).change.patch
        const isSame = dataIn(zone.view).join() === withoutSoa(zone.states.get(wanted) ?? []).join()
        const serial = serialOfApex(zone.view.get(zone.view.apexKey))
        return isSame && serial >= latest && again.added.length + again.removed.length === 0
      }),
    )
  },
)

t.test('the net difference of two serials leads from the one to the other', async (t) => {
  await holds(
    t,
    fc.asyncProperty(history, async (changes) => {
      const { store, view, states } = await inMemory(changes)
      for (const [from, before] of states) {
        for (const [to, after] of states) {
          if (to < from) continue
          const reading = { after: serialOf(from), upTo: serialOf(to) }
          const net = netDifference(Array.from(store.journal(view, reading), (e) => e.changeset))
          const texts = (records: readonly ZoneRecord[]): string[] =>
            records.flatMap((record) => textsIn(nodeAlone(record)))
          const gone = new Set(texts(net.removed))
          const came = texts(net.added)
          const moved = [...before.filter((line) => !gone.delete(line)), ...came].sort()
          if (gone.size > 0 || moved.join('\n') !== after.join('\n')) return false
        }
      }
      return true
    }),
  )
})

const nodeAlone = ({ owner, type, ttl, rdata }: ZoneRecord): Pick<ZoneView, 'nodes'> => ({
  nodes: () => [{ owner, rrsets: [{ type, ttl, rdatas: [rdata] }] }],
})

/** RRsets by `owner kind`, without CNAMEs: then each is merged for itself. */
type Rrsets = ReadonlyMap<string, Edit>

const rrsets: fc.Arbitrary<Rrsets> = fc
  .array(edit('A', 'TXT'), { maxLength: 8 })
  .map((all) => new Map(all.map((one) => [`${one.owner} ${one.kind}`, one])))

const fileText = (all: Rrsets): string =>
  `${EDITED}${[...all.values()].flatMap(textOf).join('\n')}\n`

const textAt = (all: Rrsets, id: string): string => {
  const one = all.get(id)
  return one === undefined ? '' : textOf(one).sort().join('\n')
}

/** What a merge comes to, RRset by RRset, and how many conflicts nobody has decided. */
const naiveMerge = (
  base: Rrsets,
  zone: Rrsets,
  file: Rrsets,
  prefer: Side | undefined,
): { readonly lines: readonly string[]; readonly conflicts: number } => {
  const lines: string[] = []
  let conflicts = 0
  for (const id of new Set([...base.keys(), ...zone.keys(), ...file.keys()])) {
    const [had, is, has] = [base, zone, file].map((all) => textAt(all, id)) as [
      string,
      string,
      string,
    ]
    const isConflict = has !== had && is !== had && is !== has
    if (isConflict && prefer === undefined) conflicts++
    const takesFile = has !== had && (is === had || is === has || prefer === 'file')
    lines.push(takesFile ? has : is)
  }
  return {
    lines: lines.filter((line) => line !== '').flatMap((line) => line.split('\n')),
    conflicts,
  }
}

const viewOf = (all: Rrsets): ZoneView =>
  loadZone(new MemoryStore(new FakeClock()), 'dyn.example.', fileText(all))

/** A zone that was seeded from one file and that clients have then made another. */
const changedZone = async (base: Rrsets, zone: Rrsets): Promise<Lived> => {
  const store = new MemoryStore(new FakeClock())
  const view = loadZone(store, 'dyn.example.', fileText(base), 'file')
  await store.commit(view, AUTHOR, (draft) => {
    for (const one of base.values()) setRrset(draft, { ...one, values: [] })
    for (const one of zone.values()) setRrset(draft, one)
    return { keep: true, grants: [], result: undefined }
  })
  return { store, view, states: new Map() }
}

const remembered = ({ store, view }: Lived): ZoneView => {
  const file = store.appliedFile(view)
  if (file === undefined) throw new Error('no file')
  return file
}

t.test('a merge is what it is RRset by RRset, and done twice it is done once', async (t) => {
  const side = fc.constantFrom('file' as const, 'zone' as const, undefined)
  await holds(
    t,
    fc.asyncProperty(rrsets, rrsets, rrsets, side, async (base, zone, file, prefer) => {
      const lived = await changedZone(base, zone)
      const wanted = viewOf(file)
      const plan = planMerge(lived.view, remembered(lived), wanted, prefer)
      const naive = naiveMerge(base, zone, file, prefer)
      if (plan.conflicts.length !== naive.conflicts) return false
      if (naive.conflicts > 0) return true
      await commit(lived, plan)
      const expected = [
        ...dataIn(viewOf(new Map())),
        ...recordsIn(naive.lines.join('\n')).flatMap((record) => textsIn(nodeAlone(record))),
      ]
      const isMerged = dataIn(lived.view).join() === expected.sort().join()
      const isKnown = dataIn(remembered(lived)).join() === dataIn(wanted).join()
      const isDone = planMerge(lived.view, remembered(lived), wanted, undefined).isNothing
      return isMerged && isKnown && isDone
    }),
  )
})

t.test('after a replacement zone and remembered file are the file', async (t) => {
  await holds(
    t,
    fc.asyncProperty(rrsets, rrsets, rrsets, async (base, zone, file) => {
      const lived = await changedZone(base, zone)
      const wanted = viewOf(file)
      await commit(lived, planReplace(lived.view, remembered(lived), wanted))
      return [lived.view, remembered(lived)].every(
        (view) => dataIn(view).join() === dataIn(wanted).join(),
      )
    }),
  )
})
