/** Alerts as a whole: looked for, logged, handed to every way. */
import t from 'tap'
import type { Alert } from '../../src/alerts/alert.ts'
import { Alerts } from '../../src/alerts/alerts.ts'
import { alert, FakeWay, settled } from '../support/alerts.ts'
import { FakeClock } from '../support/clock.ts'
import { recordingLog } from '../support/log.ts'

const setUp = () => {
  const found: Alert[] = []
  const asked: number[] = []
  const { log, lines } = recordingLog()
  const look = (mostFailures: number) => {
    asked.push(mostFailures)
    return Promise.resolve(found.splice(0))
  }
  const alerts = new Alerts({ look }, new FakeClock(), log)
  const ways = [new FakeWay(), new FakeWay()] as const
  alerts.configure({ ways, mostFailures: 5 })
  return { found, asked, lines, alerts, ways }
}

t.test('each way gets what there is, in one message; the log has a line for each', async (t) => {
  const { found, asked, lines, alerts, ways } = setUp()
  const back = alert({ event: 'recovery', advice: undefined })
  found.push(alert(), back)
  await Promise.all([alerts.look(), alerts.look()])
  await settled()
  t.strictSame(asked, [5], 'one look at a time')
  for (const way of ways) {
    t.match(way.sent, [{ isTest: false, time: 1_700_000_000_000 }])
    t.strictSame(way.sent[0]?.alerts, [alert(), back])
  }
  const fields = { alert: 'stale', host: 'home.dyn.example', reason: 'not seen for 2 days' }
  t.strictSame(lines, [
    { level: 'warn', fields: { ...fields, advice: 'See to it.' }, message: 'alert' },
    { level: 'info', fields, message: 'well again' },
  ])
})

t.test('where there is nothing to tell, nothing goes out', async (t) => {
  const { lines, alerts, ways } = setUp()
  await alerts.look()
  await alerts.look()
  await settled()
  t.strictSame([lines.length, ways[0].sent.length], [0, 0])
})

t.test('a bug of ours ends the look, and the next is made all the same', async (t) => {
  const { log, lines } = recordingLog()
  const results = [Promise.reject(new TypeError('a bug')), Promise.resolve([alert()])]
  const look = () => results.shift() ?? Promise.resolve([])
  const alerts = new Alerts({ look }, new FakeClock(), log)
  await alerts.look()
  await alerts.look()
  t.match(lines, [{ level: 'error', message: /please report/ }, { message: 'alert' }])
})

t.test('the log names fifty of one look', async (t) => {
  const { found, lines, alerts } = setUp()
  for (let n = 0; n < 53; n++) found.push(alert({ host: `h${n}` }))
  await alerts.look()
  t.equal(lines.length, 51)
  t.match(lines.at(-1), { fields: { count: 3 }, message: 'more alerts' })
})

t.test('a test goes by each way at once, and says what came of it', async (t) => {
  const { alerts, ways } = setUp()
  ways[1].problem = 'HTTP 500'
  t.strictSame(await alerts.test(), [
    { way: 'webhook', isDelivered: true, words: 'HTTP 200' },
    { way: 'webhook', isDelivered: false, words: 'HTTP 500' },
  ])
  t.match(ways[0].sent, [{ isTest: true }])
})

t.test(
  'after a reload what waits goes out by the new ways, and after the end nothing',
  async (t) => {
    const { found, alerts, lines } = setUp()
    const [hook, smtp] = [new FakeWay(), new FakeWay('smtp')]
    hook.problem = 'no'
    smtp.problem = 'no'
    alerts.configure({ ways: [smtp, hook], mostFailures: 0 })
    found.push(alert())
    await alerts.look()
    await settled()
    const other = new FakeWay()
    alerts.configure({ ways: [other], mostFailures: 0 })
    await settled()
    t.strictSame([hook.sent.length, other.sent.length], [0, 1])
    t.match(lines.at(-2), {
      message: 'alerts are dropped',
      fields: { way: 'smtp', count: 1, reason: 'the configuration has no such way' },
    })
    t.strictSame(alerts.ways, [other])
    other.problem = 'no'
    found.push(alert())
    await alerts.look()
    await settled()
    alerts.stop()
    t.match(lines.at(-1), { fields: { way: 'webhook', count: 1, reason: 'the server stops' } })
    found.push(alert())
    await alerts.look()
    t.strictSame(await alerts.test(), [])
    await settled()
    t.equal(other.sent.length, 1)
  },
)
