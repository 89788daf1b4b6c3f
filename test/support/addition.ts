/** An UPDATE that adds one record to `dyn.example.`, and whether the zone has it. */
import { query, rr, update, type Sections } from './messages.ts'
import type { TestService } from './service.ts'
import { rcodeOf } from './tsig.ts'

const OWNER = 'new.dyn.example.'

export const addition = (more: Sections = {}): Buffer =>
  update('dyn.example.', [], [rr(OWNER, 1, 1, 60, Buffer.from([192, 0, 2, 9]))], more)

/** Asks for the record as anybody could: NOERROR when it is there, else NXDOMAIN. */
export const wasAdded = async (service: TestService): Promise<boolean> => {
  const rcode = rcodeOf(await service.ask(query(OWNER, 1)))
  if (rcode !== 0 && rcode !== 3) throw new Error(`the query came to RCODE ${rcode}`)
  return rcode === 0
}
