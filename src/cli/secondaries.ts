/** `livezone secondaries ZONE` and `livezone wait ZONE`: who has which version of a zone. */
import { controlRequest } from '../control/control-client.ts'
import { ControlError } from '../control/problem.ts'
import type { SecondariesReport, WaitReport, WaitRequest } from '../control/secondaries-routes.ts'
import { nameToText } from '../text/name-text.ts'
import type { SecondaryReport } from '../transfer/secondary-report.ts'
import { configOf } from './configuration.ts'
import { nameArgument } from './name-argument.ts'

const urlOf = (zoneText: string, what: 'secondaries' | 'wait'): string =>
  `/zones/${encodeURIComponent(nameToText(nameArgument(zoneText)))}/${what}`

export const secondaries = async (
  zoneText: string,
  options: { readonly config: string; readonly json?: true },
): Promise<void> => {
  const url = urlOf(zoneText, 'secondaries')
  const { control } = configOf(options)
  const report = await controlRequest<SecondariesReport>(control, { method: 'GET', url })
  const text = options.json === true ? `${JSON.stringify(report, undefined, 2)}\n` : tableOf(report)
  process.stdout.write(text)
}

const HEAD = ['SECONDARY', 'KEY', 'HAS', 'BEHIND', 'TOLD', 'ANSWERED', 'TRANSFER', 'STATE']

const tableOf = ({ zone, serial, secondaries: all }: SecondariesReport): string => {
  const head = `${zone} serial ${serial}\n`
  if (all.length === 0)
    return `${head}no secondaries: list them in "notify", or let them transfer\n`
  const now = Date.now()
  const rows = [HEAD, ...all.map((one) => rowOf(one, now))]
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => cellAt(row, column).length)))
  const lines = rows.map((row) =>
    widths
      .map((width, column) => cellAt(row, column).padEnd(width))
      .join('  ')
      .trimEnd(),
  )
  return `${head}${lines.join('\n')}\n`
}

// Every row has a cell for each column.
const cellAt = (row: readonly string[], column: number): string => row[column] as string

const rowOf = (one: SecondaryReport, now: number): string[] => {
  const { has, behind, notified, acknowledged, transferred, failure, state } = one
  return [
    placeOf(one),
    one.key ?? '-',
    has === null ? '-' : `${has.serial}`,
    behind === null ? '-' : `${behind}`,
    seen(notified, now),
    seen(acknowledged, now),
    transferred === null ? '-' : `${transferred.kind} ${seen(transferred, now)}`,
    failure === null ? state : `${state}: ${failure}`,
  ]
}

/** Without a port it is not told. */
const placeOf = ({ address, port }: SecondaryReport): string =>
  port === null ? address : `${address}#${port}`

const seen = (what: { readonly serial: number; readonly at: number } | null, now: number): string =>
  what === null ? '-' : `${what.serial} (${agoText(now - what.at)} ago)`

const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
] as const

const agoText = (milliseconds: number): string => {
  const seconds = Math.max(milliseconds / 1000, 0)
  for (const [unit, length] of UNITS) {
    if (seconds >= 2 * length) return `${Math.floor(seconds / length)} ${unit}`
  }
  return `${Math.floor(seconds)} s`
}

export const wait = async (
  zoneText: string,
  options: { readonly config: string; readonly serial?: number; readonly timeout: number },
): Promise<void> => {
  const { serial, timeout } = options
  const url = urlOf(zoneText, 'wait')
  const body: WaitRequest = { timeoutSeconds: timeout, ...(serial === undefined ? {} : { serial }) }
  const { control } = configOf(options)
  const report = await controlRequest<WaitReport>(control, { method: 'POST', url, body })
  if (report.missing.length > 0) throw new ControlError(missingText(report, timeout))
  const who = report.told === 0 ? 'nobody is told of it' : `all ${report.told} have it`
  process.stderr.write(`${report.zone} serial ${report.serial}: ${who}\n`)
}

const missingText = ({ zone, serial, missing }: WaitReport, timeout: number): string => {
  const lines = missing.map((one) => {
    const what = one.has === null ? '' : `, has serial ${one.has.serial}`
    return `  ${placeOf(one)}: ${one.failure ?? one.state}${what}`
  })
  return [`${zone} serial ${serial} is not everywhere after ${timeout} s; missing:`, ...lines].join(
    '\n',
  )
}
