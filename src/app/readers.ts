/**
 * The threads that only read (`workers` in the configuration), as the thread that writes sees them: they
 * take datagrams from its sockets, and what they do not answer comes back here (ADR 19).
 */
import type { Counters } from '../base/counters.ts'
import type { Log } from '../base/log.ts'
import type { Alarm } from '../base/scheduler.ts'
import type { Datagram } from '../transport/batch-socket.ts'
import type { SocketSharing } from '../transport/udp-batch.ts'
import type { ZoneChanges } from '../zone/zone-changes.ts'
import { plainSettingsOf, type Generation } from './generation.ts'
import { octetsOf, type FromReader, type ToldZone, type ToReader } from './reader-messages.ts'
import { ReaderSeat, type StartThread } from './reader-seat.ts'

export interface ReadersOptions {
  readonly count: number
  /** Of the store. */
  readonly folder: string
  readonly changes: ZoneChanges
  readonly counters: Counters
  readonly log: Log
  readonly startThread?: StartThread
  readonly alarm?: Alarm
}

/** What of a generation readers answer by. */
export type ReadGeneration = Pick<Generation, 'config' | 'cookieSecret' | 'zones' | 'rateAccounts'>

interface Socket {
  readonly take: (datagram: Datagram) => void | Promise<void>
  /** No longer when readers were told to leave it; what they took before may come yet. */
  isOpen: boolean
}

/** Datagrams that were handed over and are handled in one turn: messages alone would leave sockets no turn. */
const AT_ONCE = 64

/** What came in one message. */
interface HandedOver {
  readonly fd: number
  readonly datagrams: readonly Datagram[]
  /** As in `ReaderStart`. */
  readonly waiting: Int32Array
}

export class Readers implements SocketSharing {
  private readonly options: ReadersOptions
  private readonly version = new Int32Array(new SharedArrayBuffer(4))
  private readonly sockets = new Map<number, Socket>()
  private generation: ReadGeneration
  private seats: readonly ReaderSeat[] = []
  /** In the order that it came; `mayWait` of a reader bounds it. */
  private readonly handedOver: HandedOver[] = []
  private isTurnComing = false

  constructor(options: ReadersOptions, generation: ReadGeneration) {
    this.options = options
    this.generation = generation
    this.watch(generation)
  }

  /** Resolves when each of them takes datagrams, or has ended. */
  async start(): Promise<void> {
    const { count, folder, changes, startThread, alarm } = this.options
    const start = { folder, changes: changes.memory, version: this.version.buffer }
    this.seats = Array.from(
      { length: count },
      () =>
        new ReaderSeat({
          start,
          briefing: () => this.briefing(),
          onMessage: (message, waiting) => {
            this.take(message, waiting)
          },
          onLost: (error) => {
            const what =
              'a thread that answers queries has ended, others answer for it; please report this line'
            this.options.log.error({ err: error }, what)
          },
          ...(startThread && { startThread }),
          ...(alarm && { alarm }),
        }),
    )
    await Promise.all(this.seats.map(({ settled }) => settled))
  }

  /** From now on they hand everything over, until each has been told of the new configuration. */
  exchange(generation: ReadGeneration): void {
    this.generation = generation
    this.raiseVersion()
    this.watch(generation)
    this.post(this.told())
  }

  opened(fd: number, take: Socket['take']): void {
    this.sockets.set(fd, { take, isOpen: true })
    this.post({ kind: 'open', fd })
  }

  async closed(fd: number): Promise<boolean> {
    // It was opened.
    const socket = this.sockets.get(fd) as Socket
    socket.isOpen = false
    const areFree = await Promise.all(this.seats.map((seat) => seat.closed(fd)))
    while (this.handedOver.length > 0) this.handleSome()
    this.sockets.delete(fd)
    const isFree = !areFree.includes(false)
    if (!isFree) {
      this.options.log.error({}, 'a thread that answers queries hangs, and its socket stays open')
    }
    return isFree
  }

  /** Resolves when none of them is there any more, and all that they counted is. */
  async stop(): Promise<void> {
    await Promise.all(this.seats.map((seat) => seat.stop()))
  }

  /** Secondary zones come and go. */
  private watch(generation: ReadGeneration): void {
    generation.zones.watch({
      adds: (zone) => {
        if (generation !== this.generation) return
        this.raiseVersion()
        this.post({ kind: 'zone', version: this.currentVersion, ...toldZone(zone) })
      },
    })
  }

  private raiseVersion(): void {
    Atomics.add(this.version, 0, 1)
  }

  private get currentVersion(): number {
    return Atomics.load(this.version, 0)
  }

  private post(message: ToReader): void {
    for (const seat of this.seats) seat.post(message)
  }

  private briefing(): readonly ToReader[] {
    const open = [...this.sockets].filter(([, { isOpen }]) => isOpen)
    return [this.told(), ...open.map(([fd]) => ({ kind: 'open', fd }) as const)]
  }

  private told(): ToReader {
    const { config, zones, rateAccounts } = this.generation
    return {
      kind: 'generation',
      version: this.currentVersion,
      settings: plainSettingsOf(this.generation),
      unlimited: config.rateLimit.exempt,
      proxies: config.proxies,
      zones: Array.from(zones, toldZone),
      rateAccounts,
    }
  }

  private take(message: FromReader, waiting: Int32Array): void {
    switch (message.kind) {
      case 'datagrams':
        this.handedOver.push({ ...message, waiting })
        if (!this.isTurnComing) this.turn()
        return
      case 'counts':
        for (const [name, count] of Object.entries(message.counts)) {
          this.options.counters.add(name, count)
        }
        return
      case 'ready':
      case 'closed':
    }
  }

  private turn(): void {
    this.handleSome()
    this.isTurnComing = true
    setImmediate(() => {
      this.isTurnComing = false
      if (this.handedOver.length > 0) this.turn()
    })
  }

  private handleSome(): void {
    for (let count = 0; count < AT_ONCE;) {
      const next = this.handedOver.shift()
      if (next === undefined) return
      const { fd, datagrams, waiting } = next
      for (const datagram of datagrams) this.handle(fd, datagram, waiting)
      count += datagrams.length
    }
  }

  private handle(fd: number, datagram: Datagram, waiting: Int32Array): void {
    const done = (): void => {
      Atomics.sub(waiting, 0, octetsOf(datagram))
    }
    const handled = this.sockets.get(fd)?.take(datagram)
    if (handled === undefined) done()
    else void handled.then(done)
  }
}

const toldZone = ({ apex, view }: { apex: Uint8Array; view: unknown }): ToldZone => ({
  apex: Uint8Array.from(apex),
  isAnswered: view !== undefined,
})
