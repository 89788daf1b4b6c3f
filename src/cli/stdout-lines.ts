/** Standard output that waits: a reader that is slower than we are must not make us keep everything. */
import { once } from 'node:events'

export const writeLines = async (lines: Iterable<string>): Promise<void> => {
  for (const line of lines) {
    if (!process.stdout.write(line)) await once(process.stdout, 'drain')
  }
}
