/** What the operating system says when it will not do something. */

export type SystemError = Error & { readonly code: string }

export const isSystemError = (error: unknown): error is SystemError =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
