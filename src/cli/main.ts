#!/usr/bin/env node
/** The `livezone` command. */
import { isSystemError } from '../base/system-error.ts'
import { bundleIn } from './bundle.ts'

process.stdout.on('error', (error: Error) => {
  // Whoever read it has seen enough, as `head` has.
  if (isSystemError(error) && error.code === 'EPIPE') process.exit(0)
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
})

const main = async (): Promise<void> => {
  const { run } = bundleIn(import.meta.dirname) ?? (await import('./program.ts'))
  process.exitCode = await run(process.argv.slice(2))
}
// Nothing awaits it here, so that it can be bundled as a module of the older kind: Node starts those faster.
void main()
