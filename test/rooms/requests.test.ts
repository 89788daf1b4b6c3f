/** Requests, from octets to octets. */
import { importTests } from '../support/room.ts'

await importTests(
  'base',
  'wire',
  'text',
  'zone',
  'access',
  'query',
  'history',
  'update',
  'transfer',
  'vectors',
  'rfc',
)
