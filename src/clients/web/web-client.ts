/** What a web client's configuration is made of. */

export interface WebClientSettings {
  /** The server as the client reaches it: `https://ddns.example.net`, with a port where it has one. */
  readonly origin: string
  /** Without the dot at its end. */
  readonly host: string
  /** May be anything, and has to be something. */
  readonly user: string
  readonly token: string
}

export interface WebClient {
  /** As it is called in addresses and on the command line. */
  readonly id: string
  readonly title: string
  /** Types of records that its token is for. */
  readonly types: readonly string[]
  /** Where the text goes, for people. */
  readonly where: string
  readonly text: (settings: WebClientSettings) => readonly string[]
  /** What the text cannot see to. */
  readonly notes?: readonly string[]
}

export const ADDRESSES: readonly string[] = ['A', 'AAAA']

/** Without its scheme: `ddns.example.net:8443`. */
export const serverOf = ({ origin }: WebClientSettings): string =>
  origin.replace(/^https?:\/\//, '')

export const isHttps = ({ origin }: WebClientSettings): boolean => origin.startsWith('https:')
