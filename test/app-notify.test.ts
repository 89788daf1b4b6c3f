/** NOTIFY plugged together: whom the configuration names, over a real socket. */
import { networkInterfaces } from 'node:os'
import t from 'tap'
import { addressesOf, isAnyOf, Notify } from '../src/app/notify.ts'
import { Keyring } from '../src/access/keyring.ts'
import { Counters } from '../src/base/counters.ts'
import { systemClock } from '../src/base/clock.ts'
import { MemoryStore } from '../src/store/memory.ts'
import { ZoneSet } from '../src/zone/zone-set.ts'
import { recordingLog } from './support/log.ts'
import { loadZone, name, tsigKey } from './support/service.ts'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { anonymous } from '../src/access/principal.ts'
import { serialOf } from '../src/zone/serial.ts'

t.test('where we listen is ours, with a wildcard all that this machine has', async (t) => {
  const fixed = isAnyOf([{ address: '192.0.2.1', port: 53 }])
  t.ok(fixed('192.0.2.1', 53))
  t.notOk(fixed('192.0.2.1', 5300))
  t.notOk(fixed('192.0.2.2', 53))
  const wildcard = isAnyOf([
    { address: '0.0.0.0', port: 53 },
    { address: '::', port: 53 },
  ])
  for (const { address } of Object.values(networkInterfaces()).flatMap((all) => all ?? [])) {
    t.ok(wildcard(address, 53), address)
  }
  t.notOk(wildcard('192.0.2.1', 53))
  t.notOk(wildcard('2001:db8::1', 53))
  t.notOk(isAnyOf([{ address: '0.0.0.0', port: 53 }])('::1', 53), 'another family')
})

t.test('the system finds the addresses of a host', async (t) => {
  t.strictSame(await addressesOf('127.0.0.1'), ['127.0.0.1'])
})

const ZONE = `
$TTL 3600
@    IN SOA ns1 hostmaster 10 7200 900 604800 300
@    IN NS  ns1
@    IN NS  ns2
ns1  IN A   192.0.2.1
ns2  IN A   192.0.2.2
`

t.test(
  'servers of the configuration are told by a socket, those of NS records but us',
  async (t) => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1')
    await once(socket, 'listening')
    const { port } = socket.address()
    const store = new MemoryStore(systemClock)
    const view = loadZone(store, 'dyn.example.', ZONE)
    const keyring = new Keyring()
    keyring.add(tsigKey('xfr-key.'))
    const zones = new ZoneSet<{ apex: ReturnType<typeof name>; view: typeof view }>()
    const apex = name('dyn.example.')
    zones.add({ apex, view })
    const { log } = recordingLog()
    const counters = new Counters()
    const notify = new Notify({ store, clock: systemClock, log, counters })
    t.teardown(() => {
      notify.stop()
      socket.close()
    })
    const told = once(socket, 'message')
    notify.configure({
      config: {
        listen: [{ address: '192.0.2.2', port: 53 }],
        zones: [
          {
            name: apex,
            notify: [{ address: '127.0.0.1', port, key: name('xfr-key.') }],
            notifyNs: true,
          },
        ],
      },
      keyring,
      zones,
    })
    // The first argument of a datagram's event is its octets.
    const [packet] = (await told) as [Buffer]
    t.equal(packet.readUInt16BE(2), 0x2400)
    t.equal(packet.readUInt16BE(10), 1, 'signed')
    const source = { address: '127.0.0.1', port: 1, transport: 'tcp' } as const
    const event = { apex, kind: 'AXFR', source, serial: serialOf(10), outcome: 'sent' } as const
    notify.onTransfer({ ...event, principal: anonymous })
    notify.onTransfer({ ...event, principal: { kind: 'key', key: tsigKey('xfr-key.') } })
    const all = notify.notifier.watch(apex)?.table.all()
    t.strictSame(
      all?.map(({ port: own, has }) => [own, has?.serial]),
      [
        [port, 10],
        [undefined, 10],
      ],
      'and the server at 192.0.2.2 is ourselves',
    )
  },
)
