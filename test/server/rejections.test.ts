/** The last refused UPDATEs, made readable: who, what and why, and how many are kept. */
import t from 'tap'
import { question, signed, update, UPDATE, message } from '../support/messages.ts'
import { SECRET, TestService, tsigKey } from '../support/service.ts'
import { add, deleteName, inUse, ipv4, Type } from '../support/updates.ts'
import { name } from '../support/service.ts'
import { Rejections, type Rejection } from '../../src/server/rejections.ts'
import { Rcode, RrType } from '../../src/wire/codes.ts'
import { FakeClock } from '../support/clock.ts'

const A = add('www.dyn.example.', Type.A, 60, ipv4('192.0.2.9'))

const latest = (service: TestService, filter = {}): Rejection[] =>
  service.service.rejections.latest({ most: 5000, ...filter })

t.test(
  'of a client with a key: its key, the zone, all that it asked for, and why not',
  async (t) => {
    const service = new TestService()
    await service.ask(
      service.sign(
        update('dyn.example.', [inUse('none.dyn.example.')], [A, deleteName('x.dyn.example.')]),
      ),
    )
    t.strictSame(latest(service), [
      {
        timeMilliseconds: service.clock.nowMilliseconds(),
        source: '192.0.2.77#5353',
        transport: 'udp',
        principal: 'key:ddns-key.',
        claimedKey: 'ddns-key.',
        zone: 'dyn.example.',
        rcode: 'NXDOMAIN',
        reason: service.lines[0]?.fields['reason'],
        prerequisites: ['prereq yxdomain none.dyn.example.'],
        changes: ['update add www.dyn.example. 60 A 192.0.2.9', 'update delete x.dyn.example.'],
      },
    ])
  },
)

t.test('nothing of what was done is among them', async (t) => {
  const service = new TestService()
  await service.ask(service.sign(update('dyn.example.', [], [A])))
  t.strictSame(latest(service), [])
})

t.test('a key that was not proved is what the client claims', async (t) => {
  const service = new TestService()
  const timeSeconds = service.clock.nowSeconds()
  const packet = signed(update('dyn.example.', [], [A]), {
    keyName: 'Nobody',
    secret: SECRET,
    timeSeconds,
  })
  await service.ask(packet)
  const mac = packet.subarray(-38, -6).toString('hex')
  const [rejection] = latest(service)
  t.match(rejection, {
    principal: 'anonymous',
    claimedKey: 'Nobody.',
    rcode: 'NOTAUTH',
    reason: 'unknown key Nobody.',
    changes: ['update add www.dyn.example. 60 A 192.0.2.9'],
  })
  t.notMatch(JSON.stringify(rejection), mac)
})

t.test('of what is malformed there is what can be read', async (t) => {
  const service = new TestService()
  const bad = add('www.dyn.example.', Type.A, 60, Buffer.from([1]))
  await service.ask(service.sign(update('dyn.example.', [], [A, bad, A])))
  await service.exchange(update('dyn.example.', [], [A]).subarray(0, -1))
  await service.ask(message({ flags: UPDATE }))
  t.match(latest(service), [
    {
      rcode: 'FORMERR',
      changes: [
        'update add www.dyn.example. 60 A 192.0.2.9',
        '; not read any further: www.dyn.example. IN A: the RDATA is not of that type',
      ],
    },
    { rcode: 'FORMERR', zone: undefined, claimedKey: undefined, changes: [] },
    { rcode: 'FORMERR', zone: undefined, prerequisites: [] },
  ])
})

t.test('what is outside of the zone is shown, and of many lines fifty', async (t) => {
  const service = new TestService()
  const many = Array.from({ length: 60 }, (_, n) =>
    add(`h${n}.else.`, Type.A, 60, ipv4('192.0.2.9')),
  )
  await service.ask(service.sign(update('dyn.example.', [], many)))
  const [rejection] = latest(service)
  t.equal(rejection?.rcode, 'NOTZONE')
  t.equal(rejection?.changes.length, 51)
  t.equal(rejection?.changes.at(-1), '; and 10 more')
})

t.test('they are found by zone and by key, in any case', async (t) => {
  const service = new TestService()
  service.keyring.add(tsigKey('other.'))
  const timeSeconds = service.clock.nowSeconds()
  for (const [zone, keyName] of [
    ['dyn.example.', 'other.'],
    ['none.example.', 'other.'],
    ['none.example.', 'ddns-key.'],
  ] as const) {
    await service.ask(signed(update(zone, [], [A]), { keyName, secret: SECRET, timeSeconds }))
    service.clock.advanceSeconds(1)
  }
  await service.ask(message({ flags: UPDATE, questions: [question('dyn.example.', Type.SOA)] }))
  const shown = (filter: object): unknown[] =>
    latest(service, filter).map(({ zone, claimedKey }) => [zone, claimedKey])
  t.equal(shown({}).length, 4)
  t.strictSame(shown({ zone: name('NONE.example.') }), [
    ['none.example.', 'other.'],
    ['none.example.', 'ddns-key.'],
  ])
  t.strictSame(shown({ key: name('OTHER.') }), [
    ['dyn.example.', 'other.'],
    ['none.example.', 'other.'],
  ])
  t.strictSame(shown({ key: name('other.'), most: 1 }), [['none.example.', 'other.']])
})

t.test('strangers add ten a second, and push out none of those with a key', async (t) => {
  const service = new TestService()
  const refused = service.sign(update('none.example.', [], [A]))
  await service.ask(refused)
  const stranger = update('dyn.example.', [], [A])
  for (let n = 0; n < 20; n++) await service.ask(stranger)
  t.equal(latest(service).length, 11)
  for (let second = 0; second < 110; second++) {
    service.clock.advanceSeconds(1)
    for (let n = 0; n < 10; n++) await service.ask(stranger)
  }
  t.equal(latest(service).length, 1001)
  t.equal(latest(service, { key: name('ddns-key.') }).length, 1)
})

t.test('those of one millisecond are in the order in which they came', async (t) => {
  const service = new TestService()
  const unmet = update('dyn.example.', [inUse('none.dyn.example.')], [A])
  const unsigned = update('dyn.example.', [], [A])
  for (const packet of [service.sign(unmet), unsigned, service.sign(unmet)])
    await service.ask(packet)
  const order = ['key:ddns-key.', 'anonymous', 'key:ddns-key.']
  t.strictSame(
    latest(service).map(({ principal }) => principal),
    order,
  )
  t.equal(new Set(latest(service).map((one) => one.timeMilliseconds)).size, 1)
})

t.test('large ones leave sooner: there are so many octets of them', async (t) => {
  const service = new TestService()
  const records = Array.from({ length: 240 }, () =>
    add(
      'big.none.example.',
      Type.TXT,
      60,
      Buffer.concat([Buffer.from([250]), Buffer.alloc(250, 97)]),
    ),
  )
  const packet = service.sign(update('none.example.', [], records))
  const fits = Math.floor((4 * 1024 * 1024) / packet.length)
  for (let n = 0; n < fits + 5; n++) await service.ask(packet, 'tcp')
  t.equal(latest(service).length, fits)
})

t.test('what came as values is shown likewise, and fills the ring likewise', async (t) => {
  const rejections = new Rejections(new FakeClock())
  const owner = name('www.dyn.example.')
  const none = { items: [], refusal: undefined }
  const refused = {
    principal: { kind: 'token', name: 'home' },
    source: '192.0.2.1#1',
    transport: 'https',
    rcode: Rcode.REFUSED,
    reason: 'no',
  } as const
  const write = (items: number): void => {
    const changes = { items: Array(items).fill({ kind: 'delete-rrset', owner, type: RrType.A }) }
    const written = { apex: name('dyn.example.'), prerequisites: none }
    rejections.addWritten({ ...written, changes: { ...none, ...changes } }, refused)
  }
  write(1)
  t.match(rejections.latest({ most: 9, zone: name('dyn.example.') }), [
    {
      principal: 'token:home',
      transport: 'https',
      claimedKey: undefined,
      rcode: 'REFUSED',
      changes: ['update delete www.dyn.example. A'],
    },
  ])
  for (let n = 0; n < 1000; n++) write(60)
  const kept = rejections.latest({ most: 5000 })
  t.equal(kept.length, 1000)
  t.equal(kept[0]?.changes.length, 51)
})
