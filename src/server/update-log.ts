/** The one log line of an UPDATE: who, from where, what changed, what came of it and why. */
import { principalText, type Principal } from '../access/principal.ts'
import type { Log } from '../base/log.ts'
import { nameToText } from '../text/name-text.ts'
import { recordToText } from '../text/record-text.ts'
import { Rcode, rcodeName, RrType, rrTypeName } from '../wire/codes.ts'
import type { ExtendedError } from '../wire/edns.ts'
import type { Question } from '../wire/record.ts'
import type { Changeset, ZoneRecord } from '../zone/changeset.ts'
import { isSoaRaised } from '../zone/soa.ts'
import type { UpdateResult } from '../update/verdict.ts'

export interface UpdateEvent {
  readonly principal: Principal
  /** `192.0.2.1#53211` */
  readonly source: string
  readonly transport: 'udp' | 'tcp' | 'http' | 'https'
  readonly zone: Question | undefined
  readonly result: UpdateResult
  /** What is known of a signature that does not hold. */
  readonly signature?: BadSignature | undefined
  /** What else is known of a request over HTTP. */
  readonly web?: WebDetails | undefined
  readonly milliseconds: number
}

/** As it stands in the log. */
export interface BadSignature {
  /** The name of the key that the client says it has. */
  readonly key: string
  /** The client's clock less ours, where that is what is wrong (RFC 8945 §5.2.3). */
  readonly skewSeconds: number | undefined
  /** Where the client's key is none: those that the zone has rules for. */
  readonly knownKeys: readonly string[] | undefined
}

export interface WebDetails {
  /** What a client that was refused was told: `badauth`, `nohost` and so on. */
  readonly answer: string | undefined
  /** What the client says that it is. */
  readonly agent: string
}

/** Records, and things ignored, that one line names; of more it gives the number. */
const MOST_NAMED = 50
/** Octets of RDATA that are written out. */
const MOST_OCTETS = 512

export const logUpdate = (log: Log, event: UpdateEvent): void => {
  const { result, zone, web } = event
  const changed = result.changeset
  const isSoaTold = changed !== undefined && tellsSoa(changed)
  const isTold = (one: ZoneRecord): boolean => isSoaTold || !isSoa(one)
  const fields = {
    principal: principalText(event.principal),
    source: event.source,
    transport: event.transport,
    zone: zone === undefined ? undefined : nameToText(zone.name),
    rcode: rcodeName(result.rcode),
    reason: result.why,
    key: event.signature?.key,
    skewSeconds: event.signature?.skewSeconds,
    knownKeys: event.signature?.knownKeys && named(event.signature.knownKeys, (text) => text),
    answer: web?.answer,
    agent: web?.agent,
    ignored: result.ignored.length === 0 ? undefined : named(result.ignored, (text) => text),
    hidden: result.hidden.length === 0 ? undefined : named(result.hidden, (text) => text),
    shadow: result.shadow.length === 0 ? undefined : named(result.shadow, (text) => text),
    serialBefore: changed?.serialBefore,
    serialAfter: changed?.serialAfter,
    removed: changed && named(changed.removed.filter(isTold), recordText),
    added: changed && named(changed.added.filter(isTold), recordText),
    milliseconds: Math.round(event.milliseconds * 1000) / 1000,
  }
  if (result.rcode === Rcode.SERVFAIL) log.error(fields, 'update failed')
  else if (result.rcode !== Rcode.NOERROR) log.info(fields, 'update refused')
  else log.info(fields, changed === undefined ? 'update changed nothing' : 'update committed')
}

const named = <T>(items: readonly T[], textOf: (item: T) => string): string[] => {
  const texts = items.slice(0, MOST_NAMED).map(textOf)
  if (items.length > MOST_NAMED) texts.push(`and ${items.length - MOST_NAMED} more`)
  return texts
}

/**
 * What a client with a proven key is told beside the RCODE (RFC 8914): the words that are in the log.
 * Strangers are told nothing.
 */
export const explanationOf = (
  principal: Principal,
  { code, why }: UpdateResult,
): ExtendedError | undefined =>
  principal.kind === 'key' && why !== undefined ? { code, text: why } : undefined

/** Of a SOA that differs in its serial alone the two serials say enough. */
const tellsSoa = ({ removed, added }: Changeset): boolean => {
  const [before, after] = [removed.find(isSoa), added.find(isSoa)]
  return before !== undefined && after !== undefined && !isSoaRaised(before, after)
}

const isSoa = ({ type }: ZoneRecord): boolean => type === RrType.SOA

const recordText = ({ owner, ttl, type, rdata }: ZoneRecord): string =>
  rdata.length > MOST_OCTETS
    ? `${nameToText(owner)} ${ttl} IN ${rrTypeName(type)} (${rdata.length} octets)`
    : recordToText(owner, ttl, type, rdata)
