/** Following a zone: what comes, what is missed, who is too slow, and how a stream ends. */
import { PassThrough } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { WebIdentity } from '../../src/access/web-identity.ts'
import { adminCaller, ownerCaller, type Caller } from '../../src/api/callers.ts'
import { STREAM_LIMITS } from '../../src/api/event-stream.ts'
import { EventStreams } from '../../src/api/event-streams.ts'
import type { PresentZone } from '../../src/api/zone-access.ts'
import { RrType, rrTypeOf } from '../../src/wire/codes.ts'
import { nameKeyOf } from '../../src/zone/name-key.ts'
import { serialOf } from '../../src/zone/serial.ts'
import { name } from '../support/service.ts'
import { DYN_ZONE, TestWeb } from '../support/web.ts'

interface Event {
  readonly event: string
  readonly id: string
  readonly data: Readonly<Record<string, unknown>>
}

class Followed {
  readonly web = new TestWeb()
  private ring: () => void = () => undefined
  readonly streams: EventStreams

  constructor(t: Test) {
    const { store, clock, zones } = this.web
    this.streams = new EventStreams({ store, clock, zones: () => zones }, (_, ring) => {
      this.ring = ring
      return () => undefined
    })
    t.teardown(() => {
      this.streams.endAllOf(this)
    })
  }

  get zone(): PresentZone {
    const zone = this.web.zones.get(name('dyn.example.'))
    if (zone?.view === undefined) throw new Error('no zone')
    return { ...zone, view: zone.view }
  }

  follow(caller: Caller = admin(), since?: number, response = new PassThrough()): PassThrough {
    this.streams.admit(caller)
    const serial = since === undefined ? undefined : serialOf(since)
    this.streams.begin(response, this, caller, this.zone, serial)
    return response
  }

  async change(owner: string, octets = 4): Promise<void> {
    const author = { principal: 'key:k.', source: '', transport: 'udp' } as const
    const type = octets === 4 ? RrType.A : rrTypeOf(65_280)
    await this.web.store.commit(this.web.view(), author, (draft) => {
      const at = name(`${owner}.dyn.example.`)
      const rdata = Buffer.alloc(octets, this.web.serial())
      draft.set(nameKeyOf(at), { owner: at, rrsets: [{ type, ttl: 60, rdatas: [rdata] }] })
      return { keep: true, grants: [], result: undefined }
    })
  }

  pass(milliseconds: number): void {
    this.web.clock.advanceSeconds(milliseconds / 1000)
    this.ring()
  }
}

const admin = (isGood: () => boolean = () => true): Caller => adminCaller('ci', isGood)

const textOf = (response: PassThrough): string => {
  const read = response.read() as Buffer | null
  return read?.toString() ?? ''
}

const eventsIn = (text: string): Event[] =>
  text
    .split('\n\n')
    .filter((part) => part.startsWith('event: '))
    .map((part) => {
      const [, event = '', id = '', data = ''] =
        /^event: (.*)\nid: (.*)\ndata: (.*)$/.exec(part) ?? []
      return { event, id, data: JSON.parse(data) as Event['data'] }
    })

const shown = (response: PassThrough): string[] =>
  eventsIn(textOf(response)).map(({ event, id }) => `${event} ${id}`)

t.test('changes come as they are made, with their serials as ids', async (t) => {
  const followed = new Followed(t)
  const response = followed.follow()
  t.match(eventsIn(textOf(response)), [
    { event: 'begin', id: '10', data: { zone: 'dyn.example.', serial: 10 } },
  ])
  await followed.change('www')
  t.match(eventsIn(textOf(response)), [
    {
      event: 'change',
      id: '11',
      data: {
        serialBefore: 10,
        principal: 'key:k.',
        added: ['www.dyn.example. 60 IN A 10.10.10.10'],
      },
    },
  ])
})

t.test('what came since a serial comes first', async (t) => {
  const followed = new Followed(t)
  for (const owner of ['a', 'b', 'c']) await followed.change(owner)
  const response = followed.follow(admin(), 11)
  t.strictSame(shown(response), ['begin 11', 'change 12', 'change 13'])
})

t.test('much comes in several turns', async (t) => {
  const followed = new Followed(t)
  for (let n = 0; n < 250; n++) await followed.change(`n${n}`)
  const response = followed.follow(admin(), 10, new PassThrough({ highWaterMark: 10_000_000 }))
  t.equal(shown(response).length, 101)
  for (let turn = 0; turn < 5; turn++) await setImmediate()
  t.equal(shown(response).length, 150)
})

t.test('what the journal does not have any more is a gap', async (t) => {
  const followed = new Followed(t)
  t.strictSame(shown(followed.follow(admin(), 5)), ['begin 5', 'gap 10'])
  const response = followed.follow()
  shown(response)
  followed.web.addZone('dyn.example.', DYN_ZONE.replace(' 10 ', ' 77 '))
  followed.pass(STREAM_LIMITS.heartbeatMilliseconds)
  t.match(eventsIn(textOf(response)), [{ event: 'gap', id: '77', data: { since: 10, serial: 77 } }])
})

t.test('an owner hears of their own names alone', async (t) => {
  const followed = new Followed(t)
  const scope = { name: 'x', hosts: [name('a.dyn.example.')], below: false, types: [RrType.A] }
  const response = followed.follow(ownerCaller(new WebIdentity(scope), () => true))
  for (const owner of ['b', 'a', 'c']) await followed.change(owner)
  t.strictSame(shown(response), ['begin 10', 'change 12'])
})

t.test('changes of other zones are not told', async (t) => {
  const followed = new Followed(t)
  const response = followed.follow()
  shown(response)
  followed.web.addZone('other.example.', '@ 60 IN SOA ns h 5 2 3 4 5\n@ 60 IN NS ns\n')
  t.equal(textOf(response), '')
})

t.test('a change that is too large is told without its records', async (t) => {
  const followed = new Followed(t)
  const response = followed.follow(admin(), undefined, new PassThrough({ highWaterMark: 1 << 20 }))
  await followed.change('large', 40_000)
  const [, event] = eventsIn(textOf(response))
  t.match(event, { id: '11', data: { added: [], removed: [], shortened: true } })
})

t.test('a heartbeat comes where nothing else does', async (t) => {
  const followed = new Followed(t)
  const response = followed.follow()
  shown(response)
  followed.pass(STREAM_LIMITS.heartbeatMilliseconds)
  t.equal(textOf(response), ':\n\n')
  followed.pass(STREAM_LIMITS.heartbeatMilliseconds)
  t.equal(textOf(response), ':\n\n')
})

t.test('whoever reads slowly gets the rest when they have read', async (t) => {
  const followed = new Followed(t)
  for (let n = 0; n < 5; n++) await followed.change(`n${n}`)
  const response = followed.follow(admin(), 10, new PassThrough({ highWaterMark: 1 }))
  await followed.change('meanwhile')
  followed.pass(STREAM_LIMITS.unreadMilliseconds - 1)
  const all: string[] = []
  while (all.length < 7) {
    all.push(...shown(response))
    await setImmediate()
  }
  t.strictSame(all, [
    ...['begin 10', 'change 11', 'change 12', 'change 13', 'change 14', 'change 15', 'change 16'],
  ])
  t.equal(response.destroyed, false)
})

t.test('whoever reads nothing is cut off', async (t) => {
  const followed = new Followed(t)
  const response = followed.follow(admin(), undefined, new PassThrough({ highWaterMark: 1 }))
  await followed.change('www')
  followed.pass(STREAM_LIMITS.unreadMilliseconds)
  t.equal(response.destroyed, true)
  await setImmediate()
  t.equal(followed.streams.count, 0)
  await followed.change('nobody')
})

t.test('a heartbeat does not wait behind what was not read', async (t) => {
  const followed = new Followed(t)
  const response = followed.follow(admin(), undefined, new PassThrough({ highWaterMark: 1 }))
  t.strictSame(shown(response), ['begin 10'])
  await setImmediate()
  followed.pass(STREAM_LIMITS.heartbeatMilliseconds - 1000)
  await followed.change('www')
  followed.pass(1000)
  const text = textOf(response)
  t.strictSame(
    eventsIn(text).map(({ event }) => event),
    ['change'],
  )
  await setImmediate()
  t.equal(textOf(response), '')
})

t.test('a stream ends with what its caller may', async (t) => {
  const followed = new Followed(t)
  let isGood = true
  const response = followed.follow(admin(() => isGood))
  shown(response)
  isGood = false
  await followed.change('secret')
  t.equal(textOf(response), '')
  t.equal(response.writableEnded, true)
  t.equal(followed.streams.count, 0)
})

t.test('a stream ends with its zone', async (t) => {
  const followed = new Followed(t)
  const response = followed.follow()
  shown(response)
  followed.web.zones.add({ ...followed.zone, takesPrivate: false, view: undefined })
  followed.pass(STREAM_LIMITS.heartbeatMilliseconds)
  t.equal(response.writableEnded, true)
  t.equal(textOf(response), '', 'without a sign of life')
})

t.test('a stream ends with its listener, and what was not read is not waited for', async (t) => {
  const followed = new Followed(t)
  const unread = new PassThrough({ highWaterMark: 1 })
  const read = followed.follow()
  followed.follow(admin(), undefined, unread)
  shown(read)
  await setImmediate()
  followed.streams.endAllOf({})
  t.equal(followed.streams.count, 2)
  followed.streams.endAllOf(followed)
  t.equal(read.writableEnded, true)
  t.equal(unread.destroyed, true)
  t.equal(followed.streams.count, 0)
})

t.test('there are so many streams of one caller, and so many in all', async (t) => {
  const followed = new Followed(t)
  for (let n = 0; n < 8; n++) followed.follow()
  t.throws(() => followed.follow(), { status: 429, message: '8 streams of yours are open already' })
  const other = (n: number): Caller => adminCaller(`other${n}`, () => true)
  for (let n = 8; n < 64; n++) followed.follow(other(n))
  t.throws(() => followed.follow(other(64)), {
    status: 429,
    message: '64 streams are open already',
  })
})
