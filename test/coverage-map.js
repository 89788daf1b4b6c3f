// For tap: what has to be covered is src/, by all tests together, and neither tests nor benchmarks. Clients and
// servers of other makers, crashes and properties take long and cover nothing new: they run without, and tap starts
// what has nothing to cover first.
import { readdirSync } from 'node:fs'

const sources = readdirSync(new URL('../build/src', import.meta.url), { recursive: true })
  .filter((file) => file.endsWith('.js'))
  .map((file) => `build/src/${file}`)

const UNCOVERED = /^build\/test\/(lint\.|(outside|interop|simulation|property)\/)/

export default (file) => (UNCOVERED.test(file) ? null : sources)
