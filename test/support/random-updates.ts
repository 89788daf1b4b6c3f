/** Updates drawn by a seed, for few names and few records, so that they touch the same ones again and again. */
import { randomFrom } from './random-zone.ts'
import type { Part, Turn } from './replay.ts'

export class RandomUpdates {
  private readonly apex: string
  private readonly random: () => number

  constructor(apex: string, seed: number) {
    this.apex = apex
    this.random = randomFrom(seed)
  }

  /** One message with one to four changes. */
  turn(): Turn {
    const parts = Array.from({ length: 1 + this.below(4) }, () => this.part())
    return { update: { over: 'tcp', parts }, look: [] }
  }

  private part(): Part {
    const name = this.name()
    const draw = this.random()
    if (draw < 0.1) return ['delete', name]
    const [type, rdata] = this.record()
    if (draw < 0.2) return ['delete', name, type]
    if (draw < 0.35) return ['delete', name, type, rdata]
    const ttl = 60 * (1 + this.below(3))
    return draw < 0.45 ? ['replace', name, ttl, type, rdata] : ['add', name, ttl, type, rdata]
  }

  private name(): string {
    const host = `h${this.below(12)}`
    const label = this.random() < 0.2 ? host.toUpperCase() : host
    return this.random() < 0.3 ? `${label}.sub.${this.apex}` : `${label}.${this.apex}`
  }

  private record(): [type: string, rdata: string] {
    const n = this.below(6)
    switch (this.below(6)) {
      case 0:
        return ['AAAA', `2001:db8::${n}`]
      case 1:
        return ['TXT', `"text ${n}" "${'x'.repeat(40 * n)}"`]
      case 2:
        return ['MX', `${n} mail.${this.apex}`]
      case 3:
        return ['SRV', `${n} 0 53 ns1.${this.apex}`]
      default:
        return ['A', `192.0.2.${n}`]
    }
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit)
  }
}
