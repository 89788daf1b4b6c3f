/** The house as a whole, its documents, and its stores. */
import { importTests, keepInMemory } from '../support/room.ts'

keepInMemory()
await importTests(
  'app',
  'app-api',
  'app-keys',
  'app-notify',
  'app-readers',
  'app-reload',
  'app-secondary',
  'app-settings',
  'app-web',
  'app-workers',
  'store',
  'docs-policy',
  'rfc-docs',
  'tidy',
)
