/**
 * A zone that has a bit of everything, drawn by a seed: hosts, aliases, wildcards, cuts with and
 * without glue, DNAMEs, empty non-terminals; and questions that are likely to hit them.
 */

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export const randomFrom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

const LABELS = ['a', 'b', 'c', 'd', 'e', '*', 'ns', 'Mixed', '_tcp'] as const

const TYPES = [
  'A',
  'AAAA',
  'TXT',
  'MX',
  'SRV',
  'NS',
  'CNAME',
  'DNAME',
  'SOA',
  'DS',
  'CAA',
  'TYPE65280',
] as const

export class RandomZone {
  readonly apex: string
  private readonly random: () => number

  constructor(apex: string, seed: number) {
    this.apex = apex
    this.random = randomFrom(seed)
  }

  /** As a master file. */
  text(names: number): string {
    const lines = [
      `${this.apex} 3600 IN SOA ns.${this.apex} hostmaster.${this.apex} 1 7200 900 604800 300`,
      `${this.apex} 3600 IN NS ns.${this.apex}`,
      `ns.${this.apex} 3600 IN A 192.0.2.53`,
    ]
    const owners = new Set([this.apex, `ns.${this.apex}`])
    while (owners.size < names) {
      const owner = this.name()
      if (owners.has(owner.toLowerCase())) continue
      owners.add(owner.toLowerCase())
      for (const rdata of this.rrsets(owner)) lines.push(`${owner} 300 IN ${rdata}`)
    }
    return `${lines.join('\n')}\n`
  }

  question(): { readonly name: string; readonly type: string } {
    return { name: this.random() < 0.03 ? this.apex : this.name(), type: this.pick(TYPES) }
  }

  private pick<T>(choices: readonly T[]): T {
    // The index is inside by construction.
    return choices[Math.floor(this.random() * choices.length)] as T
  }

  private name(): string {
    const labels = Array.from({ length: 1 + Math.floor(this.random() * 3.5) }, () =>
      this.pick(LABELS),
    )
    return `${labels.join('.')}.${this.apex}`
  }

  private target(): string {
    return this.random() < 0.8 ? this.name().replaceAll('*', 'a') : 'elsewhere.example.'
  }

  private rrsets(owner: string): string[] {
    const kind = this.random()
    // A wildcard that is a cut or a DNAME is left to each server (RFC 4592 §4.2, §4.4).
    if (kind < 0.15 && !owner.startsWith('*')) {
      return [`NS ${this.target()}`, `NS ${this.target()}`].filter(
        (line, n, all) => all.indexOf(line) === n,
      )
    }
    if (kind < 0.2 && !owner.startsWith('*')) {
      const target = this.target()
      // Into itself it leads on and on; each server ends that somewhere else.
      const isEndless = target.toLowerCase().endsWith(`.${owner.toLowerCase()}`)
      return [`DNAME ${isEndless ? 'elsewhere.example.' : target}`]
    }
    if (kind < 0.4) return [`CNAME ${this.target()}`]
    return [
      `A 192.0.2.${Math.floor(this.random() * 256)}`,
      ...(kind < 0.6 ? [`AAAA 2001:db8::${Math.floor(this.random() * 9999)}`] : []),
      ...(kind < 0.7 ? [`MX 10 ${this.target()}`] : []),
      ...(kind < 0.8 ? [`TXT "${owner}" "x y"`] : []),
      ...(kind < 0.5 ? [`SRV 1 2 3 ${this.target()}`, `TYPE65280 \\# 2 beef`] : []),
    ]
  }
}
