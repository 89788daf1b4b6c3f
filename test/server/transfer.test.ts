/** Transfers and everything that happens around them: limits, clients that go, and who is told. */
import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { Dispatcher } from '../../src/server/dispatch.ts'
import type { TransferEvent } from '../../src/server/transfer-event.ts'
import { readAnswer } from '../support/answers.ts'
import { addition } from '../support/addition.ts'
import { query, update } from '../support/messages.ts'
import { Gate } from '../support/raw-tcp-client.ts'
import { OPEN_FLOW, TestService, ZONE_TEXT } from '../support/service.ts'
import {
  allowAddress,
  allowAll,
  allowKeys,
  axfr,
  ixfr,
  recordsIn,
  setZone,
  transferOver,
} from '../support/transfer-service.ts'
import { rcodeOf } from '../support/tsig.ts'
import { add, effectOf, ipv4, Type, zoneOf } from '../support/updates.ts'

const LARGE = `${ZONE_TEXT}\n$GENERATE 1-3000 host$ 60 A 192.0.2.9\n`
const CLIENT = '192.0.2.77'

const open = (text = LARGE, settings = {}): TestService => {
  const service = new TestService(text, undefined, settings)
  allowAll(service)
  return service
}

const lastLine = (service: TestService): unknown => service.lines.at(-1)

t.test('a transfer waits for the client, and other requests are answered meanwhile', async (t) => {
  const service = open()
  const gate = new Gate()
  let waits = 0
  const drained = async (): Promise<boolean> => {
    if (++waits === 2) await gate.opened
    return true
  }
  const transfer = transferOver(service, axfr(), { drained })
  while (waits < 2) await setImmediate()
  t.equal(rcodeOf(await service.ask(query('www.dyn.example.', Type.A))), 0)
  t.equal(rcodeOf(await service.ask(service.sign(addition()))), 0)
  t.equal(waits, 2)
  gate.open()
  t.equal(recordsIn(await transfer).length, 3007)
})

t.test('a transfer whose client has gone ends there, and the log says so', async (t) => {
  const service = open()
  const messages = await transferOver(service, axfr(), { drained: () => Promise.resolve(false) })
  t.equal(messages.length, 1)
  t.match(lastLine(service), {
    level: 'info',
    message: 'transfer ended: the connection is gone',
    fields: { messages: 1, serial: 10 },
  })
})

t.test('a transfer of more than an hour is cut, and the log warns', async (t) => {
  const service = open()
  let isCut = false
  const messages = await transferOver(service, axfr(), {
    drained: () => {
      service.clock.advanceSeconds(3601)
      return Promise.resolve(true)
    },
    cut: () => {
      isCut = true
    },
  })
  t.equal(messages.length, 2)
  t.ok(isCut)
  t.match(lastLine(service), { level: 'warn', message: 'transfer cut: it took too long' })
})

t.test('a bug of ours ends the connection, for what was sent is no zone', async (t) => {
  const service = open()
  const view = zoneOf(service)
  const bug = new Error('a node that cannot be read')
  const encodedNodes = function* () {
    for (const [index, octets] of [...view.encodedNodes()].entries()) {
      if (index === 2000) throw bug
      yield octets
    }
  }
  const broken = {
    apex: view.apex,
    apexKey: view.apexKey,
    get: view.get.bind(view),
    hasBelow: view.hasBelow.bind(view),
    nodes: view.nodes.bind(view),
    encodedNodes,
  }
  setZone(service, { view: broken })
  let isCut = false
  const cut = (): void => {
    isCut = true
  }
  const messages = await transferOver(service, axfr(), { cut })
  t.ok(isCut)
  t.ok(messages.length > 1)
  t.match(lastLine(service), { level: 'error', fields: { err: bug } })
})

t.test('so many transfers to one address, and so many in all; beyond it is SERVFAIL', async (t) => {
  const service = open(LARGE, { transferLimits: { atOnce: 3, perAddress: 2 } })
  const gate = new Gate()
  const drained = async (): Promise<boolean> => {
    await gate.opened
    return true
  }
  const held = ['192.0.2.1', '192.0.2.1', '192.0.2.2'].map((address) =>
    transferOver(service, axfr(), { drained }, address),
  )
  const refusedTo = async (address: string): Promise<unknown> => {
    const [answer] = await transferOver(service, axfr(), {}, address)
    t.equal(rcodeOf(answer as Buffer), 2)
    return service.lines.at(-1)?.fields['reason']
  }
  t.equal(await refusedTo('192.0.2.1'), '2 transfers to this address are under way')
  t.equal(await refusedTo('192.0.2.3'), '3 transfers are under way')
  // An answer of one SOA holds nothing.
  t.equal(recordsIn(await transferOver(service, ixfr(10), {}, '192.0.2.1')).length, 1)
  gate.open()
  for (const messages of await Promise.all(held)) t.equal(recordsIn(messages).length, 3007)
  t.equal(recordsIn(await transferOver(service, axfr(), {}, '192.0.2.1')).length, 3007)
})

t.test('an IXFR of many changes lets other requests go first', async (t) => {
  const service = open()
  for (let i = 0; i < 25; i++) {
    const records = Array.from({ length: 90 }, (_, n) =>
      add(`new${i}-${n}.dyn.example.`, Type.A, 60, ipv4('192.0.2.1')),
    )
    t.equal(rcodeOf(await service.ask(service.sign(update('dyn.example.', [], records)), 'tcp')), 0)
  }
  let isDone = false
  const transfer = transferOver(service, ixfr(10), {}).finally(() => (isDone = true))
  await setImmediate()
  t.notOk(isDone)
  t.equal(recordsIn(await transfer).length, 25 * 90 + 4)
})

/** A service whose dispatcher tells of transfers. */
const told = (events: TransferEvent[]): TestService & { tell: Dispatcher } => {
  const service = open(ZONE_TEXT)
  const onTransfer = (event: TransferEvent): void => {
    events.push(event)
  }
  const parts = { ...service.service, onTransfer }
  return Object.assign(service, { tell: new Dispatcher(parts) })
}

t.test('who has which serial is told: by transfers and by questions for the SOA', async (t) => {
  const events: TransferEvent[] = []
  const service = told(events)
  const source = { address: CLIENT, port: 5353 }
  const ask = async (packet: Buffer, transport: 'udp' | 'tcp'): Promise<void> => {
    const flow = transport === 'tcp' ? OPEN_FLOW : undefined
    await service.tell.handle(packet, { ...source, transport }, () => undefined, flow)
  }
  await effectOf(service, [], [add('x.dyn.example.', Type.A, 60, ipv4('192.0.2.1'))])
  await ask(axfr(), 'tcp')
  await ask(service.sign(ixfr(10)), 'udp')
  await ask(ixfr(12), 'tcp')
  await ask(ixfr(3), 'udp')
  await ask(query('dyn.example.', Type.SOA), 'udp')
  // Nothing that tells of a secondary.
  await ask(query('www.dyn.example.', Type.SOA), 'udp')
  await ask(query('dyn.example.', Type.NS), 'udp')
  t.strictSame(
    events.map(({ kind, outcome, serial, source }) => [kind, outcome, serial, source.transport]),
    [
      ['AXFR', 'sent', 11, 'tcp'],
      ['IXFR', 'sent', 11, 'udp'],
      ['IXFR', 'current', 12, 'tcp'],
      ['IXFR', 'told', 11, 'udp'],
      ['SOA', 'told', 11, 'udp'],
    ],
  )
  t.match(events[1], { principal: { kind: 'key', key: { text: 'ddns-key.' } }, source })
})

t.test('an unsigned IXFR over UDP cannot flood the log', async (t) => {
  const service = open(ZONE_TEXT)
  allowAddress(service, CLIENT)
  for (let i = 0; i < 20; i++) await service.ask(ixfr(10), 'udp')
  t.equal(service.lines.length, 10)
  allowKeys(service, 'ddns-key.')
  for (let i = 0; i < 5; i++) await service.ask(service.sign(ixfr(10)), 'udp')
  t.equal(service.lines.length, 15)
})

t.test('a SOA that does not fit into a datagram is truncated', async (t) => {
  const long = (letter: string): string => `${letter.repeat(63)}.`.repeat(3)
  const service = open(ZONE_TEXT)
  service.addZone(long('x'), `@ SOA ${long('y')} ${long('z')} 10 1 1 1 1\n@ NS ns.example.\n`)
  allowAll(service, long('x'))
  const answer = await service.ask(ixfr(10, long('x')), 'udp')
  t.match(readAnswer(answer), { flags: 'AA TC', answer: [] })
})
