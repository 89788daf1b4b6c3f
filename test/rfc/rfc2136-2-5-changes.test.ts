/** RFC 2136 §2.5: the four forms of change, each as it should be and as it should not. */
import t from 'tap'
import { rr } from '../support/messages.ts'
import { TestService } from '../support/service.ts'
import {
  add,
  Class,
  deleteName,
  deleteRecord,
  deleteRrset,
  effectOf,
  find,
  ipv4,
  mx,
  nothing,
  txt,
  Type,
} from '../support/updates.ts'

const WWW_1 = ipv4('192.0.2.1')

t.test('RFC 2136 §2.5.1 records are added to an RRset with their TTL', async (t) => {
  const service = new TestService()
  const changes = [
    add('new.dyn.example.', Type.A, 120, ipv4('198.51.100.1')),
    add('new.dyn.example.', Type.A, 120, ipv4('198.51.100.2')),
    add('dyn.example.', Type.MX, 300, mx(10, 'mail.dyn.example.')),
  ]
  t.same(await effectOf(service, [], changes), {
    rcode: 'NOERROR',
    serial: 11,
    gone: [],
    came: [
      'dyn.example. 300 IN MX 10 mail.dyn.example.',
      'new.dyn.example. 120 IN A 198.51.100.1',
      'new.dyn.example. 120 IN A 198.51.100.2',
    ],
  })
  t.same(await find(service, 'new.dyn.example.', Type.A), {
    rcode: 'NOERROR',
    answers: ['new.dyn.example 120 A 198.51.100.1', 'new.dyn.example 120 A 198.51.100.2'],
  })
})

t.test('RFC 2136 §2.5.1 RDATA that is not of its type is malformed', async (t) => {
  for (const rdata of [WWW_1.subarray(0, 3), Buffer.alloc(5), Buffer.alloc(0)]) {
    const change = add('new.dyn.example.', Type.A, 60, rdata)
    const effect = await effectOf(new TestService(), [], [change])
    t.same(effect, nothing('FORMERR'), `an A of ${rdata.length} octets`)
  }
})

t.test('RFC 2136 §2.5.2 an RRset is deleted whole, and others of the name stay', async (t) => {
  const service = new TestService()
  await effectOf(service, [], [add('www.dyn.example.', Type.TXT, 60, txt('stays'))])
  t.same(await effectOf(service, [], [deleteRrset('www.dyn.example.', Type.A)]), {
    rcode: 'NOERROR',
    serial: 12,
    gone: ['www.dyn.example. 60 IN A 192.0.2.1', 'www.dyn.example. 60 IN A 192.0.2.2'],
    came: [],
  })
  t.same(await find(service, 'www.dyn.example.', Type.A), { rcode: 'NOERROR', answers: [] })
})

t.test('RFC 2136 §2.5.2 an RRset or a name that is not there is deleted in silence', async (t) => {
  const changes = [
    deleteRrset('www.dyn.example.', Type.AAAA),
    deleteRrset('none.dyn.example.', Type.A),
    deleteName('none.dyn.example.'),
    deleteRecord('none.dyn.example.', Type.A, WWW_1),
    deleteRecord('www.dyn.example.', Type.A, ipv4('192.0.2.9')),
    deleteRecord('www.dyn.example.', Type.TXT, txt('none')),
  ]
  t.same(await effectOf(new TestService(), [], changes), nothing('NOERROR'))
})

t.test('RFC 2136 §2.5.3 all RRsets of a name are deleted', async (t) => {
  const service = new TestService()
  await effectOf(service, [], [add('www.dyn.example.', Type.TXT, 60, txt('goes'))])
  t.same(await effectOf(service, [], [deleteName('www.dyn.example.')]), {
    rcode: 'NOERROR',
    serial: 12,
    gone: [
      'www.dyn.example. 60 IN A 192.0.2.1',
      'www.dyn.example. 60 IN A 192.0.2.2',
      'www.dyn.example. 60 IN TXT "goes"',
    ],
    came: [],
  })
  t.same(await find(service, 'www.dyn.example.', Type.A), { rcode: 'NXDOMAIN', answers: [] })
})

t.test('RFC 2136 §2.5.3 names below a name that is deleted stay', async (t) => {
  const service = new TestService()
  await effectOf(service, [], [add('a.www.dyn.example.', Type.A, 60, WWW_1)])
  await effectOf(service, [], [deleteName('www.dyn.example.')])
  t.same(await find(service, 'a.www.dyn.example.', Type.A), {
    rcode: 'NOERROR',
    answers: ['a.www.dyn.example 60 A 192.0.2.1'],
  })
  const nodata = { rcode: 'NOERROR', answers: [] }
  t.same(await find(service, 'www.dyn.example.', Type.A), nodata, 'now an empty non-terminal')
})

t.test('RFC 2136 §2.5.4 one record is deleted from an RRset', async (t) => {
  const service = new TestService()
  const change = deleteRecord('www.dyn.example.', Type.A, WWW_1)
  const gone = ['www.dyn.example. 60 IN A 192.0.2.1']
  t.same(await effectOf(service, [], [change]), { rcode: 'NOERROR', serial: 11, gone, came: [] })
  t.same(await find(service, 'www.dyn.example.', Type.A), {
    rcode: 'NOERROR',
    answers: ['www.dyn.example 60 A 192.0.2.2'],
  })
})

t.test('RFC 2136 §2.5.4 with its last record an RRset is gone, and its name', async (t) => {
  const service = new TestService()
  const changes = [WWW_1, ipv4('192.0.2.2')].map((rdata) =>
    deleteRecord('www.dyn.example.', Type.A, rdata),
  )
  await effectOf(service, [], changes)
  t.same(await find(service, 'www.dyn.example.', Type.A), { rcode: 'NXDOMAIN', answers: [] })
})

t.test(
  'RFC 2136 §2.5, §3.4.2.6 deletions have TTL 0, and no RDATA unless it is one record',
  async (t) => {
    const malformed = {
      'a TTL, §2.5.2': rr('www.dyn.example.', Type.A, Class.ANY, 60),
      'RDATA, §2.5.2': rr('www.dyn.example.', Type.A, Class.ANY, 0, WWW_1),
      'a TTL, §2.5.3': rr('www.dyn.example.', Type.ANY, Class.ANY, 60),
      'RDATA, §2.5.3': rr('www.dyn.example.', Type.ANY, Class.ANY, 0, WWW_1),
      'a TTL, §2.5.4': rr('www.dyn.example.', Type.A, Class.NONE, 60, WWW_1),
      'no RDATA, §2.5.4': rr('www.dyn.example.', Type.A, Class.NONE, 0),
    }
    for (const [what, change] of Object.entries(malformed)) {
      t.same(await effectOf(new TestService(), [], [change]), nothing('FORMERR'), what)
    }
  },
)

t.test('RFC 2136 §2.6 additional records are no changes', async (t) => {
  const additionals = [add('glue.dyn.example.', Type.A, 60, WWW_1)]
  const change = add('new.dyn.example.', Type.TXT, 60, txt('new'))
  t.same(await effectOf(new TestService(), [], [change], { additionals }), {
    rcode: 'NOERROR',
    serial: 11,
    gone: [],
    came: ['new.dyn.example. 60 IN TXT "new"'],
  })
})
