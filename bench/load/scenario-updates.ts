/** Durable signed updates, with ever more of them in flight; and queries beside them. */
import { join } from 'node:path'
import { interleaved, takingUpdates, type Bench, type Results } from './bench.ts'
import { runDnsperf, type LoadResult } from './dnsperf.ts'
import { percentile } from './figures.ts'
import { measured } from './scenario-queries.ts'
import type { Target } from './target.ts'
import { writeQuestions, writeUpdates } from './zone-data.ts'

const UPDATES = 100_000

const LOADS = [
  { inFlight: 1, clients: 1, transport: 'udp' },
  { inFlight: 20, clients: 1, transport: 'udp' },
  { inFlight: 200, clients: 4, transport: 'udp' },
  { inFlight: 2000, clients: 20, transport: 'udp' },
  { inFlight: 2000, clients: 50, transport: 'tcp' },
] as const

export const updates = async (all: Bench, results: Results): Promise<void> => {
  const bench = takingUpdates(all)
  const file = join(bench.folder, 'updates')
  await writeUpdates(file, bench.names, UPDATES)
  const { seconds, data } = bench
  // Else the first load is the one that fetches the zone from the disk, and warms compilers.
  for (const { port } of bench.targets) {
    const load = { port, file, seconds, inFlight: 200, clients: 4, updatesWith: data.key }
    await runDnsperf({ ...load, transport: 'udp' })
  }
  for (const { inFlight, clients, transport } of LOADS) {
    const title = `updates over ${transport.toUpperCase()}, ${inFlight} in flight, ${bench.names} names`
    await interleaved(bench, async (target) => {
      const shape = { file, seconds, transport, inFlight, clients, updatesWith: data.key }
      const result = await measured(target, { ...shape, port: target.port })
      const durable = result.rcodes['NOERROR'] ?? 0
      const share = durable / result.completed
      // With one in flight dnsperf itself pauses for 100 ms now and then, between an answer and what it sends next.
      const perSecond = inFlight === 1 ? 1000 / result.latencyMilliseconds : result.perSecond
      results.add(title, 'updates/s', 'more', target.name, perSecond * share)
      results.add(title, 'CPU µs/update', 'less', target.name, result.cpu / durable)
      results.add(title, 'refused or lost', 'less', target.name, lossOf(result, durable))
    })
  }
}

const lossOf = ({ completed, lost }: LoadResult, durable: number): number =>
  completed - durable + lost

/** A thousand updates a second while queries come as fast as they go; and the latency of queries. */
export const mixed = async (all: Bench, results: Results): Promise<void> => {
  const bench = takingUpdates(all)
  const questions = join(bench.folder, 'questions')
  const changes = join(bench.folder, 'updates')
  await writeQuestions(questions, bench.names, UPDATES)
  await writeUpdates(changes, bench.names, UPDATES)
  const { seconds } = bench
  const query = { file: questions, seconds, transport: 'udp', inFlight: 200, clients: 20 } as const
  const update = {
    file: changes,
    transport: 'udp',
    clients: 1,
    updatesWith: bench.data.key,
  } as const
  const beside = async <T>(target: Target, rate: number | undefined, asking: Promise<T>) => {
    const shape = { ...update, port: target.port, seconds, inFlight: 20 }
    const changing = runDnsperf(rate === undefined ? shape : { ...shape, rate })
    return [await asking, await changing] as const
  }
  await interleaved(bench, async (target) => {
    const { name, port } = target
    const quiet = await runDnsperf({ ...query, port })
    const [busy] = await beside(target, 1000, runDnsperf({ ...query, port }))
    const share = busy.perSecond / quiet.perSecond
    results.add('queries beside 1,000 updates/s', 'share of quiet', 'more', name, share)
    const steady = { ...query, port, rate: 10_000, latencies: true }
    const [timed, changed] = await beside(target, undefined, runDnsperf(steady))
    const title = '10,000 queries/s beside 20 updates in flight'
    results.add(title, 'p50 ms', 'less', name, percentile(timed.latencies, 50))
    results.add(title, 'p99 ms', 'less', name, percentile(timed.latencies, 99))
    results.add(title, 'updates/s meanwhile', 'more', name, changed.perSecond)
    results.add(title, 'queries lost', 'less', name, timed.lost)
  })
}
