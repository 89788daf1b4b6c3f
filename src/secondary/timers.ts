/** How long a secondary waits, by the SOA of its zone (RFC 1034 §4.3.5) within sane bounds. */
import { soaExpire, soaRefresh, soaRetry } from '../zone/soa.ts'

const HOUR = 3600
const DAY = 24 * HOUR

/** Seconds. A SOA that asks for less would have us do little else, one that asks for more never hears. */
const REFRESH = { least: 30, most: 28 * DAY }
const RETRY = { least: 30, most: 14 * DAY }
/** Seconds until the first transfer is tried again: the first time, and at most. */
const FIRST_RETRY = { least: 5, most: 300 }

/** Of each wait so much is left to chance, so that many zones do not ask all at once. */
const JITTER = 0.25

const within = (value: number, { least, most }: typeof REFRESH): number =>
  Math.min(Math.max(value, least), most)

export const refreshSeconds = (soa: Uint8Array): number => within(soaRefresh(soa), REFRESH)

export const retrySeconds = (soa: Uint8Array): number => within(soaRetry(soa), RETRY)

/** While there is no zone and so no SOA. @param failures so far, at least 1 */
export const firstRetrySeconds = (failures: number): number =>
  within(FIRST_RETRY.least * 2 ** (failures - 1), FIRST_RETRY)

/** A zone that expires before it was asked for once more would come and go. */
export const expireSeconds = (soa: Uint8Array): number =>
  Math.max(soaExpire(soa), refreshSeconds(soa) + retrySeconds(soa))

/** @param random from 0 up to 1 */
export const jittered = (seconds: number, random: number): number =>
  seconds * (1 - JITTER * random) * 1000
