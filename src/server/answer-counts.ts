/** How many answers went out, by transport and RCODE. */
import type { Counter, Counters } from '../base/counters.ts'
import { rcodeName, type Rcode } from '../wire/codes.ts'
import { Flag } from '../wire/header.ts'
import type { Source } from './exchange.ts'

export class AnswerCounts {
  private readonly counters: Counters
  private readonly truncated: Counter
  /** By RCODE. */
  private readonly answers = {
    udp: new Map<Rcode, Counter>(),
    tcp: new Map<Rcode, Counter>(),
  }

  constructor(counters: Counters) {
    this.counters = counters
    this.truncated = counters.counter('answers truncated')
  }

  /** @param flags of the answer */
  add(transport: Source['transport'], rcode: Rcode, flags: number): void {
    const known = this.answers[transport]
    let counter = known.get(rcode)
    if (counter === undefined) {
      counter = this.counters.counter(`answers ${transport} ${rcodeName(rcode)}`)
      known.set(rcode, counter)
    }
    counter.count++
    if ((flags & Flag.TC) !== 0) this.truncated.count++
  }
}
