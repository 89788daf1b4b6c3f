/** Alerts, and ways that do as a test says. */
import type { Alert, Message } from '../../src/alerts/alert.ts'
import type { Way } from '../../src/alerts/way.ts'

export const TIME = 1_700_000_000_000

export const alert = (more: Partial<Alert> = {}): Alert => ({
  time: TIME,
  event: 'alert',
  kind: 'stale',
  host: 'home.dyn.example',
  words: 'not seen for 2 days',
  advice: 'See to it.',
  ...more,
})

export const message = (...alerts: readonly Alert[]): Message => ({
  time: TIME,
  isTest: false,
  alerts,
})

export class FakeWay implements Way {
  readonly name: Way['name']
  readonly to = 'https://alerts.example'
  readonly sent: Message[] = []
  tries = 0
  /** What each try fails with. */
  problem: string | undefined

  constructor(name: Way['name'] = 'webhook') {
    this.name = name
  }

  async send(one: Message): Promise<string> {
    this.tries++
    await Promise.resolve()
    if (this.problem !== undefined) throw new Error(this.problem)
    this.sent.push(one)
    return 'HTTP 200'
  }
}

/** Until all that was begun has been done, as far as no clock is needed for it. */
export const settled = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })
