/**
 * How long a change takes from its NOERROR until named, knotd, nsd and pdns answer with it. They are
 * configured as in test/support/: NSD without its reload timeout, PowerDNS looking for changes each
 * second and caching nothing.
 *
 *     node build/bench/load/propagation.js [UPDATES] [PAUSE in milliseconds]
 */
import { createSocket } from 'node:dgram'
import { setTimeout } from 'node:timers/promises'
import { query, rr, signed, update } from '../../test/support/messages.ts'
import { APEX, Secondaries } from '../../test/support/secondaries.ts'
import { askUdp } from '../../test/support/sockets.ts'
import type { Peer } from '../../test/support/peer.ts'

const UPDATES = Number(process.argv[2] ?? 50)
const PAUSE = Number(process.argv[3] ?? 1500)
const POLL = 5

/** Adds a record; the moment of NOERROR. */
const change = async (all: Secondaries, n: number): Promise<number> => {
  const add = rr(`x${n}.${APEX}`, 1, 1, 60, Buffer.from([192, 0, 2, n & 255]))
  const secret = Buffer.from(all.server.secret, 'base64')
  const timeSeconds = Math.floor(Date.now() / 1000)
  const packet = signed(update(APEX, [], [add]), { keyName: 'ddns-key', secret, timeSeconds })
  const answer = await askUdp(all.server.port, packet)
  if ((answer.readUInt8(3) & 0xf) !== 0) throw new Error(`update: ${answer.toString('hex')}`)
  return performance.now()
}

/** Asks until the name is there; when that was. */
const visible = async ({ port }: Peer, owner: string): Promise<number> => {
  const socket = createSocket('udp4')
  const question = query(owner, 1)
  let seen: number | undefined
  socket.on('message', (answer) => {
    if (answer.readUInt16BE(6) > 0) seen ??= performance.now()
  })
  while (seen === undefined) {
    socket.send(question, port, '127.0.0.1')
    await setTimeout(POLL)
  }
  socket.close()
  return seen
}

const at = (sorted: readonly number[], part: number): string =>
  (sorted[Math.min(Math.floor(sorted.length * part), sorted.length - 1)] ?? NaN).toFixed(0)

const all = new Secondaries()
try {
  await all.start(true)
  await all.livezone('wait', APEX, '--timeout', '60')
  const delays = all.peers.map((): number[] => [])
  for (let n = 0; n < UPDATES; n++) {
    await setTimeout(PAUSE)
    const done = await change(all, n)
    const times = await Promise.all(all.peers.map((peer) => visible(peer, `x${n}.${APEX}`)))
    for (const [index, time] of times.entries()) delays[index]?.push(time - done)
  }
  process.stdout.write(`${UPDATES} updates, ${PAUSE} ms apart; ms from NOERROR to visible\n`)
  for (const [index, peer] of all.peers.entries()) {
    const sorted = (delays[index] ?? []).sort((a, b) => a - b)
    const figures = `median ${at(sorted, 0.5)}, 90 % ${at(sorted, 0.9)}, most ${at(sorted, 1)}`
    process.stdout.write(`${peer.constructor.name.padEnd(10)} ${figures}\n`)
  }
} finally {
  await all.stop()
}
