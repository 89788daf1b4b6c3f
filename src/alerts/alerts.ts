/** Alerts as a whole: looks at the hosts by the clock, logs what there is, and hands it to every way. */
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Alert } from './alert.ts'
import { Delivery, wordsOf } from './delivery.ts'
import type { Episodes } from './episodes.ts'
import type { Way } from './way.ts'

export interface AlertSettings {
  readonly ways: readonly Way[]
  /** In a row, that are not worth a message. */
  readonly mostFailures: number
}

/** What came of a test, by one way. */
export interface TestResult {
  readonly way: Way['name']
  readonly isDelivered: boolean
  /** What the other side said, or why it was not reached. */
  readonly words: string
}

/** Alerts of one look that the log names; of more it gives the number. */
const MOST_LOGGED = 50

export class Alerts {
  private readonly episodes: Pick<Episodes, 'look'>
  private readonly clock: Clock
  private readonly log: Log
  private deliveries: readonly Delivery[] = []
  private mostFailures = 0
  private looking: Promise<void> | undefined

  constructor(episodes: Pick<Episodes, 'look'>, clock: Clock, log: Log) {
    this.episodes = episodes
    this.clock = clock
    this.log = log
  }

  /** At the start and at each reload: what waits goes out by the way of the same name, if there is one. */
  configure({ ways, mostFailures }: AlertSettings): void {
    this.mostFailures = mostFailures
    const before = new Map(this.deliveries.map((delivery) => [delivery.way.name, delivery]))
    this.deliveries = ways.map((way) => {
      const delivery = before.get(way.name)
      if (delivery === undefined) return new Delivery(way, this.clock, this.log)
      before.delete(way.name)
      delivery.exchange(way)
      return delivery
    })
    for (const delivery of before.values()) delivery.stop('the configuration has no such way')
  }

  /** Those of the configuration of the day. */
  get ways(): readonly Way[] {
    return this.deliveries.map(({ way }) => way)
  }

  /** One look at a time; done when all is handed over, not when it has arrived. Never rejects. */
  look(): Promise<void> {
    this.looking ??= this.lookNow()
      .catch((error: unknown) => {
        this.log.error({ err: error }, 'looking at the hosts failed; please report this line')
      })
      .finally(() => {
        this.looking = undefined
      })
    return this.looking
  }

  /** A message by each way at once, waiting for none but itself. */
  test(): Promise<readonly TestResult[]> {
    const message = { time: this.clock.nowMilliseconds(), isTest: true, alerts: [] }
    return Promise.all(
      this.deliveries.map(({ way }) =>
        way.send(message).then(
          (words) => ({ way: way.name, isDelivered: true, words }),
          (error: unknown) => ({ way: way.name, isDelivered: false, words: wordsOf(error) }),
        ),
      ),
    )
  }

  stop(): void {
    for (const delivery of this.deliveries) delivery.stop('the server stops')
    this.deliveries = []
  }

  private async lookNow(): Promise<void> {
    const alerts = await this.episodes.look(this.mostFailures)
    if (alerts.length === 0) return
    for (const alert of alerts.slice(0, MOST_LOGGED)) this.logAlert(alert)
    if (alerts.length > MOST_LOGGED) {
      this.log.warn({ count: alerts.length - MOST_LOGGED }, 'more alerts')
    }
    const message = { time: this.clock.nowMilliseconds(), isTest: false, alerts }
    for (const delivery of this.deliveries) delivery.add(message)
  }

  private logAlert({ event, kind, host, words, advice }: Alert): void {
    const fields = { alert: kind, host, reason: words }
    if (event === 'recovery') this.log.info(fields, 'well again')
    else this.log.warn({ ...fields, advice }, 'alert')
  }
}
