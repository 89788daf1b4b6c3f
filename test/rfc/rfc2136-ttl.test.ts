/** RFC 2181 §5.2 and §8: an RRset has one TTL, and a TTL has 31 bits. */
import t from 'tap'
import { TestService } from '../support/service.ts'
import { add, deleteRecord, effectOf, equals, find, ipv4, Type } from '../support/updates.ts'

const WWW = 'www.dyn.example.'

t.test('RFC 2181 §5.2 a record that is added brings its TTL to the whole RRset', async (t) => {
  const service = new TestService()
  const effect = await effectOf(service, [], [add(WWW, Type.A, 600, ipv4('192.0.2.3'))])
  t.same(effect, {
    rcode: 'NOERROR',
    serial: 11,
    gone: ['www.dyn.example. 60 IN A 192.0.2.1', 'www.dyn.example. 60 IN A 192.0.2.2'],
    came: [
      'www.dyn.example. 600 IN A 192.0.2.1',
      'www.dyn.example. 600 IN A 192.0.2.2',
      'www.dyn.example. 600 IN A 192.0.2.3',
    ],
  })
})

t.test('RFC 2181 §5.2 of TTLs in one UPDATE the last is in force', async (t) => {
  const service = new TestService()
  const changes = [
    add('new.dyn.example.', Type.A, 600, ipv4('192.0.2.3')),
    add('new.dyn.example.', Type.A, 30, ipv4('192.0.2.4')),
    add('new.dyn.example.', Type.AAAA, 90, Buffer.alloc(16)),
  ]
  t.same((await effectOf(service, [], changes)).came, [
    'new.dyn.example. 30 IN A 192.0.2.3',
    'new.dyn.example. 30 IN A 192.0.2.4',
    'new.dyn.example. 90 IN AAAA ::',
  ])
})

t.test('RFC 2136 §3.4.2.2 a record that is there with another TTL takes the new one', async (t) => {
  const service = new TestService()
  await effectOf(service, [], [add(WWW, Type.A, 5, ipv4('192.0.2.1'))])
  t.same((await find(service, WWW, Type.A)).answers, [
    'www.dyn.example 5 A 192.0.2.1',
    'www.dyn.example 5 A 192.0.2.2',
  ])
})

t.test('RFC 2181 §8 a TTL with its highest bit set is zero', async (t) => {
  const ttls = [
    [0x7fff_ffff, 0x7fff_ffff],
    [0x8000_0000, 0],
    [0xffff_ffff, 0],
    [0, 0],
  ] as const
  for (const [sent, kept] of ttls) {
    const effect = await effectOf(
      new TestService(),
      [],
      [add('new.dyn.example.', Type.A, sent, ipv4('192.0.2.3'))],
    )
    t.same(effect.came, [`new.dyn.example. ${kept} IN A 192.0.2.3`])
  }
})

t.test('RFC 2136 §2.4.2, §2.5.4 TTLs are not compared', async (t) => {
  const service = new TestService()
  const same = [ipv4('192.0.2.1'), ipv4('192.0.2.2')].map((rdata) => equals(WWW, Type.A, rdata))
  const effect = await effectOf(service, same, [deleteRecord(WWW, Type.A, ipv4('192.0.2.1'))])
  t.same(effect.gone, ['www.dyn.example. 60 IN A 192.0.2.1'])
})
