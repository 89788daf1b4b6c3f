/** Requests to a `TestService` that come from an address of one's choice. */
import type { Source } from '../../src/server/exchange.ts'
import type { TestService } from './service.ts'

/** Every message of the answer, in order; from where a listener would have it. */
export const exchangeFrom = async (
  service: TestService,
  address: string,
  packet: Uint8Array,
  transport: Source['transport'] = 'udp',
): Promise<Buffer[]> => {
  const quick = service.quickly(packet, address, transport)
  if (quick !== undefined) return quick === 'none' ? [] : [quick]
  const answers: Buffer[] = []
  const source = { address, port: 5353, transport }
  await service.dispatcher.handle(packet, source, (answer) => answers.push(Buffer.from(answer)))
  return answers
}

/** The one answer that is expected. */
export const askFrom = async (
  service: TestService,
  address: string,
  packet: Uint8Array,
  transport: Source['transport'] = 'udp',
): Promise<Buffer> => {
  const [answer, ...more] = await exchangeFrom(service, address, packet, transport)
  if (answer === undefined || more.length > 0) throw new Error(`${more.length + 1} answers`)
  return answer
}
