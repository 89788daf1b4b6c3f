/** Our own version. */
import { createRequire } from 'node:module'

export const version = (): string => {
  // Our own package.json has a version.
  const { version } = createRequire(import.meta.url)('#package') as { version: string }
  return version
}
