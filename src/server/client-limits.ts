/** Whether a client may have an answer over UDP yet, or has had it often enough. */
import type { Counters } from '../base/counters.ts'
import { addressOctets } from './client-options.ts'
import type { Source } from './exchange.ts'
import type { RateLimiter, RateVerdict } from './rate-limit.ts'
import type { Settings } from './service.ts'

/** Addresses whose network is remembered: making octets of a text takes longer than the rest. */
const REMEMBERED = 4096

export class ClientLimits {
  private readonly limiter: RateLimiter
  private readonly settings: Pick<Settings, 'isUnlimited'>
  private readonly counters: Counters
  private readonly networks = new Map<string, number>()

  constructor(limiter: RateLimiter, settings: Pick<Settings, 'isUnlimited'>, counters: Counters) {
    this.limiter = limiter
    this.settings = settings
    this.counters = counters
  }

  /**
   * For a client that has proved nothing; over TCP it has proved its address.
   * @param account as `RateLimiter.answerOf` has it
   */
  verdict(transport: Source['transport'], address: string, account: number): RateVerdict {
    if (transport === 'tcp' || this.settings.isUnlimited(address)) return 'send'
    const verdict = this.limiter.account(this.networkOf(address), account)
    if (verdict !== 'send') this.counters.add(`rate-limited ${verdict}`)
    return verdict
  }

  private networkOf(address: string): number {
    let network = this.networks.get(address)
    if (network === undefined) {
      if (this.networks.size === REMEMBERED) this.networks.clear()
      network = this.limiter.networkOf(addressOctets(address))
      this.networks.set(address, network)
    }
    return network
  }
}
