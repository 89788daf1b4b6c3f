/** Who stands behind a request, as far as they proved it. */
import type { Name } from '../wire/name.ts'
import type { TsigKey } from './keyring.ts'

export type Principal =
  | { readonly kind: 'anonymous' }
  /** Whoever holds the secret of this TSIG key. */
  | { readonly kind: 'key'; readonly key: TsigKey }
  /** Whoever holds a secret of this token, over HTTP. */
  | { readonly kind: 'token'; readonly name: string }
  /** Whoever may everything: at the control socket, or by the credentials of a manager. */
  | { readonly kind: 'operator'; readonly name: string }

export const anonymous: Principal = { kind: 'anonymous' }

/** The name of the key that was proved, if one was. */
export const keyNameOf = (principal: Principal): Name | undefined =>
  principal.kind === 'key' ? principal.key.name : undefined

/** As it is logged and kept in the journal. */
export const principalText = (principal: Principal): string => {
  switch (principal.kind) {
    case 'anonymous':
      return 'anonymous'
    case 'key':
      return `key:${principal.key.text}`
    case 'token':
      return `token:${principal.name}`
    case 'operator':
      return `operator:${principal.name}`
  }
}
