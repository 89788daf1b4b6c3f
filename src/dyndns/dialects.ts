/** Which path is which dialect. */
import type { Dialect } from './dialect.ts'
import { dyndns2 } from './dyndns2.ts'
import type { Parameters } from './parameters.ts'
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

const TABLE: readonly Entry[] = [
  { path: /^\/(nic|v2|v3|dyndns)\/update\/?$/, dialect: dyndns2 },
]

export const routeOf = (request: WebRequest, parameters: Parameters): Route | undefined => {
  for (const { path, when, dialect } of TABLE) {
    const found = path.exec(request.path)
    if (found === null || when?.(parameters, request) === false) continue
    return { dialect, path: { ...found.groups } }
  }
  return undefined
}
