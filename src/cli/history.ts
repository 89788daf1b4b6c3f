/** `livezone history`, `livezone diff` and `livezone show`: reading the journal, server or not. */
import { systemClock } from '../base/clock.ts'
import { netDifference } from '../history/net-difference.ts'
import { changesSince, nodesOf, outOfReach, serialAt, takeBack } from '../history/past.ts'
import { patchLines } from '../history/patch-text.ts'
import { pointFromText, serialFromText, timeFromText, type Point } from '../history/point-text.ts'
import { filtered, rowJson, rowText } from '../history/rows.ts'
import { zoneFileLines } from '../store/zone-file.ts'
import { nameFromText, nameToText } from '../text/name-text.ts'
import { isAtOrBelow, type Name } from '../wire/name.ts'
import { Draft } from '../zone/draft.ts'
import { isSerialAfter } from '../zone/serial.ts'
import { serialOfApex } from '../zone/soa.ts'
import type { ZoneStore, ZoneView } from '../zone/zone.ts'
import { configOf } from './configuration.ts'
import { nameArgument } from './name-argument.ts'
import { OperatorError } from './operator-error.ts'
import { writeLines } from './stdout-lines.ts'
import { readingZone } from './stored-zone.ts'

export interface HistoryOptions {
  readonly config: string
  readonly key?: string
  readonly since?: string
  readonly json?: true
  readonly number?: string
}

export const history = (
  zoneText: string,
  nameText: string | undefined,
  options: HistoryOptions,
): Promise<void> => {
  const apex = nameArgument(zoneText)
  const { key, since, number, json } = options
  const filter = {
    owner: nameText === undefined ? undefined : nameInZone(nameText, apex),
    principal: key === undefined ? undefined : principalOf(key),
    sinceMilliseconds: since === undefined ? undefined : timeArgument(since),
  }
  const most = number === undefined ? Infinity : countArgument(number)
  return readingZone(configOf(options), apex, (store, view) => {
    const entries = filtered(store.journal(view, { newestFirst: true }), filter)
    return writeLines(atMost(most, mapped(entries, json === true ? rowJson : rowText)))
  })
}

function* atMost<T>(most: number, items: Iterable<T>): Generator<T> {
  let left = most
  if (left === 0) return
  for (const item of items) {
    yield item
    if (--left === 0) return
  }
}

function* mapped<T, U>(items: Iterable<T>, made: (item: T) => U): Generator<U> {
  for (const item of items) yield made(item)
}

/** `www`, `www.dyn.example.` and `www.dyn.example` are the same name in `dyn.example.`. */
const nameInZone = (text: string, apex: Name): Name => {
  const absolute = nameFromText(text)
  if (absolute.ok && isAtOrBelow(absolute.name, apex)) return absolute.name
  const relative = nameFromText(text, apex)
  if (relative.ok && isAtOrBelow(relative.name, apex)) return relative.name
  throw new OperatorError(
    relative.ok
      ? `${nameToText(relative.name)} is not in ${nameToText(apex)}`
      : `"${text}" is no domain name: ${relative.why}`,
  )
}

/** A key by its name; anyone else as the history names them, such as `operator:root`. */
const principalOf = (text: string): string =>
  text.includes(':') ? text : `key:${nameToText(nameArgument(text))}`

const TIMES = 'write a time such as 2026-11-25T20:15:00Z, or how long ago, such as 10m, 2h or 3d'

const timeArgument = (text: string): number => {
  const milliseconds = timeFromText(text, systemClock.nowMilliseconds())
  if (milliseconds !== undefined) return milliseconds
  throw new OperatorError(`"${text}" is no time: ${TIMES}`)
}

const countArgument = (text: string): number => {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new OperatorError(`"${text}" is no number of changes: write a whole number`)
}

const pointArgument = (text: string): Point => {
  const point = pointFromText(text, systemClock.nowMilliseconds())
  if (point !== undefined) return point
  throw new OperatorError(`"${text}" is neither a serial nor a time: ${TIMES}`)
}

/** @throws OperatorError when the history does not lead back to it */
export const withinReach = (store: ZoneStore, view: ZoneView, point: Point): Point => {
  const problem = outOfReach(store, view, point, systemClock.nowMilliseconds())
  if (problem !== undefined) throw new OperatorError(problem)
  return point
}

export const diff = (
  zoneText: string,
  range: string,
  options: { readonly config: string },
): Promise<void> => {
  const apex = nameArgument(zoneText)
  const [, fromText = '', toText = ''] = /^(.+?)\.\.(.*)$/.exec(range) ?? []
  if (fromText === '') {
    throw new OperatorError(
      `"${range}" is no range: write two serials or times, such as 17..21, 2h..1h or 17..`,
    )
  }
  const [from, to] = [pointArgument(fromText), toText === '' ? undefined : pointArgument(toText)]
  return readingZone(configOf(options), apex, (store, view) => {
    const after = serialAt(store, view, withinReach(store, view, from))
    const today = serialOfApex(view.get(view.apexKey))
    const upTo = to === undefined ? today : serialAt(store, view, withinReach(store, view, to))
    if (isSerialAfter(after, upTo)) {
      throw new OperatorError(`${fromText} is later than ${toText}: write the earlier one first`)
    }
    const entries = store.journal(view, { after, upTo })
    const changes = mapped(entries, ({ changeset }) => changeset)
    return writeLines(patchLines(netDifference(changes)).map((line) => `${line}\n`))
  })
}

export interface PointOptions {
  readonly serial?: string
  readonly at?: string
}

/** The one of both options that was typed. */
export const pointOption = ({ serial, at }: PointOptions): Point => {
  if (serial !== undefined && at === undefined) {
    const number = serialFromText(serial)
    if (number !== undefined) return { kind: 'serial', serial: number }
    throw new OperatorError(`"${serial}" is no serial: write a number from 0 to 4294967295`)
  }
  if (at !== undefined && serial === undefined) {
    return { kind: 'time', milliseconds: timeArgument(at) }
  }
  throw new OperatorError('say which state is meant: --serial N or --at TIME')
}

export const show = (
  zoneText: string,
  options: PointOptions & { readonly config: string },
): Promise<void> => {
  const apex = nameArgument(zoneText)
  const wanted = pointOption(options)
  return readingZone(configOf(options), apex, (store, view) => {
    const draft = new Draft(view)
    takeBack(draft, changesSince(store, view, withinReach(store, view, wanted)))
    // The first node is read in this turn: from then on all are of this version.
    return writeLines(zoneFileLines({ nodes: () => nodesOf(view, draft) }))
  })
}
