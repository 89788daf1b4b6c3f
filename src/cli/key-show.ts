/** `livezone key show`: a ready configuration for a client, with the secret in it. */
import { isIP } from 'node:net'
import type { TsigKey } from '../access/keyring.ts'
import type { Client, ClientSettings } from '../clients/client.ts'
import { clients } from '../clients/clients.ts'
import { loadKeyring } from '../config/keys-folder.ts'
import type { Config, ZoneConfig } from '../config/load.ts'
import { nameToText } from '../text/name-text.ts'
import { endpointText, type Endpoint } from '../transport/transport.ts'
import { nameEquals, type Name } from '../wire/name.ts'
import { configOf } from './configuration.ts'
import { examplesFor } from './first-steps.ts'
import { nameArgument } from './name-argument.ts'
import { OperatorError } from './operator-error.ts'

export interface ShowOptions {
  readonly config: string
  readonly for?: string
  readonly zone?: string
  readonly server?: string
}

export const showKey = (nameText: string, options: ShowOptions): void => {
  const name = nameArgument(nameText)
  const config = configOf(options)
  const text = nameToText(name)
  const key = loadKeyring(config.keys).get(name)
  if (key === undefined) {
    throw new OperatorError(`there is no key ${text} in ${config.keys}: livezone key list`)
  }
  if (options.for === undefined) {
    process.stdout.write(`livezone key show ${key.text} --for ${[...clients.keys()].join('|')}\n`)
    return
  }
  // Commander has seen to it that it is one of them.
  const client = clients.get(options.for) as Client
  const configuration = client(settingsFor(config, key, options))
  if (!configuration.ok) throw new OperatorError(configuration.why)
  const warning = `this shows the secret of ${key.text}: give it to that client and to nobody else`
  for (const note of [warning, ...configuration.notes]) process.stderr.write(`${note}\n`)
  process.stdout.write(configuration.text)
}

const settingsFor = (config: Config, key: TsigKey, options: ShowOptions): ClientSettings => {
  const [first, ...others] = zonesOf(config, key.name, options.zone)
  const [example] = examplesFor(first, key.name)
  const apex = nameToText(first.name)
  const server = serverOf(config, options.server)
  return {
    ...server,
    endpoint: endpointText(server),
    key,
    zones: [apex, ...others.map((zone) => nameToText(zone.name))],
    example: example ?? { owner: apex, type: 'TXT', rdata: 'hello' },
  }
}

/** The zones that the key may change, the one that is asked for first. */
const zonesOf = (
  config: Config,
  key: Name,
  zoneText: string | undefined,
): readonly [ZoneConfig, ...ZoneConfig[]] => {
  const granted = config.zones.filter(({ policy }) => policy.namesKey(key))
  const wanted = zoneText === undefined ? undefined : nameArgument(zoneText)
  const first = granted.find(({ name }) => wanted === undefined || nameEquals(name, wanted))
  if (first !== undefined) return [first, ...granted.filter((zone) => zone !== first)]
  const where = wanted === undefined ? 'any zone' : `the zone ${nameToText(wanted)}`
  throw new OperatorError(
    `${nameToText(key)} may change nothing in ${where}: give it a [[zone.grant]] first`,
  )
}

const ANY_ADDRESS = ['0.0.0.0', '::']

/** Where the client shall send: what was typed, or else the first address that is listened on. */
const serverOf = (config: Config, written: string | undefined): Endpoint => {
  // The configuration has an address, or it would not have been taken.
  const [listen] = config.listen as readonly [Endpoint]
  if (written === undefined) {
    if (!ANY_ADDRESS.includes(listen.address) && listen.port !== 0) return listen
    const what = `livezone listens on ${endpointText(listen)}`
    throw new OperatorError(`${what}: say where clients find it, --server ADDRESS or ADDRESS:PORT`)
  }
  const port = listen.port === 0 ? 53 : listen.port
  if (isIP(written) !== 0) return { address: written, port }
  const [, v6, v4, portText] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(written) ?? []
  const address = v6 ?? v4 ?? ''
  if (isIP(address) === 0 || Number(portText) > 0xffff) {
    throw new OperatorError(`"${written}" is no address, nor ADDRESS:PORT or [ADDRESS]:PORT`)
  }
  return { address, port: Number(portText) }
}
