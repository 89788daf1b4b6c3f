/** Servers that a zone's changes are told to, without sockets: what reaches them, and what they answer. */
import type { TsigKey } from '../../src/access/keyring.ts'
import { Counters } from '../../src/base/counters.ts'
import { Scheduler } from '../../src/base/scheduler.ts'
import { NameServers } from '../../src/transfer/name-servers.ts'
import { Notifier, type NotifiedZone } from '../../src/transfer/notifier.ts'
import type { NotifyPeer, Question, Questions } from '../../src/transfer/notify-target.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { isAtOrBelow } from '../../src/wire/name.ts'
import type { ZoneView } from '../../src/zone/zone.ts'
import { FakeClock } from './clock.ts'
import { recordingLog } from './log.ts'
import { change, put, txt } from './records.ts'
import { loadZone, ZONE_TEXT } from './service.ts'

/** A question that is open, or was. */
export interface Told {
  readonly to: NotifyPeer
  readonly id: number
  readonly packet: Buffer
  /** Milliseconds after the start. */
  readonly at: number
  isOpen: boolean
  answer(packet: Uint8Array): void
}

export class FakeQuestions implements Questions {
  readonly told: Told[] = []
  /** Whether there is no room for one more. */
  isFull = false
  private readonly elapsed: () => number
  private nextId = 0x100

  constructor(elapsed: () => number) {
    this.elapsed = elapsed
  }

  ask(to: NotifyPeer, onAnswer: (packet: Uint8Array) => void): Question | undefined {
    if (this.isFull) return undefined
    const id = this.nextId++
    let told: Told | undefined
    return {
      id,
      send: (packet) => {
        const at = this.elapsed()
        told = { to, id, packet: Buffer.from(packet), at, isOpen: true, answer: onAnswer }
        this.told.push(told)
      },
      end: () => {
        if (told !== undefined) told.isOpen = false
      },
    }
  }
}

const START_SECONDS = 1_700_000_000

/** `dyn.example.`, serial 10, in memory, and a notifier that tells of it. */
export class Notified {
  readonly clock = new FakeClock(START_SECONDS)
  readonly counters = new Counters()
  readonly recorded = recordingLog()
  readonly store = new MemoryStore(this.clock)
  readonly view: ZoneView
  readonly scheduler = new Scheduler(this.clock, () => () => undefined)
  readonly questions = new FakeQuestions(() => this.clock.milliseconds - START_SECONDS * 1000)
  readonly notifier = new Notifier({
    scheduler: this.scheduler,
    questions: this.questions,
    clock: this.clock,
    counters: this.counters,
    log: this.recorded.log,
    nameServers: new NameServers(
      (host) => {
        this.lookedUp.push(host)
        const addresses = this.hosts.get(host)
        return addresses === undefined
          ? Promise.reject(new Error('ENOTFOUND'))
          : Promise.resolve(addresses)
      },
      (owner) => (isAtOrBelow(owner, this.view.apex) ? this.view : undefined),
      () => this.clock.monotonicMilliseconds(),
    ),
    isOurs: (address) => address === '192.0.2.200',
  })
  /** What the system's resolver knows, and what it was asked. */
  readonly hosts = new Map<string, readonly string[]>()
  readonly lookedUp: string[] = []
  private changes = 0

  /** @param peers that are told of the zone */
  constructor(peers: readonly NotifyPeer[], zoneText = ZONE_TEXT, withNameServers = false) {
    this.view = loadZone(this.store, 'dyn.example.', zoneText)
    this.store.observe(this.notifier)
    this.notifier.configure([{ view: this.view, peers, withNameServers }])
  }

  /** Messages since the last call. */
  taken(): Told[] {
    return this.questions.told.splice(0)
  }

  /** Lets time pass, a tenth of a second at a time. @returns what was told meanwhile */
  pass(milliseconds: number): Told[] {
    for (let left = milliseconds; left > 0; left -= 100) {
      this.clock.milliseconds += Math.min(left, 100)
      this.scheduler.runDue()
    }
    return this.taken()
  }

  /** Does what is due at this moment. */
  now(): Told[] {
    this.scheduler.runDue()
    return this.taken()
  }

  /** The one message that is expected now. */
  one(): Told {
    const [told, ...more] = this.now()
    if (told === undefined || more.length > 0) throw new Error(`${more.length + 1} messages`)
    return told
  }

  /** Commits a change: the serial is one more. */
  async change(): Promise<void> {
    const owner = `x${this.changes++}.dyn.example.`
    await change(this.store, this.view, (draft) => {
      put(draft, txt(owner, 'x'))
    })
  }
}

export const peersOf = (view: ZoneView, ...peers: readonly NotifyPeer[]): NotifiedZone => ({
  view,
  peers,
  withNameServers: false,
})

export const peer = (address = '192.0.2.1', port = 53, key?: TsigKey): NotifyPeer => ({
  address,
  port,
  key,
})

/** The response to a NOTIFY: its header and question. */
export const response = (told: Told, rcode = 0): Buffer => {
  // The question is `dyn.example.`, 13 octets, type and class.
  const octets = Buffer.from(told.packet.subarray(0, 12 + 13 + 4))
  octets.writeUInt16BE(0xa400 | rcode, 2)
  octets.writeUInt16BE(0, 6)
  octets.writeUInt16BE(0, 8)
  octets.writeUInt16BE(0, 10)
  return octets
}
