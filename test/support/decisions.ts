/**
 * Decision tables: rules as an operator writes them, and rows of who asks what and what becomes of it.
 * Each row is an UPDATE in octets through the whole server, and a question to `explain`, which has to
 * say the same.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { loadConfig, type ZoneConfig } from '../../src/config/load.ts'
import { explain } from '../../src/update/explain.ts'
import { nameToText } from '../../src/text/name-text.ts'
import { configText } from './config-text.ts'
import { opt, signed, update } from './messages.ts'
import { extendedErrorText } from './options.ts'
import { loadZone, SECRET, TestService, tsigKey, ZONE_TEXT } from './service.ts'
import { changeOctets } from './update-lines.ts'
import { rcodeOf } from './updates.ts'

/**
 * The key (`-` for none), how it comes (`udp 192.0.2.77` where it is empty), the changes with `; `
 * between them, and the verdict: `NOERROR`, or RCODE, INFO-CODE and EXTRA-TEXT.
 */
export type Row = readonly [who: string, way: string, changes: string, verdict: string]

export interface Table {
  /** `dyn.example.` if left out. */
  readonly zone?: string
  /** What stands below the zone's name in the configuration. */
  readonly rules: string
  /** Added to the zone of `TestService`. */
  readonly records?: string
  readonly rows: readonly Row[]
}

export const zoneConfigOf = (folder: string, rules: string, apex = 'dyn.example.'): ZoneConfig => {
  const file = join(folder, 'livezone.toml')
  writeFileSync(file, configText({ zone: `[[zone]]\nname = "${apex}"`, rest: rules }))
  const [zone] = loadConfig(file).zones
  if (zone === undefined) throw new Error('no zone')
  return zone
}

interface Decided {
  readonly verdict: string
  readonly reason: unknown
  readonly explained: string
}

/** A zone of its own for every row, so that none depends on another. */
export const decided = async (zone: ZoneConfig, records: string, row: Row): Promise<Decided> => {
  const [who, way, changes] = row
  const [transport = 'udp', address = '192.0.2.77'] = way === '' ? [] : way.split(' ')
  if (transport !== 'udp' && transport !== 'tcp') throw new Error(`no transport ${transport}`)
  const service = new TestService()
  const apex = nameToText(zone.name)
  const view = loadZone(service.store, apex, ZONE_TEXT + records)
  service.zones.add({ apex: zone.name, view, policy: zone.policy, strict: zone.strict })
  const lines = changes.split('; ')
  const unsigned = { from: address, transport, changes: lines, zone: apex } as const
  const explanation = explain(
    who === '-' ? unsigned : { ...unsigned, key: who },
    service.zones,
    () => view,
  )
  const packet = update(apex, [], lines.map(changeOctets), { additionals: [opt()] })
  let answer = Buffer.alloc(0)
  await service.dispatcher.handle(
    who === '-' ? packet : signedBy(service, who, packet),
    { address, port: 5353, transport },
    (octets) => (answer = Buffer.from(octets)),
  )
  return {
    verdict: [rcodeOf(answer), extendedErrorText(answer)].join(' ').trimEnd(),
    reason: service.lines[0]?.fields['reason'],
    explained: explanation.ok
      ? `${explanation.explained.rcode} ${explanation.explained.lines[0] ?? ''}`
      : explanation.why,
  }
}

const signedBy = (service: TestService, keyName: string, packet: Buffer): Buffer => {
  service.keyring.add(tsigKey(keyName))
  const timeSeconds = service.clock.nowSeconds()
  return signed(packet, { keyName, secret: SECRET, timeSeconds })
}

/** Runs every row. */
export const decide = async (
  t: Test,
  { zone: apex, rules, records = '', rows }: Table,
): Promise<void> => {
  const zone = zoneConfigOf(t.testdir(), rules, apex)
  for (const row of rows) {
    const [who, way, changes, expected] = row
    const title = `${who} ${way} ${changes}`
    const { verdict, reason, explained } = await decided(zone, records, row)
    const [, rcode = '', , text] = /^(\S+)(?: (\d+) (.*))?$/.exec(expected) ?? []
    // To whoever signed nothing it says nothing, and the log says it all the same.
    t.equal(verdict, who === '-' ? rcode : expected, title)
    t.equal(reason, text, `${title}: in the log`)
    t.ok(explained.startsWith(rcode), `${title}: explained as ${explained}`)
    t.ok(
      text === undefined || explained.endsWith(text),
      `${title}: explained in other words: ${explained}`,
    )
    t.ok(Buffer.byteLength(text ?? '') <= 250, `${title}: of 250 octets at most`)
  }
}
