/** The table that people read, and the file that later runs are compared with. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Work } from './bench.ts'
import { figureOf, figureText } from './figures.ts'

const OURS = 'livezone'

/** Ours by the best of the others: above 1 is better for what is to be more, below for less. */
const ratioOf = ({ samples, better }: Work): string => {
  const medians = new Map([...samples].map(([name, values]) => [name, figureOf(values).median]))
  const ours = medians.get(OURS)
  // Without batches it is ours as well.
  for (const name of medians.keys()) if (name.startsWith(OURS)) medians.delete(name)
  if (ours === undefined || medians.size === 0) return ''
  const [best] = [...medians].sort(([, a], [, b]) => (better === 'less' ? a - b : b - a))
  return best === undefined || best[1] === 0 ? '' : `${(ours / best[1]).toFixed(2)} × ${best[0]}`
}

export const tableOf = (works: readonly Work[], servers: readonly string[]): string => {
  const rows = works.map((work) => [
    work.title,
    work.unit,
    ...servers.map((server) => {
      const values = work.samples.get(server)
      return values === undefined ? '' : figureText(figureOf(values))
    }),
    ratioOf(work),
  ])
  const head = ['work', 'figure', ...servers, 'ratio to the best']
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
}

/** @returns the file's path */
export const keepResults = (
  folder: string,
  name: string,
  works: readonly Work[],
  settings: Readonly<Record<string, unknown>>,
): string => {
  mkdirSync(folder, { recursive: true })
  const date = new Date().toISOString()
  const file = join(folder, `${date.slice(0, 16).replace(':', '')}-${name}.json`)
  const machine = {
    processor: cpus()[0]?.model,
    processors: cpus().length,
    memoryGibibytes: Math.round(totalmem() / 2 ** 30),
    system: release(),
    node: process.version,
  }
  const results = works.map(({ samples, ...work }) => ({
    ...work,
    samples: Object.fromEntries(samples),
  }))
  writeFileSync(file, `${JSON.stringify({ date, machine, settings, results }, undefined, 1)}\n`)
  return file
}
