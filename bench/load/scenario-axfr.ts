/** The whole zone out by AXFR, to a client that reads as fast as octets come. */
import { fileURLToPath } from 'node:url'
import { interleaved, type Bench, type Results } from './bench.ts'
import { runTool } from './run-tool.ts'
import { APEX } from './zone-data.ts'

const READER = fileURLToPath(new URL('axfr.js', import.meta.url))

/** The reader is to be compiled and warm, and so is the server. */
const WARM_ROUNDS = 3
const ROUNDS = 5

export const axfr = async (bench: Bench, results: Results): Promise<void> => {
  await interleaved(bench, async (target) => {
    // What forks is measured by the parent's clock only: the time on the wall is the figure.
    const pid = `${target.pids()[0] ?? ''}`
    const rounds = `${WARM_ROUNDS + ROUNDS}`
    const output = await runTool(process.execPath, [READER, `${target.port}`, APEX, pid, rounds])
    const lines = output.trim().split('\n').slice(WARM_ROUNDS)
    const title = `AXFR out, ${bench.names} names`
    for (const line of lines) {
      const [, all = ''] = /all (\d+) ms/.exec(line) ?? []
      results.add(title, 'ms', 'less', target.name, Number(all))
    }
  })
}
