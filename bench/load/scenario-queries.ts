/** Queries as fast as they are answered, over UDP and over TCP. */
import { join } from 'node:path'
import { interleaved, type Bench, type Results } from './bench.ts'
import { runDnsperf, type Load, type LoadResult } from './dnsperf.ts'
import { cpuMicroseconds } from './process-figures.ts'
import type { Target } from './target.ts'
import { writeQuestions } from './zone-data.ts'

const QUESTIONS = 200_000

export const queries = async (bench: Bench, results: Results): Promise<void> => {
  const file = join(bench.folder, 'questions')
  await writeQuestions(file, bench.names, QUESTIONS)
  for (const target of bench.targets) await warm(target, file, ['udp', 'tcp'])
  await interleaved(bench, async (target) => {
    const load = { port: target.port, file, seconds: bench.seconds / 2, inFlight: 200, clients: 20 }
    const udp = { ...load, transport: 'udp' } as const
    // EDNS on half of the queries: one half of the time without, one with.
    const plain = await measured(target, udp)
    const edns = await measured(target, { ...udp, edns: true })
    const completed = plain.completed + edns.completed
    const title = `UDP queries, ${bench.names} names`
    const cpu = (plain.cpu + edns.cpu) / completed
    results.add(title, 'CPU µs/query', 'less', target.name, cpu)
    results.add(title, 'queries/s', 'more', target.name, (plain.perSecond + edns.perSecond) / 2)
    results.add(title, 'lost', 'less', target.name, plain.lost + edns.lost)
    const tcp = await measured(target, { ...load, seconds: bench.seconds, transport: 'tcp' })
    const tcpTitle = 'TCP queries, 20 connections'
    results.add(tcpTitle, 'CPU µs/query', 'less', target.name, tcp.cpu / tcp.completed)
    results.add(tcpTitle, 'queries/s', 'more', target.name, tcp.perSecond)
  })
}

/** Compilers and caches are warm before anything is measured: each question was answered once. */
export const warm = async (
  { port }: Target,
  file: string,
  transports: readonly Load['transport'][],
): Promise<void> => {
  const load = { port, file, seconds: 0, inFlight: 200, clients: 20, once: true }
  for (const transport of transports) await runDnsperf({ ...load, transport })
}

export const measured = async (
  target: Target,
  load: Load,
): Promise<LoadResult & { readonly cpu: number }> => {
  const before = cpuMicroseconds(target.pids())
  const result = await runDnsperf(load)
  return { ...result, cpu: cpuMicroseconds(target.pids()) - before }
}
