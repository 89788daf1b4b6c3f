/** deSEC: dyndns2 at any path of its server; credentials alone may name the host. */
import type { Dialect } from './dialect.ts'
import { dyndns2 } from './dyndns2.ts'
import type { Parameters } from './parameters.ts'
import type { WebRequest } from './request.ts'

/** Whether a request to `/` is an update at all. */
export const isForDesec = (parameters: Parameters, { authorization }: WebRequest): boolean =>
  authorization !== '' || parameters.has('hostname') || parameters.has('username')

export const desec: Dialect = { ...dyndns2, name: 'desec' }
