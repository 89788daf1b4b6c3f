// For tap: what has to be covered is src/, by all tests together, and neither tests nor benchmarks.
import { readdirSync } from 'node:fs'

const sources = readdirSync(new URL('../build/src', import.meta.url), { recursive: true })
  .filter((file) => file.endsWith('.js'))
  .map((file) => `build/src/${file}`)

export default () => sources
