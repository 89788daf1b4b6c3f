/** Waiting until all answer with a version: who is asked, how often, and what counts as an answer. */
import t from 'tap'
import type { WatchedZone } from '../../src/transfer/notifier.ts'
import type { SerialWait } from '../../src/transfer/serial-wait.ts'
import { serialOf } from '../../src/zone/serial.ts'
import { message, question, rr, u32, wireName } from '../support/messages.ts'
import { Notified, peer, peersOf, response, type Told } from '../support/notified.ts'
import { name, tsigKey } from '../support/service.ts'
import { macOf, splitTsig, tsigFields, withTsig } from '../support/tsig.ts'

const isNotify = ({ packet }: Told): boolean => packet.readUInt8(2) >> 3 === 4

const soa = (serial: number): Buffer => {
  const timers = [serial, 7200, 900, 604800, 300].map(u32)
  return rr('dyn.example.', 6, 1, 60, Buffer.concat([wireName('ns1.'), wireName('h.'), ...timers]))
}

const AA = 0x8400

const soaAnswer = (told: Told, serial: number, flags = AA): Buffer =>
  message({
    id: told.id,
    flags,
    questions: [question('dyn.example.', 6)],
    answers: [soa(serial)],
  })

/** Servers that answer to NOTIFY, and a wait for the zone's serial, 10. */
class Waiting {
  readonly server: Notified
  readonly zone: WatchedZone
  readonly wait: SerialWait
  missing: readonly string[] | undefined

  constructor(peers: readonly Parameters<typeof peer>[], seconds = 60, serial = 10) {
    this.server = new Notified(peers.map((one) => peer(...one)))
    for (const told of this.server.now()) told.answer(response(told))
    const zone = this.server.notifier.watch(name('dyn.example.'))
    if (zone === undefined) throw new Error('no zone')
    this.zone = zone
    this.wait = zone.wait(serialOf(serial), seconds * 1000)
    void this.wait.done.then((missing) => {
      this.missing = missing.map(({ address }) => address)
    })
  }

  /** Lets time pass; what is asked meanwhile. */
  asked(milliseconds = 0): Told[] {
    const told = milliseconds === 0 ? this.server.now() : this.server.pass(milliseconds)
    return told.filter((one) => !isNotify(one))
  }

  one(milliseconds = 0): Told {
    const [told, ...more] = this.asked(milliseconds)
    if (told === undefined || more.length > 0) throw new Error(`${more.length + 1} questions`)
    return told
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

t.test('a server is asked for its SOA as a resolver would, without RD', async (t) => {
  const { packet } = new Waiting([['192.0.2.1']]).one()
  t.equal(packet.readUInt16BE(2), 0)
  t.strictSame(
    packet.subarray(4),
    Buffer.concat([Buffer.from([0, 1, 0, 0, 0, 0, 0, 0]), question('dyn.example.', 6)]),
  )
})

t.test('it is over when the last one answers with the serial, or a later one', async (t) => {
  const waiting = new Waiting([['192.0.2.1'], ['192.0.2.2']])
  const [first, second] = waiting.asked()
  if (first === undefined || second === undefined) throw new Error('not asked')
  first.answer(soaAnswer(first, 10))
  t.notOk(first.isOpen)
  await settled()
  t.equal(waiting.missing, undefined)
  second.answer(soaAnswer(second, 12))
  await settled()
  t.strictSame(waiting.missing, [])
  t.strictSame(waiting.asked(100_000), [], 'nobody is asked any more')
})

t.test(
  'who answers with an earlier one is asked again: after 50 ms, then twice as long each time',
  async (t) => {
    const waiting = new Waiting([['192.0.2.1']])
    const first = waiting.one()
    first.answer(soaAnswer(first, 9))
    const again = [first, ...waiting.asked(6000)]
    // The test's own steps are of 100 ms.
    t.strictSame(
      again.map(({ at }) => at),
      [0, 100, 200, 400, 800, 1600, 2600, 3600, 4600, 5600],
    )
    t.equal(again.filter(({ isOpen }) => isOpen).length, 1)
  },
)

t.test('what is no answer of use is not listened to', async (t) => {
  const waiting = new Waiting([['192.0.2.1']])
  const told = waiting.one()
  const right = soaAnswer(told, 10)
  const notify = soaAnswer(told, 10, AA | 0x2000)
  for (const wrong of [
    Buffer.alloc(2),
    soaAnswer(told, 10, 0x0400),
    notify,
    soaAnswer(told, 10, AA | 5),
    soaAnswer(told, 10, 0x8000),
    right.subarray(0, 30),
    message({ id: told.id, flags: AA }),
    message({ id: told.id, flags: AA, answers: [rr('dyn.example.', 6, 1, 60, Buffer.alloc(1))] }),
  ]) {
    told.answer(wrong)
    t.ok(told.isOpen, wrong.toString('hex'))
  }
  told.answer(right)
  await settled()
  t.strictSame(waiting.missing, [])
})

t.test('a server with a key is asked with it, and has to answer with it', async (t) => {
  const key = tsigKey('ddns-key.')
  const server = new Waiting([['192.0.2.1', 53, key]])
  const told = server.asked().at(-1)
  if (told === undefined) throw new Error('not asked')
  const request = splitTsig(told.packet)
  t.ok(request.tsig.mac.equals(macOf(request.message, request.tsig)))
  const answer = soaAnswer(told, 10)
  told.answer(answer)
  t.ok(told.isOpen, 'unsigned')
  const tsig = tsigFields({ originalId: told.id })
  const mac = macOf(answer, tsig, { requestMac: request.tsig.mac })
  told.answer(withTsig(answer, { ...tsig, mac }))
  await settled()
  t.strictSame(server.missing, [])
})

t.test('when time is up it says who is missing', async (t) => {
  const waiting = new Waiting([['192.0.2.1'], ['192.0.2.2']], 3)
  for (const told of waiting.asked()) {
    if (told.to.address === '192.0.2.1') told.answer(soaAnswer(told, 10))
  }
  waiting.asked(2900)
  await settled()
  t.equal(waiting.missing, undefined)
  const told = waiting.asked(200)
  await settled()
  t.strictSame(waiting.missing, ['192.0.2.2'])
  t.ok(told.every(({ isOpen }) => !isOpen))
  t.strictSame(waiting.asked(10_000), [])
})

t.test('who was sent the zone and does not let itself be asked has it', async (t) => {
  const waiting = new Waiting([['192.0.2.1']])
  const { notifier } = waiting.server
  const sent = { kind: 'IXFR', serial: serialOf(10), outcome: 'sent' } as const
  notifier.fetched(name('dyn.example.'), '192.0.2.1', undefined, sent)
  waiting.asked(500)
  await settled()
  t.equal(waiting.missing, undefined)
  waiting.asked(1000)
  await settled()
  t.strictSame(waiting.missing, [])
})

t.test('with nobody to wait for it is over at once', async (t) => {
  const waiting = new Waiting([])
  await settled()
  t.strictSame(waiting.missing, [])
})

t.test('whoever gives up waiting ends the questions', async (t) => {
  const waiting = new Waiting([['192.0.2.1']])
  const told = waiting.one()
  waiting.wait.end()
  t.notOk(told.isOpen)
  t.strictSame(waiting.asked(10_000), [])
})

t.test('no room for a question is as if it was not answered', async (t) => {
  const waiting = new Waiting([['192.0.2.1']])
  waiting.one()
  waiting.server.questions.isFull = true
  t.strictSame(waiting.asked(1000), [])
  waiting.server.questions.isFull = false
  t.ok(waiting.asked(2000).length > 0)
})

t.test('a server that is told from now on is waited for as well', async (t) => {
  const waiting = new Waiting([['192.0.2.1']])
  const first = waiting.one()
  const { server } = waiting
  server.notifier.configure([peersOf(server.view, peer('192.0.2.2'))])
  t.notOk(first.isOpen, 'the one that is not told any more is not asked')
  const told = server.pass(100)
  for (const one of told) one.answer(isNotify(one) ? response(one) : soaAnswer(one, 10))
  await settled()
  t.strictSame(waiting.missing, [])
})
