/** A server under load: livezone, or one of those that people would take in its place. */

export interface BenchKey {
  /** With its last dot. */
  readonly name: string
  /** In base64, for hmac-sha256. */
  readonly secret: string
}

export interface BenchZone {
  /** With its last dot. */
  readonly apex: string
  /** A master file, which stays as it is. */
  readonly file: string
}

/** What a server is to serve, and who may change it. */
export interface BenchData {
  /** At least one. */
  readonly zones: readonly BenchZone[]
  readonly key: BenchKey
}

export interface Target {
  readonly name: string
  readonly port: number
  /** All processes that do its work. */
  pids(): number[]
  /** Makes configuration and store in an empty folder; may take long. */
  prepare(folder: string, data: BenchData): Promise<void>
  /** Resolves when the process is there; whether it answers is seen by asking it. */
  start(): Promise<void>
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** The processor of the server, and that of whoever loads it. */
export const SERVER_CPU = '0'
export const CLIENT_CPU = '1'
