/** One round, with a server that the test plays. */
import t from 'tap'
import type { Memory } from '../../src/agent/memory.ts'
import { later, refused } from '../../src/agent/outcome.ts'
import { detectedLines, round, type RoundOptions, type RoundReport } from '../../src/agent/round.ts'
import { HOME, hostSettings, PlayedWorld } from '../support/agent.ts'

const PLAIN: RoundOptions = { urgency: 'none', isDry: false }

/** Rounds that remember. */
const inTurn = (world: PlayedWorld): ((options?: RoundOptions) => Promise<RoundReport>) => {
  let memory: Memory | undefined
  return async (options = PLAIN) => {
    const report = await round(world.parts, memory, options)
    memory = report.memory
    return report
  }
}

const results = ({ hosts }: RoundReport): string[] => hosts.map(({ result }) => result)

t.test('a first round asks what there is, and changes what differs', async (t) => {
  const world = new PlayedWorld()
  const next = inTurn(world)
  t.strictSame(results(await next()), ['changed'])
  t.strictSame(world.server.taken(), [`look ${HOME}`, `update ${HOME} 192.0.2.1 -`])
  t.strictSame(world.events, [
    { kind: 'change', host: HOME, oldAddress: '', newAddress: '192.0.2.1', error: '' },
  ])
  t.strictSame(results(await next()), ['unchanged'])
  t.strictSame(world.server.taken(), [], 'what is known is not asked again')
  world.address('192.0.2.2')
  t.strictSame(results(await next()), ['changed'])
  t.strictSame(world.server.taken(), [`update ${HOME} 192.0.2.2 -`])
  t.match(world.events.at(-1), { oldAddress: '192.0.2.1', newAddress: '192.0.2.2' })
})

t.test('what is right already is left alone', async (t) => {
  const world = new PlayedWorld()
  world.server.published = { ipv4: '192.0.2.1', ipv6: null }
  t.strictSame(results(await inTurn(world)()), ['unchanged'])
  t.strictSame(world.server.taken(), [`look ${HOME}`])
})

t.test('once an hour it is seen whether it still is right, and mended', async (t) => {
  const world = new PlayedWorld()
  const next = inTurn(world)
  await next()
  world.server.taken()
  world.server.published = { ipv4: '192.0.2.66', ipv6: null }
  world.clock.advanceSeconds(3599)
  t.strictSame(results(await next()), ['unchanged'])
  world.clock.advanceSeconds(1)
  t.strictSame(results(await next()), ['changed'])
  t.strictSame(world.server.taken(), [`look ${HOME}`, `update ${HOME} 192.0.2.1 -`])
  t.match(
    world.lines.filter(({ level }) => level === 'warn'),
    [{ fields: { expected: '192.0.2.1', found: '192.0.2.66' } }],
  )
})

t.test('a server that does not tell is told, and one that nobody is, too', async (t) => {
  for (const looked of [{ kind: 'failed', why: 'no answer' }, { kind: 'nobody' }] as const) {
    const world = new PlayedWorld()
    world.server.looked = looked
    t.strictSame(results(await inTurn(world)()), ['changed'])
  }
})

t.test('a dry round changes nothing, asks in any case, and remembers nothing new', async (t) => {
  const world = new PlayedWorld()
  const next = inTurn(world)
  const dry = { urgency: 'none', isDry: true } as const
  t.strictSame(results(await next(dry)), ['would change'])
  t.strictSame(world.server.taken(), [`look ${HOME}`])
  world.server.published = { ipv4: '192.0.2.1' }
  t.strictSame(results(await next(dry)), ['unchanged'])
  t.strictSame(world.server.taken(), [`look ${HOME}`])
  t.strictSame(world.events, [])
})

t.test('after a failure it waits, unless it is urgent', async (t) => {
  const world = new PlayedWorld()
  const next = inTurn(world)
  world.server.outcome = later('no answer')
  t.strictSame(results(await next()), ['failed'])
  t.strictSame(results(await next()), ['held'])
  t.strictSame(results(await next({ urgency: 'passing', isDry: false })), ['failed'])
  world.clock.advanceSeconds(5)
  world.server.outcome = refused('BADKEY')
  t.strictSame(results(await next()), ['failed'])
  t.strictSame(
    world.events.map(({ kind, error }) => [kind, error]),
    [['failure', 'BADKEY']],
  )
  t.strictSame(results(await next({ urgency: 'passing', isDry: false })), ['held'])
  world.server.outcome = { kind: 'done' }
  t.strictSame(results(await next({ urgency: 'all', isDry: false })), ['changed'])
  t.strictSame(
    world.events.map(({ kind }) => kind),
    ['failure', 'change', 'recover'],
  )
  t.match(
    world.lines.map(({ level, message }) => [level, message]),
    [
      ['warn', 'the update failed'],
      ['warn', 'the update failed'],
      ['error', 'the update was refused: somebody has to look'],
      ['info', 'the addresses are changed'],
      ['info', 'the host is right again'],
    ],
  )
})

t.test('what somebody else has put right is right again', async (t) => {
  for (const [outcome, events] of [
    [refused('no'), ['failure', 'recover']],
    [later('no answer'), []],
  ] as const) {
    const world = new PlayedWorld({ hosts: [hostSettings(HOME, { families: ['ipv4'] })] })
    const next = inTurn(world)
    world.server.outcome = outcome
    await next()
    world.server.published = { ipv4: '192.0.2.1' }
    world.clock.advanceSeconds(2 * 3600)
    const report = await next()
    t.strictSame(results(report), ['unchanged'])
    t.equal(report.hosts[0]?.state.failure, undefined)
    t.strictSame(
      world.events.map(({ kind }) => kind),
      events,
    )
  }
})

t.test('while an address is not known, a failure stays one', async (t) => {
  const world = new PlayedWorld()
  const next = inTurn(world)
  world.server.outcome = refused('no')
  await next()
  world.says = { ...world.says, ipv4: { kind: 'failed', why: 'no answer' } }
  world.clock.advanceSeconds(2 * 3600)
  const report = await next()
  t.equal(report.hosts[0]?.state.failure?.why, 'no')
  t.strictSame(
    world.events.map(({ kind }) => kind),
    ['failure'],
  )
})

t.test('an address is taken back when two sources agree for a minute', async (t) => {
  const both = [
    { kind: 'interface', interface: undefined },
    { kind: 'web', url: new URL('http://a') },
  ] as const
  const hosts = [hostSettings(HOME, { families: ['ipv4'] })]
  const world = new PlayedWorld({ hosts, sources: { ipv4: both, ipv6: both } })
  const next = inTurn(world)
  await next()
  world.server.taken()
  world.says = { ...world.says, ipv4: { kind: 'none', why: 'nothing' } }
  t.strictSame(results(await next()), ['unchanged'])
  world.clock.advanceSeconds(59)
  const report = await next()
  t.strictSame(results(report), ['unchanged'])
  t.strictSame(detectedLines(report.detected), [
    'IPv4: not known, left as it is (nothing; nothing; not yet for long)',
  ])
  world.clock.advanceSeconds(1)
  t.strictSame(detectedLines((await next()).detected), ['IPv4: no address (nothing; nothing)'])
  t.strictSame(world.server.taken(), [`update ${HOME} none -`])
  t.match(world.events.at(-1), { oldAddress: '192.0.2.1', newAddress: '' })
})

t.test('with other settings what was remembered does not count', async (t) => {
  const world = new PlayedWorld()
  world.server.outcome = refused('no')
  const { memory } = await round(world.parts, undefined, PLAIN)
  const settings = { ...world.parts.settings, fingerprint: 'g' }
  const report = await round({ ...world.parts, settings }, memory, PLAIN)
  t.strictSame(results(report), ['failed'], 'it is tried at once')
  t.match(world.events.at(-1), { kind: 'failure' }, 'and is told again')
})

t.test('another secret that is taken is a recovery; what nobody was told of is none', async (t) => {
  const world = new PlayedWorld()
  const settings = { ...world.parts.settings, fingerprint: 'g' }
  const kinds = (): string[] => world.events.map(({ kind }) => kind)
  world.server.outcome = refused('no')
  const { memory } = await round(world.parts, undefined, PLAIN)
  world.server.outcome = { kind: 'done' }
  await round({ ...world.parts, settings }, memory, PLAIN)
  t.strictSame(kinds(), ['failure', 'change', 'recover'])
  const untold = await round(world.parts, undefined, PLAIN)
  await round({ ...world.parts, settings }, untold.memory, PLAIN)
  t.equal(kinds().length, 3)
})

t.test('what was found is said', async (t) => {
  const lines = detectedLines({ ipv6: { kind: 'address', address: '2001:db8::1', source: 'wan' } })
  t.strictSame(lines, ['IPv6: 2001:db8::1 (wan)'])
})
