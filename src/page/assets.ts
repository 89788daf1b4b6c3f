/** Style, script and icon, each under an address that has the digest of its content. */
import { createHash } from 'node:crypto'
import { ICON } from './icon.ts'
import { SCRIPT } from './script.ts'
import { STYLE } from './style.ts'

export interface Asset {
  readonly path: string
  readonly type: string
  readonly content: string
}

const asset = (name: string, extension: string, type: string, content: string): Asset => {
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 12)
  return { path: `/ui/${name}-${digest}.${extension}`, type, content }
}

export const styleAsset = asset('style', 'css', 'text/css; charset=utf-8', STYLE)
export const scriptAsset = asset('script', 'js', 'text/javascript; charset=utf-8', SCRIPT)
export const iconAsset = asset('icon', 'svg', 'image/svg+xml', ICON)

export const assets: readonly Asset[] = [styleAsset, scriptAsset, iconAsset]
