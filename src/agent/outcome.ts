/** What became of an attempt to change records, whichever way it went out. */
import { NetworkError } from '../base/network-error.ts'

export type Outcome =
  | { readonly kind: 'done' }
  /** The world's trouble: it may work in a while. */
  | {
      readonly kind: 'later'
      readonly why: string
      /** What the server asks us to wait. */
      readonly retryAfterSeconds?: number | undefined
    }
  /** The server will not have it until somebody changes something: no use in asking again soon. */
  | { readonly kind: 'refused'; readonly why: string; readonly retryAfterSeconds?: undefined }

export type NotDone = Exclude<Outcome, { kind: 'done' }>

export const later = (why: string, retryAfterSeconds?: number): NotDone => ({
  kind: 'later',
  why,
  retryAfterSeconds,
})

export const refused = (why: string): NotDone => ({ kind: 'refused', why })

/** What the attempt gives, or that it may work later where nobody could be reached. */
export const orLater = async <T>(attempt: Promise<T>): Promise<T | NotDone> => {
  try {
    return await attempt
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error
    return later(error.message)
  }
}
