/** When the agent looks, by a clock that a test moves. */
import t from 'tap'
import { Agent } from '../../src/agent/agent.ts'
import type { Memory } from '../../src/agent/memory.ts'
import { later } from '../../src/agent/outcome.ts'
import { HOME, PlayedWorld } from '../support/agent.ts'

/** An agent whose time a test moves. */
class Played extends PlayedWorld {
  picture = 'one'
  written: Memory[] = []
  fails: Error | undefined
  private ring: (() => void) | undefined
  private dueMilliseconds = Infinity

  readonly agent = new Agent({
    ...this.parts,
    alarm: (milliseconds, ring) => {
      this.dueMilliseconds = this.clock.milliseconds + milliseconds
      this.ring = ring
      return () => {
        this.ring = undefined
        this.dueMilliseconds = Infinity
      }
    },
    picture: () =>
      this.fails === undefined ? Promise.resolve(this.picture) : Promise.reject(this.fails),
    read: () => undefined,
    write: (memory) => this.written.push(memory),
  })

  /** Lets time pass, alarm by alarm. */
  async pass(seconds: number): Promise<void> {
    const end = this.clock.milliseconds + seconds * 1000
    while (this.dueMilliseconds <= end) {
      this.clock.milliseconds = Math.max(this.dueMilliseconds, this.clock.milliseconds)
      const { ring } = this
      this.dueMilliseconds = Infinity
      ring?.()
      await this.quiet()
    }
    this.clock.milliseconds = end
  }

  /** Until nothing is under way. */
  async quiet(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) {
      await new Promise((resolve) => setImmediate(resolve))
      await this.agent.idle()
    }
  }
}

const started = async (): Promise<Played> => {
  const played = new Played()
  played.agent.start()
  await played.quiet()
  return played
}

const UPDATE = (address: string): string => `update ${HOME} ${address} -`

t.test('it begins at once, and writes what it remembers', async (t) => {
  const played = await started()
  t.strictSame(played.server.taken(), [`look ${HOME}`, UPDATE('192.0.2.1')])
  t.match(played.written, [{ found: { ipv4: '192.0.2.1' } }])
  await played.agent.stop()
})

t.test('it looks again after the interval, less a fifth at most', async (t) => {
  const played = await started()
  played.server.taken()
  played.address('192.0.2.2')
  await played.pass(239)
  t.strictSame(played.server.taken(), [])
  await played.pass(1)
  t.strictSame(played.server.taken(), [UPDATE('192.0.2.2')])
})

t.test('it tries again when it said it would', async (t) => {
  const played = await started()
  played.server.outcome = later('no answer')
  played.address('192.0.2.2')
  played.agent.check('none')
  await played.quiet()
  played.server.taken()
  await played.pass(4)
  t.strictSame(played.server.taken(), [])
  await played.pass(1)
  t.strictSame(played.server.taken(), [UPDATE('192.0.2.2')])
})

t.test('when the network has changed it waits until that settles, and looks', async (t) => {
  const played = await started()
  played.server.taken()
  played.address('192.0.2.2')
  played.picture = 'two'
  played.agent.networkMoved()
  played.agent.networkMoved()
  await played.pass(1.9)
  t.strictSame(played.server.taken(), [])
  await played.pass(0.1)
  t.strictSame(played.server.taken(), [UPDATE('192.0.2.2')])

  await t.test('a network that is never quiet is looked at every ten seconds', async (t) => {
    played.address('192.0.2.3')
    played.picture = 'three'
    played.agent.networkMoved()
    await played.pass(9.9)
    t.strictSame(played.server.taken(), [])
    await played.pass(0.1)
    t.strictSame(played.server.taken(), [UPDATE('192.0.2.3')])
  })

  await t.test('what renews itself is no change', async (t) => {
    const rounds = played.written.length
    played.agent.networkMoved()
    await played.pass(20)
    t.equal(played.written.length, rounds)
  })

  await t.test('a look that fails is said', async (t) => {
    played.fails = new Error('ip failed')
    played.agent.networkMoved()
    await played.pass(20)
    t.match(played.lines.at(-1), { level: 'warn', fields: { why: 'ip failed' } })
  })
})

t.test('after sleep it looks at once', async (t) => {
  const played = await started()
  const rounds = played.written.length
  await played.pass(60)
  t.equal(played.written.length, rounds, 'heartbeats alone are nothing')
  played.clock.advanceSeconds(3000)
  await played.pass(0)
  t.ok(played.written.length > rounds)
  t.ok(played.lines.some(({ message }) => message.startsWith('the machine slept')))
})

t.test('what comes while a round runs is done after it, the most urgent way', async (t) => {
  const played = await started()
  played.server.outcome = later('no answer')
  played.address('192.0.2.2')
  played.server.taken()
  for (const urgency of ['none', 'passing', 'all', 'none'] as const) played.agent.check(urgency)
  await played.quiet()
  t.strictSame(played.server.taken(), [UPDATE('192.0.2.2'), UPDATE('192.0.2.2')])
})

t.test('a round that cannot be finished is said, and others follow', async (t) => {
  const played = new Played()
  played.server.update = () => Promise.reject(new Error('a bug'))
  played.agent.start()
  await played.quiet()
  t.match(played.lines.at(-1), { level: 'error', fields: { why: 'a bug' } })
  await played.pass(240)
  t.ok(played.lines.filter(({ level }) => level === 'error').length > 1)
})

t.test('once it is stopped nothing happens any more', async (t) => {
  const played = new Played()
  played.agent.start()
  await played.agent.stop()
  played.server.taken()
  played.agent.check('all')
  played.agent.networkMoved()
  await played.pass(10_000)
  t.strictSame(played.server.taken(), [])
})
