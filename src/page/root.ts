/** Whoever types the name of the server alone is led to the page. */
import type { WebAnswer, WebRequest } from '../dyndns/request.ts'
import { answer } from '../dyndns/request.ts'

/** @returns undefined for any other path: what an update is was asked before */
export const rootAnswer = ({ method, path }: WebRequest): WebAnswer | undefined =>
  path === '/' && (method === 'GET' || method === 'HEAD')
    ? answer(302, '', { location: '/ui/' })
    : undefined
