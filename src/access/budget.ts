/**
 * What a key may use up: how often it changes something, how much there may be of what it can change,
 * and how long that is cached. A key that leaked or a client gone wild does only so much.
 */

export interface UpdateRate {
  /** In the long run. */
  readonly perMinute: number
  /** UPDATEs that may come at once, when there was quiet before; at least one. */
  readonly burst: number
}

export interface Budget {
  /** How often UPDATEs may come; undefined for no limit. */
  readonly rate: UpdateRate | undefined
  /** Names with data that the key's rules reach, in each zone; undefined for no limit. */
  readonly names: number | undefined
  /** Records at those names; undefined for no limit. */
  readonly records: number | undefined
  readonly recordsPerRrset: number
  readonly typesPerName: number
  /** The least and the most seconds that a TTL has, and what becomes of one that is outside. */
  readonly ttl: {
    readonly least: number
    readonly most: number
    readonly outside: 'clamp' | 'refuse'
  }
}

/** RFC 2181 §8. */
export const MAX_TTL = 0x7fff_ffff

/** What holds where the operator says nothing. */
export const DEFAULT_BUDGET: Budget = {
  rate: undefined,
  names: undefined,
  records: undefined,
  recordsPerRrset: 100,
  typesPerName: 100,
  ttl: { least: 0, most: MAX_TTL, outside: 'clamp' },
}

/** The TTL as the budget has it, in seconds; undefined when it is to be refused. */
export const ttlWithin = (
  { least, most, outside }: Budget['ttl'],
  ttl: number,
): number | undefined => {
  const kept = Math.min(Math.max(ttl, least), most)
  return kept === ttl || outside === 'clamp' ? kept : undefined
}
