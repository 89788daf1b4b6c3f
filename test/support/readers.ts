/** What tests of the threads that answer queries share. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig, type Config } from '../../src/config/load.ts'
import { configText } from './config-text.ts'

/** A configuration as a file has it. */
export const configOf = (): Config => {
  const folder = mkdtempSync(join(tmpdir(), 'livezone-'))
  try {
    writeFileSync(join(folder, 'x.toml'), configText({}))
    return loadConfig(join(folder, 'x.toml'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
