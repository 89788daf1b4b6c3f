/** What a scenario is given, and what it gives: samples by kind of work and by server. */
import type { BenchData, Target } from './target.ts'

export interface Bench {
  /** All are running, unless the scenario wants them fresh. */
  readonly targets: readonly Target[]
  readonly data: BenchData
  /** Names in the zone. */
  readonly names: number
  /** One short round, with the smallest sizes. */
  readonly isQuick: boolean
  readonly rounds: number
  /** Of one run of the load. */
  readonly seconds: number
  /** For files of questions and updates. */
  readonly folder: string
}

export interface Work {
  readonly title: string
  readonly unit: string
  readonly better: 'less' | 'more'
  /** By server, one a round. */
  readonly samples: Map<string, number[]>
}

export class Results {
  readonly works: Work[] = []

  add(title: string, unit: string, better: Work['better'], server: string, value: number): void {
    let work = this.works.find((known) => known.title === title && known.unit === unit)
    if (work === undefined) {
      work = { title, unit, better, samples: new Map() }
      this.works.push(work)
    }
    work.samples.set(server, [...(work.samples.get(server) ?? []), value])
  }
}

/** The servers one after the other, and all of them in each round: the machine's speed drifts. */
export const interleaved = async (
  { rounds, targets }: Bench,
  run: (target: Target) => Promise<void>,
): Promise<void> => {
  for (let round = 0; round < rounds; round++) {
    for (const target of targets) await run(target)
  }
}

/** NSD takes no updates. */
export const takingUpdates = (bench: Bench): Bench => ({
  ...bench,
  targets: bench.targets.filter(({ name }) => name !== 'nsd'),
})
