/** The configurations that docs/clients.md shows: the tests run the clients with these very blocks. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Livezone } from './livezone.ts'

// From build/test/support/ up to the repository.
const DOCS = fileURLToPath(new URL('../../../docs/clients.md', import.meta.url))

/**
 * The block whose opening fence is followed by `title=NAME`, as it stands there.
 * @param title such as `ddclient.conf`
 */
export const docsBlock = (title: string): string => {
  const text = readFileSync(DOCS, 'utf8')
  const fence = `title=${title}\n`
  const start = text.indexOf(fence)
  const end = text.indexOf('\n```', start)
  if (start === -1 || end === -1) throw new Error(`docs/clients.md has no block title=${title}`)
  return `${text.slice(start + fence.length, end)}\n`
}

/** The block for the server at hand. */
export const clientConfig = (title: string, server: Livezone): string =>
  docsBlock(title)
    .replaceAll('5300', `${server.port}`)
    .replaceAll('BASE64SECRET', server.secret)
    .replaceAll('keys/ddns-key.key', server.keyFile)
