/** RFC 2136 §3.4.2: what each change does, and what is ignored. */
import t from 'tap'
import { wireName } from '../support/messages.ts'
import { TestService, ZONE_TEXT } from '../support/service.ts'
import {
  add,
  deleteName,
  deleteRecord,
  deleteRrset,
  effectOf,
  find,
  ipv4,
  mx,
  nothing,
  soa,
  txt,
  Type,
  zoneLines,
  zoneOf,
} from '../support/updates.ts'

const WWW = 'www.dyn.example.'
const APEX = 'dyn.example.'
const WWW_1 = ipv4('192.0.2.1')
const WWW_2 = ipv4('192.0.2.2')
const NS1 = wireName('ns1.dyn.example.')
const NS2 = wireName('ns2.example.')

t.test('RFC 2136 §3.4.2.2 a record that is there already changes nothing', async (t) => {
  const change = add(WWW, Type.A, 60, WWW_1)
  t.same(await effectOf(new TestService(), [], [change, change]), nothing('NOERROR'))
})

t.test('RFC 2136 §3.4.2.2 a duplicate takes the place of what is there, TTL and all', async (t) => {
  const service = new TestService(`${ZONE_TEXT}\n@ 60 IN MX 10 mail\n`)
  const change = add(APEX, Type.MX, 90, mx(10, 'MAIL.dyn.example.'))
  t.same(await effectOf(service, [], [change]), {
    rcode: 'NOERROR',
    serial: 11,
    gone: ['dyn.example. 60 IN MX 10 mail.dyn.example.'],
    came: ['dyn.example. 90 IN MX 10 MAIL.dyn.example.'],
  })
})

t.test('RFC 2136 §1.1.1 strings in RDATA are compared with their case', async (t) => {
  const service = new TestService(`${ZONE_TEXT}\nt 60 IN TXT "a"\n`)
  const effect = await effectOf(service, [], [add('t.dyn.example.', Type.TXT, 60, txt('A'))])
  t.same(effect.came, ['t.dyn.example. 60 IN TXT "A"'])
  t.same(effect.gone, [])
})

const wks = (address: string, protocol: number, ...bits: number[]): Buffer =>
  Buffer.from([...ipv4(address), protocol, ...bits])

t.test(
  'RFC 2136 §1.1.5, §3.4.2.2 a WKS replaces one of the same address and protocol',
  async (t) => {
    const service = new TestService()
    const first = [
      add(WWW, Type.WKS, 60, wks('192.0.2.1', 6, 0x01)),
      add(WWW, Type.WKS, 60, wks('192.0.2.1', 17, 0x01)),
      add(WWW, Type.WKS, 60, wks('192.0.2.2', 6, 0x01)),
    ]
    t.equal((await effectOf(service, [], first)).came.length, 3, 'none is another')
    const again = add(WWW, Type.WKS, 60, wks('192.0.2.1', 6, 0x00, 0x80))
    t.same(await effectOf(service, [], [again]), {
      rcode: 'NOERROR',
      serial: 12,
      gone: ['www.dyn.example. 60 IN WKS \\# 6 C00002010601'],
      came: ['www.dyn.example. 60 IN WKS \\# 7 C0000201060080'],
    })
  },
)

t.test('RFC 2136 §3.4.2.2 a WKS that stood alone is replaced as well', async (t) => {
  const service = new TestService()
  await effectOf(service, [], [add(WWW, Type.WKS, 60, wks('192.0.2.1', 6, 1))])
  const effect = await effectOf(service, [], [add(WWW, Type.WKS, 60, wks('192.0.2.1', 6, 2))])
  t.same(effect.gone, ['www.dyn.example. 60 IN WKS \\# 6 C00002010601'])
  t.same(effect.came, ['www.dyn.example. 60 IN WKS \\# 6 C00002010602'])
})

t.test('RFC 2136 §3.4.2.2 a SOA with a higher serial replaces the SOA', async (t) => {
  const service = new TestService()
  t.same(await effectOf(service, [], [add(APEX, Type.SOA, 60, soa(4000))]), {
    ...nothing('NOERROR'),
    serial: 4000,
  })
  const lines = zoneLines(zoneOf(service)).filter((line) => line.includes(' SOA '))
  t.same(lines, [
    'dyn.example. 60 IN SOA ns1.dyn.example. hostmaster.dyn.example. 4000 7200 900 604800 300',
  ])
})

t.test('RFC 2136 §3.4.2.2 a SOA with a lower or the same serial is ignored', async (t) => {
  for (const serial of [9, 10, 0, 10 + 0x8000_0000, 10 + 0x8000_0001, 0xffff_ffff]) {
    const changes = [add(APEX, Type.SOA, 60, soa(serial, 60))]
    const service = new TestService()
    t.same(await effectOf(service, [], changes), nothing('NOERROR'), `serial ${serial}`)
    t.match(zoneLines(zoneOf(service)).join('\n'), / 10 7200 900 604800 300\n/)
  }
})

t.test('RFC 1982 §3.2 serials are compared as numbers that go round', async (t) => {
  const service = new TestService(ZONE_TEXT.replace(' 10 7200', ' 4294967290 7200'))
  const effect = await effectOf(service, [], [add(APEX, Type.SOA, 60, soa(5))])
  t.same(effect, nothing('NOERROR', 5))
  const farthest = await effectOf(service, [], [add(APEX, Type.SOA, 60, soa(5 + 0x7fff_ffff))])
  t.equal(farthest.serial, 5 + 0x7fff_ffff)
})

t.test(
  'RFC 2136 §3.4.2.2 a SOA that is higher than another of the UPDATE, but not than the zone’s, is ignored',
  async (t) => {
    const service = new TestService()
    const soas = [0x8000_0000, 0xffff_fff0].map((serial) => add(APEX, Type.SOA, 60, soa(serial)))
    const effect = await effectOf(
      service,
      [],
      [...soas, add('new.dyn.example.', Type.A, 60, ipv4('192.0.2.9'))],
    )
    t.match(
      effect,
      { rcode: 'NOERROR', serial: 0x8000_0000 },
      'RFC 1982 §3.2 from 10 it is no step to the last',
    )
  },
)

t.test('RFC 2136 §3.4.2.2 a SOA where there is none is ignored', async (t) => {
  for (const owner of [WWW, 'new.dyn.example.']) {
    const effect = await effectOf(new TestService(), [], [add(owner, Type.SOA, 60, soa(99))])
    t.same(effect, nothing('NOERROR'), owner)
  }
})

t.test('RFC 2136 §3.4.2.2 a CNAME beside other data is ignored', async (t) => {
  for (const owner of [WWW, APEX]) {
    const change = add(owner, Type.CNAME, 60, wireName('ns1.dyn.example.'))
    t.same(await effectOf(new TestService(), [], [change]), nothing('NOERROR'), owner)
  }
})

const ALIAS = `${ZONE_TEXT}\nalias 60 IN CNAME www\n`

t.test('RFC 2136 §3.4.2.2 other data beside a CNAME is ignored', async (t) => {
  for (const change of [
    add('alias.dyn.example.', Type.A, 60, WWW_1),
    add('ALIAS.dyn.example.', Type.TXT, 60, txt('a')),
    add('alias.dyn.example.', Type.NS, 60, NS1),
    add('alias.dyn.example.', 65280, 60, WWW_1),
  ]) {
    t.same(await effectOf(new TestService(ALIAS), [], [change]), nothing('NOERROR'))
  }
})

t.test('RFC 2136 §3.4.2.2 a CNAME replaces the CNAME', async (t) => {
  const service = new TestService(ALIAS)
  const change = add('alias.dyn.example.', Type.CNAME, 90, NS1)
  t.same(await effectOf(service, [], [change]), {
    rcode: 'NOERROR',
    serial: 11,
    gone: ['alias.dyn.example. 60 IN CNAME www.dyn.example.'],
    came: ['alias.dyn.example. 90 IN CNAME ns1.dyn.example.'],
  })
  t.same((await find(service, 'alias.dyn.example.', Type.CNAME)).answers, [
    'alias.dyn.example 90 CNAME ns1.dyn.example',
  ])
})

t.test('RFC 4035 §2.5 KEY, and what signs, may stand beside a CNAME', async (t) => {
  const key = add('alias.dyn.example.', Type.KEY, 60, Buffer.from([0xc0, 0, 3, 5]))
  const service = new TestService(ALIAS)
  t.equal((await effectOf(service, [], [key])).came.length, 1)
  const replaced = await effectOf(service, [], [add('alias.dyn.example.', Type.CNAME, 60, NS1)])
  t.same(replaced.came, ['alias.dyn.example. 60 IN CNAME ns1.dyn.example.'])
})

t.test('RFC 2136 §3.4.2.2 what is ignored leaves the other changes in force', async (t) => {
  const changes = [
    add(WWW, Type.CNAME, 60, NS1),
    add('new.dyn.example.', Type.A, 60, WWW_1),
    add(APEX, Type.SOA, 60, soa(3)),
  ]
  t.same(await effectOf(new TestService(), [], changes), {
    rcode: 'NOERROR',
    serial: 11,
    gone: [],
    came: ['new.dyn.example. 60 IN A 192.0.2.1'],
  })
})

const APEX_DATA = `${ZONE_TEXT}\n@ 60 IN TXT "apex"\n@ 60 IN MX 10 mail\n`

t.test('RFC 2136 §3.4.2.3 deleting the apex leaves its SOA and NS', async (t) => {
  t.same(await effectOf(new TestService(APEX_DATA), [], [deleteName('DYN.example.')]), {
    rcode: 'NOERROR',
    serial: 11,
    gone: ['dyn.example. 60 IN MX 10 mail.dyn.example.', 'dyn.example. 60 IN TXT "apex"'],
    came: [],
  })
})

t.test('RFC 2136 §3.4.2.3 deleting the SOA or NS of the apex is ignored', async (t) => {
  for (const type of [Type.SOA, Type.NS]) {
    const effect = await effectOf(new TestService(), [], [deleteRrset(APEX, type)])
    t.same(effect, nothing('NOERROR'), `TYPE${type}`)
  }
})

t.test('RFC 2136 §3.4.2.3 deleting another RRset of the apex is not ignored', async (t) => {
  const effect = await effectOf(new TestService(APEX_DATA), [], [deleteRrset(APEX, Type.TXT)])
  t.same(effect.gone, ['dyn.example. 60 IN TXT "apex"'])
})

const CUT = `${ZONE_TEXT}\nsub 60 IN NS ns1\n`

t.test('RFC 2136 §3.4.2.3 NS below the apex are deleted', async (t) => {
  const gone = ['sub.dyn.example. 60 IN NS ns1.dyn.example.']
  for (const change of [
    deleteRrset('sub.dyn.example.', Type.NS),
    deleteName('sub.dyn.example.'),
    deleteRecord('sub.dyn.example.', Type.NS, wireName('NS1.dyn.EXAMPLE.')),
  ]) {
    const effect = await effectOf(new TestService(CUT), [], [change])
    t.same(effect, { rcode: 'NOERROR', serial: 11, gone, came: [] })
  }
})

t.test('RFC 2136 §3.4.2.4 deleting the last NS at the apex is ignored', async (t) => {
  const gone = ['dyn.example. 3600 IN NS ns2.example.']
  const both = [deleteRecord(APEX, Type.NS, NS2), deleteRecord(APEX, Type.NS, NS1)]
  const service = new TestService()
  const effect = { rcode: 'NOERROR', serial: 11, gone, came: [] }
  t.same(await effectOf(service, [], both), effect)
  const last = await effectOf(service, [], [deleteRecord(APEX, Type.NS, NS1)])
  t.same(last, nothing('NOERROR', 11))
})

t.test('RFC 2136 §3.4.2.4 an NS that is not there is no last one', async (t) => {
  const service = new TestService()
  const other = deleteRecord(APEX, Type.NS, wireName('ns3.example.'))
  t.same(await effectOf(service, [], [other]), nothing('NOERROR'))
})

t.test('RFC 2136 §3.4.2.4 deleting the record of the SOA is ignored', async (t) => {
  const change = deleteRecord(APEX, Type.SOA, soa(10))
  t.same(await effectOf(new TestService(), [], [change]), nothing('NOERROR'))
})

t.test('RFC 2136 §3.4.2.4 the NS of the apex can be exchanged in one UPDATE', async (t) => {
  const changes = [
    add(APEX, Type.NS, 3600, wireName('ns9.example.')),
    deleteRecord(APEX, Type.NS, NS1),
    deleteRecord(APEX, Type.NS, NS2),
  ]
  const effect = await effectOf(new TestService(), [], changes)
  t.same(effect.came, ['dyn.example. 3600 IN NS ns9.example.'])
  t.equal(effect.gone.length, 2)
})

t.test(
  'RFC 2136 §3.4.2.4 a record is known by its RDATA whatever case its names have',
  async (t) => {
    const service = new TestService(`${ZONE_TEXT}\n@ 60 IN MX 10 Mail\n`)
    const shorter = deleteRecord(APEX, Type.MX, mx(10, 'mai.dyn.example.'))
    t.same(await effectOf(service, [], [shorter]), nothing('NOERROR'))
    const effect = await effectOf(
      service,
      [],
      [deleteRecord(APEX, Type.MX, mx(10, 'mAIL.dyn.example.'))],
    )
    t.same(effect.gone, ['dyn.example. 60 IN MX 10 Mail.dyn.example.'])
  },
)

t.test('RFC 2136 §3.4.2.5 whatever was ignored, the answer is NOERROR', async (t) => {
  const changes = [
    add(WWW, Type.CNAME, 60, NS1),
    add(APEX, Type.SOA, 60, soa(1)),
    deleteRrset(APEX, Type.SOA),
    deleteRrset('none.dyn.example.', Type.A),
  ]
  t.same(await effectOf(new TestService(), [], changes), nothing('NOERROR'))
})

t.test('RFC 2136 §3.4.2.7 changes are made one after the other', async (t) => {
  const service = new TestService()
  const changes = [
    deleteName(WWW),
    add(WWW, Type.CNAME, 60, NS1),
    add(WWW, Type.A, 60, WWW_1),
    deleteRrset(WWW, Type.CNAME),
    add(WWW, Type.A, 60, WWW_2),
  ]
  t.same(await effectOf(service, [], changes), {
    rcode: 'NOERROR',
    serial: 11,
    gone: ['www.dyn.example. 60 IN A 192.0.2.1'],
    came: [],
  })
})
