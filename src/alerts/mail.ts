/** Alerts as plain mail. */
import { subjectOf, textOf, type Message } from './alert.ts'
import { WAY_MILLISECONDS, type Way } from './way.ts'

export interface MailSettings {
  readonly server: string
  readonly port: number
  /** From the first octet, by STARTTLS, or not at all. */
  readonly tls: 'tls' | 'starttls' | 'none'
  readonly login: { readonly user: string; readonly password: string } | undefined
  readonly from: string
  readonly to: readonly string[]
}

export const mail = ({ server, port, tls, login, from, to }: MailSettings): Way => ({
  name: 'smtp',
  to: `${to.join(', ')} by ${server}`,
  send: async (message: Message): Promise<string> => {
    // Not when the server starts, which has answers to give.
    const { createTransport } = await import('nodemailer')
    const transport = createTransport({
      host: server,
      port,
      secure: tls === 'tls',
      requireTLS: tls === 'starttls',
      ignoreTLS: tls === 'none',
      ...(login && { auth: { user: login.user, pass: login.password } }),
      connectionTimeout: WAY_MILLISECONDS,
      greetingTimeout: WAY_MILLISECONDS,
      socketTimeout: WAY_MILLISECONDS,
      disableFileAccess: true,
      disableUrlAccess: true,
    })
    const { response } = await transport.sendMail({
      from,
      to: [...to],
      subject: subjectOf(message),
      text: textOf(message),
      // RFC 3834 §5: nobody's absence shall answer it.
      headers: { 'auto-submitted': 'auto-generated' },
    })
    return response
  },
})
