/**
 * The tokens of web clients: made here, shown once, known again by their digest. All of them are in
 * memory; the store has what has to outlast the process.
 */
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { nameFromText } from '../text/name-text.ts'
import { rrTypeFromName, type RrType } from '../wire/codes.ts'
import type { TokenRecord, TokenRole, TokenStore, TokenUse } from '../zone/token-store.ts'
import { StoreError } from '../zone/zone.ts'
import type { AddressSet } from './rule.ts'
import { digestOf, newTokenSecret } from './token-secret.ts'
import { hostText, WebIdentity } from './web-identity.ts'

/** What a token is for; every word of it has been checked. */
export type TokenScope = Pick<
  TokenRecord,
  'name' | 'role' | 'hosts' | 'below' | 'types' | 'from' | 'expires'
>

/** A token as it is listed. */
export interface TokenEntry extends TokenScope {
  readonly created: number
  readonly lastUse?: TokenUse
  /** When its older secret ends, while it is being rotated. */
  readonly retires?: number
}

/** Why a secret is not taken. */
export type LoginFault =
  | 'unknown-secret'
  | 'expired'
  | 'rotated'
  | 'wrong-network'
  | 'denied-device'

export type FoundToken =
  | {
      readonly ok: true
      readonly identity: WebIdentity
      readonly role: TokenRole | undefined
      use(source: string, agent: string): void
    }
  | {
      readonly ok: false
      readonly fault: LoginFault
      readonly why: string
      /** Whose secret it is all the same; undefined when it is nobody's. */
      readonly identity: WebIdentity | undefined
    }

/** The operator asked for what cannot be: in words for the command line. */
export class TokenError extends Error {
  override readonly name = 'TokenError'
  readonly isMissing: boolean

  constructor(what: string, isMissing = false) {
    super(what)
    this.isMissing = isMissing
  }
}

/** How long the older secret of a token is good, where nobody uses the newer one. */
const OVERLAP_MILLISECONDS = 7 * 24 * 3600 * 1000

/** Characters that are kept of what a client says that it is. */
const MOST_AGENT = 100

interface Live {
  record: TokenRecord
  readonly identity: WebIdentity
  readonly from: AddressSet | undefined
}

export class Tokens {
  private readonly live = new Map<string, Live>()
  /** By name; of what is there more than one, while it is rotated. */
  private readonly names = new Map<string, readonly Live[]>()
  /** Names of tokens, by the hosts that they are for. */
  private readonly byHost = new Map<string, Set<string>>()
  /** Digests whose record is not on disk as it is here. */
  private readonly unsaved = new Set<string>()
  private readonly store: TokenStore
  private readonly clock: Clock
  private readonly log: Log
  private readonly addressesOf: (networks: readonly string[]) => AddressSet

  /** @param addressesOf for networks that were checked before they came into the store */
  constructor(
    store: TokenStore,
    clock: Clock,
    log: Log,
    addressesOf: (networks: readonly string[]) => AddressSet,
  ) {
    this.store = store
    this.clock = clock
    this.log = log
    this.addressesOf = addressesOf
    for (const record of store.tokens()) this.hold(record)
  }

  /**
   * @returns the secret, which is nowhere else
   * @throws TokenError when there is one of that name; StoreError
   */
  create(scope: TokenScope): string {
    if (this.secretsOf(scope.name).length > 0) {
      throw new TokenError(
        `there is a token ${scope.name} already: rotate it, or give this one another --name`,
      )
    }
    const secret = newTokenSecret()
    const now = this.clock.nowMilliseconds()
    this.put([{ ...scope, digest: digestOf(secret), created: now }])
    return secret
  }

  /**
   * A second secret; the one that was there ends when the new one is used, or after a week. One that
   * was made before and never used, as where it was lost, makes room: the device has the other one.
   * @throws TokenError when there is no such token; StoreError
   */
  rotate(name: string): string {
    const [newest, older] = this.held(name)
    const secret = newTokenSecret()
    const now = this.clock.nowMilliseconds()
    const isOlderGood = older?.record.retires !== undefined && now < older.record.retires
    const [kept, gone] = isOlderGood ? [older, newest] : [newest, older]
    const fresh: TokenRecord = { ...scopeOf(kept.record), digest: digestOf(secret), created: now }
    // The token was used, whichever of its secrets it was.
    const lastUse = kept.record.lastUse ?? gone?.record.lastUse
    const old = { ...kept.record, retires: now + OVERLAP_MILLISECONDS, ...(lastUse && { lastUse }) }
    this.put([fresh, old], gone && [gone])
    return secret
  }

  /** @throws TokenError when there is no such token; StoreError */
  revoke(name: string): void {
    this.put([], this.held(name))
  }

  /** In the order of their names. */
  list(): TokenEntry[] {
    return [...this.names.keys()].sort().map((name) => this.entry(name))
  }

  /** @throws TokenError when there is no such token */
  entry(name: string): TokenEntry {
    const [current, older] = this.held(name)
    const lastUse = current.record.lastUse ?? older?.record.lastUse
    const retires = older?.record.retires
    return {
      ...scopeOf(current.record),
      created: current.record.created,
      ...(lastUse && { lastUse }),
      ...(retires && { retires }),
    }
  }

  /** Whether there is a token of that name. */
  has(name: string): boolean {
    return this.names.has(name)
  }

  /** The hosts that tokens are for, without the dot at their end. */
  hosts(): Iterable<string> {
    return this.byHost.keys()
  }

  isForHost(host: string): boolean {
    return this.byHost.has(host)
  }

  /** The last use of any token that is for the host. */
  lastUseOf(host: string): TokenUse | undefined {
    const names = [...(this.byHost.get(host) ?? [])]
    return names
      .flatMap((name) => this.secretsOf(name))
      .flatMap(({ record }) => record.lastUse ?? [])
      .sort((a, b) => a.time - b.time)
      .at(-1)
  }

  find(secret: string, address: string): FoundToken {
    const live = this.live.get(digestOf(secret))
    if (live === undefined) {
      const why = 'no token has this secret'
      return { ok: false, fault: 'unknown-secret', why, identity: undefined }
    }
    const { identity } = live
    const { name, expires = Infinity, retires = Infinity } = live.record
    const now = this.clock.nowMilliseconds()
    if (now >= expires) {
      return { ok: false, fault: 'expired', why: `token ${name} has expired`, identity }
    }
    if (now >= retires) {
      const why = `token ${name} was rotated: this is its old secret`
      return { ok: false, fault: 'rotated', why, identity }
    }
    if (live.from?.includes(address) === false) {
      const why = `token ${name} is taken from ${live.from.text} alone`
      return { ok: false, fault: 'wrong-network', why, identity }
    }
    const use = (source: string, agent: string): void => {
      this.used(live, { time: now, source, agent: agent.slice(0, MOST_AGENT) })
    }
    return { ok: true, identity, role: live.record.role, use }
  }

  /** Puts last uses on disk; what cannot be put there now waits for the next time. */
  save(): void {
    if (this.unsaved.size === 0) return
    try {
      this.store.putTokens(
        new Map(Array.from(this.unsaved, (digest) => [digest, this.live.get(digest)?.record])),
      )
      this.unsaved.clear()
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      this.log.warn({ err: error.message }, 'the last uses of tokens are not on disk yet')
    }
  }

  private used(live: Live, lastUse: TokenUse): void {
    live.record = { ...live.record, lastUse }
    this.unsaved.add(live.record.digest)
    if (live.record.retires !== undefined) return
    // Whoever has the new secret needs the old one no more.
    for (const older of this.secretsOf(live.record.name)) {
      if (older.record.retires === undefined) continue
      this.drop(older)
      this.unsaved.add(older.record.digest)
    }
  }

  /** The newest first. */
  private secretsOf(name: string): Live[] {
    const live = this.names.get(name) ?? []
    return [...live].sort((a, b) => (a.record.retires ?? 0) - (b.record.retires ?? 0))
  }

  private held(name: string): [Live, ...Live[]] {
    const [current, ...older] = this.secretsOf(name)
    if (current === undefined) throw new TokenError(`there is no token ${name}`, true)
    return [current, ...older]
  }

  /** On disk first. */
  private put(records: readonly TokenRecord[], gone: readonly Live[] = []): void {
    this.store.putTokens(
      new Map([
        ...gone.map(({ record }) => [record.digest, undefined] as const),
        ...records.map((record) => [record.digest, record] as const),
      ]),
    )
    for (const live of gone) this.drop(live)
    for (const record of records) this.hold(record)
  }

  private drop({ record: { digest, name }, identity }: Live): void {
    this.live.delete(digest)
    this.unsaved.delete(digest)
    const left = this.secretsOf(name).filter(({ record }) => record.digest !== digest)
    if (left.length > 0) {
      this.names.set(name, left)
      return
    }
    this.names.delete(name)
    for (const host of identity.hosts.map(hostText)) {
      const names = this.byHost.get(host)
      names?.delete(name)
      if (names?.size === 0) this.byHost.delete(host)
    }
  }

  private hold(record: TokenRecord): void {
    const { name, below, from, digest } = record
    const hosts = record.hosts.flatMap((text) => {
      const parsed = nameFromText(text)
      return parsed.ok ? [parsed.name] : []
    })
    const types = record.types.flatMap((text): RrType[] => {
      const type = rrTypeFromName(text)
      return type === undefined ? [] : [type]
    })
    const live = {
      record,
      identity: new WebIdentity({ name, hosts, below, types }),
      from: from.length === 0 ? undefined : this.addressesOf(from),
    }
    const others = this.secretsOf(name).filter((one) => one.record.digest !== digest)
    this.names.set(name, [...others, live])
    this.live.set(digest, live)
    for (const host of live.identity.hosts.map(hostText)) {
      this.byHost.set(host, (this.byHost.get(host) ?? new Set()).add(name))
    }
  }
}

const scopeOf = (record: TokenRecord): TokenScope => {
  const { name, role, hosts, below, types, from, expires } = record
  return {
    name,
    ...(role && { role }),
    hosts,
    below,
    types,
    from,
    ...(expires && { expires }),
  }
}
