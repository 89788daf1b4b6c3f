/** What every answer begins and ends with: the header, the question, OPT and TSIG. */
import type { AnswerSigner } from '../access/tsig.ts'
import { EDNS_UDP_SIZE, OPT_LENGTH, optRecord, PLAIN_UDP_SIZE, type Edns } from '../wire/edns.ts'
import { answerFlags, type Header } from '../wire/header.ts'
import type { Question } from '../wire/record.ts'
import { MessageWriter } from '../wire/writer.ts'

/** What of a request shapes its answer. */
export interface RequestShape {
  readonly header: Header
  readonly questions: readonly Question[]
  readonly edns: Edns | undefined
}

/** The most octets that the answer may have (RFC 1035 §4.2, RFC 6891 §6.2.5). */
export const answerLimit = (transport: 'udp' | 'tcp', edns: Edns | undefined): number => {
  if (transport === 'tcp') return 0xffff
  const asked = edns?.udpSize ?? PLAIN_UDP_SIZE
  return Math.min(Math.max(asked, PLAIN_UDP_SIZE), EDNS_UDP_SIZE)
}

export class Response {
  readonly writer: MessageWriter
  private readonly request: RequestShape
  private readonly signer: AnswerSigner | undefined

  /** @param limit the most octets that the finished answer may have */
  constructor(request: RequestShape, limit: number, signer?: AnswerSigner) {
    this.request = request
    this.signer = signer
    this.writer = new MessageWriter(limit)
    for (const { name, type, class: rrClass } of request.questions.slice(0, 1)) {
      this.writer.question(name, type, rrClass)
    }
    this.writer.reserve((request.edns === undefined ? 0 : OPT_LENGTH) + (signer?.length ?? 0))
  }

  /** @param flags AA and TC, as in the header */
  finish(rcode: number, flags = 0): Uint8Array {
    const { header, edns } = this.request
    this.writer.header(header.id, answerFlags(header, rcode, flags))
    if (edns !== undefined) this.writer.appendRecord(optRecord(rcode, edns.dnssecOk))
    const answer = this.writer.finish()
    return this.signer === undefined ? answer : this.signer.sign(answer)
  }
}
