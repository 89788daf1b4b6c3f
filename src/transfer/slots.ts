/** How many transfers go on at once: each holds memory, and a version of the zone. */

export interface TransferLimits {
  readonly atOnce: number
  /** Of those, to one address. */
  readonly perAddress: number
}

export class TransferSlots {
  private readonly limits: TransferLimits
  private readonly byAddress = new Map<string, number>()
  private taken = 0

  constructor(limits: TransferLimits) {
    this.limits = limits
  }

  /** @returns how to give the slot back; in a few words why there is none */
  take(address: string): (() => void) | string {
    const { atOnce, perAddress } = this.limits
    const own = this.byAddress.get(address) ?? 0
    if (own >= perAddress) return `${own} transfers to this address are under way`
    if (this.taken >= atOnce) return `${this.taken} transfers are under way`
    this.count(address, own + 1, 1)
    return () => {
      // It is counted, for it was taken.
      this.count(address, (this.byAddress.get(address) as number) - 1, -1)
    }
  }

  private count(address: string, own: number, change: 1 | -1): void {
    this.taken += change
    if (own > 0) this.byAddress.set(address, own)
    else this.byAddress.delete(address)
  }
}
