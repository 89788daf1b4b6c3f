/** Journals are brought within their bounds without standing in the way of changes. */
import t from 'tap'
import { JournalTrimming, type Pacing } from '../../src/history/journal-trimming.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { StoreError, type JournalBound, type ZoneView } from '../../src/zone/zone.ts'
import { FakeClock } from '../support/clock.ts'
import { recordingLog } from '../support/log.ts'
import { a, change, named, publish, put } from '../support/records.ts'

/** Tells what it was asked; its journals take as many steps as a test says. */
class SteppedStore extends MemoryStore {
  readonly asked: { readonly zone: ZoneView; readonly bound: JournalBound }[] = []
  stepsLeft = 0
  busyFor = 0
  failure: Error | undefined
  isClosed = false

  override zone(...[apex]: Parameters<MemoryStore['zone']>): ReturnType<MemoryStore['zone']> {
    if (this.isClosed) throw new TypeError('the store is closed')
    return super.zone(apex)
  }

  override get isBusy(): boolean {
    return this.busyFor-- > 0
  }

  override trimJournal(zone: ZoneView, bound: JournalBound): boolean {
    if (this.failure !== undefined) throw this.failure
    this.asked.push({ zone, bound })
    return this.stepsLeft-- > 0
  }
}

const trimming = (apexes: readonly string[] = ['a.', 'b.']) => {
  const clock = new FakeClock()
  const store = new SteppedStore(clock)
  const views = apexes.map((apex) => publish(store, apex))
  const { log, lines } = recordingLog()
  const paces: string[] = []
  const pacing: Pacing = {
    turn: () => Promise.resolve(void paces.push('turn')),
    pause: () => Promise.resolve(void paces.push('pause')),
  }
  const limits = apexes.map((apex) => ({ apex: named(apex), keepSeconds: 60, octets: 5000 }))
  const job = new JournalTrimming(store, () => limits, clock, log, pacing)
  return { clock, store, views, lines, paces, job }
}

t.test('each zone is held against its bound, by the time of the round', async (t) => {
  const { clock, store, views, job, lines } = trimming()
  clock.advanceSeconds(100)
  await job.round()
  const bound = { sinceMilliseconds: clock.nowMilliseconds() - 60_000, octets: 5000 }
  t.strictSame(
    store.asked,
    views.map((zone) => ({ zone, bound })),
  )
  t.strictSame(lines, [], 'nothing to do is nothing to tell')
})

t.test('between steps is a pause, and what was done is told', async (t) => {
  const { store, paces, job, lines } = trimming(['a.'])
  store.stepsLeft = 2
  await job.round()
  t.equal(store.asked.length, 3)
  t.strictSame(paces, ['turn', 'pause', 'turn', 'pause', 'turn'])
  t.match(lines, [{ level: 'info', fields: { zone: 'a.', steps: 3 } }])
})

t.test('changes that wait go first, but not for ever', async (t) => {
  const { store, paces, job } = trimming(['a.'])
  store.busyFor = 7
  await job.round()
  t.equal(paces.length, 8)
  store.busyFor = Infinity
  await job.round()
  t.equal(store.asked.length, 2)
  t.equal(paces.length, 8 + 101)
})

t.test('a zone that is gone is passed over, and a stop ends the round', async (t) => {
  const { store, job } = trimming(['a.'])
  const { log } = recordingLog()
  const gone = () => [{ apex: named('gone.'), keepSeconds: 1, octets: 1 }]
  await new JournalTrimming(store, gone, new FakeClock(), log).round()
  t.strictSame(store.asked, [])
  job.stop()
  await job.round()
  t.strictSame(store.asked, [])
})

t.test(
  'a stop while it waits for its turn leaves the store alone, which may be closed',
  async (t) => {
    const { store, job } = trimming(['a.'])
    const round = job.round()
    job.stop()
    store.isClosed = true
    await round
    t.strictSame(store.asked, [])
  },
)

t.test('a disk that refuses is told of, and tried again', async (t) => {
  const { store, job, lines } = trimming(['a.'])
  store.failure = new StoreError('the journal could not be trimmed')
  await job.round()
  t.match(lines, [{ level: 'error', message: 'journals could not be trimmed' }])
  store.failure = undefined
  await job.round()
  t.equal(store.asked.length, 1)
  store.failure = new TypeError('a bug')
  await t.rejects(job.round(), TypeError)
})

t.test('a round does not begin while another is under way', async (t) => {
  const { store, job } = trimming(['a.'])
  await Promise.all([job.round(), job.round()])
  t.equal(store.asked.length, 1)
})

t.test('once started, a round begins by itself', async (t) => {
  const clock = new FakeClock()
  const store = new MemoryStore(clock)
  const view = publish(store, 'x.')
  for (const owner of ['a.x.', 'b.x.', 'c.x.']) {
    await change(store, view, (draft) => {
      put(draft, a(owner, '192.0.2.1'))
    })
    clock.advanceSeconds(10)
  }
  const limits = () => [{ apex: view.apex, keepSeconds: 15, octets: 10_000 }]
  const job = new JournalTrimming(store, limits, clock, recordingLog().log)
  const trimmed = new Promise<void>((resolve) => {
    const trimJournal = store.trimJournal.bind(store)
    let isFirst = true
    store.trimJournal = (zone, bound) => {
      const isMore = isFirst
      isFirst = false
      if (!isMore) resolve()
      return isMore || trimJournal(zone, bound)
    }
  })
  // The job itself keeps no process alive.
  const alive = setInterval(() => undefined, 60_000)
  job.start(1)
  await trimmed
  job.stop()
  clearInterval(alive)
  t.same(
    Array.from(store.journal(view), ({ changeset }) => changeset.serialAfter),
    [13],
  )
})
