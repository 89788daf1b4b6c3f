/**
 * What a whole zone costs from LMDB to messages, without a socket: `node build/bench/micro/axfr.js [NAMES]`.
 * Processor time of all threads, the least of some rounds and their median; run it with `--cpu-prof` to
 * see where it is.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { LmdbStore } from '../../src/store/lmdb.ts'
import { axfrRecords } from '../../src/transfer/axfr.ts'
import { envelopes } from '../../src/transfer/envelopes.ts'
import { RrClass, RrType } from '../../src/wire/codes.ts'
import type { EnvelopeRecord } from '../../src/wire/envelope-writer.ts'
import { Flag } from '../../src/wire/header.ts'
import { loadZone } from '../../test/support/service.ts'

const [namesText = '100000'] = process.argv.slice(2)
const NAMES = Number(namesText)
const ROUNDS = 15
const WARM_ROUNDS = 5

const zoneText = function* (): Generator<string> {
  yield `@ 3600 IN SOA ns1 hostmaster 1 7200 900 604800 60\n@ 3600 IN NS ns1\nns1 3600 IN A 127.0.0.1\n`
  for (let index = 0; index < NAMES; index++) yield `h${index} 300 IN A 10.0.0.1\n`
}

const folder = mkdtempSync(join(tmpdir(), 'livezone-micro-'))
const store = LmdbStore.open(folder, systemClock)
const view = loadZone(store, 'bench.example.', [...zoneText()].join(''))
const frame = {
  id: 7,
  flags: Flag.QR | Flag.AA,
  question: { name: view.apex, type: RrType.AXFR, class: RrClass.IN },
  opt: undefined,
  signer: undefined,
  nowSeconds: () => systemClock.nowSeconds(),
}

const round = (): { milliseconds: number; records: number; octets: number } => {
  const before = process.cpuUsage()
  const records = axfrRecords(view)
  const sent = { records: 0, octets: 0 }
  // A zone has a SOA, and that comes first.
  const soa = records.next().value as EnvelopeRecord
  for (const { message, records: count } of envelopes(soa, records, frame)) {
    sent.records += count
    sent.octets += message.length
  }
  const { user, system } = process.cpuUsage(before)
  return { milliseconds: (user + system) / 1000, ...sent }
}

for (let index = 0; index < WARM_ROUNDS; index++) round()
const rounds = Array.from({ length: ROUNDS }, round).sort((a, b) => a.milliseconds - b.milliseconds)
const [least] = rounds
const median = rounds[ROUNDS >> 1]
process.stdout.write(
  `${least?.records} records, ${least?.octets} octets: ${least?.milliseconds.toFixed(1)} ms at the least, ` +
    `${median?.milliseconds.toFixed(1)} ms in the median\n`,
)
await store.close()
rmSync(folder, { recursive: true })
