/** Whatever a primary does over TCP, the zone stays as it was, and nothing is left of the attempt. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { Sockets } from '../../src/app/network.ts'
import { systemClock } from '../../src/base/clock.ts'
import { transferIn, type TransferOutcome } from '../../src/secondary/transfer-in.ts'
import { LmdbStore } from '../../src/store/lmdb.ts'
import { serialOf } from '../../src/zone/serial.ts'
import { FakePrimary, type Answering } from '../support/fake-primary.ts'
import { rr, u16 } from '../support/messages.ts'
import { answerTo, APEX, aRr, nsRr, soaRr } from '../support/primary-answers.ts'
import { a, named, publish, viewOf, zoneLines } from '../support/records.ts'
import { framed } from '../support/sockets.ts'

const LIMITS = { idleMilliseconds: 20_000, totalMilliseconds: 20_000 }

const isIxfr = (request: Buffer): boolean => request.includes(Buffer.from([0, 251, 0, 1]))

const whole = (request: Buffer): Buffer[] => {
  const soa = soaRr(12)
  return [answerTo(request, [soa, nsRr()]), answerTo(request, [aRr('new', 2), soa])]
}

interface Tried {
  readonly outcome: TransferOutcome
  readonly before: readonly string[]
  readonly after: readonly string[]
}

/** A transfer into a zone of serial 10, and what became of it. */
const tryOf = async (t: Test, answering: Answering, limits = LIMITS): Promise<Tried> => {
  const primary = await FakePrimary.listen(t)
  primary.tcp = answering
  const folder = join(t.testdir(), 'data')
  mkdirSync(folder)
  const store = LmdbStore.open(folder, systemClock)
  const network = new Sockets(limits)
  publish(store, APEX, [a(`old.${APEX}`, '192.0.2.1', 60)])
  const view = viewOf(store, APEX)
  const before = zoneLines(view)
  const task = {
    ...{ store, network, clock: systemClock, apex: named(APEX), view, isForeign: false },
    ...{ primary: { address: '127.0.0.1', port: primary.port, key: undefined } },
    isWanted: () => true,
  }
  const outcome = await transferIn(task).catch((error: unknown): TransferOutcome => {
    if (!(error instanceof Error)) throw error
    return { kind: 'failed', why: error.message }
  })
  const after = zoneLines(viewOf(store, APEX))
  network.close()
  await store.close()
  return { outcome, before, after }
}

t.test('a transfer that is not broken is taken', async (t) => {
  const { outcome, after } = await tryOf(t, FakePrimary.sending(whole))
  t.match(outcome, { kind: 'taken', type: 'AXFR', as: 'change', serialBefore: 10, serialAfter: 12 })
  t.match(after.join('\n'), /new\.dyn\.example\. 60 1 c0000202/)
})

/** Answers IXFR with NOTIMP, and AXFR with this. */
const axfr =
  (messagesFor: (request: Buffer) => readonly Buffer[]): Answering =>
  (request, socket) =>
    socket.write(
      framed(isIxfr(request) ? [answerTo(request, [], { flags: 0x8004 })] : messagesFor(request)),
    )

const soa = soaRr(12)

const broken: Record<string, readonly [Answering, RegExp, typeof LIMITS?]> = {
  'closed at once': [(_, socket) => socket.destroy(), /closed|ECONNRESET|PREMATURE/],
  'closed after the first message': [
    (request, socket) => {
      socket.end(framed(whole(request).slice(0, 1)))
    },
    /closed the connection before the end/,
  ],
  'cut within a message': [
    (request, socket) => {
      socket.end(framed(whole(request)).subarray(0, -20))
    },
    /closed the connection before the end/,
  ],
  'silent after the first message': [
    FakePrimary.sending((request) => whole(request).slice(0, 1)),
    /sent nothing in 0\.3 s/,
    { ...LIMITS, idleMilliseconds: 300 },
  ],
  'without end': [
    (request, socket) => {
      let last = 0
      const more = (): void => {
        if (socket.destroyed) return
        const first = last === 0 ? [soa, nsRr()] : []
        const records = Array.from({ length: 50 }, () => aRr(`n${last++}`, 1))
        socket.write(framed([answerTo(request, [...first, ...records])]), more)
      }
      more()
    },
    /did not come to an end in 0\.2 s/,
    { ...LIMITS, totalMilliseconds: 200 },
  ],
  'an empty message': [
    axfr((request) => [answerTo(request, [soa, nsRr()]), Buffer.alloc(0)]),
    /too short/,
  ],
  'a malformed message': [
    axfr((request) => [answerTo(request, [soa, nsRr()]).subarray(0, -1)]),
    /a message is malformed/,
  ],
  'another serial at the end': [
    axfr((request) => [answerTo(request, [soa, nsRr(), soaRr(13)])]),
    /another serial than the first/,
  ],
  'no SOA at the beginning': [
    axfr((request) => [answerTo(request, [nsRr(), soa])]),
    /the first record is no SOA/,
  ],
  'no NS': [axfr((request) => [answerTo(request, [soa, aRr('www', 1), soa])]), /no NS at its apex/],
  'a name of another zone': [
    axfr((request) => [
      answerTo(request, [
        soa,
        nsRr(),
        rr('www.example.', 1, 1, 60, Buffer.from([1, 2, 3, 4])),
        soa,
      ]),
    ]),
    /the owner name is not in the zone/,
  ],
  'a record that is a question': [
    axfr((request) => [answerTo(request, [soa, nsRr(), rr(APEX, 255, 1, 60, u16(1)), soa])]),
    /ANY is not a type of data/,
  ],
  'an older serial': [
    axfr((request) => [answerTo(request, [soaRr(9), nsRr(), soaRr(9)])]),
    /has serial 9, which is before ours, 10/,
  ],
  'an IXFR that deletes what is not there, and no AXFR': [
    (request, socket) => {
      if (!isIxfr(request)) socket.destroy()
      else socket.write(framed([answerTo(request, [soa, soaRr(10), aRr('no', 1), soa, soa])]))
    },
    /closed|ECONNRESET|PREMATURE/,
  ],
}

for (const [title, [answering, why, limits]] of Object.entries(broken)) {
  t.test(`${title}: nothing is taken`, async (t) => {
    const { outcome, before, after } = await tryOf(t, answering, limits)
    t.match(outcome, { kind: 'failed', why })
    t.strictSame(after, before)
  })
}

t.test('RFC 1995 §4 where IXFR does not fit, AXFR is taken', async (t) => {
  const { outcome, after } = await tryOf(t, (request, socket) => {
    const unfit = [soa, soaRr(10), aRr('no', 1), soa, soa]
    socket.write(framed(isIxfr(request) ? [answerTo(request, unfit)] : whole(request)))
  })
  t.match(outcome, { kind: 'taken', type: 'AXFR', insteadBecause: /do not fit/ })
  t.match(after.join('\n'), /new\.dyn\.example\./)
})

t.test('a zone that differs in more than a change is worth is replaced', async (t) => {
  const { outcome, after } = await tryOf(
    t,
    axfr((request) => {
      const messages = [answerTo(request, [soa, nsRr()])]
      for (let n = 0; n < 11_000; n += 500) {
        const records = Array.from({ length: 500 }, (_, index) => aRr(`n${n + index}`, 1))
        messages.push(answerTo(request, records))
      }
      return [...messages, answerTo(request, [soa])]
    }),
  )
  t.match(outcome, { kind: 'taken', as: 'replacement', records: 11_003 })
  t.equal(after.length, 11_002)
})

t.test('IXFR of many differences is one change', async (t) => {
  const { outcome, after } = await tryOf(t, (request, socket) => {
    const steps = [11, 12, 13, 14].flatMap((serial) => [
      soaRr(serial - 1),
      ...(serial === 11 ? [] : [aRr('www', serial - 1)]),
      soaRr(serial),
      aRr('www', serial),
    ])
    socket.write(framed([answerTo(request, [soaRr(14), ...steps, soaRr(14)])]))
  })
  t.match(outcome, { kind: 'taken', type: 'IXFR', serialAfter: serialOf(14) })
  t.strictSame(after.slice(-1), ['www.dyn.example. 60 1 c000020e'])
})

t.test('whoever waits for a primary is told when this server stops', async (t) => {
  const primary = await FakePrimary.listen(t)
  const network = new Sockets()
  const asked = new Promise<void>((resolve) => {
    primary.tcp = () => {
      resolve()
    }
  })
  const to = { address: '127.0.0.1', port: primary.port }
  const conversation = network.connect(to)
  conversation.send(Buffer.from('question'))
  await asked
  const next = conversation.next()
  const answer = network.ask(to, Buffer.from('question'), () => true, 20_000)
  network.close()
  await Promise.all([
    t.rejects(next, { code: 'ERR_STREAM_PREMATURE_CLOSE' }),
    t.rejects(answer, { name: 'NetworkError' }),
  ])
})
