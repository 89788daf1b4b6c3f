/** A proxy that speaks HTTPS to clients, and tells a livezone behind it that they come from elsewhere. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { WebLivezone } from './web-livezone.ts'

export interface TlsProxy {
  readonly port: number
  close(): void
}

/** @param server has made its certificate, and trusts 127.0.0.1 */
export const openTlsProxy = async (
  server: WebLivezone,
  forwardedFor: string,
): Promise<TlsProxy> => {
  const files = ['server.pem', 'server.key'].map((name) => readFileSync(join(server.folder, name)))
  const proxy = createServer({ cert: files[0], key: files[1] }, (incoming, outgoing) => {
    const [host, port] = server.at('http').split(':')
    const headers = { ...incoming.headers, 'x-forwarded-for': forwardedFor }
    const path = incoming.url ?? '/'
    // A connection of its own: the server may be about to close one that was used before.
    request({ host, port, path, headers, method: 'GET', agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 0, answer.headers)
      answer.pipe(outgoing)
    }).end()
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  return {
    // It listens on a port.
    port: (proxy.address() as AddressInfo).port,
    close: () => proxy.close(),
  }
}
