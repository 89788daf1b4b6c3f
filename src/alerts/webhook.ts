/** Alerts as JSON, posted to a URL; signed where the operator has given a secret. */
import { createHmac, type KeyObject } from 'node:crypto'
import { jsonOf, type Message } from './alert.ts'
import { WAY_MILLISECONDS, type Way } from './way.ts'

export interface WebhookSettings {
  readonly url: URL
  /** For the HMAC-SHA256 of the body. */
  readonly secret: KeyObject | undefined
}

const SIGNATURE = 'x-livezone-signature'

/** Redirects are not followed: they would take the signature elsewhere. */
export const webhook = (
  { url, secret }: WebhookSettings,
  milliseconds = WAY_MILLISECONDS,
): Way => ({
  name: 'webhook',
  send: async (message: Message): Promise<string> => {
    const body = jsonOf(message)
    const signature = secret && createHmac('sha256', secret).update(body, 'utf8').digest('hex')
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'livezone',
        ...(signature === undefined ? {} : { [SIGNATURE]: `sha256=${signature}` }),
      },
      body,
      signal: AbortSignal.timeout(milliseconds),
    }).catch((error: unknown): never => {
      throw new Error(reasonOf(error), { cause: error })
    })
    // Nothing of it is of interest, however much it is.
    await response.body?.cancel()
    const said = `HTTP ${response.status}`
    if (!response.ok) throw new Error(said)
    return said
  },
})

/** What fetch throws are errors; the cause, or the first of several, says why. */
export const reasonOf = (error: unknown): string => {
  const { message, cause } = error as Error
  if (!(cause instanceof Error)) return message
  // An AggregateError of node:net has errors.
  const [first = cause] = cause instanceof AggregateError ? (cause.errors as Error[]) : []
  return first.message
}
