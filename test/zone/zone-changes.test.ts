/** Which parts of a zone a change touches, and when. */
import t from 'tap'
import { MemoryStore } from '../../src/store/memory.ts'
import { nameKeyOf } from '../../src/zone/name-key.ts'
import type { ZoneDraft, ZoneStore, ZoneView } from '../../src/zone/zone.ts'
import { ZoneChanges, type ZonePart } from '../../src/zone/zone-changes.ts'
import { FakeClock } from '../support/clock.ts'
import { a, change, named, ns, publish, put, remove, soa, txt } from '../support/records.ts'

const APEX = 'z.'

const PARTS = [
  ['node', APEX],
  ['soa', APEX],
  ['below', APEX],
  ['node', 'a.z.'],
  ['below', 'a.z.'],
  ['node', 'b.a.z.'],
  ['below', 'b.a.z.'],
  ['node', 'other.z.'],
] as const

interface Watched {
  readonly store: ZoneStore
  readonly view: ZoneView
  readonly changes: ZoneChanges
  /** The parts that changed since it was called last. */
  readonly changed: () => string[]
}

const watched = (): Watched => {
  const store = new MemoryStore(new FakeClock())
  const view = publish(store, APEX, [a('b.a.z.', '192.0.2.1'), a('other.z.', '192.0.2.2')])
  const changes = new ZoneChanges()
  store.observe(changes)
  let then = changes.now
  const changed = (): string[] => {
    const since = then
    then = changes.now
    return PARTS.filter(([part, owner]) => !isUnchanged(changes, since, part, owner)).map((part) =>
      part.join(' '),
    )
  }
  return { store, view, changes, changed }
}

const isUnchanged = (
  changes: ZoneChanges,
  since: number,
  part: ZonePart,
  owner: string,
): boolean => {
  const places = Uint32Array.of(0, changes.place(part, nameKeyOf(named(owner))))
  return changes.isUnchangedSince(since, places, 1, 1)
}

/** What changes with what is done to a draft. */
const touchedBy = async (act: (draft: ZoneDraft) => void): Promise<string[]> => {
  const { store, view, changed } = watched()
  await change(store, view, act)
  return changed()
}

t.test('other records at a name are a change of the node, and nothing comes or goes', async (t) => {
  const touched = await touchedBy((draft) => {
    put(draft, a('b.a.z.', '192.0.2.9'))
  })
  t.strictSame(touched, ['soa z.', 'node b.a.z.'])
})

t.test('a name that comes or goes changes what is below those above it', async (t) => {
  const below = ['below z.', 'below a.z.', 'node b.a.z.', 'below b.a.z.']
  const gone = await touchedBy((draft) => {
    remove(draft, 'b.a.z.')
  })
  t.strictSame(gone, ['soa z.', ...below])
  const come = await touchedBy((draft) => {
    put(draft, txt('a.z.', 'new'))
  })
  t.strictSame(come, ['soa z.', 'below z.', 'node a.z.', 'below a.z.'])
})

t.test('a change of the SOA alone leaves the rest of the apex as it is', async (t) => {
  const touched = await touchedBy((draft) => {
    const [record] = [soa(APEX, 77)]
    const apex = draft.get(draft.apexKey)
    const others = apex?.rrsets.filter(({ type }) => type !== record.type) ?? []
    const rrset = { type: record.type, ttl: record.ttl, rdatas: [record.rdata] }
    draft.set(draft.apexKey, { owner: apex?.owner ?? record.owner, rrsets: [...others, rrset] })
  })
  t.strictSame(touched, ['soa z.'])
})

t.test(
  'other records, more records or another spelling of the apex are a change of it',
  async (t) => {
    const another = await touchedBy((draft) => {
      put(draft, ns(APEX, 'ns9.example.'))
    })
    t.strictSame(another, ['node z.', 'soa z.'])
    const more = await touchedBy((draft) => {
      put(draft, txt(APEX, 'more'))
    })
    t.strictSame(more, ['node z.', 'soa z.'])
    const spelled = await touchedBy((draft) => {
      const apex = draft.get(draft.apexKey)
      draft.set(draft.apexKey, { owner: named('Z.'), rrsets: apex?.rrsets ?? [] })
      put(draft, txt('b.a.z.', 'new'))
    })
    t.ok(spelled.includes('node z.'))
  },
)

t.test('nothing has changed before it is on disk, nor when it does not get there', async (t) => {
  const { view, changes, changed } = watched()
  const key = nameKeyOf(named('b.a.z.'))
  const nodes = [{ key, before: view.get(key), after: undefined }]
  changes.decided(view, nodes)
  t.strictSame(changed(), [], 'only decided')
  changes.dropped(view)
  changes.committed(view)
  t.strictSame(changed(), [], 'dropped')
  changes.decided(view, nodes)
  changes.decided(view, [{ key: view.apexKey, before: undefined, after: view.get(view.apexKey) }])
  changes.committed(view)
  t.strictSame(changed(), [
    'node z.',
    'soa z.',
    'below z.',
    'below a.z.',
    'node b.a.z.',
    'below b.a.z.',
  ])
})

t.test(
  'of a zone that was loaded anew, the apex has changed, which every answer begins with',
  async (t) => {
    const { store, changed } = watched()
    publish(store, APEX)
    t.strictSame(changed(), ['node z.', 'soa z.'])
  },
)

t.test('one part that changed is enough', async (t) => {
  const { store, view, changes } = watched()
  const then = changes.now
  await change(store, view, (draft) => {
    put(draft, a('b.a.z.', '192.0.2.9'))
  })
  const places = ['other.z.', 'b.a.z.', 'other.z.'].map((owner) =>
    changes.place('node', nameKeyOf(named(owner))),
  )
  t.equal(changes.isUnchangedSince(then, Uint32Array.from(places), 0, 3), false)
  t.equal(changes.isUnchangedSince(then, Uint32Array.from(places), 2, 1), true)
  t.equal(changes.isUnchangedSince(then, Uint32Array.from(places), 0, 0), true)
  t.equal(changes.isUnchangedSince(changes.now, Uint32Array.from(places), 0, 3), true)
})

t.test('who has the memory sees what another is told of', async (t) => {
  const { store, view, changes } = watched()
  const beside = new ZoneChanges(changes.memory)
  const then = beside.now
  await change(store, view, (draft) => {
    put(draft, a('b.a.z.', '192.0.2.9'))
  })
  const places = Uint32Array.of(beside.place('node', nameKeyOf(named('b.a.z.'))))
  t.equal(beside.isUnchangedSince(then, places, 0, 1), false)
  t.equal(beside.now, changes.now)
  t.equal(beside.isUnchangedSince(beside.now, places, 0, 1), true)
})
