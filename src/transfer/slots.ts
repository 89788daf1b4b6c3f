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
    this.taken++
    this.byAddress.set(address, own + 1)
    return () => {
      this.taken--
      this.add(address, -1)
    }
  }

  private add(address: string, change: number): void {
    const own = (this.byAddress.get(address) ?? 0) + change
    if (own === 0) this.byAddress.delete(address)
    else this.byAddress.set(address, own)
  }
}
