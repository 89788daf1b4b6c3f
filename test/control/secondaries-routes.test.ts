/** The routes of `livezone secondaries` and `livezone wait`. */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { createControl, openControl } from '../../src/control/control-server.ts'
import {
  secondariesRoutes,
  type SecondariesReport,
  type WaitReport,
} from '../../src/control/secondaries-routes.ts'
import type { Problem } from '../../src/control/problem.ts'
import { serialOf } from '../../src/zone/serial.ts'
import { message, question, rr, u32, wireName } from '../support/messages.ts'
import { Notified, peer, peersOf, response, type Told } from '../support/notified.ts'
import { name, tsigKey } from '../support/service.ts'

const soaAnswer = (told: Told, serial: number): Buffer => {
  const timers = [serial, 7200, 900, 604800, 300].map(u32)
  const rdata = Buffer.concat([wireName('ns1.'), wireName('h.'), ...timers])
  const answers = [rr('dyn.example.', 6, 1, 60, rdata)]
  return message({ id: told.id, flags: 0x8400, questions: [question('dyn.example.', 6)], answers })
}

interface Answered {
  readonly status: number
  readonly json: unknown
}

/** Two servers that are told of `dyn.example.`; the first answers whatever it is asked with that serial. */
class Zone {
  readonly server = new Notified([peer('192.0.2.1'), peer('2001:db8::1', 5300, tsigKey('k.'))])
  readonly routes = secondariesRoutes(this.server.notifier)
  readonly control = createControl([this.routes], this.server.recorded.log)

  answer(serial: number, milliseconds = 100): void {
    for (const told of this.server.pass(milliseconds)) {
      if (told.to.port !== 53) continue
      const isNotify = told.packet.readUInt8(2) >> 3 === 4
      told.answer(isNotify ? response(told) : soaAnswer(told, serial))
    }
  }

  /** Lets time pass until what was asked is answered. */
  async ask(method: 'GET' | 'POST', url: string, body?: object): Promise<Answered> {
    let answered: Answered | undefined
    const asking = this.control
      .inject({ method, url, ...(body === undefined ? {} : { payload: body }) })
      .then((reply) => {
        answered = { status: reply.statusCode, json: reply.json<unknown>() }
      })
    while (answered === undefined) {
      // The request is on its way through Fastify.
      for (let i = 0; i < 20; i++) await setImmediate()
      this.answer(10)
    }
    await asking
    return answered
  }
}

t.test('who has what is shown after a second in which it can be said', async (t) => {
  const zone = new Zone()
  zone.answer(10, 2000)
  const sent = { kind: 'AXFR', serial: serialOf(7), outcome: 'sent' } as const
  zone.server.notifier.fetched(name('dyn.example.'), '198.51.100.1', 'x.', sent)
  const started = zone.server.clock.milliseconds
  const { json: shown } = await zone.ask('GET', '/zones/DYN.example/secondaries')
  // As the route has it.
  const json = shown as SecondariesReport
  const took = zone.server.clock.milliseconds - started
  t.ok(took >= 1000 && took <= 1500, `${took} ms`)
  t.equal(json.zone, 'DYN.example.')
  t.equal(json.serial, 10)
  const nothing = { notified: null, acknowledged: null, transferred: null, failure: null }
  t.match(json.secondaries, [
    {
      address: '192.0.2.1',
      port: 53,
      key: null,
      state: 'current',
      has: { serial: 10 },
      behind: 0,
      notified: { serial: 10 },
      acknowledged: { serial: 10 },
      transferred: null,
      failure: null,
    },
    {
      ...nothing,
      address: '2001:db8::1',
      port: 5300,
      key: 'k.',
      state: 'not answering',
      has: null,
      behind: null,
      notified: { serial: 10 },
      seen: null,
    },
    {
      ...nothing,
      address: '198.51.100.1',
      port: null,
      key: 'x.',
      state: 'behind',
      has: { serial: 7 },
      behind: 3,
      transferred: { kind: 'AXFR', serial: 7 },
    },
  ])
})

t.test('a wait ends when all answer with the serial, or says who is missing', async (t) => {
  const zone = new Zone()
  const url = '/zones/dyn.example./wait'
  const late = await zone.ask('POST', url, { timeoutSeconds: 2 })
  t.match(late.json, {
    zone: 'dyn.example.',
    serial: 10,
    told: 2,
    missing: [{ address: '2001:db8::1', state: 'not answering' }],
  })
  const future = await zone.ask('POST', url, { serial: 11, timeoutSeconds: 0.5 })
  t.strictSame(
    // As the route has it.
    (future.json as WaitReport).missing.map(({ address, behind }) => [address, behind]),
    [
      ['192.0.2.1', 1],
      ['2001:db8::1', null],
    ],
  )
  zone.server.notifier.configure([peersOf(zone.server.view, peer('192.0.2.1'))])
  const all = await zone.ask('POST', url, { timeoutSeconds: 2 })
  t.strictSame(all.json, { zone: 'dyn.example.', serial: 10, told: 1, missing: [] })
})

t.test('what cannot be waited for is said', async (t) => {
  const zone = new Zone()
  const problem = async (url: string, body: object): Promise<[number, string]> => {
    const { status, json } = await zone.ask('POST', url, body)
    // As the server words it.
    return [status, (json as Problem).detail]
  }
  const seconds = { timeoutSeconds: 1 }
  t.strictSame(await problem('/zones/other.example./wait', seconds), [
    404,
    'this server has no zone other.example.',
  ])
  t.strictSame(await problem('/zones/a..b/wait', seconds), [
    400,
    '"a..b" is no domain name: the name has an empty label',
  ])
  t.strictSame(await problem('/zones/dyn.example./wait', { timeoutSeconds: -1 }), [
    400,
    'this server does not wait like that: it is of another version',
  ])
})

t.test('so many commands can wait, and one that goes away makes room', async (t) => {
  const zone = new Zone()
  const folder = mkdtempSync(join(tmpdir(), 'livezone-'))
  const path = join(folder, 'control.sock')
  const close = await openControl(path, [zone.routes], zone.server.recorded.log)
  t.teardown(async () => {
    await close()
    rmSync(folder, { recursive: true })
  })
  const url = '/zones/dyn.example./wait'
  const headers = { 'content-type': 'application/json' }
  const asked = (): number => zone.server.counters.of('secondaries asked')
  const wait = async (): Promise<ReturnType<typeof request>> => {
    const before = asked()
    const command = request({ socketPath: path, path: url, method: 'POST', headers, agent: false })
    command.on('error', () => undefined)
    command.end(JSON.stringify({ timeoutSeconds: 60 }))
    while (asked() === before) await setImmediate()
    return command
  }
  const commands: ReturnType<typeof request>[] = []
  for (let i = 0; i < 256; i++) commands.push(await wait())
  const refused = request({ socketPath: path, path: url, method: 'POST', headers, agent: false })
  refused.end(JSON.stringify({ timeoutSeconds: 60 }))
  // The one argument of the event.
  const [answer] = (await once(refused, 'response')) as [{ statusCode: number; resume(): void }]
  t.equal(answer.statusCode, 503)
  answer.resume()
  const open = (): number => zone.server.questions.told.filter(({ isOpen }) => isOpen).length
  const before = open()
  commands[0]?.destroy()
  while (open() === before) await setImmediate()
  t.equal(open(), before - 2, 'nobody is asked for it any more')
  await wait()
  for (const command of commands) command.destroy()
})
