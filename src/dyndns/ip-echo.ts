/** Telling clients the address that they come from. */
import { answer, type WebAnswer, type WebRequest } from './request.ts'

const TEXT = new Set([
  '/myip',
  '/ip',
  '/checkip',
  '/addons/clientip.php',
  '/poweradmin/addons/clientip.php',
])
const PAGE = new Set(['/nic/checkip.html', '/checkip/'])

/** @returns undefined when that is not what the request asks for */
export const echoAnswer = ({ method, path, host, address }: WebRequest): WebAnswer | undefined => {
  if (method !== 'GET' && method !== 'HEAD') return undefined
  if (TEXT.has(path)) return answer(200, address)
  // checkip.dyn.com had nothing else.
  if (!PAGE.has(path) && !(path === '/' && host.startsWith('checkip.'))) return undefined
  const page =
    '<html><head><title>Current IP Check</title></head>' +
    `<body>Current IP Address: ${address}</body></html>`
  return answer(200, page, { 'content-type': 'text/html', 'cache-control': 'no-cache' })
}
