/** Once when a host stops being well, once when it is well again. */
import t from 'tap'
import { Episodes } from '../../src/alerts/episodes.ts'
import type { Alert } from '../../src/alerts/alert.ts'
import { HostStates } from '../../src/dyndns/host-states.ts'
import { diskFull, FailingStore } from '../support/failing-store.ts'
import { basic, TestWeb } from '../support/web.ts'

const HOME = 'home.dyn.example'
const URL = `/nic/update?hostname=${HOME}`
const DAY = 86_400

class TestEpisodes {
  readonly web: TestWeb
  readonly episodes: Episodes
  readonly token: string
  readonly blocked = new Set<string>()

  constructor(web = new TestWeb()) {
    this.web = web
    const { clock, tokens, attempts } = web
    const states = new HostStates(clock, tokens)
    states.configure({
      staleSeconds: 3 * DAY,
      isBlocked: (host) => this.blocked.has(host),
      isIdentity: (name) => tokens.has(name),
    })
    this.episodes = new Episodes(clock, states)
    attempts.subscribe(states.take)
    attempts.subscribe(this.episodes.take)
    this.token = web.token(`${HOME}.`)
  }

  update(address = '198.51.100.1'): Promise<string> {
    return this.web.get(`${URL}&myip=${address}`, this.token)
  }

  /** `alert stale home.dyn.example` */
  async look(mostFailures = 2): Promise<string[]> {
    const alerts = await this.episodes.look(mostFailures)
    return alerts.map(({ event, kind, host }) => `${event} ${kind} ${host}`)
  }

  advance(seconds: number): void {
    this.web.clock.advanceSeconds(seconds)
  }
}

t.test('a host that goes stale is told once, and once that it is back', async (t) => {
  const test = new TestEpisodes()
  await test.update()
  t.strictSame(await test.look(), [])
  test.advance(3 * DAY + 1)
  const [first] = await test.episodes.look(2)
  t.match(first, {
    time: test.web.clock.milliseconds,
    event: 'alert',
    kind: 'stale',
    host: HOME,
    words: 'not seen for 3 days',
    advice: /whether the device is on/,
  } satisfies Record<keyof Alert, unknown>)
  t.strictSame(await test.look(), [])
  await test.update()
  t.strictSame(await test.look(), [`recovery stale ${HOME}`])
  t.strictSame(await test.look(), [])
})

t.test('what was stale before the start is not told again, but that it is back is', async (t) => {
  const test = new TestEpisodes()
  await test.update()
  test.advance(3 * DAY + 1)
  t.strictSame(await test.look(), [])
  t.strictSame(await test.look(), [])
  await test.update()
  t.strictSame(await test.look(), [`recovery stale ${HOME}`])
})

t.test('logins that fail are told when there are more than so many', async (t) => {
  const test = new TestEpisodes()
  const guess = () => test.web.ask(URL, { authorization: basic('x', 'y') })
  for (let n = 0; n < 2; n++) await guess()
  t.strictSame(await test.look(), [])
  await guess()
  const [first] = await test.episodes.look(2)
  t.match(first, { kind: 'login', words: /3 requests in a row failed/, advice: /Put the token/ })
  await guess()
  t.strictSame(await test.look(), [])
  test.advance(DAY + 1)
  t.strictSame(await test.look(), [], 'it has stopped trying, and that is no recovery')
  await test.update()
  t.strictSame(await test.look(), [`recovery login ${HOME}`])
})

t.test('updates that are refused are told, with the reason', async (t) => {
  const test = new TestEpisodes()
  for (let n = 0; n < 3; n++) await test.update('<ipaddr>')
  const [first] = await test.episodes.look(2)
  t.match(first, { kind: 'update', words: /was not filled in/, advice: /placeholder/ })
})

t.test(
  'another trouble is another alert; a few failures are no recovery from the first',
  async (t) => {
    const test = new TestEpisodes()
    await test.update()
    await test.look()
    test.advance(3 * DAY + 1)
    t.strictSame(await test.look(), [`alert stale ${HOME}`])
    for (let n = 0; n < 3; n++) await test.update('x')
    t.strictSame(await test.look(5), [])
    t.strictSame(await test.look(2), [`alert update ${HOME}`])
  },
)

t.test('two devices that take turns are told', async (t) => {
  const test = new TestEpisodes()
  for (let n = 0; n < 7; n++) {
    await test.update(`198.51.100.${n % 2}`)
    test.advance(60)
  }
  const [first] = await test.episodes.look(2)
  t.match(first, { kind: 'flapping', advice: /one of the two devices/ })
  test.advance(3600)
  t.strictSame(await test.look(), [`recovery flapping ${HOME}`])
})

t.test('a host that is blocked or gone ends in silence', async (t) => {
  const test = new TestEpisodes()
  for (let n = 0; n < 3; n++) await test.update('x')
  t.strictSame(await test.look(), [`alert update ${HOME}`])
  await test.update()
  test.blocked.add(HOME)
  t.strictSame(await test.look(), [])
  test.blocked.clear()
  t.strictSame(await test.look(), [])
  for (let n = 0; n < 3; n++) await test.update('x')
  t.strictSame(await test.look(), [`alert update ${HOME}`])
  test.web.tokens.revoke(`${HOME}.`)
  t.strictSame(await test.look(), [])
})

t.test('trouble of the server is told once, and its end', async (t) => {
  const store = new FailingStore()
  const test = new TestEpisodes(new TestWeb({ store }))
  store.failure = diskFull()
  for (let n = 0; n < 4; n++) await test.update()
  const [first, ...more] = await test.episodes.look(2)
  t.match(first, {
    kind: 'trouble',
    host: undefined,
    words: /on disk/,
    advice: /log of the server/,
  })
  t.strictSame(more, [], 'it is nobody else’s fault')
  await test.update('x')
  t.strictSame(await test.look(), [])
  store.failure = undefined
  await test.update()
  const [end] = await test.episodes.look(2)
  t.match(end, { event: 'recovery', kind: 'trouble', words: 'updates are taken again' })
})

t.test('many hosts are looked at in pieces', async (t) => {
  const test = new TestEpisodes()
  for (let n = 0; n < 450; n++) test.web.token(`h${n}.dyn.example.`)
  t.strictSame(await test.look(), [])
})
