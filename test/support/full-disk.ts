/**
 * A process that fills the disk that a folder is on: it changes a zone until the store says no,
 * frees some space, and goes on. What happened is one line of JSON on its output.
 */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { LmdbStore } from '../../src/store/lmdb.ts'
import { StoreError, type ZoneView } from '../../src/zone/zone.ts'
import { nameKeyOf } from '../../src/zone/name-key.ts'
import { change, named, ownersOf, publish, put, serialIn, txt, viewOf } from './records.ts'

export interface FullDiskReport {
  /** Owners of the changes that were acknowledged before the disk was full. */
  readonly before: readonly string[]
  /** What the changes of the group that did not fit were told. */
  readonly refused: readonly string[]
  /** The same for changes that came after that. */
  readonly refusedAgain: readonly string[]
  /** Owners in the zone while the disk was full, and its serial. */
  readonly seenWhileFull: readonly string[]
  readonly serialWhileFull: number
  /** What a change that changes nothing was told meanwhile. */
  readonly nothingWhileFull: string
  /** What hundreds of transactions of a record each were told. */
  readonly smallWhileFull: readonly string[]
  /** Owners of the changes that were acknowledged when there was space again. */
  readonly after: readonly string[]
  /** Owners and serials of the journal in the store when it was opened again. */
  readonly seenInTheEnd: readonly string[]
  readonly serials: readonly number[]
}

const folder = process.argv[2] ?? ''
const ballast = join(folder, 'ballast')
const data = join(folder, 'data')

/** Several records of 4 kB in all, and so at least a page. */
const fill = async (store: LmdbStore, view: ZoneView, owner: string): Promise<string> => {
  try {
    await change(store, view, (draft) => {
      for (let i = 0; i < 16; i++) put(draft, txt(owner, `${i}`.padEnd(250, 'x')))
    })
    return 'acknowledged'
  } catch (error) {
    const isStoreError = error instanceof StoreError
    return isStoreError && error.cause instanceof Error
      ? `StoreError: ${error.cause.message}`
      : 'other'
  }
}

const fillInGroups = async (
  store: LmdbStore,
  view: ZoneView,
  groups: number,
  prefix: string,
): Promise<{ acknowledged: string[]; refused: string[] }> => {
  const acknowledged: string[] = []
  for (let group = 0; group < groups; group++) {
    const owners = Array.from({ length: 8 }, (_, i) => `${prefix}${group}-${i}.x.`)
    const told = await Promise.all(owners.map((owner) => fill(store, view, owner)))
    acknowledged.push(...owners.filter((_, i) => told[i] === 'acknowledged'))
    const refused = told.filter((answer) => answer !== 'acknowledged')
    if (refused.length > 0) return { acknowledged, refused }
  }
  return { acknowledged, refused: [] }
}

const STATE = {
  refreshedMilliseconds: 1,
  expiresMilliseconds: 2,
  promotedMilliseconds: undefined,
  isForeign: false,
}

/** The least that the store writes, again and again: on a disk that is full to the last page LMDB ends the process. */
const stateOfNewZones = (store: LmdbStore): string[] => {
  const told = new Set<string>()
  for (let i = 0; i < 2000; i++) {
    const apex = named(`${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.z${i}.`)
    try {
      store.setSecondaryState(apex, STATE)
      told.add('kept')
    } catch (error) {
      told.add((error as Error).name)
    }
  }
  return [...told]
}

const run = async (): Promise<FullDiskReport> => {
  writeFileSync(ballast, Buffer.alloc(512 * 1024, 1))
  const store = LmdbStore.open(data, systemClock)
  const view = publish(store, 'x.')
  const first = await fillInGroups(store, view, 1000, 'before')
  const second = await fillInGroups(store, view, 1, 'full')
  const small = stateOfNewZones(store)
  const nothing = change(store, view, () => undefined)
  const whileFull = {
    seenWhileFull: ownersOf(view),
    serialWhileFull: serialIn(view),
    nothingWhileFull: (await nothing).result,
    smallWhileFull: small,
  }
  if (view.get(nameKeyOf(named('before0-0.x.'))) === undefined) throw new Error('no read')
  rmSync(ballast)
  const third = await fillInGroups(store, view, 3, 'after')
  await store.close()
  const again = LmdbStore.open(data, systemClock)
  const found = viewOf(again, 'x.')
  const seenInTheEnd = ownersOf(found)
  const serials = Array.from(again.journal(found), ({ changeset }) => changeset.serialAfter)
  await again.close()
  return {
    before: first.acknowledged,
    refused: first.refused,
    refusedAgain: second.refused,
    ...whileFull,
    after: third.acknowledged,
    seenInTheEnd,
    serials,
  }
}

process.stdout.write(JSON.stringify(await run()))
