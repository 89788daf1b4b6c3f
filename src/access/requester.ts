/** Who asks, and how the request came: all that a rule can ask about. */
import type { Name } from '../wire/name.ts'

export type Transport = 'udp' | 'tcp'

export interface Requester {
  /** The key that was proved; undefined for a request without a signature. */
  readonly key: Name | undefined
  /** The token that was proved, by name: a client of the web kind. */
  readonly token?: string
  /** Of the client, behind a proxy too; over UDP it is only what the packet says. */
  readonly address: string
  readonly transport: Transport
}
