/** What is to be done for a host, decided from what is known: values in, values out. */
import { FAMILIES, withSuffix, type Family, type PerFamily, type Suffix } from './address.ts'
import type { Detected } from './detect.ts'
import type { Outcome } from './outcome.ts'

/** An address, or null for none; several of a name stand with commas between them. */
export type Published = string | null

/** A series of attempts that all failed. Times are milliseconds since 1970. */
export interface Failure {
  readonly kind: 'later' | 'refused'
  readonly why: string
  readonly since: number
  readonly tries: number
  readonly nextTryAt: number
  /** When the operator was told last. */
  readonly alertedAt?: number | undefined
}

export interface HostState {
  /** What the server has, as far as we know; a family that is absent is not known. */
  readonly published: PerFamily<Published>
  readonly changedAt?: number | undefined
  readonly verifiedAt?: number | undefined
  readonly failure?: Failure | undefined
}

export const NEW_HOST: HostState = { published: {} }

export interface Change {
  readonly family: Family
  /** Undefined where it is not known. */
  readonly from: Published | undefined
  readonly to: Published
}

/** What the server should have. A family whose address is not known is left as it is. */
export const wantedFor = (
  host: { readonly families: readonly Family[]; readonly suffix: Suffix | undefined },
  detected: PerFamily<Detected>,
): PerFamily<Published> => {
  const wanted: Partial<Record<Family, Published>> = {}
  for (const family of host.families) {
    const found = detected[family]
    if (found?.kind === 'none') wanted[family] = null
    if (found?.kind !== 'address') continue
    const isOwn = family === 'ipv4' || host.suffix === undefined
    wanted[family] = isOwn ? found.address : withSuffix(found.address, host.suffix)
  }
  return wanted
}

export const changesTo = (
  published: PerFamily<Published>,
  wanted: PerFamily<Published>,
): Change[] =>
  FAMILIES.flatMap((family) => {
    const to = wanted[family]
    const from = published[family]
    return to === undefined || to === from ? [] : [{ family, from, to }]
  })

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

const FIRST_RETRY = 5 * SECOND
const LONGEST_RETRY = 15 * MINUTE
/** Who was refused asks again so rarely, that a mended server is found and nobody is bothered. */
const REFUSED_RETRY = HOUR
/** Refusals are spread a little too, for many agents may meet one together. */
const REFUSED_SPREAD = 5 * MINUTE
/** So long everything may fail before somebody is told. */
const ALERT_AFTER = 5 * MINUTE
const ALERT_AGAIN = HOUR

/** No hold lasts longer; what would was set while the clock was wrong. */
const LONGEST_HOLD = REFUSED_RETRY + REFUSED_SPREAD

/**
 * When to try again, in milliseconds from now: doubled each time, and anywhere below that, so that agents
 * that failed together do not come back together.
 * @param tries that failed so far, at least one
 * @param random from 0 to 1
 */
export const retryDelay = (kind: Failure['kind'], tries: number, random: number): number => {
  if (kind === 'refused') return REFUSED_RETRY + random * REFUSED_SPREAD
  const most = Math.min(FIRST_RETRY * 2 ** Math.min(tries, 30), LONGEST_RETRY)
  return FIRST_RETRY + random * (most - FIRST_RETRY)
}

/** What is tried before its time: nothing, what may pass by itself, or what was refused too. */
export type Urgency = 'none' | 'passing' | 'all'

/** Whether the host has to wait because of what failed before. */
export const isHeld = ({ failure }: HostState, urgency: Urgency, now: number): boolean => {
  if (failure === undefined || urgency === 'all') return false
  if (urgency === 'passing' && failure.kind === 'later') return false
  const left = failure.nextTryAt - now
  return left > 0 && left <= LONGEST_HOLD
}

/** Whether it is time to see what the server has. */
export const isLookDue = (
  { published, verifiedAt }: HostState,
  families: readonly Family[],
  verifySeconds: number,
  now: number,
): boolean => {
  if (families.some((family) => published[family] === undefined)) return true
  const age = now - (verifiedAt ?? -Infinity)
  // One that is of the future is of a clock that was wrong.
  return age < 0 || age >= verifySeconds * SECOND
}

/** What follows from an attempt: the new state, and whether anybody has to be told. */
export interface Verdict {
  readonly state: HostState
  readonly event: 'failure' | 'recover' | undefined
}

export const afterUpdate = (
  state: HostState,
  wanted: PerFamily<Published>,
  outcome: Outcome,
  now: number,
  random: number,
): Verdict => {
  if (outcome.kind === 'done') {
    const wasTold = state.failure?.alertedAt !== undefined
    const published = { ...state.published, ...wanted }
    return {
      state: { published, changedAt: now, verifiedAt: now },
      event: wasTold ? 'recover' : undefined,
    }
  }
  const { kind, why } = outcome
  const before = state.failure?.kind === kind ? state.failure : undefined
  const since = state.failure?.since ?? now
  const tries = (before?.tries ?? 0) + 1
  const asked = (outcome.retryAfterSeconds ?? 0) * SECOND
  const delay = Math.max(retryDelay(kind, tries, random), Math.min(asked, REFUSED_RETRY))
  // That it is refused is news, also after trouble that was told of.
  const toldAt = (kind === 'refused' ? before : state.failure)?.alertedAt
  const isWorth = kind === 'refused' || now - since >= ALERT_AFTER
  const isAlert = isWorth && (toldAt === undefined || now - toldAt >= ALERT_AGAIN)
  const alertedAt = isAlert ? now : (toldAt ?? state.failure?.alertedAt)
  const failure = { kind, why, since, tries, nextTryAt: now + delay, alertedAt }
  return { state: { ...state, failure }, event: isAlert ? 'failure' : undefined }
}
