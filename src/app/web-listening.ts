/** The addresses that HTTP is listened on, how a reload changes them, and the certificate that is shown. */
import type { Log } from '../base/log.ts'
import type { SystemError } from '../base/system-error.ts'
import type { Config } from '../config/load.ts'
import { endpointText, type Endpoint } from '../transport/transport.ts'
import { readCertificate, watchFiles, type Certificate } from '../web/certificate.ts'
import type { WebListener } from '../web/web-listener.ts'
import type { WebKind, WebOptions } from '../web/web-server.ts'
import { cannotListen, type ListenChange } from './listening.ts'

type Files = Config['http']['files']

interface Wanted {
  readonly kind: WebKind['kind']
  readonly setting: string
  readonly index: number
  readonly endpoint: Endpoint
}

interface Open {
  readonly id: string
  readonly wanted: Wanted
  readonly listener: WebListener
}

const SCHEME: Readonly<Record<WebKind['kind'], string>> = {
  plain: 'http',
  legacy: 'http',
  tls: 'https',
}

/** @throws InputError where a file of the certificate cannot be read, or they are no pair */
export const certificateOf = (config: Config): Certificate | undefined => {
  const { tlsListen, files } = config.http
  if (tlsListen.length === 0) return undefined
  try {
    return readCertificate(files)
  } catch (error) {
    throw config.errorAt(['http', 'certificate'], `no certificate for HTTPS: ${messageOf(error)}`)
  }
}

// Node and OpenSSL throw errors.
const messageOf = (error: unknown): string => (error as Error).message

export class WebListening {
  private open: readonly Open[] = []
  /** The files of the certificate that is shown; undefined where nothing listens for HTTPS. */
  private watched: { readonly files: Files; readonly hasChanged: () => boolean } | undefined
  private readonly makeOptions: () => Promise<WebOptions>
  private readonly log: Log
  /** The same for all listeners, whenever they come. */
  private options: Promise<WebOptions> | undefined

  /** @param makeOptions called when there is something to listen on, once */
  constructor(makeOptions: () => Promise<WebOptions>, log: Log) {
    this.makeOptions = makeOptions
    this.log = log
  }

  /** `http://127.0.0.1:8080`, in the order of the configuration. */
  get addresses(): readonly string[] {
    return this.open.map(
      ({ wanted, listener }) => `${SCHEME[wanted.kind]}://${endpointText(listener)}`,
    )
  }

  /** @throws InputError at the address that cannot be listened on, and then all is as before */
  async change(config: Config, certificate: Certificate | undefined): Promise<ListenChange> {
    const left = [...this.open]
    const next: Open[] = []
    const added: Open[] = []
    try {
      for (const wanted of wantedIn(config)) {
        const id = idOf(wanted)
        const at = left.findIndex((open) => open.id === id)
        const [kept] = at === -1 ? [] : left.splice(at, 1)
        const open = kept ?? (await this.listenOn(config, wanted, certificate))
        if (kept === undefined) added.push(open)
        next.push(open)
      }
    } catch (error) {
      await close(added)
      throw error
    }
    return {
      added: added.map(({ id }) => id),
      removed: left.map(({ id }) => id),
      keep: () => {
        this.open = next
        const { files } = config.http
        this.watched = certificate && { files, hasChanged: watchFiles(files) }
        this.show(certificate)
        return close(left)
      },
      undo: () => close(added),
    }
  }

  /** Shows the certificate that is in the files now, where it is another. */
  renew(): void {
    if (this.watched?.hasChanged() !== true) return
    const { files } = this.watched
    try {
      this.show(readCertificate(files))
      this.log.info({ certificate: files.certificate }, 'HTTPS shows the new certificate')
    } catch (error) {
      const fields = { certificate: files.certificate, reason: messageOf(error) }
      this.log.error(fields, 'the new certificate cannot be used; HTTPS keeps the one that it has')
    }
  }

  close(): Promise<void> {
    return close(this.open)
  }

  private show(certificate: Certificate | undefined): void {
    if (certificate === undefined) return
    for (const { wanted, listener } of this.open) {
      if (wanted.kind === 'tls') listener.renew(certificate)
    }
  }

  private async listenOn(
    config: Config,
    wanted: Wanted,
    certificate: Certificate | undefined,
  ): Promise<Open> {
    const { kind, setting, index, endpoint } = wanted
    const web: WebKind =
      kind === 'tls' && certificate !== undefined
        ? { kind, certificate }
        : { kind: kind === 'legacy' ? kind : 'plain' }
    const { listenWeb } = await import('../web/web-listener.ts')
    const options = await (this.options ??= this.makeOptions())
    try {
      return { id: idOf(wanted), wanted, listener: await listenWeb(web, endpoint, options) }
    } catch (error) {
      // What keeps us from listening is the system.
      const why = cannotListen(endpoint, error as SystemError)
      throw config.errorAt(['http', setting, index], why)
    }
  }
}

const wantedIn = ({ http }: Config): Wanted[] => {
  const lists = [
    ['plain', 'listen', http.listen],
    ['legacy', 'legacy-listen', http.legacyListen],
    ['tls', 'tls-listen', http.tlsListen],
  ] as const
  return lists.flatMap(([kind, setting, endpoints]) =>
    endpoints.map((endpoint, index) => ({ kind, setting, index, endpoint })),
  )
}

const idOf = ({ kind, endpoint }: Wanted): string =>
  `${SCHEME[kind]}://${endpointText(endpoint)}${kind === 'legacy' ? ' (legacy)' : ''}`

const close = async (open: readonly Open[]): Promise<void> => {
  await Promise.all(open.map(({ listener }) => listener.close()))
}
