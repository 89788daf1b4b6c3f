/** What goes in and out as JSON: the schemas that check it, and of which the OpenAPI document consists. */
import * as z from 'zod'

/** Schemas that the document has by name. */
export const components = z.registry<{ id: string }>()

const named = <T extends z.ZodType>(id: string, schema: T): T => {
  components.add(schema, { id })
  return schema
}

const MOST_ITEMS = 1000

const text = z.string()
const name = text.max(1100).describe('a domain name in presentation format, absolute')
const type = text.max(32).describe('a TYPE by its mnemonic, or as TYPE and its number (RFC 3597)')
const rdata = text.max(300_000).describe('RDATA in presentation format; names in it are absolute')
const ttl = z.int().min(0).max(0x7fff_ffff).describe('seconds')
const time = text.describe('RFC 3339, UTC')
export const serial = z.int().min(0).max(0xffff_ffff)

/** Parameters of a query come as text. */
export const serialText = z.coerce.number().int().min(0).max(0xffff_ffff)
export const limit = z.coerce.number().int().min(1).max(1000).default(100)
export const optionalName = name.optional()

export const nothing = z.unknown()
export const noQuery = z.strictObject({})

export const problem = named(
  'Problem',
  z.strictObject({
    type: z.literal('about:blank'),
    title: text,
    status: z.int(),
    detail: text,
    rcode: text.optional().describe('what an UPDATE over DNS would have been answered'),
    infoCode: z.int().optional().describe('RFC 8914'),
    errors: z.array(z.strictObject({ pointer: text, detail: text })).optional(),
    obstacles: z.array(text).optional(),
  }),
)

export const zone = named(
  'Zone',
  z.strictObject({
    zone: name,
    role: z.enum(['primary', 'secondary']),
    serial: serial.nullable().describe('null while a secondary zone cannot be answered for'),
  }),
)

export const zones = named('Zones', z.strictObject({ zones: z.array(zone) }))

export const zoneDetails = named(
  'ZoneDetails',
  zone.extend({
    journalSince: time.nullable().describe('how far back the history reaches, where it is known'),
    secondaries: z
      .strictObject({
        current: z.int().describe('servers that have this version'),
        behind: z.int(),
      })
      .nullable()
      .describe('null for owners, and where nobody is told of the zone'),
  }),
)

export const rrset = named('RRset', z.strictObject({ name, type, ttl, records: z.array(rdata) }))

export const records = named(
  'Records',
  z.strictObject({
    zone: name,
    serial,
    rrsets: z.array(rrset),
    next: name.nullable().describe('"after" of the next page; null when there is none'),
  }),
)

const items = <T extends z.ZodType>(item: T) => z.array(item).max(MOST_ITEMS)

export const prerequisite = named(
  'Prerequisite',
  z.discriminatedUnion('op', [
    z.strictObject({ op: z.literal('rrsetExists'), name, type }),
    z.strictObject({ op: z.literal('rrsetEquals'), name, type, records: items(rdata).min(1) }),
    z.strictObject({ op: z.literal('rrsetAbsent'), name, type }),
    z.strictObject({ op: z.literal('nameInUse'), name }),
    z.strictObject({ op: z.literal('nameUnused'), name }),
  ]),
)

export const change = named(
  'Change',
  z.discriminatedUnion('op', [
    z.strictObject({ op: z.literal('add'), name, type, ttl, rdata }),
    z.strictObject({ op: z.literal('delete'), name, type, rdata }),
    z.strictObject({ op: z.literal('deleteRrset'), name, type }),
    z.strictObject({ op: z.literal('deleteName'), name }),
    z.strictObject({ op: z.literal('setRrset'), name, type, ttl, records: items(rdata).min(1) }),
  ]),
)

export const changeRequest = named(
  'ChangeRequest',
  z.strictObject({
    prerequisites: items(prerequisite).default([]),
    changes: items(change).min(1),
    ifSerial: serial.optional().describe('the zone is at this serial, or nothing is changed'),
    dryRun: z.boolean().default(false),
  }),
)

const lines = z.array(text).describe('records as lines of a master file')

export const changeResult = named(
  'ChangeResult',
  z.strictObject({
    zone: name,
    serial: serial.describe('the serial afterwards; in a dry run, the one that it would be'),
    changed: z.boolean(),
    dryRun: z.boolean(),
    removed: lines,
    added: lines,
    ignored: z.array(text).describe('what RFC 2136 §3.4.2 says to ignore'),
    hidden: z.array(text).describe('what a zone cut or DNAME hides from queries'),
  }),
)

export const row = named(
  'HistoryRow',
  z.strictObject({
    serialBefore: serial,
    serialAfter: serial,
    time,
    principal: text,
    source: text,
    transport: z.enum(['udp', 'tcp', 'http', 'https', 'cli']),
    grants: z.array(text),
    removed: lines,
    added: lines,
  }),
)

export const history = named(
  'History',
  z.strictObject({
    zone: name,
    rows: z.array(row).describe('the newest first'),
    next: serial.nullable().describe('"before" of the next page; null when there is none'),
  }),
)

const wanted = {
  force: z.boolean().default(false).describe('also when later changes touched the same records'),
  dryRun: z.boolean().default(false),
}
const led = 'that a change to be taken back led to'

export const undoRequest = named(
  'UndoRequest',
  z.union(
    [
      z.strictObject({ serial: serial.describe(led), ...wanted }),
      z.strictObject({ serials: z.array(serial.describe(led)).min(1).max(100), ...wanted }),
      z.strictObject({
        from: serial.describe('that the first change to be taken back led to'),
        to: serial.describe('that the last one led to'),
        ...wanted,
      }),
    ],
    'write "serial", or "serials" (100 at most), or "from" and "to"; "force" and "dryRun" are true or false',
  ),
)

export const restoreRequest = named(
  'RestoreRequest',
  z.strictObject({
    to: text.max(64).describe('a serial, a time (RFC 3339), or such as 2h'),
    name: optionalName.describe('of this name alone; without it of the whole zone'),
    dryRun: z.boolean().default(false),
  }),
)

export const restoreResult = named(
  'RestoreResult',
  z.strictObject({
    zone: name,
    serial: serial.nullable().describe('null when nothing was changed'),
    dryRun: z.boolean(),
    removed: lines,
    added: lines,
  }),
)

export const undoResult = named(
  'UndoResult',
  restoreResult.extend({
    obstacles: z.array(text).describe('what spoke against it, where it was forced or is a dry run'),
  }),
)

const known = z.strictObject({ serial, at: time }).nullable()

export const secondaries = named(
  'Secondaries',
  z.strictObject({
    zone: name,
    serial,
    secondaries: z.array(
      z.strictObject({
        address: text,
        port: z.int().nullable(),
        key: name.nullable(),
        state: text,
        has: known,
        behind: z.int().nullable(),
        notified: known,
        acknowledged: known,
        transferred: z
          .strictObject({ kind: z.enum(['AXFR', 'IXFR']), serial, at: time })
          .nullable(),
        seen: time.nullable(),
        failure: text.nullable(),
      }),
    ),
  }),
)

const lastUse = z.strictObject({ time, source: text, agent: text }).nullable()

export const host = named(
  'Host',
  z.strictObject({
    host: name,
    zone: name.nullable(),
    ttl: ttl.nullable(),
    addresses: z.strictObject({ A: z.array(text), AAAA: z.array(text) }),
    tokens: z.array(text),
    lastUse,
    state: z.enum(['ok', 'unseen', 'stale', 'flapping', 'failing', 'blocked']),
    words: text.describe('why it is in this state, for people'),
    lastSeen: time.nullable().describe('of the last request, whatever came of it'),
    lastClient: z.strictObject({ address: text, agent: text }).nullable(),
  }),
)

export const hosts = named('Hosts', z.strictObject({ hosts: z.array(host), next: name.nullable() }))

const tokenName = text.regex(/^[\x21-\x7e]{1,255}$/)

export const tokenRequest = named(
  'TokenRequest',
  z.strictObject({
    name: tokenName.optional().describe('the first host when it is left out'),
    role: z.literal('admin').optional().describe('for everything, and for no hosts'),
    hosts: items(name).default([]),
    below: z.boolean().default(false),
    types: items(type).default(['A', 'AAAA']),
    from: items(text.max(64)).default([]).describe('networks from which it is taken'),
    expires: z.iso.datetime({ offset: true }).optional(),
  }),
)

export const token = named(
  'Token',
  z.strictObject({
    name: text,
    role: z.enum(['admin', 'owner']),
    hosts: z.array(name),
    below: z.boolean(),
    types: z.array(type),
    from: z.array(text),
    created: time,
    expires: time.nullable(),
    retires: time.nullable().describe('when the older secret ends, while it is rotated'),
    lastUse,
  }),
)

export const tokens = named(
  'Tokens',
  z.strictObject({ tokens: z.array(token), next: text.nullable() }),
)

export const newToken = named(
  'NewToken',
  z.strictObject({ name: text, token: text.describe('the secret, shown this one time') }),
)

export const revoked = named('Revoked', z.strictObject({ name: text }))

export const keys = named(
  'Keys',
  z.strictObject({
    keys: z.array(
      z.strictObject({
        name,
        algorithm: text,
        expires: time.nullable(),
        isRotated: z.boolean().describe('whether an older secret is taken, too'),
        lastUse: z.strictObject({ time, source: text }).nullable(),
      }),
    ),
  }),
)
