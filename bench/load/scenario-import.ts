/** From a master file and an empty folder to the first answer, by the means that each server has. */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { firstAnswer } from './answering.ts'
import { interleaved, type Bench, type Results } from './bench.ts'

export const importing = async (bench: Bench, results: Results): Promise<void> => {
  await interleaved(bench, async (target) => {
    const folder = join(bench.folder, `${target.name}-new`)
    mkdirSync(folder)
    const began = performance.now()
    await target.prepare(folder, bench.data)
    await target.start()
    try {
      await firstAnswer(target.port)
      const seconds = (performance.now() - began) / 1000
      const title = `from a master file to the first answer, ${bench.names} names`
      results.add(title, 's', 'less', target.name, seconds)
    } finally {
      await target.stop()
      rmSync(folder, { recursive: true })
    }
  })
}
