/** `npm run bench -- SCENARIO`: livezone and its peers side by side; bench/README.md has the method. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Argument, Command, Option } from 'commander'
import { firstAnswer } from './answering.ts'
import { Results, type Bench } from './bench.ts'
import { KnotTarget } from './knot-target.ts'
import { LivezoneTarget } from './livezone-target.ts'
import { NamedTarget } from './named-target.ts'
import { NsdTarget } from './nsd-target.ts'
import { PdnsTarget } from './pdns-target.ts'
import { keepResults, tableOf } from './report.ts'
import { axfr } from './scenario-axfr.ts'
import { growth } from './scenario-growth.ts'
import { importing } from './scenario-import.ts'
import { queries } from './scenario-queries.ts'
import { memory, start } from './scenario-start.ts'
import { mixed, updates } from './scenario-updates.ts'
import type { Target } from './target.ts'
import { writeZones } from './zone-data.ts'

type Run = (bench: Bench, results: Results) => Promise<void>

/** On servers that run and have the zone. */
const RUNNING: Readonly<Record<string, Run>> = { queries, updates, mixed, axfr, start, memory }
/** With servers that each sets up itself. */
const FRESH: Readonly<Record<string, Run>> = { import: importing, growth }
const SCENARIOS = [...Object.keys(RUNNING), ...Object.keys(FRESH)]

const PEERS: Readonly<Record<string, () => Target>> = {
  dgram: () => new LivezoneTarget('dgram'),
  workers: () => new LivezoneTarget('workers'),
  bind: () => new NamedTarget(),
  knot: () => new KnotTarget(),
  nsd: () => new NsdTarget(),
  pdns: () => new PdnsTarget(),
}

interface Options {
  readonly peers: string
  readonly names: string
  readonly quick?: true
}

const KEY = {
  name: 'bench-key.',
  secret: Buffer.from('a secret of thirty-two octets !!').toString('base64'),
}

const makersOf = (peers: string): (() => Target)[] => [
  () => new LivezoneTarget(),
  ...(peers === '' ? [] : peers.split(',').map((peer) => PEERS[peer] ?? unknown(peer))),
]

const unknown = (peer: string): never => {
  throw new Error(`"${peer}" is none of ${Object.keys(PEERS).join(', ')}`)
}

const withRunning = async (bench: Bench, run: () => Promise<void>): Promise<void> => {
  try {
    for (const target of bench.targets) {
      const own = join(bench.folder, target.name)
      mkdirSync(own)
      await target.prepare(own, bench.data)
      await target.start()
      await firstAnswer(target.port)
    }
    await run()
  } finally {
    for (const target of bench.targets) await target.stop()
  }
}

const run = async (asked: string, { peers, names: count, quick }: Options): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'livezone-bench-'))
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true })
  })
  const makers = makersOf(peers)
  const isQuick = quick === true
  const names = Number(count)
  const zones = await writeZones(join(folder, 'zones'), names, 1)
  const amount = isQuick ? { rounds: 1, seconds: 2 } : { rounds: 3, seconds: 6 }
  const shape = { data: { zones, key: KEY }, names, isQuick, folder, ...amount }
  const benchOfNew = (): Bench => ({ ...shape, targets: makers.map((make) => make()) })
  const wanted = (all: Readonly<Record<string, Run>>): [string, Run][] =>
    Object.entries(all).filter(([name]) => asked === 'all' || asked === name)
  const results = new Results()
  const timed = async (name: string, scenario: Run, bench: Bench): Promise<void> => {
    const began = performance.now()
    await scenario(bench, results)
    process.stderr.write(`${name}: ${((performance.now() - began) / 1000).toFixed(0)} s\n`)
  }
  const running = wanted(RUNNING)
  if (running.length > 0) {
    const bench = benchOfNew()
    await withRunning(bench, async () => {
      for (const [name, scenario] of running) await timed(name, scenario, bench)
    })
  }
  for (const [name, scenario] of wanted(FRESH)) await timed(name, scenario, benchOfNew())
  const servers = benchOfNew().targets.map(({ name }) => name)
  process.stdout.write(`${tableOf(results.works, servers)}\n`)
  const kept = keepResults(RESULTS, asked, results.works, { names, ...amount })
  process.stdout.write(`\n${kept}\n`)
}

const RESULTS = fileURLToPath(new URL('../../../bench/results/', import.meta.url))

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

await new Command('bench')
  .addArgument(new Argument('<scenario>').choices([...SCENARIOS, 'all']))
  .addOption(
    new Option(
      '--peers <list>',
      'of bind, knot, nsd, pdns, and livezone itself: dgram without batches, workers with 2 threads',
    ).default('bind,knot,nsd,pdns'),
  )
  .addOption(new Option('--names <count>', 'names in the zone').default('10000'))
  .option('--quick', 'one short round, to see that it works')
  .action(run)
  .parseAsync()
