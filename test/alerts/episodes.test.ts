/** Once when a host stops being well, once when it is well again. */
import t from 'tap'
import { Episodes } from '../../src/alerts/episodes.ts'
import type { Alert } from '../../src/alerts/alert.ts'
import { HostStates } from '../../src/dyndns/host-states.ts'
import type { Log } from '../../src/base/log.ts'
import type { ToldStore } from '../../src/zone/told-store.ts'
import { diskFull, FailingStore } from '../support/failing-store.ts'
import { recordingLog, type LogLine } from '../support/log.ts'
import { basic, TestWeb } from '../support/web.ts'

const HOME = 'home.dyn.example'
const URL = `/nic/update?hostname=${HOME}`
const DAY = 86_400
const HOUR = 3600

class TestTold implements ToldStore {
  readonly times = new Map<string, number>()
  isFull = false

  told(): ReadonlyMap<string, number> {
    return this.times
  }

  putTold(changes: ReadonlyMap<string, number | undefined>): void {
    if (this.isFull) throw diskFull()
    for (const [host, time] of changes) {
      if (time === undefined) this.times.delete(host)
      else this.times.set(host, time)
    }
  }
}

class TestEpisodes {
  readonly web: TestWeb
  readonly store = new TestTold()
  readonly lines: LogLine[]
  episodes: Episodes
  readonly token: string
  readonly blocked = new Set<string>()
  private readonly states: HostStates
  private readonly log: Log

  constructor(web = new TestWeb()) {
    this.web = web
    const { clock, tokens, attempts } = web
    const states = new HostStates(clock, tokens)
    this.states = states
    this.configure(3 * DAY)
    const { log, lines } = recordingLog()
    this.log = log
    this.lines = lines
    this.episodes = this.start()
    attempts.subscribe(states.take)
    attempts.subscribe((attempt) => {
      this.episodes.take(attempt)
    })
    this.token = web.token(`${HOME}.`)
  }

  configure(staleSeconds: number): void {
    this.states.configure({
      staleSeconds,
      isBlocked: (host) => this.blocked.has(host),
      isIdentity: (name) => this.web.tokens.has(name),
    })
  }

  /** As a server that finds what another left on disk. */
  start(): Episodes {
    this.episodes = new Episodes(this.web.clock, this.states, this.store, this.log)
    return this.episodes
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

t.test('what was told before a restart is not told again, but that it is back is', async (t) => {
  const test = new TestEpisodes()
  await test.update()
  test.advance(3 * DAY + 1)
  t.strictSame(await test.look(), [`alert stale ${HOME}`])
  test.start()
  test.advance(HOUR)
  t.strictSame(await test.look(), [])
  await test.update()
  t.strictSame(await test.look(), [`recovery stale ${HOME}`])
  t.strictSame([...test.store.times], [])
  test.advance(3 * DAY + 1)
  t.strictSame(await test.look(), [`alert stale ${HOME}`])
  test.web.tokens.revoke(`${HOME}.`)
  t.strictSame(await test.look(), [])
  t.strictSame([...test.store.times], [])
})

t.test('what nobody was told of is told an hour after the start, unless it is back', async (t) => {
  const test = new TestEpisodes()
  const other = test.web.token('other.dyn.example.')
  await test.update()
  await test.web.get('/nic/update?hostname=other.dyn.example', other)
  test.advance(3 * DAY + 1)
  test.start()
  t.strictSame(await test.look(), [])
  test.advance(HOUR - 1)
  await test.update()
  t.strictSame(await test.look(), [])
  test.advance(1)
  t.strictSame(await test.look(), ['alert stale other.dyn.example'])
  t.strictSame(await test.look(), [])
})

t.test('that a host may be away for longer is not yet that it is back', async (t) => {
  const test = new TestEpisodes()
  await test.update()
  test.advance(3 * DAY + 1)
  await test.look()
  test.configure(5 * DAY)
  t.strictSame(await test.look(), [])
  test.blocked.add(HOME)
  t.strictSame(await test.look(), [])
  t.strictSame([...test.store.times], [])
})

t.test('what was told and could not be put on disk is put there later', async (t) => {
  const test = new TestEpisodes()
  await test.update()
  test.advance(3 * DAY + 1)
  test.store.isFull = true
  t.strictSame(await test.look(), [`alert stale ${HOME}`])
  t.match(test.lines, [{ level: 'warn', message: 'which hosts were told of is not on disk yet' }])
  test.store.isFull = false
  t.strictSame(await test.look(), [])
  t.strictSame([...test.store.times.keys()], [HOME])
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
