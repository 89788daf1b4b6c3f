/** Threads that answer queries as the thread that writes sees them: told, heard, lost and replaced. */
import { tmpdir } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import type { Alarm } from '../src/base/scheduler.ts'
import type { FromReader, ReaderStart, ToReader } from '../src/app/reader-messages.ts'
import { ReaderSeat, startThread, type StartThread } from '../src/app/reader-seat.ts'
import { Readers, type ReadGeneration } from '../src/app/readers.ts'
import { Counters } from '../src/base/counters.ts'
import { rateAccounts } from '../src/server/rate-limit.ts'
import { LmdbStore } from '../src/store/lmdb.ts'
import type { Datagram } from '../src/transport/batch-socket.ts'
import { loadSystemCalls } from '../src/transport/system-calls.ts'
import { ZoneChanges } from '../src/zone/zone-changes.ts'
import { ZoneSet } from '../src/zone/zone-set.ts'
import { FakeClock } from './support/clock.ts'
import { recordingLog } from './support/log.ts'
import { Gate } from './support/raw-tcp-client.ts'
import { named } from './support/records.ts'
import { configOf } from './support/readers.ts'

/** A thread that does what a test says. */
class FakeThread {
  readonly start: ReaderStart
  readonly told: ToReader[] = []
  isAbandoned = false
  private readonly onMessage: (message: FromReader) => void
  private readonly onEnd: (error: unknown) => void

  constructor(...[start, onMessage, onEnd]: Parameters<StartThread>) {
    this.start = start
    this.onMessage = onMessage
    this.onEnd = onEnd
  }

  post(message: ToReader): void {
    this.told.push(message)
    if (message.kind === 'stop') this.end(undefined)
  }

  abandon(): void {
    this.isAbandoned = true
  }

  tell(message: FromReader): void {
    this.onMessage(message)
  }

  end(error: unknown): void {
    this.onEnd(error)
  }

  get kinds(): string[] {
    return this.told.map(({ kind }) => kind)
  }

  get waiting(): number {
    return Atomics.load(new Int32Array(this.start.waiting), 0)
  }
}

class Threads {
  readonly all: FakeThread[] = []

  readonly start: StartThread = (...wanted) => {
    const thread = new FakeThread(...wanted)
    this.all.push(thread)
    return thread
  }

  at(index: number): FakeThread {
    // It was started.
    return this.all[index] as FakeThread
  }
}

const generationOf = (zones = new ZoneSet<never>()): ReadGeneration => ({
  config: configOf(),
  cookieSecret: Buffer.alloc(16),
  zones,
  rateAccounts: rateAccounts(),
})

const kitFor = async (count = 1, generation = generationOf()) => {
  const threads = new Threads()
  const { log, lines } = recordingLog()
  const counters = new Counters()
  const changes = new ZoneChanges()
  const { start: startThread } = threads
  const alarms: (() => void)[] = []
  const alarm: Alarm = (_milliseconds, ring) => {
    alarms.push(ring)
    return () => undefined
  }
  const options = { count, folder: 'data', changes, counters, log, startThread, alarm }
  const readers = new Readers(options, generation)
  const started = readers.start()
  for (const thread of threads.all) thread.tell({ kind: 'ready' })
  await started
  return { threads, readers, lines, counters, changes, alarms, thread: threads.at(0) }
}

const datagram = (text: string): Datagram => ({
  packet: Buffer.from(text),
  peer: { address: '192.0.2.1', port: 5353, transport: 'udp' },
  envelope: { words: new Uint32Array(24), at: 0 },
})

t.test('a reader that is ready is told of the configuration, and of each socket', async (t) => {
  const zones = new ZoneSet<never>()
  const generation = generationOf(zones)
  const { readers, thread, changes } = await kitFor(2, generation)
  t.equal(thread.start.folder, 'data')
  t.equal(thread.start.changes, changes.memory)
  const [told] = thread.told
  t.match(told, { kind: 'generation', version: 0, zones: [], settings: { udpSize: 1232 } })
  t.equal(told?.kind === 'generation' && told.rateAccounts, generation.rateAccounts)
  readers.opened(7, () => undefined)
  t.strictSame(thread.told.at(-1), { kind: 'open', fd: 7 })
})

const zone = (apex: string, isAnswered: boolean): never =>
  // Of a zone nothing else is looked at.
  ({ apex: named(apex), view: isAnswered ? {} : undefined }) as never

t.test('zones that come and go raise the version before they do', async (t) => {
  const zones = new ZoneSet<never>()
  const { thread, readers } = await kitFor(1, generationOf(zones))
  const version = new Int32Array(thread.start.version)
  zones.add(zone('z.', true))
  zones.add(zone('z.', false))
  t.match(thread.told.slice(1), [
    { kind: 'zone', version: 1, isAnswered: true },
    { kind: 'zone', version: 2, isAnswered: false },
  ])
  t.equal(version[0], 2)
  const next = new ZoneSet<never>()
  next.add(zone('y.', true))
  readers.exchange(generationOf(next))
  t.match(thread.told.at(-1), { kind: 'generation', version: 3, zones: [{ isAnswered: true }] })
  zones.add(zone('z.', true))
  t.equal(version[0], 3, 'of the configuration before nothing is told')
})

t.test('what is handed over is handled, and makes room when it is done', async (t) => {
  const { thread, readers } = await kitFor()
  const gate = new Gate()
  const taken: string[] = []
  readers.opened(7, ({ packet }) => {
    taken.push(String(packet))
    return String(packet) === 'late' ? gate.opened : undefined
  })
  Atomics.store(new Int32Array(thread.start.waiting), 0, 2 * 500 + 8)
  thread.tell({ kind: 'datagrams', fd: 7, datagrams: [datagram('late'), datagram('soon')] })
  t.strictSame(taken, ['late', 'soon'])
  t.equal(thread.waiting, 504)
  gate.open()
  await gate.opened
  await Promise.resolve()
  t.equal(thread.waiting, 0)
  Atomics.store(new Int32Array(thread.start.waiting), 0, 501)
  thread.tell({ kind: 'datagrams', fd: 8, datagrams: [datagram('x')] })
  await setImmediate()
  t.equal(thread.waiting, 0, 'of a socket that is gone it is dropped')
})

t.test(
  'of what is handed over so much is handled in a turn, and all before its socket is closed',
  async (t) => {
    const { thread, readers } = await kitFor()
    let taken = 0
    readers.opened(7, () => {
      taken++
    })
    const datagrams = Array.from({ length: 40 }, () => datagram('x'))
    const tell = (): void => {
      thread.tell({ kind: 'datagrams', fd: 7, datagrams })
    }
    for (let n = 0; n < 6; n++) tell()
    t.equal(taken, 40)
    await setImmediate()
    t.equal(taken, 120)
    const closed = readers.closed(7)
    thread.tell({ kind: 'closed', fd: 7 })
    await closed
    t.equal(taken, 240)
    await setImmediate()
    t.equal(taken, 240)
  },
)

t.test('what they counted is counted', async (t) => {
  const { thread, counters } = await kitFor()
  counters.add('answers udp NOERROR')
  thread.tell({ kind: 'counts', counts: { 'answers udp NOERROR': 3 } })
  t.strictSame(counters.all(), { 'answers udp NOERROR': 4 })
})

t.test('a socket is closed when every reader has left it', async (t) => {
  const { threads, readers } = await kitFor(2)
  const taken: string[] = []
  readers.opened(7, ({ packet }) => {
    taken.push(String(packet))
  })
  let isClosed = false
  const closed = readers.closed(7).then(() => (isClosed = true))
  for (const thread of threads.all) t.strictSame(thread.told.at(-1), { kind: 'close', fd: 7 })
  threads.at(0).tell({ kind: 'closed', fd: 7 })
  threads.at(1).tell({ kind: 'datagrams', fd: 7, datagrams: [datagram('before')] })
  t.equal(isClosed, false)
  threads.at(1).tell({ kind: 'closed', fd: 7 })
  await closed
  t.strictSame(taken, ['before'])
})

t.test('a socket that a reader does not leave is not closed, and the log says so', async (t) => {
  const { threads, readers, alarms, lines } = await kitFor(2)
  readers.opened(7, () => undefined)
  const closed = readers.closed(7)
  threads.at(0).tell({ kind: 'closed', fd: 7 })
  for (const ring of alarms) ring()
  t.equal(await closed, false)
  t.match(lines, [{ level: 'error', message: /hangs, and its socket stays open/ }])
})

t.test('a reader that is lost is told of in the log, and holds no socket', async (t) => {
  const { threads, readers, lines } = await kitFor(2)
  readers.opened(7, () => undefined)
  const closed = readers.closed(7)
  threads.at(0).tell({ kind: 'closed', fd: 7 })
  const error = new Error('a bug')
  threads.at(1).end(error)
  await closed
  t.match(lines, [{ level: 'error', fields: { err: error }, message: /has ended/ }])
  await readers.stop()
})

/** A seat whose pauses a test ends. */
const seatFor = (threads = new Threads()) => {
  const alarms: { readonly milliseconds: number; readonly ring: () => void }[] = []
  const lost: unknown[] = []
  const seat = new ReaderSeat({
    start: {
      folder: 'data',
      changes: new SharedArrayBuffer(16),
      version: new SharedArrayBuffer(4),
    },
    briefing: () => [{ kind: 'open', fd: 7 }],
    onMessage: () => undefined,
    onLost: (error) => lost.push(error),
    startThread: threads.start,
    alarm: (milliseconds, ring) => {
      const alarm = { milliseconds, ring }
      alarms.push(alarm)
      return () => alarms.splice(alarms.indexOf(alarm), 1)
    },
  })
  return { seat, threads, alarms, lost }
}

t.test('after a pause another thread takes the place of one that ended', async (t) => {
  const { seat, threads, alarms, lost } = seatFor()
  threads.at(0).tell({ kind: 'ready' })
  t.strictSame(threads.at(0).kinds, ['open'])
  threads.at(0).end('a bug')
  t.strictSame(lost, ['a bug'])
  seat.post({ kind: 'open', fd: 8 })
  await seat.closed(7)
  const [pause] = alarms
  t.equal(pause?.milliseconds, 1000)
  pause?.ring()
  t.not(threads.at(1).start.waiting, threads.at(0).start.waiting, 'nothing of it waits')
  seat.post({ kind: 'open', fd: 9 })
  t.strictSame(threads.at(1).kinds, [], 'it is briefed when it is ready')
  threads.at(1).tell({ kind: 'ready' })
  t.strictSame(threads.at(1).kinds, ['open'])
  await seat.stop()
  t.strictSame(threads.at(1).kinds, ['open', 'stop'])
})

t.test('a thread that cannot begin keeps nobody waiting', async (t) => {
  const { seat, threads, alarms } = seatFor()
  threads.at(0).end('no store')
  await seat.settled
  for (let n = 1; n < 8; n++) {
    alarms.at(-1)?.ring()
    threads.at(n).end('no store')
  }
  const pauses = alarms.map(({ milliseconds }) => milliseconds / 1000)
  t.strictSame(pauses, [1, 2, 4, 8, 16, 32, 60, 60], 'and the log is not full of it')
  await seat.stop()
  t.equal(alarms.length, 7, 'and none is started any more')
})

t.test('nobody waits for ever for a thread that does not do what it is told', async (t) => {
  const { seat, threads, alarms, lost } = seatFor()
  const thread = threads.at(0)
  thread.tell({ kind: 'ready' })
  thread.post = () => undefined
  const closed = seat.closed(7)
  t.equal(alarms.at(0)?.milliseconds, 5000)
  alarms.at(0)?.ring()
  t.equal(await closed, false, 'it may take datagrams yet')
  const stopped = seat.stop()
  alarms.at(0)?.ring()
  await stopped
  t.equal(thread.isAbandoned, true)
  t.strictSame(lost, [])
  t.strictSame(alarms, [])
})

/** What a real one ends by, that is abandoned and told to stop when it is ready. */
const threadIn = (folder: string): Promise<unknown> =>
  new Promise((resolve) => {
    const shared = new SharedArrayBuffer(4)
    const changes = new ZoneChanges().memory
    // For a thread that is abandoned the process does not wait.
    const awake = setInterval(() => undefined, 1000)
    const thread = startThread(
      { folder, changes, version: shared, waiting: shared },
      () => {
        thread.abandon()
        thread.post({ kind: 'stop' })
      },
      (error) => {
        clearInterval(awake)
        resolve(error)
      },
    )
  })

const skip = await loadSystemCalls().then(
  () => false,
  () => 'there are no batches on this system',
)

t.test('a thread that finds no store ends by saying so', { skip }, async (t) => {
  t.match(await threadIn(`${tmpdir()}/no-store-is-here`), { message: /there is no store/ })
})

t.test('a thread that is told to stop has no error', { skip }, async (t) => {
  const folder = t.testdir()
  await LmdbStore.open(folder, new FakeClock()).close()
  t.equal(await threadIn(folder), undefined)
})
