/** Listeners and clients, and who watches them. */
import { importTests } from '../support/room.ts'

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
