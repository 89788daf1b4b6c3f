/** Who calls, and what they may see and change. */
import type { Principal } from '../access/principal.ts'
import type { Right, Rule } from '../access/rule.ts'
import type { Tokens } from '../access/tokens.ts'
import type { Reach, WebIdentity } from '../access/web-identity.ts'
import { ZonePolicy } from '../access/zone-policy.ts'
import type { WebRequest } from '../dyndns/request.ts'
import { RrType } from '../wire/codes.ts'
import type { Name } from '../wire/name.ts'

export interface Caller {
  /** An admin may everything; an owner has names of their own. */
  readonly kind: 'admin' | 'owner'
  readonly name: string
  /** For the journal and the log. */
  readonly principal: Principal
  /** An owner's, in lower case; of an admin nothing is listed. */
  readonly hosts: readonly Name[]
  /** All that an owner may see and change, likewise. */
  readonly reach: readonly Reach[]
  mayRead(name: Name): boolean
  /** The rules by which changes are decided in a zone that has these. */
  policyIn(policy: ZonePolicy): ZonePolicy
  /** Whether what was shown is still taken: what lasts asks again. */
  isStillGood(): boolean
}

export type FoundCaller =
  | { readonly ok: true; readonly caller: Caller }
  | { readonly ok: false; readonly why: string }

/** All ways to prove who one is. */
export interface Callers {
  /** @param request with credentials in `authorization` */
  find(request: WebRequest): FoundCaller
}

/** Everything, as it is said in the history. */
const OPERATOR: Rule = {
  deny: false,
  shadow: false,
  strict: false,
  key: undefined,
  from: undefined,
  transport: undefined,
  match: { kind: 'zonesub' },
  types: new Map([[RrType.ANY, Infinity]]),
  rights: new Set<Right>(['update']),
}

export const adminCaller = (name: string, isStillGood: () => boolean): Caller => ({
  kind: 'admin',
  name,
  principal: { kind: 'operator', name },
  hosts: [],
  reach: [],
  mayRead: () => true,
  policyIn: ({ apex }) => new ZonePolicy(apex, [OPERATOR]),
  isStillGood,
})

export const ownerCaller = (identity: WebIdentity, isStillGood: () => boolean): Caller => ({
  kind: 'owner',
  name: identity.name,
  principal: { kind: 'token', name: identity.name },
  hosts: identity.hosts,
  reach: identity.reach,
  mayRead: (name) => identity.covers(name),
  policyIn: (policy) => identity.policyIn(policy),
  isStillGood,
})

/** `Authorization: Bearer TOKEN` (RFC 6750 §2.1). */
const BEARER = /^bearer +(\S+) *$/i

export class TokenCallers implements Callers {
  private readonly tokens: Tokens

  constructor(tokens: Tokens) {
    this.tokens = tokens
  }

  find({ authorization, address, userAgent }: WebRequest): FoundCaller {
    const [, secret = ''] = BEARER.exec(authorization) ?? []
    const found = this.tokens.find(secret, address)
    if (!found.ok) return found
    found.use(address, userAgent)
    const isStillGood = (): boolean => this.tokens.find(secret, address).ok
    const { identity } = found
    const isAdmin = found.role === 'admin'
    const caller = isAdmin
      ? adminCaller(identity.name, isStillGood)
      : ownerCaller(identity, isStillGood)
    return { ok: true, caller }
  }
}
