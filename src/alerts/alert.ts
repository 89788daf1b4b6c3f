/** What is told: that a host is not well, or well again. */
import { isoTime } from '../base/clock.ts'

export type AlertKind =
  /** Nothing has come for longer than it should. */
  | 'stale'
  /** Two devices that take turns. */
  | 'flapping'
  /** Logins fail. */
  | 'login'
  /** Whoever it is proves it, and is refused all the same. */
  | 'update'
  /** The server could not do what it was asked for. */
  | 'trouble'

export interface Alert {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly event: 'alert' | 'recovery'
  readonly kind: AlertKind
  /** Without the dot at its end; undefined for the server itself. */
  readonly host: string | undefined
  /** What is the matter, such as "not seen for 2 days". */
  readonly words: string
  /** What to do about it. */
  readonly advice: string | undefined
}

/** What goes out at once: all that came up in one look at the hosts, or a test. */
export interface Message {
  readonly time: number
  readonly isTest: boolean
  readonly alerts: readonly Alert[]
}

/** Alerts that one message names; of more it gives the number. */
const MOST_NAMED = 100

const SUBJECTS: Readonly<Record<AlertKind, string>> = {
  stale: 'is not updated any more',
  flapping: 'is updated by two devices',
  login: 'cannot log in',
  update: 'cannot update',
  trouble: 'has trouble',
}

const whoOf = ({ host }: Alert): string => host ?? 'the server'

const headOf = (alert: Alert): string =>
  alert.event === 'recovery'
    ? `${whoOf(alert)} is well again`
    : `${whoOf(alert)} ${SUBJECTS[alert.kind]}`

/** One line, for a mail. */
export const subjectOf = ({ isTest, alerts }: Message): string => {
  if (isTest) return 'livezone: a test'
  const first = alerts.slice(0, 1).map(headOf).join('')
  const rest = alerts.length > 1 ? ` (and ${alerts.length - 1} more)` : ''
  return `livezone: ${first}${rest}`
}

/** For people, with what to do. */
export const textOf = ({ time, isTest, alerts }: Message): string => {
  if (isTest) return `This is a test of ${isoTime(time)}: alerts of livezone come this way.\n`
  const paragraphs = alerts.slice(0, MOST_NAMED).map((alert) => {
    const lines = [`${headOf(alert)}: ${alert.words}.`, alert.advice, isoTime(alert.time)]
    return lines.filter((line) => line !== undefined).join('\n')
  })
  if (alerts.length > MOST_NAMED) paragraphs.push(`And ${alerts.length - MOST_NAMED} more.`)
  return `${paragraphs.join('\n\n')}\n`
}

/** For programs: times as RFC 3339 has them, and nothing that is undefined. */
export const jsonOf = (message: Message): string =>
  JSON.stringify({
    time: isoTime(message.time),
    test: message.isTest,
    subject: subjectOf(message),
    count: message.alerts.length,
    alerts: message.alerts
      .slice(0, MOST_NAMED)
      .map((alert) => ({ ...alert, time: isoTime(alert.time), subject: headOf(alert) })),
  })
