/** A running server takes another configuration: whole, or not at all. */
import { rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import t from 'tap'
import { LmdbLoad } from '../src/store/lmdb-load.ts'
import { StoreError } from '../src/zone/zone.ts'
import { grantText } from './support/config-text.ts'
import { query, update } from './support/messages.ts'
import { option, Option, optionOf, optWith } from './support/options.ts'
import { Reloading, signedNow, zoneText } from './support/reloading.ts'
import { askUdp, connectTcp, framed, restOf, unframed } from './support/sockets.ts'
import { hasTsig, rcodeOf } from './support/tsig.ts'
import { add, txt, Type } from './support/updates.ts'

const NOERROR = 0
const REFUSED = 5
const NOTAUTH = 9

const soaRcode = async (zone: string, port: number): Promise<number> =>
  rcodeOf(await askUdp(port, query(zone, Type.SOA)))

t.test('where nothing was changed, nothing changes', async (t) => {
  const from = grantText('key = "ddns-key"', 'match = "zonesub"', 'from = ["192.0.2.0/24"]')
  const server = await Reloading.start(t, { rest: from })
  const { port } = server
  t.strictSame(await server.reload(), {})
  t.match(server.lines.at(-1), { level: 'info', message: 'reloaded' })
  t.equal(server.port, port)
  t.equal(await server.update(), NOERROR)
  server.configure({ rest: from.replace('/24', '/25') })
  t.strictSame(await server.reload(), { zonesChanged: ['dyn.example.'] })
})

t.test('keys come and go, and the log names them', async (t) => {
  const server = await Reloading.start(t, { rest: zoneText('b.example.', 'b') }, ['ddns-key', 'b'])
  t.equal(await server.update('c'), NOTAUTH)
  server.addKey('c')
  server.removeKey('b')
  server.configure({ rest: zoneText('b.example.', 'c') })
  const changes = { keysAdded: ['c.'], keysRemoved: ['b.'], zonesChanged: ['b.example.'] }
  t.strictSame(await server.reload(), changes)
  t.strictSame(server.lines.at(-1), { level: 'info', fields: changes, message: 'reloaded' })
  t.equal(await server.update('c', 'b.example.'), NOERROR)
  t.equal(await server.update('b', 'b.example.'), NOTAUTH)
})

t.test('a key that was rotated is told, and an expiry date', async (t) => {
  const server = await Reloading.start(t)
  server.addKey('ddns-key', 'hmac-sha512')
  t.strictSame(await server.reload(), { keysChanged: ['ddns-key.'] })
  server.configure({ rest: '[[key]]\nname = "ddns-key"\nexpires = 2001-01-01T00:00:00Z\n' })
  t.strictSame(await server.reload(), { keysChanged: ['ddns-key.'] })
  t.match(server.lines.at(-1), {
    level: 'warn',
    fields: { key: 'ddns-key.', expires: '2001-01-01T00:00:00Z' },
    message: /^this key has expired/,
  })
  t.equal(await server.update(), NOTAUTH)
})

t.test('a key with another budget is told, and held to it', async (t) => {
  const server = await Reloading.start(t)
  server.configure({ rest: '[[key]]\nname = "DDNS-key"\nnames = 1\n' })
  t.strictSame(await server.reload(), { keysChanged: ['ddns-key.'] })
  t.equal(await server.update(), REFUSED)
  server.configure({ rest: '[[key]]\nname = "ddns-key"\n' })
  t.strictSame(await server.reload(), { keysChanged: ['ddns-key.'] })
  t.equal(await server.update(), NOERROR)
})

t.test('a server that stops takes no other configuration', async (t) => {
  const server = await Reloading.start(t)
  server.configure({ listen: 'listen = ["127.0.0.1:0", "127.0.0.1:0"]' })
  const stopped = server.stop()
  await t.rejects(server.reload(), { message: 'the server is stopping' })
  await stopped
})

t.test('zones come, seeded from their files, and go, and come back as they were', async (t) => {
  const server = await Reloading.start(t)
  t.equal(await soaRcode('b.example.', server.port), REFUSED)
  server.configure({ rest: zoneText('b.example.') })
  t.strictSame(await server.reload(), { zonesAdded: ['b.example.'] })
  t.equal(await server.update('ddns-key', 'b.example.'), NOERROR)
  server.configure({})
  t.strictSame(await server.reload(), { zonesRemoved: ['b.example.'] })
  t.equal(await soaRcode('b.example.', server.port), REFUSED)
  server.configure({ rest: zoneText('b.example.') })
  await server.reload()
  t.equal(await soaRcode('x.b.example.', server.port), NOERROR, 'the store is the truth')
})

t.test('addresses come and go', async (t) => {
  const server = await Reloading.start(t)
  const [first = 0] = server.ports
  server.configure({ listen: 'listen = ["127.0.0.1:0", "127.0.0.1:0"]' })
  t.strictSame(await server.reload(), { listenAdded: ['127.0.0.1:0'] })
  const [kept, second = 0] = server.ports
  t.equal(kept, first)
  t.equal(await soaRcode('dyn.example.', second), NOERROR)
  server.configure({ listen: `listen = ["127.0.0.1:${second}"]` })
  // The address with that port is another's, and be it our own.
  await t.rejects(server.reload(), /cannot listen on/)
  server.configure({ listen: 'listen = ["127.0.0.1:0"]' })
  t.strictSame(await server.reload(), { listenRemoved: ['127.0.0.1:0'] })
  t.strictSame(server.ports, [first])
})

t.test('settings of the server as a whole are others from then on', async (t) => {
  const data = 'data = "data"\n'
  const server = await Reloading.start(t, { data: `${data}udp-size = 1000` })
  const plain = query('dyn.example.', Type.NS)
  const before = await askUdp(server.port, plain)
  t.ok((await askUdp(server.port, plain)).equals(before), 'once made, once kept')
  const settings = 'identity = { id = "ns9" }\nproxy = ["192.0.2.7"]\nanswer-cache = 0'
  server.configure({ data: data + settings })
  t.strictSame(await server.reload(), {
    settingsChanged: ['udp-size', 'answer-cache', 'proxies', 'server-id'],
  })
  t.ok((await askUdp(server.port, plain)).equals(before), 'made again')
  const asked = query('dyn.example.', Type.SOA, { additionals: [optWith([option(Option.NSID)])] })
  t.equal(optionOf(await askUdp(server.port, asked), Option.NSID)?.toString(), 'ns9')
})

t.test(
  'RFC 9018 §5 a server’s own cookies stay good; with another secret they do not',
  async (t) => {
    const server = await Reloading.start(t)
    const cookieOf = async (cookie: Buffer): Promise<Buffer> => {
      const additionals = [optWith([option(Option.COOKIE, cookie)])]
      const answer = await askUdp(server.port, query('dyn.example.', Type.SOA, { additionals }))
      return optionOf(answer, Option.COOKIE) ?? Buffer.alloc(0)
    }
    const cookie = await cookieOf(Buffer.alloc(8, 1))
    await server.reload()
    t.strictSame(await cookieOf(cookie), cookie)
    const secret = join(server.folder, 'secret')
    writeFileSync(secret, 'e5e973e5a6b2a43f48e7dc849e37bfcf', { mode: 0o600 })
    server.configure({ data: 'data = "data"\ncookie-secret = "secret"' })
    t.strictSame(await server.reload(), { settingsChanged: ['cookie-secret'] })
    const other = await cookieOf(cookie)
    t.notSame(other, cookie)
    writeFileSync(secret, '445536bcd2513298075a5d379663c962', { mode: 0o600 })
    t.strictSame(await server.reload(), { settingsChanged: ['cookie-secret'] })
    t.notSame(await cookieOf(other), other)
  },
)

t.test('what is under way is finished by what it began with', async (t) => {
  const server = await Reloading.start(t)
  const changes = Array.from({ length: 50 }, (_, n) =>
    signedNow(
      update('dyn.example.', [], [add(`h${n}.dyn.example.`, Type.TXT, 60, txt('x'))], { id: n }),
    ),
  )
  const socket = await connectTcp(server.port)
  const answers = restOf(socket)
  const firstAnswer = once(socket, 'data')
  socket.end(framed(changes))
  server.addKey('other')
  server.removeKey('ddns-key')
  server.configure({ zone: '[[zone]]\nname = "c.example."' })
  writeFileSync(
    join(server.folder, 'x.toml'),
    `listen = ["127.0.0.1:0"]\ndata = "data"\nkeys = "keys"\n${zoneText('c.example.', 'other')}`,
  )
  const reload = server.reload()
  await firstAnswer
  t.strictSame(await reload, {
    keysAdded: ['other.'],
    keysRemoved: ['ddns-key.'],
    zonesAdded: ['c.example.'],
    zonesRemoved: ['dyn.example.'],
  })
  const all = unframed(await answers)
  t.equal(all.length, 50)
  t.ok(all.every(hasTsig))
  t.equal(await server.update(), NOTAUTH)
})

t.test('two at once are one after the other', async (t) => {
  const server = await Reloading.start(t)
  server.addKey('b')
  const [first, second] = await Promise.all([server.reload(), server.reload()])
  t.strictSame([first, second], [{ keysAdded: ['b.'] }, {}])
})

for (const [title, wrong, message] of [
  ['no TOML', { listen: 'listen = ' }, /x\.toml:2:1: /],
  [
    'an unknown setting',
    { data: 'data = "data"\ncolor = 1' },
    /x\.toml:3:1: "color" is no setting/,
  ],
  ['another store', { data: 'data = "other"' }, /x\.toml:2:1: another store needs a restart$/],
  [
    'another control socket',
    { data: 'data = "data"\ncontrol = "c.sock"' },
    /x\.toml:3:1: another control socket needs a restart$/,
  ],
  [
    'another way of taking UDP',
    { data: 'data = "data"\nudp = "auto"' },
    /x\.toml:3:1: another way of taking UDP needs a restart$/,
  ],
  [
    'a grant for a key that is not there',
    { rest: zoneText('b.example.', 'none') },
    /x\.toml:14:1: no file in .*keys has the key none\.: livezone key generate none\.$/,
  ],
  [
    'a zone without a file behind one with a file',
    { rest: `${zoneText('b.example.')}[[zone]]\nname = "c.example."\n` },
    /x\.toml:17:1: the store has no c\.example\.: give it a "file"/,
  ],
  [
    'an address that this machine does not have, behind one that it has, and a new zone',
    {
      listen: 'listen = ["127.0.0.1:0", "127.0.0.1:0", "192.0.2.1:0"]',
      rest: zoneText('b.example.'),
    },
    /x\.toml:1:41: cannot listen on 192\.0\.2\.1:0: this machine does not have that address/,
  ],
  [
    'a cookie secret',
    { data: 'data = "data"\ncookie-secret = "none"' },
    /x\.toml:3:1: cannot read/,
  ],
] as const) {
  t.test(`nothing is taken of a configuration with what is wrong: ${title}`, async (t) => {
    const server = await Reloading.start(t)
    const { ports } = server
    server.addKey('new')
    server.configure(wrong)
    await t.rejects(server.reload(), { message })
    t.match(server.lines.at(-1), {
      level: 'error',
      fields: { errors: [message] },
      message: 'not reloaded: all stays as it was',
    })
    t.strictSame(server.ports, ports)
    t.equal(await server.update(), NOERROR)
    t.equal(await server.update('new'), NOTAUTH)
    t.equal(await soaRcode('b.example.', server.port), REFUSED)
    server.configure({ rest: zoneText('b.example.') })
    const changes = { keysAdded: ['new.'], zonesAdded: ['b.example.'] }
    t.strictSame(await server.reload(), changes, 'and the next one is')
    t.equal(
      server.lines.filter(({ message }) => message === 'zone seeded from its file').length,
      2,
      'the zone was not in the store before',
    )
  })
}

t.test('all that is wrong is in the log at once', async (t) => {
  const server = await Reloading.start(t)
  server.configure({ listen: 'listen = 1', keys: 'keys = 1' })
  await t.rejects(server.reload())
  t.match(server.lines.at(-1)?.fields['errors'], [/x\.toml:1:1: /, /x\.toml:3:1: /])
})

t.test('a file that is gone is said to be', async (t) => {
  const server = await Reloading.start(t)
  rmSync(join(server.folder, 'x.toml'))
  await t.rejects(server.reload(), { code: 'ENOENT' })
  t.match(server.lines.at(-1)?.fields, { errors: [/^ENOENT: .*x\.toml/] })
})

t.test('a disk that says no leaves zones and addresses as they were', async (t) => {
  const server = await Reloading.start(t)
  server.configure({
    listen: 'listen = ["127.0.0.1:0", "127.0.0.1:0"]',
    rest: zoneText('b.example.'),
  })
  const full = t.intercept(LmdbLoad.prototype, 'publish', {
    value: () => {
      throw new StoreError('the disk is full')
    },
  })
  await t.rejects(server.reload(), { message: 'the disk is full' })
  full.restore()
  t.equal(server.ports.length, 1)
  t.equal(await server.update(), NOERROR)
  const changes = { zonesAdded: ['b.example.'], listenAdded: ['127.0.0.1:0'] }
  t.strictSame(await server.reload(), changes)
})

t.test('a bug of ours is in the log with its stack', async (t) => {
  const server = await Reloading.start(t)
  server.configure({ rest: zoneText('b.example.') })
  const bug = t.intercept(LmdbLoad.prototype, 'add', {
    value: () => {
      throw new TypeError('a bug')
    },
  })
  await t.rejects(server.reload(), TypeError)
  bug.restore()
  t.match(server.lines.at(-1)?.fields, { errors: [/^TypeError: a bug\n +at /] })
})

t.test('a port that another program has is left to it', async (t) => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.teardown(() => other.close())
  // A listening server has an address with a port.
  const { port } = other.address() as AddressInfo
  const server = await Reloading.start(t)
  server.configure({ listen: `listen = ["127.0.0.1:${port}"]` })
  await t.rejects(server.reload(), { message: /:1:11: cannot listen on .*: another program has/ })
  t.equal(await server.update(), NOERROR)
})
