/** The zones that all servers serve, and the questions and updates that they get. */
import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchZone } from './target.ts'

export const APEX = 'bench.example.'

/** Numbers that look random and are the same in every run (Numerical Recipes' LCG). */
export const pseudoRandom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 0x1_0000_0000
  }
}

const nameOf = (index: number): string => `h${index.toString(36).padStart(5, '0')}`

const addressOf = (index: number): string =>
  `10.${(index >>> 16) & 255}.${(index >>> 8) & 255}.${index & 255}`

const writeLines = async (file: string, lines: Iterable<string>): Promise<void> => {
  const stream = createWriteStream(file)
  for (const line of lines) if (!stream.write(`${line}\n`)) await once(stream, 'drain')
  stream.end()
  await once(stream, 'close')
}

/** Where there are several zones, none of them is another one's parent. */
const apexOf = (zone: number, zones: number): string => (zones === 1 ? APEX : `z${zone}.${APEX}`)

/** An address for each name: name `index` is in zone `index % zones`, for they are dealt out. */
const zoneLines = function* (zone: number, names: number, zones: number): Generator<string> {
  const apex = apexOf(zone, zones)
  yield `${apex} 3600 IN SOA ns1.${apex} hostmaster.${apex} 1 7200 900 604800 60`
  yield `${apex} 3600 IN NS ns1.${apex}`
  yield `ns1.${apex} 3600 IN A 127.0.0.1`
  for (let index = zone; index < names; index += zones) {
    yield `${nameOf(index)}.${apex} 300 IN A ${addressOf(index)}`
  }
}

/** Writes `names` names in all, in so many zones. */
export const writeZones = async (
  folder: string,
  names: number,
  zones: number,
): Promise<BenchZone[]> => {
  mkdirSync(folder)
  const written: BenchZone[] = []
  for (let zone = 0; zone < zones; zone++) {
    const file = join(folder, `${zone}`)
    await writeLines(file, zoneLines(zone, names, zones))
    written.push({ apex: apexOf(zone, zones), file })
  }
  return written
}

/** Questions in random order, for dnsperf; one in ten is for a name that is not there. */
export const writeQuestions = (
  file: string,
  names: number,
  count: number,
  zones = 1,
): Promise<void> => {
  const random = pseudoRandom(7)
  return writeLines(
    file,
    (function* () {
      for (let i = 0; i < count; i++) {
        const index = Math.floor(random() * names)
        const name = `${nameOf(index)}.${apexOf(index % zones, zones)}`
        yield random() < 0.1 ? `no-${name} A` : `${name} A`
      }
    })(),
  )
}

/** Every name once. */
export const writeEveryName = (file: string, names: number): Promise<void> =>
  writeLines(
    file,
    (function* () {
      for (let index = 0; index < names; index++) yield `${nameOf(index)}.${APEX} A`
    })(),
  )

/** How often each name is updated, with another address each time, before the file begins anew. */
const VALUES = 4

/** Updates for dnsperf, each of which changes something: another address for a random name. */
export const writeUpdates = (
  file: string,
  names: number,
  count: number,
  zones = 1,
): Promise<void> => {
  const random = pseudoRandom(11)
  const used = Math.min(names, Math.ceil(count / VALUES))
  return writeLines(
    file,
    (function* () {
      for (let i = 0; i < count; i++) {
        const index = Math.floor((i % used) * (names / used))
        const name = nameOf(index)
        yield apexOf(index % zones, zones)
        yield `delete ${name} A`
        yield `add ${name} 300 A ${addressOf(Math.floor(random() * 0xff_ffff))}`
        yield 'send'
      }
    })(),
  )
}
