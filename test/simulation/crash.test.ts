/** `kill -9` while updates are in flight, again and again: what was acknowledged is there. */
import { randomInt } from 'node:crypto'
import t from 'tap'
import { Livezone } from '../support/livezone.ts'
import { query } from '../support/messages.ts'
import { askOverTcp } from '../support/tcp-client.ts'
import { addUntil } from '../support/update-client.ts'

const CRASHES = 20
const IN_FLIGHT = 50

const ownerOf = (n: number): string => `h${n}.dyn.example.`

/** Those of the updates whose record is not there, with the address that it must have. */
const missing = async (port: number, updates: readonly number[]): Promise<number[]> => {
  const packets = updates.map((n, index) => query(ownerOf(n), 1, { id: index }))
  const answers = await askOverTcp(port, packets)
  return updates.filter((n, index) => {
    const address = Buffer.from([10, (n >> 16) & 255, (n >> 8) & 255, n & 255])
    return answers[index]?.subarray(-4).equals(address) !== true
  })
}

t.test('RFC 2136 §3.5 an acknowledged update survives a crash at any moment', async (t) => {
  const server = new Livezone(t.testdir())
  t.teardown(() => server.stop())
  await server.start()
  const acknowledged: number[] = []
  let first = 0
  let slowestStart = 0
  for (let crash = 0; crash < CRASHES; crash++) {
    const enough = randomInt(1, 1000)
    const target = { port: server.port, secret: Buffer.from(server.secret, 'base64') }
    const latest = await addUntil(target, IN_FLIGHT, enough, first, ownerOf)
    acknowledged.push(...latest)
    first += enough + IN_FLIGHT
    await server.stop('SIGKILL')
    const killed = performance.now()
    await server.start()
    slowestStart = Math.max(slowestStart, performance.now() - killed)
    const lost = await missing(server.port, latest)
    t.strictSame(lost, [], `crash ${crash} after ${enough} acknowledgements`)
  }
  t.strictSame(await missing(server.port, acknowledged), [], 'and all of them in the end')
  t.comment(`${acknowledged.length} updates, slowest start ${Math.round(slowestStart)} ms`)
})
