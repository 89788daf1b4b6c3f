/** The certificate that HTTPS shows, and its key: read again when their files change. */
import { readFileSync, statSync } from 'node:fs'
import { createSecureContext } from 'node:tls'

export interface CertificateFiles {
  readonly certificate: string
  readonly key: string
}

export interface Certificate {
  readonly cert: Buffer
  readonly key: Buffer
}

/** @throws what the system or OpenSSL says when they cannot be read, or are no pair */
export const readCertificate = (files: CertificateFiles): Certificate => {
  const read = { cert: readFileSync(files.certificate), key: readFileSync(files.key) }
  createSecureContext(read)
  return read
}

/** Tells whether the files changed since it was asked last. */
export const watchFiles = ({ certificate, key }: CertificateFiles): (() => boolean) => {
  const state = (): string => [certificate, key].map(stampOf).join(' ')
  let before = state()
  return () => {
    const now = state()
    const changed = now !== before
    before = now
    return changed
  }
}

const stampOf = (file: string): string => {
  const found = statSync(file, { throwIfNoEntry: false })
  return found === undefined ? 'none' : `${found.mtimeMs} ${found.size} ${found.ino}`
}
