/** `[alerts]`: who is told that a host is not well, and how. */
import { resolve } from 'node:path'
import * as z from 'zod'
import { fail, pathText, table, text, whole } from './values.ts'

const URL_ADVICE = 'write a URL, such as "https://example.net/livezone"'
const ADDRESS = 'write an address, such as "livezone@example.net"'
const ADDRESSES = 'list addresses, such as ["you@example.net"]'
const TLS = 'write "starttls", "tls" or "none"'
const MOST_RECIPIENTS = 10

const url = z.string(URL_ADVICE).transform((written, context) => {
  const parsed = URL.canParse(written) ? new URL(written) : undefined
  const isHttp = parsed?.protocol === 'https:' || parsed?.protocol === 'http:'
  if (parsed === undefined || !isHttp) return fail(context, URL_ADVICE)
  // fetch takes none, and the log shall have none.
  if (parsed.username === '' && parsed.password === '') return parsed
  return fail(context, 'take user and password out of the URL: a "secret-file" proves who we are')
})

/** One that a mail server can make something of; a line break would begin a header of its own. */
const address = z.string(ADDRESS).regex(/^[^\s<>"]+@[^\s<>"]+$/, ADDRESS)

const smtp = table({
  server: text('name the mail server, such as "mail.example.net"'),
  port: whole(1, 65_535).optional(),
  tls: z.enum(['starttls', 'tls', 'none'], TLS).default('starttls'),
  user: text('write the user name').optional(),
  'password-file': pathText('name a file with the password').optional(),
  from: address,
  to: z.array(address, ADDRESSES).min(1, ADDRESSES).max(MOST_RECIPIENTS, ADDRESSES),
}).transform((value, context) => {
  if ((value.user === undefined) !== (value['password-file'] === undefined)) {
    fail(context, '"user" and "password-file" come together', 'server')
  }
  return value
})

export const alerts = table({
  webhook: url.optional(),
  'secret-file': pathText('name a file with the secret of the webhook').optional(),
  failures: whole(0, 1000).default(5),
  smtp: smtp.optional(),
}).transform((value, context) => {
  if (value['secret-file'] !== undefined && value.webhook === undefined) {
    fail(context, 'it signs what goes to a "webhook": name one, or take it out', 'secret-file')
  }
  return value
})

const PORTS = { starttls: 587, tls: 465, none: 25 } as const

export interface AlertsConfig {
  readonly webhook: { readonly url: URL; readonly secretFile: string | undefined } | undefined
  readonly smtp: SmtpConfig | undefined
  /** Failures in a row that are not worth a message. */
  readonly mostFailures: number
}

export interface SmtpConfig {
  readonly server: string
  readonly port: number
  readonly tls: 'starttls' | 'tls' | 'none'
  /** The file is absolute. */
  readonly login: { readonly user: string; readonly passwordFile: string } | undefined
  readonly from: string
  readonly to: readonly string[]
}

export const alertsConfigOf = (value: z.output<typeof alerts>, folder: string): AlertsConfig => {
  const { webhook, smtp, failures } = value
  const secretFile = value['secret-file']
  return {
    webhook: webhook && {
      url: webhook,
      secretFile: secretFile === undefined ? undefined : resolve(folder, secretFile),
    },
    smtp: smtp && smtpConfigOf(smtp, folder),
    mostFailures: failures,
  }
}

const smtpConfigOf = (value: z.output<typeof smtp>, folder: string): SmtpConfig => {
  const { server, tls, user, from, to } = value
  const passwordFile = value['password-file']
  return {
    server,
    port: value.port ?? PORTS[tls],
    tls,
    // They come together.
    login:
      user === undefined || passwordFile === undefined
        ? undefined
        : { user, passwordFile: resolve(folder, passwordFile) },
    from,
    to,
  }
}
