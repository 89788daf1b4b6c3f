/**
 * Where the servers of a zone's NS records are (RFC 1996 §2, §3.3): all but the primary that the SOA
 * names. Names in zones of our own are looked up there, others by the system, now and then.
 */
import { ipv4ToText, ipv6ToText } from '../text/address-text.ts'
import { nameToText } from '../text/name-text.ts'
import { RrType } from '../wire/codes.ts'
import { foldedName, nameAt, nameEquals, type Name } from '../wire/name.ts'
import { nameKeyOf } from '../zone/name-key.ts'
import { findRrset, type Node } from '../zone/node.ts'
import { soaOf } from '../zone/soa.ts'
import type { ZoneView } from '../zone/zone.ts'

/** Addresses of a host; rejects when there are none. */
export type Resolve = (host: string) => Promise<readonly string[]>

/** The zone of ours that the name is in. */
export type Enclosing = (name: Name) => ZoneView | undefined

/** Names of one zone that are looked for, and addresses of each. */
const MOST_NAMES = 16
const MOST_ADDRESSES = 8

/** The zone's servers but its primary (§3.3). */
export const serversOf = (view: ZoneView): readonly Name[] => {
  const apex = view.get(view.apexKey)
  // The first name in the RDATA of a SOA that is in a zone.
  const primary = nameAt(soaOf(apex).rdata, 0) as Name
  // The RDATA of a NS that is in a zone is a name.
  const names = rdatasOf(apex, RrType.NS).map((rdata) => nameAt(rdata, 0) as Name)
  return names.filter((name) => !nameEquals(name, primary)).slice(0, MOST_NAMES)
}

/** @returns undefined when the name is in no zone of ours */
const ownAddresses = (name: Name, enclosing: Enclosing): readonly string[] | undefined => {
  const node = enclosing(name)?.get(nameKeyOf(name))
  if (node === undefined) return undefined
  const ipv4 = rdatasOf(node, RrType.A).map(ipv4ToText)
  return [...ipv4, ...rdatasOf(node, RrType.AAAA).map(ipv6ToText)]
}

const rdatasOf = (node: Node | undefined, type: RrType): readonly Uint8Array[] =>
  findRrset(node, type)?.rdatas ?? []

/** Names that the system is asked for, how long its answers are kept, and one question at a time. */
const KEPT_MILLISECONDS = 3_600_000
const FAILED_MILLISECONDS = 300_000
const MOST_KEPT = 10_000

interface Kept {
  readonly addresses: readonly string[]
  /** By the monotonic clock. */
  readonly until: number
}

export class NameServers {
  private readonly resolve: Resolve
  private readonly enclosing: Enclosing
  private readonly now: () => number
  private readonly mostKept: number
  private readonly kept = new Map<string, Kept>()
  private last: Promise<unknown> = Promise.resolve()

  /** @param now milliseconds of the monotonic clock */
  constructor(resolve: Resolve, enclosing: Enclosing, now: () => number, mostKept = MOST_KEPT) {
    this.resolve = resolve
    this.enclosing = enclosing
    this.now = now
    this.mostKept = mostKept
  }

  /** The addresses of the zone's servers, each once. */
  async addressesOf(view: ZoneView): Promise<readonly string[]> {
    const all = new Set<string>()
    for (const name of serversOf(view)) {
      const found = ownAddresses(name, this.enclosing) ?? (await this.elsewhere(name))
      for (const address of found.slice(0, MOST_ADDRESSES)) all.add(address)
    }
    return [...all]
  }

  private elsewhere(name: Name): Promise<readonly string[]> {
    const asking = this.last.then(() => this.ask(name))
    this.last = asking
    return asking
  }

  private async ask(name: Name): Promise<readonly string[]> {
    const key = foldedName(name)
    const known = this.kept.get(key)
    if (known !== undefined && known.until > this.now()) return known.addresses
    // A name that cannot be found now keeps the addresses that it had.
    const failed = { addresses: known?.addresses ?? [], until: this.now() + FAILED_MILLISECONDS }
    const found = await this.resolve(nameToText(name)).then(
      (addresses) => ({ addresses, until: this.now() + KEPT_MILLISECONDS }),
      () => failed,
    )
    if (this.kept.size >= this.mostKept) this.kept.clear()
    this.kept.set(key, found)
    return found.addresses
  }
}
