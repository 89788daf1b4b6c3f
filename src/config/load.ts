/** Reads the configuration file. */
import { dirname, join, resolve } from 'node:path'
import type * as z from 'zod'
import type { Budget } from '../access/budget.ts'
import { ZonePolicy, type TransferAllowance } from '../access/zone-policy.ts'
import type { InputError } from '../base/input-error.ts'
import type { Name } from '../wire/name.ts'
import { alertsConfigOf, type AlertsConfig } from './alerts.ts'
import type { PeerConfig } from './peer.ts'
import type { Grant } from './grant.ts'
import type { Network } from './networks.ts'
import { configSchema } from './schema.ts'
import { readToml, type Path, type TomlFile } from './toml.ts'
import { webConfigOf, type WebConfig } from './web.ts'

export interface ZoneConfig {
  readonly name: Name
  /** The master file that seeds it, as an absolute path. */
  readonly file: string | undefined
  /** The servers that it is fetched from, in the order in which they are asked; none for our own. */
  readonly primaries: readonly PeerConfig[]
  /** Of a secondary zone: whether signed UPDATEs are handed on to its primary. */
  readonly forward: boolean
  readonly transfer: readonly TransferAllowance[]
  /** Secondaries that are told of every change, by address. */
  readonly notify: readonly PeerConfig[]
  /** Whether the servers of the zone's NS records are told as well. */
  readonly notifyNs: boolean
  /** As they stand in the file; `policy` has their rules, numbered through. */
  readonly grants: readonly Grant[]
  readonly policy: ZonePolicy
  /** Whether an UPDATE that a delegation hides is refused. */
  readonly strict: boolean
  /** Whether web clients may publish private addresses. */
  readonly takesPrivate: boolean
  /** How much UPDATEs may bring about in it; undefined for no limit. */
  readonly ceiling: { readonly names: number | undefined; readonly records: number | undefined }
  readonly journal: JournalConfig
}

/** What of a zone's journal is kept. */
export interface JournalConfig {
  readonly keepSeconds: number
  readonly octets: number
}

/** What IXFR, history and undo can do with: a month of it, as far as a gibibyte holds. */
const JOURNAL: JournalConfig = { keepSeconds: 30 * 86_400, octets: 2 ** 30 }

/** What is said of a key besides its secret. */
export interface KeyConfig {
  readonly name: Name
  /** Seconds since 1970 from when on it is not taken; undefined for never. */
  readonly expiresSeconds: number | undefined
  readonly budget: Budget
}

export interface Config {
  /** Where it was read from. */
  readonly file: string
  readonly listen: readonly { readonly address: string; readonly port: number }[]
  /** Absolute, as `keys`. */
  readonly data: string
  readonly keys: string
  readonly keySettings: readonly KeyConfig[]
  /** The control socket, absolute as well. */
  readonly control: string
  readonly zones: readonly ZoneConfig[]
  /** Octets. */
  readonly udpSize: number
  /** Octets of answers that are kept; 0 for none. */
  readonly answerCache: number
  /** How UDP is listened on: in batches, over node:dgram, or whichever works. */
  readonly udp: 'auto' | 'dgram' | 'batch'
  /** Threads that answer queries over UDP, the one that writes among them. */
  readonly workers: number
  /** Absolute; undefined where the server shall make a secret of its own. */
  readonly cookieSecretFile: string | undefined
  /** Peers that speak the PROXY protocol. */
  readonly proxies: readonly Network[]
  /** For NSID and id.server, and for version.bind. */
  readonly serverId: string | undefined
  readonly version: string | undefined
  readonly rateLimit: {
    readonly responsesPerSecond: number
    readonly slip: number
    readonly ipv4PrefixLength: number
    readonly ipv6PrefixLength: number
    readonly exempt: readonly Network[]
  }
  readonly http: WebConfig
  readonly alerts: AlertsConfig
  readonly transferLimits: { readonly atOnce: number; readonly perAddress: number }
  /** An error about a value, at the place where it stands in the file. */
  errorAt(path: Path, what: string): InputError
}

/**
 * @throws InputError, or an AggregateError of several; what the system says when there is no file
 */
export const loadConfig = (file: string): Config => {
  const toml = readToml(file)
  const settings = settingsIn(toml, configSchema)
  const { listen, data, keys, control, key, zone, proxy, identity, journal, transfers } = settings
  if (settings.workers > 1 && settings.udp === 'dgram') {
    throw toml.errorAt(['workers'], 'workers: more than one need udp = "auto", or "batch"')
  }
  refuseSharedPorts(toml, settings)
  const cookieSecret = settings['cookie-secret']
  const rates = settings['rate-limit']
  const absolute = (path: string): string => resolve(dirname(file), path)
  return {
    file,
    listen,
    data: absolute(data),
    keys: absolute(keys),
    keySettings: key,
    control: absolute(control ?? join(data, 'control.sock')),
    udpSize: settings['udp-size'],
    answerCache: settings['answer-cache'],
    udp: settings.udp,
    workers: settings.workers,
    cookieSecretFile: cookieSecret && absolute(cookieSecret),
    proxies: proxy,
    serverId: identity.id,
    version: identity.version,
    rateLimit: {
      responsesPerSecond: rates['responses-per-second'],
      slip: rates.slip,
      ipv4PrefixLength: rates['ipv4-prefix'],
      ipv6PrefixLength: rates['ipv6-prefix'],
      exempt: rates.exempt,
    },
    http: webConfigOf(settings.http, dirname(file)),
    alerts: alertsConfigOf(settings.alerts, dirname(file)),
    transferLimits: { atOnce: transfers['at-once'], perAddress: transfers['per-address'] },
    zones: zone.map((written) => zoneConfig(written, journal, absolute)),
    errorAt: (path, what) => toml.errorAt(path, what),
  }
}

type Written = z.infer<typeof configSchema>

/** @throws InputError at the second of two settings that cannot both have an address and port */
const refuseSharedPorts = (toml: TomlFile, { listen, http }: Written): void => {
  const lists = [
    [['listen'], listen],
    ...(['listen', 'legacy-listen', 'tls-listen'] as const).map(
      (setting) => [['http', setting], http[setting]] as const,
    ),
  ] as const
  const seen = new Map<string, string>()
  for (const [path, endpoints] of lists) {
    const setting = path.join('.')
    for (const [index, { address, port }] of endpoints.entries()) {
      const id = `${address} with port ${port}`
      const other = seen.get(id)
      // Port 0 is another one each time.
      if (other !== undefined && port !== 0) {
        const what = `${setting}: ${other} has ${id} already: take another port`
        throw toml.errorAt([...path, index], what)
      }
      seen.set(id, setting)
    }
  }
}

/** @param all of the journal, for the server as a whole */
const zoneConfig = (
  written: Written['zone'][number],
  all: Written['journal'],
  absolute: (path: string) => string,
): ZoneConfig => {
  const { name, file, primary, forward, notify, transfer, grant, strict, journal: own } = written
  return {
    name,
    strict,
    takesPrivate: written.private,
    ceiling: { names: written['max-names'], records: written['max-records'] },
    // What is not said of the zone is said of all, or is the default.
    journal: {
      keepSeconds: own.keep ?? all.keep ?? JOURNAL.keepSeconds,
      octets: own.size ?? all.size ?? JOURNAL.octets,
    },
    primaries: primary ?? [],
    forward: forward ?? true,
    notify,
    notifyNs: written['notify-ns'],
    file: file === undefined ? undefined : absolute(file),
    transfer,
    grants: grant,
    policy: new ZonePolicy(
      name,
      grant.flatMap(({ rules }) => rules),
      transfer,
    ),
  }
}

/**
 * What the file says, by the schema.
 * @throws InputError at the place of what is wrong, or an AggregateError of several
 */
export const settingsIn = <T>(toml: TomlFile, schema: z.ZodType<T>): T => {
  // It is done once: to make functions for it takes longer.
  const parsed = schema.safeParse(toml.value, { jitless: true })
  if (parsed.success) return parsed.data
  const errors = parsed.error.issues.flatMap((issue) => {
    // TOML has no keys that are symbols.
    const path = issue.path as Path
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => toml.errorAt([...path, key], `"${key}" ${issue.message}`))
    }
    const setting = path.filter((part) => typeof part === 'string').join('.')
    return [toml.errorAt(path, `${setting}: ${issue.message}`)]
  })
  // What is wrong in two ways may get the same advice twice.
  const different = new Map(errors.map((error) => [error.message, error])).values()
  throw oneOrAll([...different].sort((a, b) => a.line - b.line || a.column - b.column))
}

/** To be thrown: the one error as it is, several together. */
export const oneOrAll = (errors: readonly Error[]): Error =>
  errors.length === 1 && errors[0] !== undefined
    ? errors[0]
    : new AggregateError(errors, errors.map(({ message }) => message).join('\n'))
