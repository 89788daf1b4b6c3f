/** The line that an UPDATE leaves in the log. */
import t from 'tap'
import { anonymous, type Principal } from '../../src/access/principal.ts'
import { logUpdate, type UpdateEvent } from '../../src/server/update-log.ts'
import { refusal, refused, type UpdateResult } from '../../src/update/verdict.ts'
import { Rcode, rrClassOf, RrType } from '../../src/wire/codes.ts'
import type { ZoneRecord } from '../../src/zone/changeset.ts'
import { serialOf } from '../../src/zone/serial.ts'
import type { LogLine } from '../support/log.ts'
import { name, TestService, tsigKey } from '../support/service.ts'
import { add, effectOf, ipv4, soa, Type } from '../support/updates.ts'

const KEY: Principal = { kind: 'key', key: tsigKey('ddns-key.') }

const logged = (result: UpdateResult, more: Partial<UpdateEvent> = {}): LogLine => {
  const lines: LogLine[] = []
  const line =
    (level: LogLine['level']) =>
    (fields: LogLine['fields'], message: string): void => {
      lines.push({ level, fields, message })
    }
  const log = { info: line('info'), warn: line('warn'), error: line('error') }
  logUpdate(log, {
    principal: KEY,
    source: '192.0.2.1#53211',
    transport: 'udp',
    zone: { name: name('dyn.example.'), type: RrType.SOA, class: rrClassOf(1) },
    result,
    milliseconds: 1.23456,
    ...more,
  })
  const [only, ...others] = lines
  if (only === undefined || others.length > 0) throw new Error('not one line')
  return only
}

const record = (index: number): ZoneRecord => ({
  owner: name(`h${index}.dyn.example.`),
  type: RrType.A,
  ttl: 60,
  rdata: ipv4(`192.0.2.${index}`),
})

const committed = (
  removed: number,
  added: number,
  ignored: readonly string[] = [],
): UpdateResult => ({
  rcode: Rcode.NOERROR,
  why: undefined,
  ignored,
  hidden: [],
  code: 0,
  shadow: [],
  changeset: {
    serialBefore: serialOf(10),
    serialAfter: serialOf(11),
    removed: Array.from({ length: removed }, (_, index) => record(index)),
    added: Array.from({ length: added }, (_, index) => record(100 + index)),
  },
})

t.test('an UPDATE that was committed says who, from where and what', async (t) => {
  t.same(logged(committed(1, 2, ['the SOA stays'])), {
    level: 'info',
    message: 'update committed',
    fields: {
      principal: 'key:ddns-key.',
      source: '192.0.2.1#53211',
      transport: 'udp',
      zone: 'dyn.example.',
      rcode: 'NOERROR',
      reason: undefined,
      ignored: ['the SOA stays'],
      hidden: undefined,
      shadow: undefined,
      serialBefore: 10,
      serialAfter: 11,
      removed: ['h0.dyn.example. 60 IN A 192.0.2.0'],
      added: ['h100.dyn.example. 60 IN A 192.0.2.100', 'h101.dyn.example. 60 IN A 192.0.2.101'],
      milliseconds: 1.235,
    },
  })
})

t.test('a SOA is named where more of it changes than the serial', async (t) => {
  const changed = async (rdata: Buffer, ttl = 3600): Promise<unknown[]> => {
    const service = new TestService()
    await effectOf(service, [], [add('dyn.example.', Type.SOA, ttl, rdata)])
    const { removed, added } = service.lines.at(-1)?.fields ?? {}
    return [removed, added]
  }
  const text = (numbers: string, ttl = 3600): string =>
    `dyn.example. ${ttl} IN SOA ns1.dyn.example. hostmaster.dyn.example. ${numbers}`
  t.strictSame(await changed(soa(20, 1)), [
    [text('10 7200 900 604800 300')],
    [text('20 7200 900 604800 1')],
  ])
  t.strictSame(await changed(soa(20), 5), [
    [text('10 7200 900 604800 300')],
    [text('20 7200 900 604800 300', 5)],
  ])
  t.strictSame(await changed(soa(20)), [[], []])
})

t.test('of more than 50 records, or things ignored, the line gives the number', async (t) => {
  const ignored = Array.from({ length: 52 }, (_, index) => `ignored ${index}`)
  const { fields } = logged(committed(51, 50, ignored))
  const { removed, added } = fields
  t.ok(Array.isArray(removed) && Array.isArray(added) && Array.isArray(fields['ignored']))
  t.match(removed, { length: 51, 49: 'h49.dyn.example. 60 IN A 192.0.2.49', 50: 'and 1 more' })
  t.match(added, { length: 50, 49: 'h149.dyn.example. 60 IN A 192.0.2.149' })
  t.match(fields['ignored'], { length: 51, 49: 'ignored 49', 50: 'and 2 more' })
})

t.test('an UPDATE that changed nothing says so', async (t) => {
  const { level, message, fields } = logged({ ...committed(0, 0), changeset: undefined })
  t.equal(level, 'info')
  t.equal(message, 'update changed nothing')
  for (const field of ['ignored', 'serialBefore', 'serialAfter', 'removed', 'added', 'reason']) {
    t.equal(fields[field], undefined, field)
  }
})

t.test('an UPDATE that was refused says why', async (t) => {
  const result = refused(refusal(Rcode.NXDOMAIN, 'a. is not in use'))
  const { level, message, fields } = logged(result, { principal: anonymous, transport: 'tcp' })
  t.equal(level, 'info')
  t.equal(message, 'update refused')
  t.match(fields, {
    principal: 'anonymous',
    transport: 'tcp',
    rcode: 'NXDOMAIN',
    reason: 'a. is not in use',
  })
})

t.test('an UPDATE that we failed at is an error', async (t) => {
  const { level, message } = logged(refused(refusal(Rcode.SERVFAIL, 'the disk is full')))
  t.equal(level, 'error')
  t.equal(message, 'update failed')
})

t.test('an UPDATE without a zone section has no zone in its line', async (t) => {
  const result = refused(refusal(Rcode.FORMERR, 'no zone'))
  t.equal(logged(result, { zone: undefined }).fields['zone'], undefined)
})

t.test(
  'what a rule in shadow would have decided is told, and what is wrong with a signature',
  async (t) => {
    const shadow = ['rule 2 would have refused A at a.']
    t.strictSame(logged({ ...committed(1, 0), shadow }).fields['shadow'], shadow)
    const signature = { key: 'k.', skewSeconds: -500, knownKeys: ['a.'] }
    const result = refused(refusal(Rcode.NOTAUTH, 'late'))
    t.match(logged(result, { signature }).fields, { reason: 'late', ...signature })
  },
)
