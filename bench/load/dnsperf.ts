/** DNS-OARC's dnsperf as the load: the same public tool for every server. */
import { runTool } from './run-tool.ts'
import type { BenchKey } from './target.ts'

export interface Load {
  readonly port: number
  readonly file: string
  readonly seconds: number
  readonly transport: 'udp' | 'tcp'
  /** Messages that wait for their answers, all connections together. */
  readonly inFlight: number
  /** Sockets, or TCP connections. */
  readonly clients: number
  readonly edns?: boolean
  /** Messages a second; without it, as many as are answered. */
  readonly rate?: number
  /** Sends UPDATEs, signed with the key, instead of queries. */
  readonly updatesWith?: BenchKey
  /** Once through the file instead of for a time. */
  readonly once?: boolean
  /** Keeps the latency of every message. */
  readonly latencies?: boolean
}

export interface LoadResult {
  readonly completed: number
  readonly lost: number
  /** By RCODE. */
  readonly rcodes: Readonly<Record<string, number>>
  readonly perSecond: number
  /** From sending a message to its answer, the mean. */
  readonly latencyMilliseconds: number
  /** Milliseconds, in order; empty unless asked for. */
  readonly latencies: readonly number[]
}

export const runDnsperf = async (load: Load): Promise<LoadResult> => {
  const { updatesWith: key } = load
  const output = await runTool('dnsperf', [
    ...['-s', '127.0.0.1', '-p', `${load.port}`, '-d', load.file, '-m', load.transport],
    ...(load.once === true ? ['-n', '1'] : ['-l', `${load.seconds}`]),
    ...['-q', `${load.inFlight}`, '-c', `${load.clients}`, '-T', '1'],
    ...(load.edns === true ? ['-e'] : []),
    ...(load.rate === undefined ? [] : ['-Q', `${load.rate}`]),
    ...(key === undefined ? [] : ['-u', '-y', `hmac-sha256:${key.name}:${key.secret}`]),
    ...(load.latencies === true ? ['-v'] : []),
  ])
  return {
    completed: numberAfter(output, 'completed'),
    lost: numberAfter(output, 'lost'),
    rcodes: rcodesIn(output),
    perSecond: numberAfter(output, 'per second'),
    latencyMilliseconds: latencyIn(output),
    latencies: load.latencies === true ? latenciesIn(output) : [],
  }
}

/** `Queries completed:    1234 (99.9%)`, or `Updates completed:`. */
const numberAfter = (output: string, what: string): number => {
  const [, number] = new RegExp(`(?:Queries|Updates) ${what}:\\s+([\\d.]+)`).exec(output) ?? []
  if (number === undefined) throw new Error(`dnsperf did not say how many ${what}: ${output}`)
  return Number(number)
}

/** `Response codes:       NOERROR 1000 (90.0%), NXDOMAIN 100 (10.0%)`; of updates `Update response codes:`. */
const rcodesIn = (output: string): Record<string, number> => {
  const [, codes = ''] = /[Rr]esponse codes:\s+(.*)/.exec(output) ?? []
  const rcodes: Record<string, number> = {}
  for (const [, code = '', count] of codes.matchAll(/([A-Z]+) (\d+)/g)) rcodes[code] = Number(count)
  return rcodes
}

/** `Average Latency (s):  0.002675 (min …)`; not a number where nothing was answered. */
const latencyIn = (output: string): number => {
  const [, seconds] = /Latency \(s\):\s+([\d.]+)/.exec(output) ?? []
  return Number(seconds) * 1000
}

/** `> NOERROR www.example. A 0.000123`, in seconds. */
const latenciesIn = (output: string): number[] =>
  Array.from(output.matchAll(/^> .* (\d+\.\d+)$/gm), ([, seconds]) => Number(seconds) * 1000).sort(
    (a, b) => a - b,
  )
