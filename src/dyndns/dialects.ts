/** Which path is which dialect. */
import { desec, isForDesec } from './desec.ts'
import type { Dialect } from './dialect.ts'
import { duckdns, isForDuckdns } from './duckdns.ts'
import { dyndns2 } from './dyndns2.ts'
import { dynv6 } from './dynv6.ts'
import { freedns } from './freedns.ts'
import { nsupdateInfoDelete } from './nsupdate-info.ts'
import type { Parameters } from './parameters.ts'
import { poweradmin } from './poweradmin.ts'
import type { WebRequest } from './request.ts'

export interface Route {
  readonly dialect: Dialect
  readonly path: Readonly<Record<string, string>>
}

interface Entry {
  readonly path: RegExp
  /** Where several dialects share a path. */
  readonly when?: (parameters: Parameters, request: WebRequest) => boolean
  readonly dialect: Dialect
}

/** The first that fits. A path that is no update here is answered by nobody, or as IP echo. */
const TABLE: readonly Entry[] = [
  // Dyn, No-IP, Google, Dynu, inwx, nsupdate.info, Hurricane Electric, STRATO, spdyn.
  { path: /^\/(nic|v2|v3|dyndns)\/update\/?$/, dialect: dyndns2 },
  { path: /^\/nic\/delete\/?$/, dialect: nsupdateInfoDelete },
  { path: /^\/update\/(?<domain>[^/]+)\/(?<token>[^/]+)(\/(?<ip>[^/]*))?\/?$/, dialect: duckdns },
  { path: /^\/update\/?$/, when: isForDuckdns, dialect: duckdns },
  { path: /^\/(update\/?)?$/, when: isForDesec, dialect: desec },
  { path: /^(\/poweradmin)?\/dynamic_update\.php$/, dialect: poweradmin },
  { path: /^\/dynamic\/update\.php$/, dialect: freedns },
  { path: /^\/u\/(?<token>[^/]+)\/?$/, dialect: freedns },
  { path: /^\/api\/update\/?$/, dialect: dynv6 },
]

export const routeOf = (request: WebRequest, parameters: Parameters): Route | undefined => {
  for (const { path, when, dialect } of TABLE) {
    const found = path.exec(request.path)
    if (found === null || when?.(parameters, request) === false) continue
    return { dialect, path: { ...found.groups } }
  }
  return undefined
}
