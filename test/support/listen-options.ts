/** Listening without proxies, and with counters that a test can look at. */
import { Counters } from '../../src/base/counters.ts'
import type { ListenOptions } from '../../src/transport/transport.ts'

export const noProxies = (counters = new Counters()): ListenOptions => ({
  isProxy: () => false,
  counters,
})
