/**
 * The addresses of this machine's interfaces: from `ip` (iproute2), which knows which of them are
 * temporary or deprecated; where there is no `ip`, from the system.
 */
import { networkInterfaces } from 'node:os'
import * as z from 'zod'
import { canonicalAddress, type Family } from './address.ts'
import { runProgram } from './program.ts'

export interface InterfaceAddress {
  readonly interface: string
  readonly family: Family
  readonly address: string
  /** Seconds for which it is still preferred; Infinity where there is no end (RFC 4862 §5.5.4). */
  readonly preferredSeconds: number
  /** RFC 8981: one that changes by itself. */
  readonly isTemporary: boolean
  /** Not to be used for anything new, or not usable yet (RFC 4862 §2). */
  readonly isDeprecated: boolean
  readonly isTentative: boolean
}

const MILLISECONDS = 10_000

/** What `ip` prints for a lifetime without an end. */
const FOREVER = 0xffff_ffff

const flag = z.boolean().default(false)

/** What of `ip -json address` we read. */
const ipOutput = z.array(
  z.object({
    ifname: z.string().default(''),
    addr_info: z
      .array(
        z.object({
          family: z.string().default(''),
          local: z.string().default(''),
          scope: z.string().default(''),
          temporary: flag,
          deprecated: flag,
          tentative: flag,
          dadfailed: flag,
          preferred_life_time: z.number().default(FOREVER),
        }),
      )
      .default([]),
  }),
)

/** @throws SyntaxError or ZodError when it is not what `ip` prints */
export const addressesFromIp = (json: string): InterfaceAddress[] =>
  ipOutput.parse(JSON.parse(json)).flatMap(({ ifname, addr_info: addresses }) =>
    addresses
      .filter(({ family, scope }) => scope === 'global' && /^inet6?$/.test(family))
      .map((info) => ({
        interface: ifname,
        family: info.family === 'inet' ? 'ipv4' : 'ipv6',
        address: canonicalAddress(info.local),
        preferredSeconds:
          info.preferred_life_time === FOREVER ? Infinity : info.preferred_life_time,
        isTemporary: info.temporary,
        isDeprecated: info.deprecated,
        isTentative: info.tentative || info.dadfailed,
      })),
  )

/** What Node knows on every system: neither lifetimes nor flags. */
export const addressesFromSystem = (interfaces = networkInterfaces()): InterfaceAddress[] =>
  Object.entries(interfaces).flatMap(([name, addresses = []]) =>
    addresses
      .filter(({ internal }) => !internal)
      .map(({ address, family }) => ({
        interface: name,
        family: family === 'IPv4' ? 'ipv4' : 'ipv6',
        address: canonicalAddress(address),
        preferredSeconds: Infinity,
        isTemporary: false,
        isDeprecated: false,
        isTentative: false,
      })),
  )

/** @throws Error when `ip` is there and fails */
export const interfaceAddresses = async (ip = 'ip'): Promise<InterfaceAddress[]> => {
  const ended = await runProgram([ip, '-json', 'address', 'show', 'up'], {
    milliseconds: MILLISECONDS,
  })
  if (ended.ok) return addressesFromIp(ended.stdout)
  if (ended.isMissing) return addressesFromSystem()
  throw new Error(ended.why)
}

const ROUTES = [
  ['-json', '-4', 'route', 'show', 'default'],
  ['-json', '-6', 'route', 'show', 'default'],
] as const

const routeOutput = z.array(
  z.object({ gateway: z.string().optional(), dev: z.string().optional() }),
)

/**
 * All of the network that matters to us, as a text: whoever finds another one than before has to
 * look. Lifetimes are not in it, for a router's advertisements renew them all the time.
 */
export const networkPicture = async (ip = 'ip'): Promise<string> => {
  const addresses = (await interfaceAddresses(ip)).map((one) => ({ ...one, preferredSeconds: 0 }))
  const routes: unknown[] = []
  for (const args of ROUTES) {
    const ended = await runProgram([ip, ...args], { milliseconds: MILLISECONDS })
    // A machine without a family has no routes for it.
    if (ended.ok) routes.push(routeOutput.parse(JSON.parse(ended.stdout || '[]')))
  }
  return JSON.stringify([addresses, routes])
}
