/** Who web clients are: holders of tokens, and devices of fleets. */
import type { KeyObject } from 'node:crypto'
import { nameFromText } from '../text/name-text.ts'
import type { RrType } from '../wire/codes.ts'
import type { Name } from '../wire/name.ts'
import { deviceLabel, isDeviceSecret } from './token-secret.ts'
import type { FoundToken, Tokens } from './tokens.ts'
import { WebIdentity } from './web-identity.ts'

/** Devices that share a maker: each has a secret that follows from the fleet's and its own id. */
export interface Fleet {
  readonly name: string
  /** Their hosts are below it. */
  readonly domain: Name
  readonly secret: KeyObject
  readonly types: readonly RrType[]
  /** Ids, in small letters, of devices that are no longer taken. */
  readonly denied: ReadonlySet<string>
}

/** Characters of a device's id. */
const MOST_ID = 128

export class Identities {
  private readonly tokens: Tokens
  private readonly fleets: readonly Fleet[]

  constructor(tokens: Tokens, fleets: readonly Fleet[]) {
    this.tokens = tokens
    this.fleets = fleets
  }

  /**
   * @param credentials the secret alone says who it is; a device says its id as its user
   * @param address of the client
   */
  find(
    { user, secret }: { readonly user: string; readonly secret: string },
    address: string,
  ): FoundToken {
    const found = this.tokens.find(secret, address)
    if (found.ok || user === '' || user.length > MOST_ID) return found
    const fleet = this.fleets.find((one) => isDeviceSecret(one.secret, user, secret))
    if (fleet === undefined) return found
    const device = user.toLowerCase()
    const identity = deviceIdentity(fleet, device)
    if (fleet.denied.has(device)) {
      const why = `a denied device of ${fleet.name}`
      return { ok: false, fault: 'denied-device', why, identity }
    }
    return { ok: true, identity, role: undefined, use: () => undefined }
  }
}

/** The name of a device's host, which does not tell its id. */
export const deviceHost = ({ secret, domain }: Fleet, device: string): Name => {
  const parsed = nameFromText(deviceLabel(secret, device), domain)
  // A domain that is too long for it is refused where fleets are read.
  if (!parsed.ok) throw new Error(`a fleet without room for its devices: ${parsed.why}`)
  return parsed.name
}

const deviceIdentity = (fleet: Fleet, device: string): WebIdentity =>
  new WebIdentity({
    name: `${fleet.name}/${deviceLabel(fleet.secret, device)}`,
    hosts: [deviceHost(fleet, device)],
    below: false,
    types: fleet.types,
  })
