/** The zones of a configuration: those that the store has, and those that their files seed. */
import { transportOf } from '../access/rule.ts'
import type { UpdateRates } from '../access/update-rates.ts'
import type { Log } from '../base/log.ts'
import { atSetting } from '../config/at-setting.ts'
import type { Config, ZoneConfig } from '../config/load.ts'
import type { Usage } from '../update/usage.ts'
import { keyBudgetsOf, ZoneBudgets } from '../update/zone-budgets.ts'
import { readZoneFile, type ReadZone } from '../store/zone-file.ts'
import { nameToText } from '../text/name-text.ts'
import { ZoneSet } from '../zone/zone-set.ts'
import type { ZoneStore } from '../zone/zone.ts'
import type { HostedZone } from './generation.ts'

/** Zones that are read and that nobody sees yet: to be opened, or abandoned. */
export interface ReadZones {
  open(): ZoneSet<HostedZone>
  abandon(): void
}

/** What outlives a configuration and is needed to read its zones. */
export interface Around {
  readonly store: ZoneStore
  readonly log: Log
  readonly usage: Usage
  readonly rates: UpdateRates
}

interface Seed extends ReadZone {
  readonly zone: ZoneConfig
}

/**
 * Reads the master files of the zones that the store does not have; later the store is the truth.
 * @throws InputError, and then nothing was read
 */
export const readZones = (config: Config, { store, log, usage, rates }: Around): ReadZones => {
  const seeds: Seed[] = []
  const abandon = (): void => {
    for (const { load } of seeds) load.abandon()
  }
  try {
    for (const [index, zone] of config.zones.entries()) {
      // What comes from elsewhere is seen to by `secondaries.ts`.
      const isOurs = zone.primaries.length === 0
      if (isOurs && store.zone(zone.name) === undefined) {
        seeds.push(seedOf(config, index, zone, store))
      }
    }
  } catch (error) {
    abandon()
    throw error
  }
  const open = (): ZoneSet<HostedZone> => {
    for (const { zone, load, records } of seeds) {
      load.publish()
      const fields = { zone: nameToText(zone.name), file: zone.file, records }
      log.info(fields, 'zone seeded from its file')
    }
    const zones = new ZoneSet<HostedZone>()
    const keyBudgets = keyBudgetsOf(config.keySettings)
    for (const zone of config.zones) {
      const { name: apex, policy, strict, takesPrivate, forward } = zone
      const isSecondary = zone.primaries.length > 0
      // Of our own it was there, or was put there a moment ago.
      const view = isSecondary ? undefined : store.zone(apex)
      const budgets = new ZoneBudgets(policy, keyBudgets, zone.ceiling, usage, rates)
      if (view !== undefined) budgets.watch(view)
      const role = isSecondary && { isSecondary, forward }
      zones.add({ apex, view, policy, strict, takesPrivate, budgets, ...role })
      warnOfForgeable(zone, log)
    }
    return zones
  }
  return { open, abandon }
}

const seedOf = (config: Config, index: number, zone: ZoneConfig, store: ZoneStore): Seed => {
  const { name, file } = zone
  if (file === undefined) {
    const text = nameToText(name)
    const what = `the store has no ${text}: give it a "file", or livezone import ${text} FILE`
    throw config.errorAt(['zone', index, 'name'], what)
  }
  return atSetting(config, ['zone', index, 'file'], `cannot read ${file}`, () => ({
    zone,
    ...readZoneFile(store, name, file),
  }))
}

/** A source address over UDP is what the packet says, and a rule without a key has nothing else. */
const warnOfForgeable = ({ name, policy }: ZoneConfig, log: Log): void => {
  for (const rule of policy.rules) {
    if (rule.key !== undefined || rule.deny || transportOf(rule) === 'tcp') continue
    const fields = { zone: nameToText(name), rule: rule.number, text: rule.text }
    log.warn(fields, 'anybody can forge the address that this rule asks for: add transport = "tcp"')
  }
}
