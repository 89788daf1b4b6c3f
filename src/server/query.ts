/** A QUERY from its question to its answer, written but for the frame. */
import { answerQuestion, type ZoneFinder } from '../query/answer.ts'
import { isMetaType, Rcode, RrClass, RrType } from '../wire/codes.ts'
import { ExtendedErrorCode, type ExtendedError } from '../wire/edns.ts'
import type { Message } from '../wire/message.ts'
import type { MessageWriter } from '../wire/writer.ts'
import { answerChaos } from './chaos.ts'
import type { CookieState } from './client-options.ts'
import type { Source } from './exchange.ts'
import type { Settings } from './service.ts'

export interface QueryAnswer {
  readonly rcode: Rcode
  /** AA and TC, as in the header. */
  readonly flags: number
  readonly error?: ExtendedError
  /** Equal for equal answers, whatever name was asked for: for rate limiting. */
  readonly account: string
}

export const answerQuery = (
  { zones, settings }: { readonly zones: ZoneFinder; readonly settings: Settings },
  message: Message,
  { transport }: Source,
  cookie: CookieState,
  writer: MessageWriter,
): QueryAnswer => {
  const [question, ...more] = message.questions
  if (question === undefined) return bare(rcodeWithoutQuestion(cookie))
  // RFC 9619 §4: a QUERY has one question.
  if (more.length > 0) return bare(Rcode.FORMERR)
  if (isMetaType(question.type) && question.type !== RrType.ANY) return bare(Rcode.NOTIMP)
  if (question.class === RrClass.CH) {
    const answer = answerChaos(settings, question, writer)
    return { ...bare(answer.rcode), flags: answer.flags }
  }
  if (question.class !== RrClass.IN) return bare(Rcode.REFUSED)
  // RFC 8482 §4.4: over TCP the client is who it says, and may have all it asked for.
  const answer = answerQuestion(zones, question, writer, transport === 'tcp')
  return answer.rcode === Rcode.REFUSED ? { ...answer, error: NOT_OURS } : answer
}

/** RFC 7873 §5.4: a question about nothing but a cookie. */
const rcodeWithoutQuestion = (cookie: CookieState): Rcode => {
  switch (cookie) {
    case 'none':
      return Rcode.FORMERR
    case 'invalid':
      return Rcode.BADCOOKIE
    case 'new':
    case 'valid':
      return Rcode.NOERROR
  }
}

/** RFC 8914 §4.21 */
const NOT_OURS: ExtendedError = { code: ExtendedErrorCode.NOT_AUTHORITATIVE, text: '' }

const bare = (rcode: Rcode): QueryAnswer => ({ rcode, flags: 0, account: `rcode ${rcode}` })
