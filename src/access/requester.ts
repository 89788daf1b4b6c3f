/** Who asks, and how the request came: all that a rule can ask about. */
import type { Principal } from './principal.ts'

export type Transport = 'udp' | 'tcp'

export interface Requester {
  readonly principal: Principal
  /** Of the client, behind a proxy too; over UDP it is only what the packet says. */
  readonly address: string
  readonly transport: Transport
}
