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
import { queries } from './scenario-queries.ts'
import { memory, start } from './scenario-start.ts'
import { mixed, updates } from './scenario-updates.ts'
import type { Target } from './target.ts'
import { APEX, writeZone } from './zone-data.ts'

const SCENARIOS = { queries, updates, mixed, start, memory }
type Scenario = keyof typeof SCENARIOS

const PEERS: Readonly<Record<string, () => Target>> = {
  dgram: () => new LivezoneTarget('dgram'),
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

const run = async (asked: Scenario | 'all', { peers, names, quick }: Options): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'livezone-bench-'))
  const file = join(folder, 'zone')
  await writeZone(file, Number(names))
  const zone = { apex: APEX, file, key: KEY }
  const others =
    peers === '' ? [] : peers.split(',').map((peer) => PEERS[peer]?.() ?? unknown(peer))
  const targets: Target[] = [new LivezoneTarget(), ...others]
  const amount = quick === true ? { rounds: 1, seconds: 2 } : { rounds: 3, seconds: 6 }
  const bench: Bench = { targets, zone, names: Number(names), folder, ...amount }
  const results = new Results()
  try {
    for (const target of targets) {
      const own = join(folder, target.name)
      mkdirSync(own)
      await target.prepare(own, zone)
      await target.start()
      await firstAnswer(target.port)
    }
    const scenarios = asked === 'all' ? (Object.keys(SCENARIOS) as Scenario[]) : [asked]
    for (const scenario of scenarios) await SCENARIOS[scenario](bench, results)
  } finally {
    for (const target of targets) await target.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  const table = tableOf(
    results.works,
    targets.map(({ name }) => name),
  )
  process.stdout.write(`${table}\n`)
  const kept = keepResults(RESULTS, asked, results.works, { names: Number(names), ...amount })
  process.stdout.write(`\n${kept}\n`)
}

const unknown = (peer: string): never => {
  throw new Error(`"${peer}" is none of ${Object.keys(PEERS).join(', ')}`)
}

const RESULTS = fileURLToPath(new URL('../../../bench/results/', import.meta.url))

await new Command('bench')
  .addArgument(new Argument('<scenario>').choices([...Object.keys(SCENARIOS), 'all']))
  .addOption(
    new Option(
      '--peers <list>',
      'of bind, knot, nsd, pdns, and dgram: livezone without batches',
    ).default('bind,knot,nsd,pdns'),
  )
  .addOption(new Option('--names <count>', 'names in the zone').default('10000'))
  .option('--quick', 'one short round, to see that it works')
  .action(run)
  .parseAsync()
