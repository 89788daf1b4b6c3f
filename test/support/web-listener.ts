/** A web server of a test's own, which says what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'

export interface WebRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface WebListener {
  /** Without a path. */
  readonly origin: string
  readonly requests: WebRequest[]
}

/** @param answer is given each request, and ends the response */
export const listenWeb = async (
  t: Test,
  answer: (response: ServerResponse, request: WebRequest) => void,
  address = '127.0.0.1',
): Promise<WebListener> => {
  const requests: WebRequest[] = []
  const server = createServer((incoming, response) => {
    let body = ''
    incoming.setEncoding('utf8').on('data', (piece: string) => (body += piece))
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming
      const request = { method, url, headers, body }
      requests.push(request)
      answer(response, request)
    })
  })
  server.listen(0, address)
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  // It listens at an address and port.
  const { port } = server.address() as AddressInfo
  const host = address.includes(':') ? `[${address}]` : address
  return { origin: `http://${host}:${port}`, requests }
}
