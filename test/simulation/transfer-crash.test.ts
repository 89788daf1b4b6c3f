/** `kill -9` while a zone comes in, again and again: it is the old one or the new one, and whole. */
import { randomInt } from 'node:crypto'
import t from 'tap'
import { systemClock } from '../../src/base/clock.ts'
import { LmdbStore } from '../../src/store/lmdb.ts'
import { FakePrimary } from '../support/fake-primary.ts'
import { answerTo, APEX, aRr, nsRr, soaRr } from '../support/primary-answers.ts'
import { ownersOf, serialIn, viewOf } from '../support/records.ts'
import { secondaryLivezone } from '../support/secondary-livezone.ts'
import { askUdp, framed } from '../support/sockets.ts'
import { query } from '../support/messages.ts'
import { signedAnswers } from '../support/signed-answers.ts'
import { SECRET } from '../support/service.ts'
import { recordsOf } from '../support/tsig.ts'

const CRASHES = 4
/** More than the store writes at once, and more than would come about as a change. */
const NAMES = 12_000
const A_MESSAGE = 500
const KEY = { name: 'ddns-key.', secret: SECRET.toString('base64') }

/** A version of the zone: all names are of it, so that a mixture of two would show. */
const zoneOf = (request: Buffer, serial: number): Buffer[] => {
  const messages = [answerTo(request, [soaRr(serial), nsRr()])]
  for (let first = 0; first < NAMES; first += A_MESSAGE) {
    const records = Array.from({ length: A_MESSAGE }, (_, n) => aRr(`v${serial}-${first + n}`, 1))
    messages.push(answerTo(request, records))
  }
  return signedAnswers(request, [...messages, answerTo(request, [soaRr(serial)])])
}

t.test('RFC 5936 §6 a transfer that a crash ends leaves nothing half done', async (t) => {
  const folder = t.testdir()
  const primary = await FakePrimary.listen(t)
  let serial = 10
  let enough = 0
  let onEnough: () => void = () => undefined
  primary.udp = (request) => signedAnswers(request, [answerTo(request, [soaRr(serial)])])[0]
  primary.tcp = (request, socket) => {
    const messages = zoneOf(request, serial)
    let sent = 0
    const more = (): void => {
      const next = messages[sent++]
      if (next === undefined || socket.destroyed) return
      if (sent === enough) onEnough()
      socket.write(framed([next]), more)
    }
    more()
  }
  const server = secondaryLivezone(folder, APEX, primary.port, KEY)
  t.teardown(() => server.stop())
  for (let crash = 0; crash < CRASHES; crash++, serial++) {
    const isMidway = crash % 2 === 1
    enough = randomInt(2, NAMES / A_MESSAGE + 2)
    const reached = new Promise<void>((resolve) => (onEnough = resolve))
    await server.start()
    if (isMidway) await reached
    else while ((await serialOf(server.port)) !== serial);
    await server.stop('SIGKILL')
    const store = LmdbStore.openForReading(`${folder}/data`, systemClock)
    const view = viewOf(store, APEX)
    const found = serialIn(view)
    // Midway it may be the one before, or the one that has just come to its end.
    t.ok(found === serial || (isMidway && found === serial - 1), `crash ${crash}: serial ${found}`)
    const owners = ownersOf(view)
    t.equal(owners.length, NAMES + 1)
    t.ok(owners.slice(1).every((owner) => owner.startsWith(`v${found}-`)))
    await store.close()
  }
})

/** Of the SOA in the answer; undefined while there is none. */
const serialOf = async (port: number): Promise<number | undefined> => {
  const [soa] = recordsOf(await askUdp(port, query(APEX, 6)))
  return soa?.rdata.readUInt32BE(soa.rdata.length - 20)
}
