/** RFC 1996 §3: what is answered to whoever says that a zone has changed. */
import t from 'tap'
import type { Notice, OnNotify } from '../../src/server/notice.ts'
import { matches } from '../support/answers.ts'
import { message, question, rr, u32, wireName } from '../support/messages.ts'
import { nameToText } from '../../src/text/name-text.ts'
import { TestService } from '../support/service.ts'
import { isSignedFor, rcodeOf } from '../support/tsig.ts'

const NOTIFY = 0x2400

const soa = (serial: number, owner = 'dyn.example.'): Buffer => {
  const timers = [serial, 7200, 900, 604800, 300].map(u32)
  return rr(owner, 6, 1, 60, Buffer.concat([wireName('ns1.'), wireName('h.'), ...timers]))
}

const notify = (
  zone = 'dyn.example.',
  answers: readonly Buffer[] = [],
  type = 6,
  rrClass = 1,
): Buffer => message({ flags: NOTIFY, questions: [question(zone, type, rrClass)], answers })

t.test('RFC 1996 §3.7 for a zone of our own it is NOERROR with AA, and that is all', async (t) => {
  const service = new TestService()
  for (const packet of [notify(), notify('DYN.example.', [soa(99)])]) {
    const answer = await service.ask(packet)
    matches(t, answer, { flags: 'AA' })
    t.equal(answer.readUInt16BE(2), 0xa400, 'opcode 4')
  }
  t.match(service.lines, [
    { level: 'info', fields: { zone: 'dyn.example.', source: '192.0.2.77#5353' } },
    { fields: { serial: 99, principal: 'anonymous' } },
  ])
})

t.test('RFC 1996 §3.7 over TCP, and signed, it is answered as well', async (t) => {
  const service = new TestService()
  const request = service.sign(notify())
  const answer = await service.ask(request, 'tcp')
  t.equal(rcodeOf(answer), 0)
  t.ok(isSignedFor(answer, request))
})

t.test('a zone that is not ours is NOTAUTH', async (t) => {
  const service = new TestService()
  for (const packet of [
    notify('example.net.'),
    notify('www.dyn.example.'),
    notify('example.'),
    notify('dyn.example.', [], 6, 3),
  ]) {
    matches(t, await service.ask(packet), { rcode: 'RCODE9' })
  }
  t.strictSame(service.lines, [])
})

t.test('what is no NOTIFY of a zone is FORMERR', async (t) => {
  const service = new TestService()
  const noSoa = rr('dyn.example.', 6, 1, 60, Buffer.from([0]))
  for (const packet of [
    message({ flags: NOTIFY }),
    message({ flags: NOTIFY, questions: [question('dyn.example.', 6), question('x.', 6)] }),
    notify('dyn.example.', [], 1),
    notify('dyn.example.', [noSoa]),
    notify().subarray(0, 20),
  ]) {
    t.equal(rcodeOf(await service.ask(packet)), 1)
  }
})

/** A service one of whose zones comes from elsewhere; and what it was told. */
const fetching = (answer: ReturnType<OnNotify>): { service: TestService; notices: Notice[] } => {
  const notices: Notice[] = []
  const service = new TestService(
    undefined,
    undefined,
    {},
    {
      onNotify: (notice) => {
        notices.push(notice)
        return answer
      },
    },
  )
  return { service, notices }
}

t.test('RFC 1996 §3.10 a zone that comes from elsewhere hears who says what', async (t) => {
  const { service, notices } = fetching('taken')
  matches(t, await service.ask(notify('dyn.example.', [soa(7, 'other.'), soa(77)])), {
    flags: 'AA',
  })
  await service.ask(service.sign(notify()))
  t.strictSame(
    notices.map(({ apex, source, principal, serial }) => [
      nameToText(apex),
      source.address,
      principal.kind,
      serial,
    ]),
    [
      ['dyn.example.', '192.0.2.77', 'anonymous', 77],
      ['dyn.example.', '192.0.2.77', 'key', undefined],
    ],
  )
  t.strictSame(service.lines, [])
})

t.test('RFC 1996 §3.10 who is no primary of it is REFUSED, which the log says', async (t) => {
  const { service } = fetching('refused')
  matches(t, await service.ask(notify()), { rcode: 'REFUSED' })
  t.match(service.lines, [{ message: 'NOTIFY refused: it comes from none of the primaries' }])
})

t.test(
  'whoever asks for the SOA of a zone is taken note of, in class IN and no other',
  async (t) => {
    const told: string[] = []
    const service = new TestService(
      undefined,
      undefined,
      {},
      {
        onTransfer: ({ kind, outcome, serial }) => told.push(`${kind} ${outcome} ${serial}`),
      },
    )
    for (const [zone, type, rrClass] of [
      ['dyn.example.', 6, 1],
      ['dyn.example.', 6, 3],
      ['dyn.example.', 1, 1],
      ['www.dyn.example.', 6, 1],
    ] as const) {
      await service.ask(message({ questions: [question(zone, type, rrClass)] }))
    }
    t.strictSame(told, ['SOA told 10'])
  },
)
