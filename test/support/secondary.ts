/** A secondary zone of `dyn.example.` whose primary, time and alarm are a test's. */
import type { Alarm } from '../../src/base/scheduler.ts'
import type { Primary } from '../../src/secondary/primary.ts'
import { Secondaries } from '../../src/secondary/secondaries.ts'
import type { SecondaryZone } from '../../src/secondary/secondary-zone.ts'
import type { Network } from '../../src/secondary/network.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import type { ZoneStore, ZoneView } from '../../src/zone/zone.ts'
import { FakeClock } from './clock.ts'
import { FakeNetwork } from './fake-network.ts'
import { recordingLog, type LogLine } from './log.ts'
import { answerTo, APEX, aRr, nsRr, soaRr, type SoaNumbers } from './primary-answers.ts'
import { named, zoneLines } from './records.ts'
import { tsigKey } from './service.ts'

export const primaryAt = (address: string, key?: string): Primary => ({
  address,
  port: 53,
  key: key === undefined ? undefined : tsigKey(key),
})

/** Resolves when all that was begun has come as far as it can without time passing. */
export const settled = async (): Promise<void> => {
  for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve))
}

export class TestSecondary {
  readonly clock: FakeClock
  readonly store: ZoneStore
  readonly network = new FakeNetwork()
  readonly lines: LogLine[]
  readonly secondaries: Secondaries
  /** What it is answered from now. */
  served: { readonly view: ZoneView | undefined; readonly isSecondary: boolean } | undefined
  private rings: { readonly at: number; readonly ring: () => void }[] = []

  constructor(options: { store?: ZoneStore; clock?: FakeClock; network?: Network } = {}) {
    this.clock = options.clock ?? new FakeClock()
    this.store = options.store ?? new MemoryStore(this.clock)
    const { log, lines } = recordingLog()
    this.lines = lines
    const alarm: Alarm = (milliseconds, ring) => {
      const rung = { at: this.clock.milliseconds + milliseconds, ring }
      this.rings.push(rung)
      return () => {
        this.rings = this.rings.filter((other) => other !== rung)
      }
    }
    const around = {
      store: this.store,
      clock: this.clock,
      network: options.network ?? this.network,
      log,
      random: () => 0,
      serve: (_: unknown, view: ZoneView | undefined, isSecondary: boolean) => {
        this.served = { view, isSecondary }
      },
    }
    this.secondaries = new Secondaries(around, alarm)
  }

  /** Begins with these primaries, and lets what follows happen. */
  async start(...primaries: Primary[]): Promise<void> {
    this.secondaries.add(named(APEX), primaries.length === 0 ? [primaryAt('192.0.2.1')] : primaries)
    this.secondaries.start()
    await settled()
  }

  get zone(): SecondaryZone {
    const zone = this.secondaries.get(named(APEX))
    if (zone === undefined) throw new Error('no zone')
    return zone
  }

  /** Lets time pass, alarms ring at their times, and what follows happen. */
  async pass(seconds: number): Promise<void> {
    const end = this.clock.milliseconds + seconds * 1000
    for (;;) {
      const [first] = this.rings.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
      if (first === undefined) break
      this.rings = this.rings.filter((other) => other !== first)
      this.clock.milliseconds = Math.max(this.clock.milliseconds, first.at)
      first.ring()
      await settled()
    }
    this.clock.milliseconds = end
  }

  /** The zone as it is answered for, a line for each record. */
  answered(): string[] | undefined {
    const view = this.served?.view
    return view && zoneLines(view)
  }

  messages(): string[] {
    return this.lines.map(({ level, message }) => `${level} ${message}`)
  }

  /** The primary has a zone of that serial with these addresses at `www`. */
  primaryHas(serial: number, addresses: readonly number[] = [1], numbers: SoaNumbers = {}): void {
    const soa = soaRr(serial, numbers)
    const records = [nsRr(), ...addresses.map((last) => aRr('www', last))]
    this.network.udp = (query) => [answerTo(query, [soa])]
    this.network.tcp = (query) => [answerTo(query, [soa, ...records, soa])]
  }

  primaryIsSilent(): void {
    this.network.udp = () => []
    this.network.tcp = () => []
  }
}
