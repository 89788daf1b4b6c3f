/**
 * What a server's work costs as it gets more names, and more zones: the same load at each size, on a
 * server that is set up for that size alone. The plots are in bench/, as bench/README.md shows them.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { firstAnswer } from './answering.ts'
import { Results, takingUpdates, type Bench } from './bench.ts'
import { figureOf } from './figures.ts'
import { plotOf, type Line } from './plot.ts'
import { measured, warm } from './scenario-queries.ts'
import type { Target } from './target.ts'
import { writeQuestions, writeUpdates, writeZones } from './zone-data.ts'

const LINES = 100_000

/** A plot's horizontal axis: how many of what there are, and how many of the other. */
interface Series {
  readonly by: 'names' | 'zones'
  readonly sizes: readonly { readonly names: number; readonly zones: number }[]
}

const BY_NAMES: Series = {
  by: 'names',
  sizes: [10_000, 100_000, 1_000_000].map((names) => ({ names, zones: 1 })),
}
const BY_ZONES: Series = {
  by: 'zones',
  sizes: [1, 100, 10_000].map((zones) => ({ names: 100_000, zones })),
}

/** PowerDNS loads zones one process a zone: 10,000 would take ten minutes. */
const mayHave = ({ name }: Target, zones: number): boolean => name !== 'pdns' || zones <= 100

const MEASURES = [
  { unit: 'updates/s', better: 'more', file: 'updates' },
  { unit: 'CPU µs/query', better: 'less', file: 'queries' },
] as const

export const growth = async (bench: Bench, results: Results): Promise<void> => {
  const divisor = bench.isQuick ? 100 : 1
  const known = new Map<string, Results>()
  for (const { by, sizes } of [BY_NAMES, BY_ZONES]) {
    const lines = MEASURES.map(() => new Map<string, Line>())
    for (const size of sizes) {
      const names = size.names / divisor
      const zones = Math.max(size.zones / divisor, 1)
      const title = `growth: ${names} names in ${zones} zones`
      const isNew = !known.has(title)
      const own = known.get(title) ?? (await atSize(bench, names, zones))
      known.set(title, own)
      const x = by === 'names' ? names : zones
      for (const [index, { unit, better }] of MEASURES.entries()) {
        for (const [server, values] of own.works.find((work) => work.unit === unit)?.samples ??
          []) {
          const line = lines[index]?.get(server) ?? { label: server, points: [] }
          line.points.push({ x, y: figureOf(values).median })
          lines[index]?.set(server, line)
          if (!isNew) continue
          for (const value of values) results.add(title, unit, better, server, value)
        }
      }
    }
    if (bench.isQuick) continue
    for (const [index, { unit, file }] of MEASURES.entries()) {
      const plot = plotOf(`${unit} by number of ${by}`, [...(lines[index]?.values() ?? [])])
      writeFileSync(join(PLOTS, `growth-${file}-by-${by}.svg`), plot)
    }
  }
}

/** One server after the other, each alone: a million names in all of them at once is much memory. */
const atSize = async (bench: Bench, names: number, zones: number): Promise<Results> => {
  const results = new Results()
  const folder = join(bench.folder, `growth-${names}-${zones}`)
  mkdirSync(folder)
  const data = { zones: await writeZones(join(folder, 'zones'), names, zones), key: bench.data.key }
  const files = { questions: join(folder, 'questions'), updates: join(folder, 'updates') }
  await writeQuestions(files.questions, names, LINES, zones)
  await writeUpdates(files.updates, names, LINES, zones)
  for (const target of bench.targets) {
    if (!mayHave(target, zones)) continue
    const own = join(folder, target.name)
    mkdirSync(own)
    await target.prepare(own, data)
    await target.start()
    try {
      await firstAnswer(target.port, data.zones.at(-1)?.apex)
      await load(bench, target, files, results)
    } finally {
      await target.stop()
    }
    rmSync(own, { recursive: true })
  }
  rmSync(folder, { recursive: true })
  return results
}

const load = async (
  bench: Bench,
  target: Target,
  { questions, updates }: { readonly questions: string; readonly updates: string },
  results: Results,
): Promise<void> => {
  const { seconds, data } = bench
  const shape = {
    port: target.port,
    seconds: seconds / 2,
    transport: 'udp',
    inFlight: 200,
  } as const
  const asking = { ...shape, file: questions, clients: 20 }
  await warm(target, questions, ['udp'])
  const asked = await measured(target, asking)
  results.add('', 'CPU µs/query', 'less', target.name, asked.cpu / asked.completed)
  if (takingUpdates(bench).targets.includes(target)) {
    const changing = { ...shape, file: updates, clients: 4, updatesWith: data.key }
    await measured(target, { ...changing, seconds: 1 })
    const changed = await measured(target, changing)
    const share = (changed.rcodes['NOERROR'] ?? 0) / changed.completed
    results.add('', 'updates/s', 'more', target.name, changed.perSecond * share)
  }
}

const PLOTS = fileURLToPath(new URL('../../../bench/', import.meta.url))
