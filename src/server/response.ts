/** What every answer begins and ends with: the header, the question, OPT and TSIG. */
import type { AnswerSigner } from '../access/tsig.ts'
import { Rcode } from '../wire/codes.ts'
import {
  extendedErrorOption,
  optLength,
  optRecord,
  PLAIN_UDP_SIZE,
  type Edns,
  type EdnsOption,
  type ExtendedError,
} from '../wire/edns.ts'
import { answerFlags, Flag, type Header } from '../wire/header.ts'
import type { Question } from '../wire/record.ts'
import { MessageWriter } from '../wire/writer.ts'

/** What of a request shapes its answer. */
export interface RequestShape {
  readonly header: Header
  readonly questions: readonly Question[]
  readonly edns: Edns | undefined
}

/** What frames an answer besides its request. */
export interface AnswerFrame {
  /** The most octets that the finished answer may have. */
  readonly limit: number
  /** The UDP payload that we announce. */
  readonly udpSize: number
  /** Options of the OPT RR. */
  readonly options: readonly EdnsOption[]
  readonly signer: AnswerSigner | undefined
}

/**
 * The most octets that an answer may have (RFC 1035 §4.2, RFC 6891 §6.2.5).
 * @param udpSize our own limit over UDP
 */
export const answerLimit = (
  transport: 'udp' | 'tcp',
  edns: Pick<Edns, 'udpSize'> | undefined,
  udpSize: number,
): number => {
  if (transport === 'tcp') return 0xffff
  const asked = edns?.udpSize ?? PLAIN_UDP_SIZE
  return Math.min(Math.max(asked, PLAIN_UDP_SIZE), udpSize)
}

export class Response {
  readonly writer: MessageWriter
  private readonly request: RequestShape
  private readonly frame: AnswerFrame

  constructor(request: RequestShape, frame: AnswerFrame) {
    this.request = request
    this.frame = frame
    this.writer = new MessageWriter(frame.limit)
    for (const { name, type, class: rrClass } of request.questions.slice(0, 1)) {
      this.writer.question(name, type, rrClass)
    }
    const opt = request.edns === undefined ? 0 : optLength(frame.options)
    this.writer.reserve(opt + (frame.signer?.length ?? 0))
  }

  /**
   * @param flags AA and TC, as in the header
   * @param error goes along where the client knows EDNS and there is room
   */
  finish(rcode: number, flags = 0, error?: ExtendedError): Uint8Array {
    const { signer } = this.frame
    // RFC 8945 §5.3: of a signed answer that does not fit nothing is sent but the question.
    if (signer !== undefined && (flags & Flag.TC) !== 0) {
      const empty = new Response(this.request, this.frame)
      return signer.sign(empty.unsigned(Rcode.NOERROR, flags, error))
    }
    const answer = this.unsigned(rcode, flags, error)
    return signer === undefined ? answer : signer.sign(answer)
  }

  private unsigned(rcode: number, flags: number, error: ExtendedError | undefined): Uint8Array {
    const { header, edns } = this.request
    this.writer.header(header.id, answerFlags(header, rcode, flags))
    if (edns !== undefined) {
      const { udpSize, options } = this.frame
      const explanation = error && extendedErrorOption(error)
      const fits = explanation !== undefined && explanation.data.length + 4 <= this.writer.room
      const all = fits ? [...options, explanation] : options
      this.writer.appendRecord(optRecord({ rcode, dnssecOk: edns.dnssecOk, udpSize, options: all }))
    }
    return this.writer.finish()
  }
}
