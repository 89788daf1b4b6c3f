/** RFC 6672 §5.2: DNAME in UPDATEs. */
import t from 'tap'
import { wireName } from '../support/messages.ts'
import { TestService, ZONE_TEXT } from '../support/service.ts'
import { add, deleteRecord, effectOf, find, ipv4, nothing, Type } from '../support/updates.ts'

const OLD = 'old.dyn.example.'
const dname = (target: string): Buffer => add(OLD, Type.DNAME, 60, wireName(target))

const WITH_DNAME = `${ZONE_TEXT}\nold 60 IN DNAME new\n`

t.test('RFC 6672 §2.4, §5.2 a DNAME is added, and occludes the names below it', async (t) => {
  const service = new TestService(`${ZONE_TEXT}\nhost.old 60 IN A 192.0.2.7\n`)
  t.same(await effectOf(service, [], [dname('dyn.example.')]), {
    rcode: 'NOERROR',
    serial: 11,
    gone: [],
    came: ['old.dyn.example. 60 IN DNAME dyn.example.'],
  })
  t.same(await find(service, 'www.old.dyn.example.', Type.A), {
    rcode: 'NOERROR',
    answers: [
      'old.dyn.example 60 DNAME dyn.example',
      'www.dyn.example 60 A 192.0.2.1',
      'www.dyn.example 60 A 192.0.2.2',
      'www.old.dyn.example 60 CNAME www.dyn.example',
    ],
  })
  const occluded = await find(service, 'host.old.dyn.example.', Type.A)
  t.equal(occluded.rcode, 'NXDOMAIN', 'of host.dyn.example., where the DNAME leads')
})

t.test('RFC 6672 §5.2 a DNAME replaces the DNAME', async (t) => {
  t.same(await effectOf(new TestService(WITH_DNAME), [], [dname('newer.dyn.example.')]), {
    rcode: 'NOERROR',
    serial: 11,
    gone: ['old.dyn.example. 60 IN DNAME new.dyn.example.'],
    came: ['old.dyn.example. 60 IN DNAME newer.dyn.example.'],
  })
})

t.test('RFC 6672 §5.2 a DNAME at a name with a CNAME is ignored', async (t) => {
  const service = new TestService(`${ZONE_TEXT}\nold 60 IN CNAME www\n`)
  t.same(await effectOf(service, [], [dname('new.dyn.example.')]), nothing('NOERROR'))
})

t.test('RFC 6672 §5.2 a CNAME at a name with a DNAME is ignored', async (t) => {
  const cname = add(OLD, Type.CNAME, 60, wireName('www.dyn.example.'))
  t.same(await effectOf(new TestService(WITH_DNAME), [], [cname]), nothing('NOERROR'))
})

t.test('RFC 6672 §2.3 other data may stand beside a DNAME, at the apex too', async (t) => {
  const beside = await effectOf(
    new TestService(WITH_DNAME),
    [],
    [add(OLD, Type.A, 60, ipv4('192.0.2.9'))],
  )
  t.same(beside.came, ['old.dyn.example. 60 IN A 192.0.2.9'])
  const apex = add('dyn.example.', Type.DNAME, 60, wireName('example.'))
  t.same((await effectOf(new TestService(), [], [apex])).came, [
    'dyn.example. 60 IN DNAME example.',
  ])
})

t.test('RFC 6672 §5.2 a DNAME is deleted, whatever the case of its target', async (t) => {
  const service = new TestService(WITH_DNAME)
  const change = deleteRecord(OLD, Type.DNAME, wireName('NEW.dyn.example.'))
  const gone = ['old.dyn.example. 60 IN DNAME new.dyn.example.']
  t.same(await effectOf(service, [], [change]), { rcode: 'NOERROR', serial: 11, gone, came: [] })
})

t.test('RFC 6672 §2.1 the target of a DNAME is not compressed', async (t) => {
  const change = add(OLD, Type.DNAME, 60, Buffer.from([0xc0, 0x0c]))
  t.same(await effectOf(new TestService(), [], [change]), nothing('FORMERR'))
})
