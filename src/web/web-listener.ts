/** A web listener that is open: where it is, and how it ends. */
import type { Server as SecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Certificate } from './certificate.ts'
import { createWeb, type WebKind, type WebOptions } from './web-server.ts'

export interface WebListener {
  readonly address: string
  readonly port: number
  /** Shows another certificate from the next connection on. */
  renew(certificate: Certificate): void
  /** Takes nothing more; resolves when what was taken has been answered. */
  close(): Promise<void>
}

/** @throws what the system says when the address cannot be listened on */
export const listenWeb = async (
  kind: WebKind,
  wanted: { readonly address: string; readonly port: number },
  options: WebOptions,
): Promise<WebListener> => {
  const server = createWeb(kind, options)
  await server.listen({ host: wanted.address, port: wanted.port })
  // It listens on an address and a port.
  const { address, port } = server.server.address() as AddressInfo
  return {
    address,
    port,
    renew: (certificate) => {
      // Asked of listeners of HTTPS only.
      const secure = server.server as unknown as SecureServer
      secure.setSecureContext(certificate)
    },
    close: () => server.close(),
  }
}
