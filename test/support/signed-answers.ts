/** The messages of a signed answer, each or some of them signed, without the code under test. */
import { createHmac } from 'node:crypto'
import { u16 } from './messages.ts'
import { SECRET } from './service.ts'
import { macOf, splitTsig, tsigFields, u48, withTsig, type TsigFields } from './tsig.ts'

/**
 * RFC 8945 §5.3, §5.3.1: the first covers the request's MAC and the variables, those behind it the
 * last MAC, all messages since and the time.
 * @param isSigned whether the nth message gets a TSIG RR
 */
export const signedAnswers = (
  request: Buffer,
  messages: readonly Buffer[],
  isSigned: (n: number) => boolean = () => true,
  secret: Buffer = SECRET,
): Buffer[] => {
  const asked = splitTsig(request).tsig
  let prior = asked.mac
  let since: Buffer[] = []
  let isFirst = true
  return messages.map((message, n) => {
    if (!isSigned(n)) {
      since.push(message)
      return message
    }
    const { keyName, timeSigned } = asked
    const tsig = tsigFields({ keyName, timeSigned, originalId: message.readUInt16BE(0) })
    const mac = isFirst
      ? macOf(message, tsig, { requestMac: prior, secret })
      : laterMac(prior, [...since, message], tsig, secret)
    isFirst = false
    since = []
    prior = mac
    return withTsig(message, { ...tsig, mac })
  })
}

const laterMac = (
  prior: Buffer,
  messages: readonly Buffer[],
  tsig: TsigFields,
  secret: Buffer,
): Buffer =>
  createHmac('sha256', secret)
    .update(Buffer.concat([u16(prior.length), prior, ...messages]))
    .update(Buffer.concat([u48(tsig.timeSigned), u16(tsig.fudge)]))
    .digest()
