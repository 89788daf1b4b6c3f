/**
 * The system calls that move datagrams in batches, which Node does not have: recvmmsg(2) and
 * sendmmsg(2) on a socket of our own. They are called through koffi, an optional dependency.
 *
 * Numbers are those of Linux on x64 and arm64, where the kernel's structs are the same. The calls go
 * through syscall(2) and not through the C library's functions of that name, for musl has other
 * structs and sends one by one.
 */
import { getSystemErrorName } from 'node:util'
import type { Endpoint } from './transport.ts'
import { ADDRESS_OCTETS, Family, IPV4_ADDRESS_OCTETS } from './socket-address.ts'

/** What becomes of a file descriptor that is watched. */
export interface Watch {
  /** @param onReady is called again and again as long as the socket is ready */
  start(what: 'readable' | 'writable', onReady: (status: number) => void): void
  stop(): void
  /** Before the file descriptor is closed. */
  close(): void
}

/** Every number that is negative is a -errno. */
export interface SystemCalls {
  /**
   * A socket that is bound and does not block.
   * @throws what the system says (SystemError)
   */
  open(endpoint: Endpoint): number
  close(fd: number): void
  watch(fd: number): Watch
  /** @param socketAddress gets the address that the socket is bound to: ADDRESS_OCTETS of room */
  boundTo(fd: number, socketAddress: Uint8Array): void
  /** Clears the error that the socket reports, if there is one. */
  clearError(fd: number): void
  /**
   * @param headers the address of `count` struct mmsghdr
   * @returns how many were filled
   */
  receive(fd: number, headers: number, count: number): number
  /** @returns how many were taken, from the first on; negative if the first was not */
  send(fd: number, headers: number, count: number): number
  /** Where octets are in memory. They must not be on V8's heap, which moves, and be kept alive. */
  addressOf(memory: ArrayBuffer): number
  /** inet_ntop(3) */
  ipv6Text(octets: Uint8Array): string
}

/** Why UDP in batches is not to be had here. */
export class NoBatches extends Error {}

/** socket(2), as in the kernel's headers. */
const SOCK_DGRAM = 2
const SOCK_NONBLOCK = 0o4000
const SOCK_CLOEXEC = 0o2000000
const SOL_SOCKET = 1
const SO_ERROR = 4
const SO_RCVBUF = 8
const IPPROTO_IP = 0
const IP_PKTINFO = 8
const IPPROTO_IPV6 = 41
const IPV6_V6ONLY = 26
const IPV6_RECVPKTINFO = 49

const NUMBERS: Readonly<Record<string, { readonly recvmmsg: number; readonly sendmmsg: number }>> =
  {
    x64: { recvmmsg: 299, sendmmsg: 307 },
    arm64: { recvmmsg: 243, sendmmsg: 269 },
  }

/** Octets of datagrams that may wait for us: a burst of updates is longer than a loop turn. */
export const RECEIVE_BUFFER = 4 * 1024 * 1024

type Koffi = typeof import('koffi')
type Poll = ReturnType<Koffi['node']['poll']>

/**
 * @param load imports koffi, and rejects where it is not installed or has nothing for this system
 * @throws NoBatches
 */
export const loadSystemCalls = async (
  load: () => Promise<Koffi> = () => import('koffi'),
  platform: string = process.platform,
  arch: string = process.arch,
): Promise<SystemCalls> => {
  const numbers = NUMBERS[arch]
  if (platform !== 'linux' || numbers === undefined) {
    throw new NoBatches(`they are for Linux on x64 and arm64, and this is ${platform} on ${arch}`)
  }
  try {
    return systemCalls(await load(), numbers)
  } catch (error) {
    const [firstLine] = (error as Error).message.split('\n', 1)
    throw new NoBatches(`the package koffi cannot be loaded (${firstLine}); npm install koffi`)
  }
}

type Call = (...values: readonly (number | bigint | string | null | Uint8Array)[]) => number

/** The functions of the C library by their prototypes; koffi itself has no types for them. */
const libraryOf = (koffi: Koffi) => {
  const c = koffi.load(null)
  const bind = (prototype: string): Call => c.func(prototype) as Call
  return {
    errno: () => koffi.errno(),
    socket: bind('int socket(int family, int type, int protocol)'),
    bind: bind('int bind(int fd, void *address, uint length)'),
    getsockname: bind('int getsockname(int fd, void *address, void *length)'),
    setsockopt: bind('int setsockopt(int fd, int level, int name, void *value, uint length)'),
    getsockopt: bind('int getsockopt(int fd, int level, int name, void *value, void *length)'),
    close: bind('int close(int fd)'),
    toOctets: bind('int inet_pton(int family, const char *text, void *octets)'),
    toText: c.func('const char *inet_ntop(int family, void *octets, void *text, uint size)'),
    interfaceIndex: bind('uint if_nametoindex(const char *name)'),
    receive: bind('long syscall(long, int, uintptr_t, uint, int, void *)'),
    send: bind('long syscall(long, int, uintptr_t, uint, int)'),
  }
}

type Library = ReturnType<typeof libraryOf>

const errorOf = (c: Library, call: string, { address, port }: Endpoint): Error => {
  const errno = -c.errno()
  const code = getSystemErrorName(errno)
  return Object.assign(new Error(`${call} ${code} ${address}:${port}`), { code, errno })
}

/** struct sockaddr_in or sockaddr_in6: at most ADDRESS_OCTETS. */
const socketAddress = (c: Library, { address, port }: Endpoint): Uint8Array => {
  const octets = Buffer.alloc(ADDRESS_OCTETS)
  const [host = '', zone] = address.split('%')
  const isIpv6 = host.includes(':')
  octets.writeUInt16LE(isIpv6 ? Family.INET6 : Family.INET, 0)
  octets.writeUInt16BE(port, 2)
  // inet_pton writes 16 octets from 8 on, or 4 from 4 on: both are inside of 28.
  if (isIpv6) c.toOctets(Family.INET6, host, octets.subarray(8, 24))
  else c.toOctets(Family.INET, host, octets.subarray(4, 8))
  if (zone !== undefined) octets.writeUInt32LE(c.interfaceIndex(zone), 24)
  return octets
}

const openSocket = (c: Library, endpoint: Endpoint): number => {
  const isIpv6 = endpoint.address.includes(':')
  const family = isIpv6 ? Family.INET6 : Family.INET
  const fd = c.socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)
  if (fd < 0) throw errorOf(c, 'socket', endpoint)
  // An int: four octets are passed with their length.
  const set = (level: number, name: number, value: number): number =>
    c.setsockopt(fd, level, name, new Uint8Array(Int32Array.of(value).buffer), 4)
  // The system may give less room than is asked for.
  set(SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER)
  if (isIpv6) {
    set(IPPROTO_IPV6, IPV6_V6ONLY, 1)
    set(IPPROTO_IPV6, IPV6_RECVPKTINFO, 1)
  } else set(IPPROTO_IP, IP_PKTINFO, 1)
  const length = isIpv6 ? ADDRESS_OCTETS : IPV4_ADDRESS_OCTETS
  if (c.bind(fd, socketAddress(c, endpoint), length) === 0) return fd
  const error = errorOf(c, 'bind', endpoint)
  c.close(fd)
  throw error
}

const watchOn = (koffi: Koffi, fd: number): Watch => {
  let handle: Poll | undefined
  return {
    start(what, onReady) {
      const events = { readable: what === 'readable', writable: what === 'writable' }
      // koffi passes a status before the events, which its types do not have.
      const callback = onReady as unknown as (events: unknown) => void
      if (handle === undefined) handle = koffi.node.poll(fd, events, callback)
      else handle.start(events, callback)
    },
    stop: () => {
      handle?.stop()
    },
    close: () => {
      handle?.close()
      // koffi follows a null pointer when a closed handle is told anything.
      handle = undefined
    },
  }
}

const systemCalls = (
  koffi: Koffi,
  numbers: { recvmmsg: number; sendmmsg: number },
): SystemCalls => {
  const c = libraryOf(koffi)
  return {
    open: (endpoint) => openSocket(c, endpoint),
    close: (fd) => c.close(fd),
    watch: (fd) => watchOn(koffi, fd),
    boundTo(fd, octets) {
      c.getsockname(fd, octets, new Uint8Array(Uint32Array.of(octets.length).buffer))
    },
    clearError(fd) {
      const length = new Uint8Array(Uint32Array.of(4).buffer)
      c.getsockopt(fd, SOL_SOCKET, SO_ERROR, new Uint8Array(4), length)
    },
    receive(fd, headers, count) {
      return c.receive(numbers.recvmmsg, fd, headers, count, 0, null)
    },
    send(fd, headers, count) {
      const sent = c.send(numbers.sendmmsg, fd, headers, count, 0)
      return sent < 0 ? -c.errno() : sent
    },
    addressOf: (memory) => Number(koffi.address(memory)),
    // INET6_ADDRSTRLEN is 46, the 0 at the end included.
    ipv6Text: (octets) => c.toText(Family.INET6, octets, Buffer.alloc(46), 46) as string,
  }
}
