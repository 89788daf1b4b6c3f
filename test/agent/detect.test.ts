/** What sources say, alone and together. */
import t from 'tap'
import {
  askWorld,
  detect,
  familyText,
  onInterface,
  sourceText,
  type SourceAnswer,
  type SourceSettings,
} from '../../src/agent/detect.ts'
import type { InterfaceAddress } from '../../src/agent/interfaces.ts'
import { listenWeb } from '../support/web-listener.ts'

const INTERFACE: SourceSettings = { kind: 'interface', interface: 'wan' }
const WEB: SourceSettings = { kind: 'web', url: new URL('http://dyn.example/myip') }

const addresses = (...found: string[]): SourceAnswer => ({ kind: 'addresses', addresses: found })
const none: SourceAnswer = { kind: 'none', why: 'nothing there' }
const failed: SourceAnswer = { kind: 'failed', why: 'no answer' }

t.test('what the sources say together', async (t) => {
  const one = { kind: 'address', address: '192.0.2.1', source: 'interface wan' } as const
  const web = { ...one, source: 'dyn.example' }
  for (const [says, current, expected] of [
    [[addresses('192.0.2.1', '192.0.2.2'), failed], undefined, one],
    [[addresses('192.0.2.2', '192.0.2.1'), failed], '192.0.2.1', one],
    [[addresses('192.0.2.1'), failed], '192.0.2.9', one],
    [[none, addresses('192.0.2.1')], undefined, web],
    [[failed, addresses('192.0.2.1')], undefined, web],
    [[none, none], '192.0.2.1', { kind: 'none', why: 'nothing there; nothing there' }],
    [[none, failed], '192.0.2.1', { kind: 'unknown', why: 'nothing there; no answer' }],
    [[none], '192.0.2.1', { kind: 'unknown', why: 'nothing there' }],
    [[addresses(), none], undefined, { kind: 'unknown', why: 'nothing there' }],
  ] as const) {
    const sources = says.map((_, index) => (index === 0 ? INTERFACE : WEB))
    const answers = [...says]
    const ask = async (): Promise<SourceAnswer> => answers.shift() ?? failed
    t.strictSame(await detect(sources, 'ipv4', current, ask), expected, JSON.stringify(says))
  }
})

t.test('a source that decides is the last one that is asked', async (t) => {
  let asked = 0
  await detect([INTERFACE, WEB], 'ipv4', undefined, async () => {
    asked++
    return addresses('192.0.2.1')
  })
  t.equal(asked, 1)
})

t.test('sources and families have names', async (t) => {
  t.equal(sourceText(INTERFACE), 'interface wan')
  t.equal(sourceText({ kind: 'interface', interface: undefined }), 'the interfaces')
  t.equal(sourceText(WEB), 'dyn.example')
  t.equal(sourceText({ kind: 'command', command: ['my-ip', '-6'] }), 'my-ip')
  t.strictSame([familyText('ipv4'), familyText('ipv6')], ['IPv4', 'IPv6'])
})

const on = (address: string, more: Partial<InterfaceAddress> = {}): InterfaceAddress => ({
  interface: 'wan',
  family: address.includes(':') ? 'ipv6' : 'ipv4',
  address,
  preferredSeconds: 600,
  isTemporary: false,
  isDeprecated: false,
  isTentative: false,
  ...more,
})

t.test('which addresses of an interface are for publishing', async (t) => {
  const all = [
    on('192.0.2.1'),
    on('192.168.1.1'),
    on('169.254.1.1'),
    on('fd00::1', { preferredSeconds: Infinity }),
    on('2001:db8::1'),
    on('2001:db8::2', { preferredSeconds: Infinity }),
    on('2001:db8::3', { isTemporary: true }),
    on('2001:db8::4', { isDeprecated: true }),
    on('2001:db8::5', { isTentative: true }),
    on('2001:db8::6', { interface: 'vpn', preferredSeconds: 60 }),
    on('fe80::1'),
  ]
  for (const [title, wanted, family, allowPrivate, expected] of [
    ['IPv4', 'wan', 'ipv4', false, ['192.0.2.1']],
    ['private ones last', 'wan', 'ipv4', true, ['192.0.2.1', '192.168.1.1']],
    ['the longest first', 'wan', 'ipv6', false, ['2001:db8::2', '2001:db8::1']],
    ['no ULA before the world', 'wan', 'ipv6', true, ['2001:db8::2', '2001:db8::1', 'fd00::1']],
    ['another interface', 'vpn', 'ipv6', false, ['2001:db8::6']],
    ['all', undefined, 'ipv6', false, ['2001:db8::2', '2001:db8::1', '2001:db8::6']],
  ] as const) {
    const answer = onInterface(all, wanted, family, allowPrivate)
    t.strictSame(answer, { kind: 'addresses', addresses: expected }, title)
  }
  t.strictSame(onInterface(all, 'vpn', 'ipv4', false), {
    kind: 'none',
    why: 'interface vpn: no IPv4 address',
  })
  t.strictSame(onInterface([on('10.0.0.1')], undefined, 'ipv4', false), {
    kind: 'none',
    why: 'the interfaces: 10.0.0.1 alone, which is private (allow-private publishes such)',
  })
})

t.test('the world is asked', async (t) => {
  let page = '192.0.2.7'
  let status = 200
  const { origin } = await listenWeb(t, (response) => response.writeHead(status).end(page))
  const web: SourceSettings = { kind: 'web', url: new URL(origin) }
  const ask = askWorld(async () => [on('192.0.2.1')], false)
  t.strictSame(await ask(INTERFACE, 'ipv4'), addresses('192.0.2.1'))
  t.strictSame(await ask(web, 'ipv4'), addresses('192.0.2.7'))

  const { host } = new URL(origin)
  for (const [says, why] of [
    ['nothing', `${host} says no IPv4 address`],
    ['10.0.0.1', `${host} says 10.0.0.1, which is private (allow-private publishes such)`],
    ['127.0.0.1', `${host} says 127.0.0.1, which nobody can reach`],
  ] as const) {
    page = says
    t.strictSame(await ask(web, 'ipv4'), { kind: 'failed', why })
  }
  page = '10.0.0.1'
  t.strictSame(await askWorld(async () => [], true)(web, 'ipv4'), addresses('10.0.0.1'))
  status = 500
  t.strictSame(await ask(web, 'ipv4'), { kind: 'failed', why: `${host} answers HTTP 500` })

  const command = (code: string): SourceSettings => ({
    kind: 'command',
    command: [process.execPath, '-e', code],
  })
  t.strictSame(await ask(command('console.log("192.0.2.8")'), 'ipv4'), addresses('192.0.2.8'))
  t.match(await ask(command('process.exit(1)'), 'ipv4'), { kind: 'failed', why: /exit 1$/ })
})

t.test('only a machine without a way to the family proves that there is no address', async (t) => {
  const web = (host: string): SourceSettings => ({ kind: 'web', url: new URL(`http://${host}/`) })
  const ask = askWorld(async () => {
    throw new Error('ip failed')
  }, false)
  t.strictSame(await ask(INTERFACE, 'ipv4'), { kind: 'failed', why: 'ip failed' })
  t.match(await ask(web('127.0.0.1:1'), 'ipv4'), { kind: 'failed', why: /ECONNREFUSED/ })
  // No machine has this address, nor a way to it with an address of its own.
  t.match(await ask(web('[ff0e::1]:1'), 'ipv6'), { kind: /none|failed/ })
})
