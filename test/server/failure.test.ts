/** What the server does when it, or the disk, has failed; and what its log says of UPDATEs. */
import t from 'tap'
import { ZonePolicy } from '../../src/access/zone-policy.ts'
import { Dispatcher } from '../../src/server/dispatch.ts'
import { StoreError } from '../../src/zone/zone.ts'
import { diskFull, FailingStore } from '../support/failing-store.ts'
import { message, query, question, update } from '../support/messages.ts'
import { allOf, name, SECRET, TestService, ZONE_TEXT } from '../support/service.ts'
import {
  add,
  deleteRrset,
  effectOf,
  ipv4,
  nothing,
  rcodeOf,
  txt,
  Type,
  zoneOf,
} from '../support/updates.ts'

const CHANGE = add('new.dyn.example.', Type.A, 60, ipv4('192.0.2.9'))
const SOURCE = { address: '192.0.2.77', port: 5353, transport: 'udp' } as const

t.test('a StoreError is SERVFAIL, and the log has the words of the system', async (t) => {
  const store = new FailingStore()
  const service = new TestService(ZONE_TEXT, store)
  store.failure = diskFull()
  t.same(await effectOf(service, [], [CHANGE]), nothing('SERVFAIL'))
  t.equal(service.lines.length, 1)
  t.match(service.lines[0], {
    level: 'error',
    message: 'update failed',
    fields: {
      principal: 'key:ddns-key.',
      zone: 'dyn.example.',
      rcode: 'SERVFAIL',
      reason: 'the change could not be put on disk: No space left on device',
    },
  })
})

t.test('a StoreError without a cause has words of its own', async (t) => {
  const store = new FailingStore()
  const service = new TestService(ZONE_TEXT, store)
  store.failure = new StoreError('the store is closed')
  t.same(await effectOf(service, [], [CHANGE]), nothing('SERVFAIL'))
  t.equal(service.lines[0]?.fields['reason'], 'the store is closed')
})

t.test('a bug in an UPDATE is SERVFAIL, and the log has the packet in hex', async (t) => {
  const store = new FailingStore()
  const service = new TestService(ZONE_TEXT, store)
  const bug = new TypeError('a bug')
  store.failure = bug
  const packet = service.sign(update('dyn.example.', [], [CHANGE], { id: 0xabcd }))
  const answer = await service.ask(packet)
  t.equal(answer.toString('hex'), message({ id: 0xabcd, flags: 0xa802 }).toString('hex'))
  const fields = { source: '192.0.2.77#5353', packet: packet.toString('hex'), err: bug }
  t.match(service.lines, [{ level: 'error', message: /report/, fields }])
  t.equal(service.lines.length, 1)
})

t.test('a bug in a QUERY is SERVFAIL, and the log has the packet in hex', async (t) => {
  const service = new TestService()
  const bug = new Error('a bug')
  const view = {
    ...zoneOf(service),
    get: () => {
      throw bug
    },
    hasBelow: () => false,
    nodes: () => [],
  }
  const apex = name('dyn.example.')
  service.zones.add({ apex, view, policy: new ZonePolicy(apex, []), strict: false })
  const packet = query('www.dyn.example.', Type.A, { id: 0xabcd, flags: 0x0100 })
  const answer = await service.ask(packet)
  t.equal(answer.toString('hex'), message({ id: 0xabcd, flags: 0x8102 }).toString('hex'))
  const fields = { source: '192.0.2.77#5353', packet: packet.toString('hex'), err: bug }
  t.match(service.lines, [{ level: 'error', message: /report/, fields }])
})

t.test('a bug behind the answer to an UPDATE is told as well, and nothing rejects', async (t) => {
  const service = new TestService()
  const told: unknown[] = []
  const bug = new Error('a bug')
  const log = {
    info: () => {
      throw bug
    },
    warn: () => undefined,
    error: (fields: Readonly<Record<string, unknown>>) => told.push(fields['err']),
  }
  const dispatcher = new Dispatcher({ ...service.service, log })
  const rcodes: string[] = []
  const packet = service.sign(update('dyn.example.', [], [CHANGE]))
  await dispatcher.handle(packet, SOURCE, (answer) => rcodes.push(rcodeOf(Buffer.from(answer))))
  t.equal(rcodes[0], 'NOERROR')
  t.same(told, [bug])
})

t.test('an UPDATE leaves one line: who, from where, what, and how long it took', async (t) => {
  const service = new TestService()
  const waiting = service.ask(service.sign(update('dyn.example.', [], [CHANGE])))
  service.clock.milliseconds += 7
  await waiting
  t.equal(service.lines.length, 1)
  t.same(service.lines[0], {
    level: 'info',
    message: 'update committed',
    fields: {
      principal: 'key:ddns-key.',
      source: '192.0.2.77#5353',
      transport: 'udp',
      zone: 'dyn.example.',
      rcode: 'NOERROR',
      reason: undefined,
      ignored: undefined,
      serialBefore: 10,
      serialAfter: 11,
      hidden: undefined,
      removed: [],
      added: ['new.dyn.example. 60 IN A 192.0.2.9'],
      milliseconds: 7,
    },
  })
})

t.test('queries leave no line', async (t) => {
  const service = new TestService()
  await service.ask(query('www.dyn.example.', Type.A))
  await service.ask(query('other.example.', Type.A))
  t.same(service.lines, [])
})

t.test('no line of the log has a secret or a MAC in it', async (t) => {
  const store = new FailingStore()
  const service = new TestService(ZONE_TEXT, store)
  await effectOf(service, [], [CHANGE])
  await effectOf(service, [], [add('other.example.', Type.A, 60, ipv4('192.0.2.9'))])
  const packet = service.sign(update('dyn.example.', [], [CHANGE]))
  const mac = packet.subarray(-38, -6).toString('hex')
  packet[0] = 0xff
  await service.ask(packet)
  service.clock.advanceSeconds(1000)
  await service.ask(packet)
  store.failure = diskFull()
  await effectOf(service, [], [CHANGE])
  const text = JSON.stringify(service.lines)
  t.equal(service.lines.length, 5)
  for (const encoding of ['utf8', 'hex', 'base64'] as const) {
    t.notOk(text.includes(SECRET.toString(encoding)), encoding)
  }
  t.notOk(text.includes(mac))
})

t.test(
  'strangers have ten lines a second, and who holds a key has as many as it needs',
  async (t) => {
    const service = new TestService()
    const unsigned = update('dyn.example.', [], [CHANGE])
    for (let i = 0; i < 5; i++) await service.ask(unsigned)
    for (let i = 0; i < 5; i++) await service.ask(unsigned.subarray(0, 40))
    for (let i = 0; i < 5; i++) {
      const forged = service.sign(unsigned)
      forged[forged.length - 10] = 0xff & ~(forged[forged.length - 10] ?? 0)
      await service.ask(forged)
    }
    t.equal(service.lines.length, 10)
    for (let i = 0; i < 20; i++) {
      await effectOf(
        service,
        [],
        i % 2 === 0 ? [CHANGE] : [deleteRrset('new.dyn.example.', Type.A)],
      )
    }
    t.equal(service.lines.length, 30)
    service.clock.advanceSeconds(1)
    await service.ask(unsigned)
    t.match(service.lines.at(-1)?.fields, {
      principal: 'anonymous',
      rcode: 'REFUSED',
      suppressed: 5,
    })
  },
)

t.test('the log names 50 records of an UPDATE, and the number of the others', async (t) => {
  const service = new TestService()
  const changes = Array.from({ length: 60 }, (_, index) =>
    add('many.dyn.example.', Type.TXT, 60, txt(`record ${index}`)),
  )
  await effectOf(service, [], changes)
  const { added } = service.lines[0]?.fields ?? {}
  t.ok(Array.isArray(added))
  t.match(added, { length: 51, 50: 'and 10 more' }, 'the SOA is not one of them')
})

t.test('an UPDATE of a zone that the key may not change is a line of the key', async (t) => {
  const service = new TestService()
  service.addZone('other.example.', ZONE_TEXT, [allOf('another-key.')])
  const questions = [question('other.example.', Type.SOA)]
  t.equal((await effectOf(service, [], [], { questions })).rcode, 'REFUSED')
  t.match(service.lines[0], {
    level: 'info',
    message: 'update refused',
    fields: {
      principal: 'key:ddns-key.',
      zone: 'other.example.',
      reason:
        'key ddns-key. has no rule for updates in zone other.example.; its rules are in dyn.example.',
    },
  })
})
