/** What a host has in its zone now, and since when. */
import { rdataToText } from '../text/rdata-text.ts'
import { RrType, rrTypeName } from '../wire/codes.ts'
import type { Name } from '../wire/name.ts'
import { nameKeyOf, type NameKey } from '../zone/name-key.ts'
import { withoutSerials } from '../zone/patch.ts'
import type { ZoneStore, ZoneView } from '../zone/zone.ts'
import type { PageParts, PageZone } from './parts.ts'

/** `A 192.0.2.1` */
export const addressesOf = (zone: PageZone | undefined, host: Name): string[] =>
  (zone?.view?.get(nameKeyOf(host))?.rrsets ?? [])
    .filter(({ type }) => type === RrType.A || type === RrType.AAAA || type === RrType.CNAME)
    .sort((a, b) => a.type - b.type)
    .flatMap(({ type, rdatas }) =>
      rdatas.map((rdata) => `${rrTypeName(type)} ${rdataToText(type, rdata)}`),
    )

/** Changes of a zone that are looked through for the last of each host, while updates wait. */
const MOST_LOOKED = 2000

/**
 * When each host was changed last, in milliseconds since 1970; hosts whose last change is further back
 * than can be looked for are left out.
 */
export const lastChanges = (
  { store, zones }: Pick<PageParts, 'store' | 'zones'>,
  hosts: readonly Name[],
): ReadonlyMap<NameKey, number> => {
  const found = new Map<NameKey, number>()
  const byZone = new Map<ZoneView, Set<NameKey>>()
  for (const host of hosts) {
    const view = zones().enclosing(host)?.view
    if (view === undefined) continue
    byZone.set(view, (byZone.get(view) ?? new Set()).add(nameKeyOf(host)))
  }
  for (const [view, keys] of byZone) lookThrough(store, view, keys, found)
  return found
}

const lookThrough = (
  store: ZoneStore,
  view: ZoneView,
  missing: Set<NameKey>,
  found: Map<NameKey, number>,
): void => {
  let looked = 0
  for (const { changeset, timeMilliseconds } of store.journal(view, { newestFirst: true })) {
    const { removed, added } = withoutSerials(changeset)
    for (const { owner } of [...removed, ...added]) {
      const key = nameKeyOf(owner)
      if (missing.delete(key)) found.set(key, timeMilliseconds)
    }
    looked++
    if (missing.size === 0 || looked >= MOST_LOOKED) return
  }
}
