/**
 * A thread that only reads: it takes datagrams from the sockets of the server and answers plain questions
 * from the store. As long as it does not know what the server goes by, it hands everything over.
 */
import { systemClock } from '../base/clock.ts'
import { Counters } from '../base/counters.ts'
import { isInAny } from '../config/networks.ts'
import { PlainQueries } from '../server/plain-queries.ts'
import type { AskedZone } from '../server/service.ts'
import { LmdbStore } from '../store/lmdb.ts'
import { SnapshotZones } from '../store/snapshot-zones.ts'
import type { Datagram } from '../transport/batch-socket.ts'
import type { SystemCalls } from '../transport/system-calls.ts'
import { UdpReader, type ReaderOptions } from '../transport/udp-reader.ts'
import type { Name } from '../wire/name.ts'
import { ZoneChanges } from '../zone/zone-changes.ts'
import { ZoneSet } from '../zone/zone-set.ts'
import {
  octetsOf,
  type FromReader,
  type ReaderStart,
  type ToldGeneration,
  type ToldZone,
  type ToReader,
} from './reader-messages.ts'

/** Octets of datagrams that wait for the writer: as many as wait in the buffer of a socket. */
const MOST_WAITING = 4 * 1024 * 1024

/** What it was told of that a reload exchanges. */
interface Told {
  readonly queries: PlainQueries
  readonly zones: ZoneSet<AskedZone>
  readonly isProxy: (address: string) => boolean
}

export class Reader {
  private readonly calls: SystemCalls
  private readonly post: (message: FromReader) => void
  private readonly store: LmdbStore
  private readonly changes: ZoneChanges
  private readonly snapshots: SnapshotZones
  private readonly counters = new Counters()
  private readonly sockets = new Map<number, UdpReader>()
  private readonly waiting: Int32Array
  /** Of the writer, and of what it told. */
  private readonly version: Int32Array
  private toldVersion = -1
  private told: Told | undefined

  /** @throws StoreError when the store cannot be read */
  constructor(start: ReaderStart, calls: SystemCalls, post: (message: FromReader) => void) {
    this.calls = calls
    this.post = post
    this.changes = new ZoneChanges(start.changes)
    this.version = new Int32Array(start.version)
    this.waiting = new Int32Array(start.waiting)
    this.store = LmdbStore.openForReading(start.folder, systemClock)
    this.snapshots = new SnapshotZones(this.store, this.changes)
  }

  /** Done when what it says is done; with `stop`, when it holds nothing any more. */
  async take(message: ToReader): Promise<void> {
    switch (message.kind) {
      case 'generation':
        this.toldVersion = message.version
        this.told = this.toldOf(message)
        return
      case 'zone':
        this.toldVersion = message.version
        this.told?.zones.add(this.zoneOf(message))
        return
      case 'open':
        this.sockets.set(
          message.fd,
          new UdpReader(this.calls, message.fd, this.optionsOf(message.fd)),
        )
        return
      case 'close':
        await this.close(message.fd)
        return
      case 'stop':
        await Promise.all(Array.from(this.sockets.keys(), (fd) => this.close(fd)))
        this.report()
        await this.store.close()
    }
  }

  /** Lets go of all sockets at once, for a thread that ends by a bug. */
  readonly letGo = (): void => {
    for (const socket of this.sockets.values()) socket.letGo()
  }

  /** Tells what was counted. */
  readonly report = (): void => {
    const counts = this.counters.take()
    if (Object.keys(counts).length > 0) this.post({ kind: 'counts', counts })
  }

  private async close(fd: number): Promise<void> {
    await this.sockets.get(fd)?.close()
    this.sockets.delete(fd)
    this.post({ kind: 'closed', fd })
  }

  private optionsOf(fd: number): ReaderOptions {
    return {
      // What it was told may be old: then all is handed over, whoever sent it.
      isProxy: (address) => this.told?.isProxy(address) !== false,
      quick: (request) => this.current?.queries.quick(request) ?? 0,
      answer: (packet, peer, reply) => this.current?.queries.answer(packet, peer, reply) === true,
      handOver: (datagrams) => {
        this.handOver(fd, datagrams)
      },
    }
  }

  /** Undefined where the server goes by something else. */
  private get current(): Told | undefined {
    return Atomics.load(this.version, 0) === this.toldVersion ? this.told : undefined
  }

  private handOver(fd: number, all: readonly Datagram[]): void {
    const datagrams = all.filter((datagram) => this.mayWait(octetsOf(datagram)))
    if (datagrams.length > 0) this.post({ kind: 'datagrams', fd, datagrams })
  }

  private mayWait(octets: number): boolean {
    if (Atomics.add(this.waiting, 0, octets) + octets <= MOST_WAITING) return true
    Atomics.sub(this.waiting, 0, octets)
    this.counters.add('datagrams dropped, the writer is busy')
    return false
  }

  private toldOf(generation: ToldGeneration): Told {
    const { settings, unlimited, proxies, rateAccounts } = generation
    const zones = new ZoneSet<AskedZone>()
    for (const zone of generation.zones) zones.add(this.zoneOf(zone))
    const { counters, changes } = this
    const queries = new PlainQueries({
      zones,
      clock: systemClock,
      counters,
      changes,
      rateAccounts,
      settings: { ...settings, isUnlimited: isInAny(unlimited) },
      renew: () => {
        this.snapshots.begin()
      },
    })
    return { queries, zones, isProxy: isInAny(proxies) }
  }

  private zoneOf({ apex: octets, isAnswered }: ToldZone): AskedZone {
    // It was one before it was told.
    const apex = octets as Name
    return isAnswered ? this.snapshots.zone(apex) : { apex, view: undefined }
  }
}
