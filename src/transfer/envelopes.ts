/** The messages of a transfer from its records (RFC 5936 §2.2). */
import type { RunningSigner } from '../access/tsig.ts'
import { EnvelopeWriter, type EnvelopeRecord } from '../wire/envelope-writer.ts'
import type { Question } from '../wire/record.ts'
import { appendRecord } from '../wire/writer.ts'

export interface EnvelopeFrame {
  readonly id: number
  /** As in the header: QR and AA among them. */
  readonly flags: number
  readonly question: Question
  /** For the first message (§2.2.5); undefined when the client does not know EDNS. */
  readonly opt: Uint8Array | undefined
  /** RFC 8945 §5.3.1: every message is signed, or none. */
  readonly signer: RunningSigner | undefined
  readonly nowSeconds: () => number
}

export interface Envelope {
  readonly message: Uint8Array
  readonly records: number
}

/**
 * Makes each message when it is asked for.
 * @param first the SOA that a transfer begins with
 * @param records those that follow it; each is done with when the next one is taken
 */
export function* envelopes(
  first: EnvelopeRecord,
  records: Iterable<EnvelopeRecord>,
  frame: EnvelopeFrame,
): Generator<Envelope> {
  const { id, flags, question, opt, signer, nowSeconds } = frame
  let isFirst = true
  let writer = new EnvelopeWriter(id, flags, question)
  const finished = (): Envelope => {
    const bare = writer.finish()
    const unsigned = isFirst && opt !== undefined ? appendRecord(bare, opt) : bare
    const sign = signer && (isFirst ? signer.sign : signer.signNext)
    isFirst = false
    const message = sign === undefined ? unsigned : sign(unsigned, nowSeconds())
    return { message, records: writer.records }
  }
  writer.record(first)
  for (const record of records) {
    if (writer.record(record)) continue
    yield finished()
    writer = new EnvelopeWriter(id, flags, question)
    writer.record(record)
  }
  yield finished()
}
