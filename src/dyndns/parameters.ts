/**
 * The parameters of a request, from its query and its body together. Clients write them as they
 * like: broken percent-encoding stays as it is, and a key that comes twice makes a list.
 */

export class Parameters {
  private readonly values = new Map<string, string[]>()

  constructor(...sources: readonly string[]) {
    for (const source of sources) {
      for (const [key, value] of new URLSearchParams(source)) {
        const id = key.toLowerCase()
        const known = this.values.get(id)
        if (known === undefined) this.values.set(id, [value.trim()])
        else known.push(value.trim())
      }
    }
  }

  has(key: string): boolean {
    return this.values.has(key)
  }

  /** Every value of the key, in order. */
  all(key: string): readonly string[] {
    return this.values.get(key) ?? []
  }

  /** The first value of the first of these keys that has one which is not empty. */
  first(...keys: readonly string[]): string | undefined {
    for (const key of keys) {
      const found = this.all(key).find((value) => value !== '')
      if (found !== undefined) return found
    }
    return undefined
  }

  /** Whether the key is there with a value that means yes. */
  isYes(key: string): boolean {
    return this.all(key).some((value) => /^(1|yes|true|on)$/i.test(value))
  }

  keys(): Iterable<string> {
    return this.values.keys()
  }
}
