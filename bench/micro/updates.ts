/**
 * What an UPDATE costs from its octets to those of its answer, on LMDB and with its log line, but
 * without sockets: `node build/bench/micro/updates.js [IN-FLIGHT] [NAMES]`. What is in flight comes in
 * one burst, as over UDP. Processor time of all threads; run it with `--cpu-prof` to see where it is.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { createLog } from '../../src/cli/log.ts'
import type { Source } from '../../src/server/exchange.ts'
import { LmdbStore } from '../../src/store/lmdb.ts'
import { rr, signed, update, u16 } from '../../test/support/messages.ts'
import { allOf, SECRET, TestService } from '../../test/support/service.ts'

const [inFlightText = '200', namesText = '10000'] = process.argv.slice(2)
const IN_FLIGHT = Number(inFlightText)
const NAMES = Number(namesText)
const APEX = 'bench.example.'
const BURSTS = Math.ceil(60_000 / IN_FLIGHT)
const WARM_BURSTS = Math.ceil(20_000 / IN_FLIGHT)

const zoneText = function* (): Generator<string> {
  yield `@ 3600 IN SOA ns1 hostmaster 1 7200 900 604800 60\n@ 3600 IN NS ns1\nns1 3600 IN A 127.0.0.1\n`
  for (let index = 0; index < NAMES; index++) yield `h${index} 300 IN A 10.0.0.1\n`
}

const [A, IN, ANY] = [1, 1, 255]

/** Another address for a name. */
const updateOf = (serial: number): Buffer => {
  const owner = `h${(serial * 7919) % NAMES}.${APEX}`
  const address = Buffer.from([10, serial >> 16, serial >> 8, serial])
  const changes = [rr(owner, A, ANY, 0), rr(owner, A, IN, 300, address)]
  const packet = update(APEX, [], changes)
  u16(serial & 0xffff).copy(packet)
  const timeSeconds = systemClock.nowSeconds()
  return signed(packet, { keyName: 'ddns-key', secret: SECRET, timeSeconds })
}

const folder = mkdtempSync(join(tmpdir(), 'livezone-micro-'))
const store = LmdbStore.open(folder, systemClock)
const log = await createLog(false)
const service = new TestService(undefined, store, {}, { clock: systemClock, log })
service.addZone(APEX, [...zoneText()].join(''), [allOf('ddns-key.')])
const { dispatcher } = service

const sources = Array.from({ length: 4 }, (_, index): Source => ({
  address: '127.0.0.1',
  port: 40_000 + index,
  transport: 'udp',
}))

let sent = 0
let answered = 0
const burst = async (packets: readonly Buffer[]): Promise<void> => {
  const reply = (answer: Uint8Array): void => {
    if ((answer[3] ?? 0) % 16 === 0) answered++
  }
  for (const [index, packet] of packets.entries()) {
    // There is one for each remainder.
    const source = sources[sent++ % sources.length] as Source
    const done = dispatcher.handle(packet, source, reply)
    // One group is decided and answered as a whole.
    if (index === packets.length - 1) await done
  }
}

const bursts = Array.from({ length: BURSTS + WARM_BURSTS }, (_, round) =>
  Array.from({ length: IN_FLIGHT }, (_, index) => updateOf(round * IN_FLIGHT + index)),
)
for (const packets of bursts.slice(0, WARM_BURSTS)) await burst(packets)
answered = 0
const before = process.cpuUsage()
const started = performance.now()
for (const packets of bursts.slice(WARM_BURSTS)) await burst(packets)
const seconds = (performance.now() - started) / 1000
const { user, system } = process.cpuUsage(before)
process.stdout.write(
  `${answered} updates, ${IN_FLIGHT} at once: ${(answered / seconds).toFixed(0)}/s, ` +
    `${(user / answered).toFixed(1)} µs user and ${(system / answered).toFixed(1)} µs system each\n`,
)
await store.close()
rmSync(folder, { recursive: true })
