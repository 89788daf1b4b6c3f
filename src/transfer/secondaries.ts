/**
 * Who has which version of a zone, as far as we have seen it. Nobody is said to have what it was only
 * told of: it has a serial when it says so, or when we have sent it all of it.
 */
import { isSerialAfter, type Serial } from '../zone/serial.ts'

/** A server that is told of changes, or that was given the zone. */
export interface Secondary {
  readonly address: string
  /** Where it is told of changes; undefined when it is not. */
  readonly port: number | undefined
  /** Of the key by which it is known, in presentation format. */
  readonly key: string | undefined
  /** Times are milliseconds since 1970; undefined where it has not happened. */
  /** What it was sent all of, or says that it has. */
  has: { readonly serial: Serial; readonly at: number } | undefined
  /** What it answered when we asked it as a resolver would. */
  serves: { readonly serial: Serial; readonly at: number } | undefined
  /** How often we asked, and it gave no answer of use, since it last did. */
  unanswered: number
  /** The last time that it was told, and of which serial. */
  notified: { readonly serial: Serial; readonly at: number } | undefined
  acknowledged: { readonly serial: Serial; readonly at: number } | undefined
  transferred:
    | { readonly kind: 'AXFR' | 'IXFR'; readonly serial: Serial; readonly at: number }
    | undefined
  /** When anything came from it. */
  seen: number | undefined
  /** Why it is not told any more before the next change; undefined while it is. */
  failure: string | undefined
}

/** Who comes with a question or is told; several may come from one address, by NAT or a proxy. */
export interface Identity {
  readonly address: string
  readonly key: string | undefined
}

/** A question about a whole zone, when it has been dealt with. */
export interface Fetched {
  readonly kind: 'AXFR' | 'IXFR' | 'SOA'
  readonly serial: Serial
  /**
   * `sent`: that version was sent. `current`: it has that version. `told`: it knows that there is that
   * version. `ended`, `cut`: it did not get all of it.
   */
  readonly outcome: 'sent' | 'current' | 'told' | 'ended' | 'cut'
}

/** Secondaries of one zone. */
const MOST = 64

export class SecondaryTable {
  private readonly entries: Secondary[] = []
  private readonly listeners = new Set<() => void>()

  /** Those that are told come first. */
  all(): readonly Secondary[] {
    const isTold = ({ port }: Secondary): boolean => port !== undefined
    return [...this.entries.filter(isTold), ...this.entries.filter((one) => !isTold(one))]
  }

  /** The one that is told there, which is known from now on. */
  target(port: number, { address, key }: Identity): Secondary {
    const found = this.entries.find(
      (one) => one.address === address && one.key === key && one.port === port,
    )
    if (found !== undefined) return found
    const added = newSecondary(address, port, key)
    this.entries.push(added)
    return added
  }

  /** It is not told any more, and forgotten. */
  remove(secondary: Secondary): void {
    const index = this.entries.indexOf(secondary)
    if (index >= 0) this.entries.splice(index, 1)
    this.tell()
  }

  /** Somebody asked for the zone, or for its SOA. */
  fetched(from: Identity, { kind, serial, outcome }: Fetched, now: number): void {
    const secondary = this.known(from) ?? (kind === 'SOA' ? undefined : this.added(from))
    if (secondary === undefined) return
    secondary.seen = now
    this.putLast(secondary)
    if (outcome === 'sent' && kind !== 'SOA') secondary.transferred = { kind, serial, at: now }
    if (outcome === 'current' || (outcome === 'sent' && kind !== 'SOA')) {
      this.has(secondary, serial, now)
    } else this.tell()
  }

  /** It said itself that it has that version, or got all of it. */
  has(secondary: Secondary, serial: Serial, now: number): void {
    secondary.has = { serial, at: now }
    secondary.seen = now
    this.tell()
  }

  /** We asked it, and it answered with that version; undefined when it gave no answer of use. */
  asked(secondary: Secondary, serial: Serial | undefined, now: number): void {
    if (serial === undefined) {
      secondary.unanswered++
      this.tell()
      return
    }
    secondary.unanswered = 0
    secondary.serves = { serial, at: now }
    this.has(secondary, serial, now)
  }

  /** @param listener is called after each change; @returns how to end it */
  listen(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => {
      this.listeners.delete(listener)
    }
  }

  tell(): void {
    for (const listener of this.listeners) listener()
  }

  /**
   * The one that it is: of its address and, where that has several, of its key. Where a target has
   * no key, any key of its address may be its own. Undefined also when it could be one or another.
   */
  private known({ address, key }: Identity): Secondary | undefined {
    const there = this.entries.filter((one) => one.address === address)
    const exact = there.filter((one) => one.key === key)
    const found = exact.length > 0 ? exact : there.filter((one) => one.key === undefined)
    return found.length === 1 ? found[0] : undefined
  }

  /** Of those that are not told, the one that was longest not seen makes room. */
  private added({ address, key }: Identity): Secondary | undefined {
    // It is one of several, and nobody knows which.
    if (this.entries.some((one) => one.address === address && (one.key ?? key) === key)) {
      return undefined
    }
    if (this.entries.length >= MOST) {
      const oldest = this.entries.findIndex(({ port }) => port === undefined)
      if (oldest === -1) return undefined
      this.entries.splice(oldest, 1)
    }
    const added = newSecondary(address, undefined, key)
    this.entries.push(added)
    return added
  }

  /** Those that are not told stand in the order in which they were seen last. */
  private putLast(secondary: Secondary): void {
    if (secondary.port !== undefined) return
    this.entries.splice(this.entries.indexOf(secondary), 1)
    this.entries.push(secondary)
  }
}

const newSecondary = (
  address: string,
  port: number | undefined,
  key: string | undefined,
): Secondary => ({
  address,
  port,
  key,
  has: undefined,
  serves: undefined,
  unanswered: 0,
  notified: undefined,
  acknowledged: undefined,
  transferred: undefined,
  seen: undefined,
  failure: undefined,
})

/** Whether it has that version, or a later one (RFC 1982). */
export const hasSerial = ({ has }: Secondary, serial: Serial): boolean => isAtLeast(has, serial)

const isAtLeast = (seen: Secondary['has'], serial: Serial): boolean =>
  seen !== undefined && (seen.serial === serial || isSerialAfter(seen.serial, serial))

/** Questions without an answer of use, from when on what it was sent has to do. */
const SILENT = 4

/** Whether it answers with that version or, where it does not let itself be asked, at least has it. */
export const isReached = (secondary: Secondary, serial: Serial): boolean =>
  isAtLeast(secondary.serves, serial) ||
  (secondary.unanswered >= SILENT && hasSerial(secondary, serial))

export type SecondaryState = 'current' | 'behind' | 'never seen' | 'not answering'

export const stateOf = (secondary: Secondary, ours: Serial): SecondaryState => {
  if (hasSerial(secondary, ours)) return 'current'
  if (secondary.failure !== undefined || isSilent(secondary)) return 'not answering'
  return secondary.has === undefined ? 'never seen' : 'behind'
}

/** To questions, and not to the last NOTIFY either. */
const isSilent = ({ unanswered, notified, acknowledged }: Secondary): boolean =>
  unanswered >= SILENT && (acknowledged?.at ?? 0) < (notified?.at ?? 0)
