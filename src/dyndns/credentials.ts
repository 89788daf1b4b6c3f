/** Where clients put what they know: Basic (RFC 7617), Bearer (RFC 6750) or "Token", the query. */
import type { Parameters } from './parameters.ts'
import type { WebRequest } from './request.ts'

export interface Credentials {
  /** A hint and no more: the secret alone says who it is, but for a device of a fleet. */
  readonly user: string
  readonly secret: string
}

export const USER_KEYS = ['username', 'user', 'login', 'u'] as const
export const SECRET_KEYS = ['password', 'pass', 'passwd', 'pwd', 'token', 'key', 'apikey'] as const

/**
 * @param takesQuery whether what stands in the URL counts
 * @returns undefined for a request without any, which is no failed login: many clients ask first
 */
export const credentialsOf = (
  { authorization }: Pick<WebRequest, 'authorization'>,
  parameters: Parameters,
  takesQuery: boolean,
): Credentials | undefined => {
  const [, scheme = '', value = ''] = /^(\S+) +(\S+)\s*$/.exec(authorization) ?? []
  switch (scheme.toLowerCase()) {
    case 'basic': {
      const text = Buffer.from(value, 'base64').toString('utf8')
      const colon = `${text}:`.indexOf(':')
      return { user: text.slice(0, colon), secret: text.slice(colon + 1) }
    }
    case 'bearer':
    case 'token':
      return { user: '', secret: value }
    default: {
      const secret = takesQuery ? parameters.first(...SECRET_KEYS) : undefined
      return secret === undefined
        ? undefined
        : { user: parameters.first(...USER_KEYS) ?? '', secret }
    }
  }
}
