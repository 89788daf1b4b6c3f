/** What a reload changed, by name: for the log, and for whoever asked for it. */
import { inspect, isDeepStrictEqual } from 'node:util'
import { DEFAULT_BUDGET } from '../access/budget.ts'
import { secretsOf, type HeldKey } from '../access/keyring.ts'
import { equalBytes } from '../base/bytes.ts'
import type { Config, ZoneConfig } from '../config/load.ts'
import { nameToText } from '../text/name-text.ts'
import { keyBudgetsOf } from '../update/zone-budgets.ts'
import { foldedName } from '../wire/name.ts'
import type { Loaded } from './generation.ts'

/** Names by what became of them, such as `keysAdded`; only what there is any of. */
export type Changes = Readonly<Record<string, readonly string[]>>

/** Names of one kind that are told; of more it tells the number. */
const MOST_NAMED = 50

/** @param listen the addresses that were added and removed */
export const changesBetween = (
  before: Loaded,
  after: Loaded,
  listen: { readonly added: readonly string[]; readonly removed: readonly string[] },
): Changes => {
  const all = {
    ...told('keys', keysIn(before), keysIn(after)),
    ...told('zones', zonesIn(before.config), zonesIn(after.config)),
    listenAdded: listen.added,
    listenRemoved: listen.removed,
    settingsChanged: settingsChanged(before, after),
  }
  return Object.fromEntries(
    Object.entries(all)
      .filter(([, names]) => names.length > 0)
      .map(([what, names]) => [what, bounded(names)]),
  )
}

interface Named {
  readonly text: string
  /** Equal where nothing changed. */
  readonly content: unknown
}

const told = (
  what: string,
  before: ReadonlyMap<string, Named>,
  after: ReadonlyMap<string, Named>,
): Record<string, readonly string[]> => {
  const missingIn = (some: ReadonlyMap<string, Named>, others: ReadonlyMap<string, Named>) =>
    [...some].filter(([id]) => !others.has(id)).map(([, { text }]) => text)
  const changed = [...after].filter(([id, { content }]) => {
    const earlier = before.get(id)
    return earlier !== undefined && !isSame(earlier.content, content)
  })
  return {
    [`${what}Added`]: missingIn(after, before),
    [`${what}Removed`]: missingIn(before, after),
    [`${what}Changed`]: changed.map(([, { text }]) => text),
  }
}

/** Sets of addresses have functions in them, which are never equal: their texts are what counts. */
const isSame = (one: unknown, other: unknown): boolean =>
  isDeepStrictEqual(one, other) || inspect(one, WHOLE) === inspect(other, WHOLE)

const WHOLE = { depth: null, maxArrayLength: null, maxStringLength: null }

const keysIn = ({ config, keyring }: Loaded): ReadonlyMap<string, Named> => {
  const budgets = keyBudgetsOf(config.keySettings)
  const named = Array.from(keyring, (held) => {
    const id = foldedName(held.current.name)
    return [id, namedKey(held, budgets.get(id)?.budget)] as const
  })
  return new Map(named)
}

const namedKey = (held: HeldKey, budget = DEFAULT_BUDGET): Named => ({
  text: held.current.text,
  content: [
    held.expiresSeconds,
    budget,
    // Not the key objects: two with the same secret are not equal.
    secretsOf(held).map(({ secret, ...rest }) => ({ ...rest, secret: secret.export() })),
  ],
})

const zonesIn = ({ zones }: Config): ReadonlyMap<string, Named> =>
  new Map(zones.map((zone) => [foldedName(zone.name), namedZone(zone)]))

const namedZone = (zone: ZoneConfig): Named => ({ text: nameToText(zone.name), content: zone })

/** Told of by themselves, or nothing that an operator wrote. */
const NO_SETTINGS = new Set([
  'file',
  'zones',
  'listen',
  'keySettings',
  'cookieSecretFile',
  'errorAt',
])

const settingsChanged = (before: Loaded, after: Loaded): string[] => {
  const old = new Map(Object.entries(before.config))
  const names = Object.entries(after.config)
    .filter(([name, value]) => !NO_SETTINGS.has(name) && !isSame(old.get(name), value))
    .map(([name]) => spelled(name))
  const isSecretNew = !equalBytes(before.cookieSecret, after.cookieSecret)
  return [...names, ...(isSecretNew ? ['cookie-secret'] : [])]
}

/** `udpSize` as `udp-size`: much as the operator wrote it. */
const spelled = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

const bounded = (names: readonly string[]): readonly string[] =>
  names.length > MOST_NAMED
    ? [...names.slice(0, MOST_NAMED), `and ${names.length - MOST_NAMED} more`]
    : names
