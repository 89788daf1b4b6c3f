#!/usr/bin/env node
/** The `livezone` command. */
import { endWithStdout } from './broken-stdout.ts'
import { bundleIn } from './bundle.ts'

endWithStdout(process)

const main = async (): Promise<void> => {
  const { run } = bundleIn(import.meta.dirname) ?? (await import('./program.ts'))
  // For one that never ends, and is given up by Node.
  process.exitCode = 1
  process.exitCode = await run(process.argv.slice(2))
}
// Nothing awaits it here, so that it can be bundled as a module of the older kind: Node starts those faster.
void main()
