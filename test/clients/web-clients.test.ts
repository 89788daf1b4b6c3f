/** Configurations of web clients: complete, and the same as in the documentation. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import type { WebClientSettings } from '../../src/clients/web/web-client.ts'
import { webClients } from '../../src/clients/web/web-clients.ts'

// From build/test/clients/ up to the repository.
const DOCS = fileURLToPath(new URL('../../../docs/dyndns.md', import.meta.url))

const SETTINGS: WebClientSettings = {
  origin: 'https://ddns.example.net',
  host: 'home.dyn.example',
  user: 'home',
  token: 'TOKEN',
}

t.test('docs/dyndns.md shows what the page shows', async (t) => {
  const docs = readFileSync(DOCS, 'utf8')
  for (const { title, text } of webClients) {
    t.ok(docs.includes(`\n${text(SETTINGS).join('\n')}\n\`\`\``), title)
  }
})

t.test('each has a name of its own, and says where its text goes', async (t) => {
  const ids = webClients.map(({ id }) => id)
  t.equal(new Set(ids).size, 15)
  for (const { title, where, types } of webClients) {
    t.not(title, '')
    t.match(where, /:$/)
    t.ok(types.length > 0)
  }
})

t.test('all but nsupdate, which has a key of its own, carry server, host and token', async (t) => {
  for (const client of webClients) {
    const text = client.text(SETTINGS).join('\n')
    for (const part of ['ddns.example.net', 'TOKEN']) {
      t.equal(text.includes(part), client.id !== 'nsupdate', `${client.id} ${part}`)
    }
  }
})

t.test('over plain HTTP they say so where a client has to be told', async (t) => {
  const settings = { ...SETTINGS, origin: 'http://127.0.0.1:8080' }
  const textOf = (id: string): string =>
    webClients
      .find((client) => client.id === id)
      ?.text(settings)
      .join('\n') ?? ''
  t.match(textOf('ddclient3'), /^ssl=no\n[^]*\nserver=127\.0\.0\.1:8080\n/)
  t.match(textOf('inadyn'), / {2}ssl = false\n[^]*checkip-ssl = false\n/)
  t.match(textOf('mikrotik'), /mode=http /)
  t.match(textOf('ddclient4'), /server=http:\/\/127\.0\.0\.1:8080\n/)
  t.match(textOf('openwrt'), /'http:\/\/\[USERNAME\]:\[PASSWORD\]@127\.0\.0\.1:8080\/nic/)
})
