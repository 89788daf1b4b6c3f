/** Which address this machine has: sources are asked in their order, the first that knows decides. */
import { NetworkError } from '../base/network-error.ts'
import { addressIn, reachOf, type Family } from './address.ts'
import { askHttp, NoRouteError } from './http.ts'
import type { InterfaceAddress } from './interfaces.ts'
import { runProgram } from './program.ts'

export type SourceSettings =
  /** One interface, or all of them. */
  | { readonly kind: 'interface'; readonly interface: string | undefined }
  /** A URL that answers with the address that it is asked from, over this family. */
  | { readonly kind: 'web'; readonly url: URL }
  | { readonly kind: 'command'; readonly command: readonly [string, ...string[]] }

/** What one source says. */
export type SourceAnswer =
  /** The best first. */
  | { readonly kind: 'addresses'; readonly addresses: readonly string[] }
  | { readonly kind: 'none'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string }

/** What all of them say together. */
export type Detected =
  | { readonly kind: 'address'; readonly address: string; readonly source: string }
  /** Two sources or more agree. */
  | { readonly kind: 'none'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string }

export type AskSource = (source: SourceSettings, family: Family) => Promise<SourceAnswer>

const MILLISECONDS = 10_000

/**
 * @param current the address that was found last: it is kept while a source still has it, for of two
 *   addresses now one, now the other would look better
 */
export const detect = async (
  sources: readonly SourceSettings[],
  family: Family,
  current: string | undefined,
  ask: AskSource,
): Promise<Detected> => {
  const answers: Exclude<SourceAnswer, { kind: 'addresses' }>[] = []
  for (const source of sources) {
    const answer = await ask(source, family)
    if (answer.kind !== 'addresses') {
      answers.push(answer)
      continue
    }
    const address = answer.addresses.find((one) => one === current) ?? answer.addresses[0]
    if (address !== undefined) return { kind: 'address', address, source: sourceText(source) }
  }
  const why = answers.map((answer) => answer.why).join('; ')
  const isAgreed = answers.length >= 2 && answers.every(({ kind }) => kind === 'none')
  return { kind: isAgreed ? 'none' : 'unknown', why }
}

/** As the operator knows it. */
export const sourceText = (source: SourceSettings): string => {
  switch (source.kind) {
    case 'interface':
      return source.interface === undefined ? 'the interfaces' : `interface ${source.interface}`
    case 'web':
      return source.url.host
    case 'command':
      return source.command[0]
  }
}

/** Asks the world. */
export const askWorld =
  (interfaces: () => Promise<readonly InterfaceAddress[]>, allowPrivate: boolean): AskSource =>
  async (source, family) => {
    const text = sourceText(source)
    try {
      switch (source.kind) {
        case 'interface':
          return onInterface(await interfaces(), source.interface, family, allowPrivate)
        case 'web': {
          const { status, text: body } = await askHttp({
            url: source.url,
            family,
            milliseconds: MILLISECONDS,
            headers: { accept: 'text/plain' },
          })
          return status === 200
            ? saidBy(text, body, family, allowPrivate)
            : { kind: 'failed', why: `${text} answers HTTP ${status}` }
        }
        case 'command': {
          const ended = await runProgram(source.command, { milliseconds: MILLISECONDS })
          return ended.ok
            ? saidBy(text, ended.stdout, family, allowPrivate)
            : { kind: 'failed', why: ended.why }
        }
      }
    } catch (error) {
      const why = (error as Error).message
      return { kind: error instanceof NoRouteError ? 'none' : 'failed', why }
    }
  }

/** The stable addresses of the interfaces, the world's before private ones, those that stay longest first. */
export const onInterface = (
  all: readonly InterfaceAddress[],
  wanted: string | undefined,
  family: Family,
  allowPrivate: boolean,
): SourceAnswer => {
  const where = sourceText({ kind: 'interface', interface: wanted })
  const stable = all.filter(
    (one) =>
      one.family === family &&
      (wanted === undefined || one.interface === wanted) &&
      !one.isTemporary &&
      !one.isDeprecated &&
      !one.isTentative,
  )
  const among = (reach: 'public' | 'private'): string[] =>
    stable
      .filter(({ address }) => reachOf(address, family) === reach)
      .sort((a, b) => (a.preferredSeconds < b.preferredSeconds ? 1 : -1))
      .map(({ address }) => address)
  const own = among('private')
  const addresses = [...among('public'), ...(allowPrivate ? own : [])]
  if (addresses.length > 0) return { kind: 'addresses', addresses }
  const [hidden] = own
  const name = familyText(family)
  const why =
    hidden === undefined
      ? `${where}: no ${name} address`
      : `${where}: ${hidden} alone, which is private (allow-private publishes such)`
  return { kind: 'none', why }
}

export const familyText = (family: Family): string => (family === 'ipv4' ? 'IPv4' : 'IPv6')

/** What a page or a program printed. Silence of theirs is no proof that there is no address. */
const saidBy = (who: string, text: string, family: Family, allowPrivate: boolean): SourceAnswer => {
  const address = addressIn(text, family)
  if (address === undefined) throw new NetworkError(`${who} says no ${familyText(family)} address`)
  const reach = reachOf(address, family)
  if (reach === 'public' || (reach === 'private' && allowPrivate)) {
    return { kind: 'addresses', addresses: [address] }
  }
  const advice = reach === 'private' ? ', which is private (allow-private publishes such)' : ''
  return { kind: 'failed', why: `${who} says ${address}${advice || ', which nobody can reach'}` }
}
