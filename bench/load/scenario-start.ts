/** From starting the process to its first answer, and the memory that it has then and later. */
import { join } from 'node:path'
import { firstAnswer } from './answering.ts'
import { interleaved, takingUpdates, type Bench, type Results } from './bench.ts'
import { runDnsperf } from './dnsperf.ts'
import { privateOctets, residentOctets } from './process-figures.ts'
import type { Target } from './target.ts'
import { writeEveryName, writeUpdates } from './zone-data.ts'

const MEBIBYTE = 1024 * 1024

export const start = async (bench: Bench, results: Results): Promise<void> => {
  const again = async (target: Target, signal: NodeJS.Signals, title: string): Promise<void> => {
    await target.stop(signal)
    const began = performance.now()
    await target.start()
    await firstAnswer(target.port)
    results.add(title, 'ms', 'less', target.name, performance.now() - began)
  }
  const what = `first answer with ${bench.names} names`
  await interleaved(bench, (target) => again(target, 'SIGTERM', `${what}, after a stop`))
  const file = join(bench.folder, 'updates')
  await writeUpdates(file, bench.names, 1000)
  await interleaved(takingUpdates(bench), async (target) => {
    // With something in its journal that is in no zone file.
    const load = { file, seconds: 1, transport: 'udp', inFlight: 20, clients: 1 } as const
    await runDnsperf({ ...load, port: target.port, updatesWith: bench.data.key })
    await again(target, 'SIGKILL', `${what}, after kill -9`)
  })
}

export const memory = async (bench: Bench, results: Results): Promise<void> => {
  const file = join(bench.folder, 'every-name')
  await writeEveryName(file, bench.names)
  await interleaved({ ...bench, rounds: 1 }, async (target) => {
    await target.stop('SIGTERM')
    await target.start()
    await firstAnswer(target.port)
    record(target, `memory with ${bench.names} names`)
    const load = { file, seconds: 0, transport: 'udp', inFlight: 200, clients: 20 } as const
    await runDnsperf({ ...load, port: target.port, once: true })
    record(target, `memory when each of ${bench.names} names was asked for`)
  })
  function record(target: Target, title: string): void {
    const pids = target.pids()
    results.add(title, 'MiB private', 'less', target.name, privateOctets(pids) / MEBIBYTE)
    results.add(title, 'MiB resident', 'less', target.name, residentOctets(pids) / MEBIBYTE)
  }
}
