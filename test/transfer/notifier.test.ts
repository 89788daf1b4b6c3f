/** Who is told of which zone, what the operator hears of it, and that one server does not hold up another. */
import t from 'tap'
import { loadZone, name, tsigKey, ZONE_TEXT } from '../support/service.ts'
import { Notified, peer, peersOf, response, type Told } from '../support/notified.ts'

const addresses = (told: readonly Told[]): string[] =>
  told.map(({ to }) => `${to.address}#${to.port}`)

t.test('every server of a zone is told, and no other', async (t) => {
  const server = new Notified([peer('192.0.2.1'), peer('192.0.2.1', 5300), peer('2001:db8::1')])
  const told = server.now()
  t.strictSame(addresses(told).sort(), ['192.0.2.1#53', '192.0.2.1#5300', '2001:db8::1#53'])
  for (const one of told) one.answer(response(one))
  await server.change()
  t.strictSame(addresses(server.pass(1000)).sort(), addresses(told).sort())
})

t.test('a zone that takes the place of another is told', async (t) => {
  const server = new Notified([peer()])
  const first = server.one()
  first.answer(response(first))
  loadZone(server.store, 'dyn.example.', ZONE_TEXT.replace(' 10 ', ' 77 '))
  const [told] = server.pass(1000)
  t.equal(told?.packet.includes(Buffer.from([0, 0, 0, 77])), true, 'its serial, not the old one')
})

t.test('of zones that are not configured nobody is told', async (t) => {
  const server = new Notified([peer()])
  const first = server.one()
  first.answer(response(first))
  loadZone(server.store, 'other.example.', ZONE_TEXT)
  server.notifier.committed(loadZone(server.store, 'other.example.', ZONE_TEXT), [])
  server.notifier.fetched(name('other.example.'), '192.0.2.1', undefined, {
    kind: 'AXFR',
    serial: 1,
    outcome: 'sent',
  } as never)
  t.strictSame(server.pass(10_000), [])
  t.equal(server.notifier.watch(name('other.example.')), undefined)
})

t.test('the operator hears once that a server is given up, and once that it is back', async (t) => {
  const server = new Notified([peer('192.0.2.1', 53, tsigKey('xfr-key.'))])
  server.pass(600_000)
  await server.change()
  server.pass(600_000)
  const fields = { zone: 'dyn.example.', target: '192.0.2.1#53', key: 'xfr-key.' }
  t.strictSame(server.recorded.lines, [
    {
      level: 'warn',
      fields: { ...fields, reason: 'it does not answer' },
      message:
        'secondary does not take NOTIFY, and is not told before the next change: see that it runs, and that it allows NOTIFY from here',
    },
  ])
  t.equal(server.counters.of('notifies given up'), 2)
  server.notifier.configure([peersOf(server.view, peer())])
  const table = server.notifier.watch(name('dyn.example.'))?.table
  t.strictSame(
    table?.all().map(({ key }) => key),
    [undefined],
    'the one with the key is forgotten',
  )
})

t.test('the operator hears that a server answers again', async (t) => {
  const server = new Notified([peer()])
  server.pass(600_000)
  await server.change()
  const told = server.one()
  told.answer(response(told))
  t.match(server.recorded.lines[1], {
    level: 'info',
    fields: { target: '192.0.2.1#53', serial: 11 },
    message: 'secondary answers to NOTIFY again',
  })
  await server.change()
  for (const one of server.pass(2000)) one.answer(response(one))
  t.equal(server.recorded.lines.length, 2)
  t.equal(server.counters.of('notifies acknowledged'), 2)
})

t.test('a server that is down does not hold up those that are up', async (t) => {
  const server = new Notified([])
  const views = Array.from({ length: 200 }, (_, index) =>
    loadZone(server.store, `z${index}.example.`, ZONE_TEXT),
  )
  const down = peer('192.0.2.1')
  const up = peer('192.0.2.2')
  server.notifier.configure(views.map((view) => peersOf(view, down, up)))
  const told: Told[] = []
  for (let i = 0; i < 9; i++) {
    for (const one of server.pass(100)) {
      told.push(one)
      if (one.to === up)
        one.answer(Buffer.from([...one.packet.subarray(0, 2), 0xa4, 0, 0, 0, 0, 0, 0, 0, 0, 0]))
    }
  }
  const to = (one: typeof down): number => told.filter((each) => each.to === one).length
  t.equal(to(up), 200, 'all zones')
  t.equal(to(down), 64, 'so many at once')
  t.equal(told.filter(({ isOpen }) => isOpen).length, 64)
  told.push(...server.pass(2000))
  t.ok(to(down) > 64, 'others have their turn when those were not answered')
  server.notifier.stop()
  t.equal(told.filter(({ isOpen }) => isOpen).length, 0)
  t.strictSame(server.pass(600_000), [])
})

t.test('a start tells of 500 zones a second', async (t) => {
  const server = new Notified([])
  const views = Array.from({ length: 1000 }, (_, index) =>
    loadZone(server.store, `z${index}.example.`, ZONE_TEXT),
  )
  server.notifier.configure(
    views.map((view, index) => peersOf(view, peer(`192.0.2.${index % 250}`))),
  )
  t.equal(server.pass(900).length, 451)
})

t.test('no room for a question is as if it was not answered', async (t) => {
  const server = new Notified([peer()])
  server.questions.isFull = true
  t.strictSame(server.pass(500), [])
  server.questions.isFull = false
  t.equal(server.pass(1000).length, 1)
})

t.test('a configuration tells those that are new, and leaves the others alone', async (t) => {
  const server = new Notified([peer('192.0.2.1'), peer('192.0.2.2')])
  for (const told of server.now()) told.answer(response(told))
  server.pass(2000)
  const peers = [peer('192.0.2.2'), peer('192.0.2.3')]
  server.notifier.configure([peersOf(server.view, ...peers)])
  t.strictSame(addresses(server.now()), ['192.0.2.3#53'])
  await server.change()
  t.strictSame(addresses(server.pass(500)).sort(), ['192.0.2.2#53'])
  server.notifier.configure([])
  await server.change()
  t.strictSame(server.pass(600_000), [])
})

t.test('one that waits in line is called off as well', async (t) => {
  const server = new Notified([])
  const views = Array.from({ length: 70 }, (_, index) =>
    loadZone(server.store, `z${index}.example.`, ZONE_TEXT),
  )
  const told = (): number => server.taken().length
  server.notifier.configure(views.map((view) => peersOf(view, peer())))
  server.clock.milliseconds += 200
  server.scheduler.runDue()
  t.equal(told(), 64)
  server.notifier.configure([])
  t.strictSame(server.pass(10_000), [])
})
