/** Who has which version of a zone, and waiting until all have one. */
import type { Socket } from 'node:net'
import * as z from 'zod'
import { nameFromText, nameToText } from '../text/name-text.ts'
import type { Notifier, WatchedZone } from '../transfer/notifier.ts'
import type { SerialWait } from '../transfer/serial-wait.ts'
import { reportOf, type SecondaryReport } from '../transfer/secondary-report.ts'
import type { Secondary } from '../transfer/secondaries.ts'
import type { Name } from '../wire/name.ts'
import { serialOf } from '../zone/serial.ts'
import { bodyOf } from './body.ts'
import type { ControlRoutes } from './control-server.ts'
import { ControlRefusal } from './problem.ts'

export interface SecondariesReport {
  readonly zone: string
  readonly serial: number
  readonly secondaries: readonly SecondaryReport[]
}

export interface WaitReport {
  readonly zone: string
  /** That was waited for. */
  readonly serial: number
  /** How many servers are told of the zone. */
  readonly told: number
  /** Who does not have it yet. */
  readonly missing: readonly SecondaryReport[]
}

const waitBody = z.strictObject({
  serial: z.int().min(0).max(0xffff_ffff).optional(),
  timeoutSeconds: z.number().min(0).max(86_400),
})

export type WaitRequest = z.infer<typeof waitBody>

/** Commands that may wait at once. */
const MOST_WAITING = 256

/** Milliseconds in which a server can say what it has before it is shown. */
const LOOK = 1000

export const secondariesRoutes =
  (notifier: Notifier): ControlRoutes =>
  (server, _, done) => {
    const waiting = new Set<SerialWait>()

    /** No longer than whoever asked is there. */
    const wait = async (begin: () => SerialWait, socket: Socket): Promise<readonly Secondary[]> => {
      if (waiting.size >= MOST_WAITING) {
        throw new ControlRefusal(503, `${MOST_WAITING} commands wait already: try again later`)
      }
      const begun = begin()
      const leave = (): void => {
        begun.end()
      }
      waiting.add(begun)
      socket.once('close', leave)
      const missing = await begun.done
      socket.off('close', leave)
      waiting.delete(begun)
      return missing
    }

    server.get<ForZone>('/zones/:zone/secondaries', async ({ params, socket }) => {
      const { apex, table, ...zone } = watched(notifier, params.zone)
      await wait(() => zone.wait(zone.serial(), LOOK), socket)
      const serial = zone.serial()
      const secondaries = table.all().map((one) => reportOf(one, serial))
      return { zone: nameToText(apex), serial, secondaries } satisfies SecondariesReport
    })

    server.post<ForZone>('/zones/:zone/wait', async ({ params, body, socket }) => {
      const { apex, table, ...zone } = watched(notifier, params.zone)
      const asked = bodyOf(waitBody, body, 'does not wait like that')
      const { serial: wanted, timeoutSeconds } = asked
      const serial = wanted === undefined ? zone.serial() : serialOf(wanted)
      const missing = await wait(() => zone.wait(serial, timeoutSeconds * 1000), socket)
      return {
        zone: nameToText(apex),
        serial,
        told: table.all().filter(({ port }) => port !== undefined).length,
        missing: missing.map((one) => reportOf(one, serial)),
      } satisfies WaitReport
    })

    done()
  }

interface ForZone {
  readonly Params: { readonly zone: string }
}

const watched = (notifier: Notifier, text: string): WatchedZone & { readonly apex: Name } => {
  const parsed = nameFromText(text)
  if (!parsed.ok) throw new ControlRefusal(400, `"${text}" is no domain name: ${parsed.why}`)
  const zone = notifier.watch(parsed.name)
  if (zone === undefined) {
    throw new ControlRefusal(404, `this server has no zone ${nameToText(parsed.name)}`)
  }
  return { ...zone, apex: parsed.name }
}
