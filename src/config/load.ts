/** Reads the configuration file. */
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Budget } from '../access/budget.ts'
import { ZonePolicy, type TransferAllowance } from '../access/zone-policy.ts'
import type { InputError } from '../base/input-error.ts'
import type { Name } from '../wire/name.ts'
import type { PeerConfig } from './peer.ts'
import type { Grant } from './grant.ts'
import type { Network } from './networks.ts'
import { configSchema } from './schema.ts'
import { TomlFile, type Path } from './toml.ts'

export interface ZoneConfig {
  readonly name: Name
  /** The master file that seeds it, as an absolute path. */
  readonly file: string | undefined
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
  /** How UDP is listened on: in batches, over node:dgram, or whichever works. */
  readonly udp: 'auto' | 'dgram' | 'batch'
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
  readonly transferLimits: { readonly atOnce: number; readonly perAddress: number }
  /** An error about a value, at the place where it stands in the file. */
  errorAt(path: Path, what: string): InputError
}

/**
 * @throws InputError, or an AggregateError of several; what the system says when there is no file
 */
export const loadConfig = (file: string): Config => {
  const toml = new TomlFile(file, readFileSync(file, 'utf8'))
  const parsed = configSchema.safeParse(toml.value)
  if (!parsed.success) {
    const errors = parsed.error.issues.flatMap((issue) => {
      // TOML has no keys that are symbols.
      const path = issue.path as Path
      if (issue.code === 'unrecognized_keys') {
        return issue.keys.map((key) => toml.errorAt([...path, key], `"${key}" ${issue.message}`))
      }
      const setting = path.filter((part) => typeof part === 'string').join('.')
      return [toml.errorAt(path, `${setting}: ${issue.message}`)]
    })
    throw oneOrAll(errors.sort((a, b) => a.line - b.line || a.column - b.column))
  }
  const { listen, data, keys, control, key, zone, proxy, identity, journal, transfers } =
    parsed.data
  const cookieSecret = parsed.data['cookie-secret']
  const rates = parsed.data['rate-limit']
  const absolute = (path: string): string => resolve(dirname(file), path)
  return {
    file,
    listen,
    data: absolute(data),
    keys: absolute(keys),
    keySettings: key,
    control: absolute(control ?? join(data, 'control.sock')),
    udpSize: parsed.data['udp-size'],
    udp: parsed.data.udp,
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
    transferLimits: { atOnce: transfers['at-once'], perAddress: transfers['per-address'] },
    zones: zone.map(({ name, file: zoneFile, transfer, grant, strict, journal: own, ...more }) => ({
      name,
      strict,
      ceiling: { names: more['max-names'], records: more['max-records'] },
      notify: more.notify,
      notifyNs: more['notify-ns'],
      journal: journalOf(own, journal),
      file: zoneFile === undefined ? undefined : absolute(zoneFile),
      transfer,
      grants: grant,
      policy: new ZonePolicy(
        name,
        grant.flatMap(({ rules }) => rules),
        transfer,
      ),
    })),
    errorAt: (path, what) => toml.errorAt(path, what),
  }
}

interface JournalSettings {
  readonly keep?: number | undefined
  readonly size?: number | undefined
}

/** What is not said of the zone is said of all, or is the default. */
const journalOf = (own: JournalSettings, all: JournalSettings): ZoneConfig['journal'] => ({
  keepSeconds: own.keep ?? all.keep ?? JOURNAL.keepSeconds,
  octets: own.size ?? all.size ?? JOURNAL.octets,
})

/** To be thrown: the one error as it is, several together. */
export const oneOrAll = (errors: readonly Error[]): Error =>
  errors.length === 1 && errors[0] !== undefined
    ? errors[0]
    : new AggregateError(errors, errors.map(({ message }) => message).join('\n'))
