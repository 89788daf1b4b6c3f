/** The addresses that are listened on, and how a reload changes which they are. */
import type { Log } from '../base/log.ts'
import type { SystemError } from '../base/system-error.ts'
import type { Config } from '../config/load.ts'
import { listenTcp } from '../transport/tcp.ts'
import {
  endpointText,
  type Endpoint,
  type Handler,
  type Listener,
  type ListenOptions,
} from '../transport/transport.ts'
import type { NoBatches } from '../transport/system-calls.ts'
import type { SocketSharing } from '../transport/udp-batch.ts'
import { udpWay, type ListenUdp } from '../transport/udp-mode.ts'

type Pair = readonly [udp: Listener, tcp: Listener]

interface Open {
  /** As the configuration has it: its port may be 0. */
  readonly wanted: Endpoint
  readonly pair: Pair
}

/** A change that is ready: new addresses are listened on, old ones still are. */
export interface ListenChange {
  readonly added: readonly string[]
  readonly removed: readonly string[]
  /** Ends what the new configuration does not have; resolves when what came there is answered. */
  keep(): Promise<void>
  /** Ends what only the new configuration has. */
  undo(): Promise<void>
}

/** Both changes, or neither. */
export const together = (one: ListenChange, other: ListenChange): ListenChange => ({
  added: [...one.added, ...other.added],
  removed: [...one.removed, ...other.removed],
  keep: async () => {
    await Promise.all([one.keep(), other.keep()])
  },
  undo: async () => {
    await Promise.all([one.undo(), other.undo()])
  },
})

export class Listening {
  private open: readonly Open[] = []
  private readonly handler: Handler
  private readonly options: ListenOptions
  private readonly udp: ListenUdp
  private readonly log: Log

  /** @param sharing threads that take datagrams too */
  constructor(
    handler: Handler,
    options: ListenOptions,
    udp: ListenUdp,
    log: Log,
    sharing?: SocketSharing,
  ) {
    this.handler = handler
    this.log = log
    this.udp = (endpoint, handler, options) => udp(endpoint, handler, options, sharing)
    this.options = options
  }

  get endpoints(): readonly Endpoint[] {
    return this.open.map(({ pair: [udp] }) => udp.endpoint)
  }

  /** @throws InputError at the address that cannot be listened on, and then all is as before */
  async change(config: Config): Promise<ListenChange> {
    const left = [...this.open]
    const next: Open[] = []
    const added: Open[] = []
    try {
      for (const [index, wanted] of config.listen.entries()) {
        const text = endpointText(wanted)
        const at = left.findIndex((open) => endpointText(open.wanted) === text)
        const [kept] = at === -1 ? [] : left.splice(at, 1)
        const opened = kept ?? (await this.listenOn(config, index, wanted))
        if (opened === undefined) continue
        if (kept === undefined) added.push(opened)
        next.push(opened)
      }
    } catch (error) {
      await close(added)
      throw error
    }
    return {
      added: added.map(({ wanted }) => endpointText(wanted)),
      removed: left.map(({ wanted }) => endpointText(wanted)),
      keep: () => {
        this.open = next
        return close(left)
      },
      undo: () => close(added),
    }
  }

  /** Takes no more packets; resolves when what was taken has been answered. */
  close(): Promise<void> {
    return close(this.open)
  }

  /** @returns undefined where that is no mistake of the operator's */
  private async listenOn(
    config: Config,
    index: number,
    wanted: Endpoint,
  ): Promise<Open | undefined> {
    try {
      return { wanted, pair: await listen(wanted, this.handler, this.options, this.udp) }
    } catch (error) {
      // What keeps us from listening is the system.
      const { code } = error as SystemError
      if (
        isWithoutIpv6(wanted, code) &&
        config.listen.some(({ address }) => address !== LOOPBACK)
      ) {
        const address = endpointText(wanted)
        this.log.warn({ address }, 'not listened on: this machine has no IPv6')
        return undefined
      }
      throw config.errorAt(['listen', index], cannotListen(wanted, error as SystemError))
    }
  }
}

const LOOPBACK = '::1'

/** Every machine with IPv6 has that address, and only this machine could ask there. */
const isWithoutIpv6 = ({ address }: Endpoint, code: string): boolean =>
  address === LOOPBACK && NO_ADDRESS.includes(code)

const NO_ADDRESS: readonly string[] = ['EADDRNOTAVAIL', 'EAFNOSUPPORT']

const close = async (open: readonly Open[]): Promise<void> => {
  await Promise.all(open.flatMap(({ pair }) => pair.map((listener) => listener.close())))
}

export interface ChosenUdp {
  readonly listen: ListenUdp
  /** Threads that answer. */
  readonly workers: number
}

/**
 * How UDP is listened on, as the configuration has it and this machine can; where it may be in batches the log says whether it is, or why not.
 * @param way finds out
 * @throws InputError where it shall be in batches and cannot
 */
export const chosenUdp = async (config: Config, log: Log, way = udpWay): Promise<ChosenUdp> => {
  const { workers } = config
  try {
    const { kind, why: reason, listen } = await way(config.udp)
    if (config.udp !== 'dgram') log.info({ way: kind, reason }, 'how UDP is taken and sent')
    if (kind === 'batch') return { listen, workers }
    if (workers > 1) log.warn({ workers }, 'one thread answers, for more need UDP in batches')
    return { listen, workers: 1 }
  } catch (error) {
    // Of its own it throws nothing else.
    const { message } = error as NoBatches
    throw config.errorAt(['udp'], `batches do not work here: ${message}; or write "auto"`)
  }
}

/** UDP and TCP on the same port, which the system may choose. */
export const listen = async (
  wanted: Endpoint,
  handler: Handler,
  options: ListenOptions,
  udp: ListenUdp,
  tries = wanted.port === 0 ? 10 : 1,
): Promise<Pair> => {
  const tcp = await listenTcp(wanted, handler, options)
  try {
    return [await udp({ ...wanted, port: tcp.endpoint.port }, handler, options), tcp]
  } catch (error) {
    await tcp.close()
    // The port that TCP was given may be taken for UDP.
    if (tries === 1) throw error
    return listen(wanted, handler, options, udp, tries - 1)
  }
}

export const cannotListen = (endpoint: Endpoint, { code, message }: SystemError): string => {
  const advice: Record<string, string> = {
    EADDRINUSE: 'another program has that port; stop it, or take another port',
    EACCES: 'ports below 1024 need the right to use them (CAP_NET_BIND_SERVICE)',
    EADDRNOTAVAIL: 'this machine does not have that address; take it out of "listen"',
    EAFNOSUPPORT: 'this machine does not have that kind of address; take it out of "listen"',
  }
  return `cannot listen on ${endpointText(endpoint)}: ${advice[code] ?? message}`
}
