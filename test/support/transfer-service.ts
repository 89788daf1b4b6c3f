/** A `TestService` whose zone may be transferred, and the transfers that it sends, read back. */
import { ZonePolicy, type TransferAllowance } from '../../src/access/zone-policy.ts'
import type { Flow } from '../../src/server/exchange.ts'
import type { ServedZone } from '../../src/server/service.ts'
import { readAnswer } from './answers.ts'
import { query, rr, type Sections } from './messages.ts'
import { name, OPEN_FLOW, type TestService } from './service.ts'
import { Type } from './updates.ts'
import { soaRdata } from './records.ts'

/** Puts these settings of the zone in the place of those that it has. */
export const setZone = (
  service: TestService,
  settings: Partial<ServedZone>,
  apex = 'dyn.example.',
): void => {
  const zone = service.zones.get(name(apex))
  if (zone === undefined) throw new Error(`no zone ${apex}`)
  service.zones.add({ ...zone, ...settings })
}

/** Sets the zone's list of those who may transfer it; its rules stay. */
export const allowTransfers = (
  service: TestService,
  transfer: readonly TransferAllowance[],
  apex = 'dyn.example.',
): void => {
  const rules = service.zones.get(name(apex))?.policy.rules ?? []
  setZone(service, { policy: new ZonePolicy(name(apex), rules, transfer) }, apex)
}

/** Lets whoever signs with one of these keys transfer the zone, and nobody else. */
export const allowKeys = (service: TestService, ...keys: readonly string[]): void => {
  allowTransfers(
    service,
    keys.map((key) => ({ kind: 'key', key: name(key) })),
  )
}

/** Lets whoever asks from there transfer the zone. */
export const allowAddress = (service: TestService, allowed: string): void => {
  const network = { text: allowed, includes: (address: string) => address === allowed }
  allowTransfers(service, [{ kind: 'network', network }])
}

/** Lets everybody transfer the zone. */
export const allowAll = (service: TestService, apex = 'dyn.example.'): void => {
  const network = { text: 'anywhere', includes: () => true }
  allowTransfers(service, [{ kind: 'network', network }], apex)
}

export const axfr = (apex = 'dyn.example.', more: Sections = {}): Buffer =>
  query(apex, Type.AXFR, more)

/** RFC 1995 §3: the SOA of the version that the client has is in the authority section. */
export const ixfr = (serial: number, apex = 'dyn.example.', more: Sections = {}): Buffer =>
  query(apex, Type.IXFR, { authorities: [rr(apex, Type.SOA, 1, 0, soaRdata(serial))], ...more })

/** The records of all messages in order, as `owner ttl type rdata`. */
export const recordsIn = (messages: readonly Buffer[]): string[] =>
  messages.flatMap((octets) => readAnswer(octets).answer)

/** Hands a request in as if it came over TCP, with a say in how the answer flows. */
export const transferOver = async (
  service: TestService,
  packet: Buffer,
  flow: Partial<Flow>,
  address = '192.0.2.77',
): Promise<Buffer[]> => {
  const messages: Buffer[] = []
  const source = { address, port: 5353, transport: 'tcp' } as const
  const reply = (octets: Uint8Array): unknown => messages.push(Buffer.from(octets))
  await service.dispatcher.handle(packet, source, reply, { ...OPEN_FLOW, ...flow })
  return messages
}
