/** Listeners and clients, and who watches them. */
import { importTests, keepInMemory } from '../support/room.ts'

keepInMemory()
await importTests(
  'secondary',
  'server',
  'transport',
  'clients',
  'dyndns',
  'web',
  'alerts',
  'control',
  'api',
  'page',
  'config',
  'agent',
)
