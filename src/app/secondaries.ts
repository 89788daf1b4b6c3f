/** The zones that are other servers': fetched from there, and their UPDATEs handed on to there. */
import type { Keyring, TsigKey } from '../access/keyring.ts'
import { keyNameOf } from '../access/principal.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Config } from '../config/load.ts'
import type { PeerConfig } from '../config/peer.ts'
import { Forwarder } from '../secondary/forwarder.ts'
import { primaryText, type Primary } from '../secondary/primary.ts'
import { Secondaries } from '../secondary/secondaries.ts'
import type { SecondaryZone } from '../secondary/secondary-zone.ts'
import { forwardedRcode, type Forwarding } from '../server/forwarded-update.ts'
import type { OnNotify } from '../server/notice.ts'
import type { ServedZone } from '../server/service.ts'
import { Rcode } from '../wire/codes.ts'
import type { ZoneSet } from '../zone/zone-set.ts'
import type { ZoneStore, ZoneView } from '../zone/zone.ts'
import { Sockets } from './network.ts'

export interface SecondaryRole {
  readonly secondaries: Secondaries
  readonly forwarding: Forwarding
  readonly onNotify: OnNotify
  /** Begins to ask the primaries. */
  start(): void
  /** Asks no more, for another will; what is being forwarded is still answered. */
  retire(): Promise<void>
  /** What was taken is whole, what was not is gone. */
  stop(): Promise<void>
}

interface Around {
  readonly store: ZoneStore
  readonly clock: Clock
  readonly log: Log
}

/**
 * Puts the secondary zones of the configuration among the zones, and sees to them from `start` on.
 * @param onServed is told of a zone that can be answered for
 */
export const secondaryRole = (
  config: Config,
  zones: ZoneSet<ServedZone>,
  keyring: Keyring,
  around: Around,
  onServed: (view: ZoneView) => void,
): SecondaryRole => {
  const network = new Sockets()
  const forwardingNetwork = new Sockets()
  const serve: ConstructorParameters<typeof Secondaries>[0]['serve'] = (
    apex,
    view,
    isSecondary,
  ) => {
    // Every zone of the configuration is among them.
    const zone = zones.get(apex) as ServedZone
    // What came into the same zone is no reason to forget all answers.
    if (zone.view !== view || zone.isSecondary !== isSecondary) {
      const expiresInSeconds = (): number | undefined => secondaries.get(apex)?.expiresInSeconds
      zones.add({ ...zone, view, isSecondary, expiresInSeconds })
    }
    if (view === undefined) return
    // What clients may use up is counted from when they may use anything.
    if (!isSecondary) zone.budgets?.watch(view)
    onServed(view)
  }
  const secondaries = new Secondaries({ ...around, network, random: Math.random, serve })
  for (const { name, primaries } of config.zones) {
    if (primaries.length > 0) secondaries.add(name, primariesOf(primaries, keyring))
    // What is ours now says nothing of what it was, should it become another's again.
    else if (around.store.secondaryState(name) !== undefined) {
      around.store.setSecondaryState(name, undefined)
    }
  }
  const forwarder = new Forwarder(forwardingNetwork)
  const retire = async (): Promise<void> => {
    const stopped = secondaries.stop()
    network.close()
    await stopped
  }
  return {
    secondaries,
    forwarding: forwardingTo(secondaries, forwarder),
    onNotify: ({ apex, source, principal, serial }) =>
      secondaries.notified(apex, source.address, keyNameOf(principal), serial),
    start: () => {
      secondaries.start()
    },
    retire,
    stop: async () => {
      forwardingNetwork.close()
      await retire()
    },
  }
}

const primariesOf = (peers: readonly PeerConfig[], keyring: Keyring): Primary[] =>
  peers.map(({ address, port, key }) => ({
    address,
    port,
    // `checkKeys` has seen to it that the key is there.
    key: key && (keyring.get(key) as TsigKey),
  }))

const forwardingTo = (secondaries: Secondaries, forwarder: Forwarder): Forwarding => ({
  forward: async (packet, apex, client) => {
    // Nothing else than UPDATEs of secondary zones is forwarded.
    const { primaries } = secondaries.get(apex) as SecondaryZone
    const forwarded = await forwarder.forward(packet, primaries, client)
    if (forwarded.kind === 'failed') return forwarded
    const { answer, primary } = forwarded
    const update = { kind: 'answered', answer, by: primaryText(primary) } as const
    // The client may look for what it has changed, and here.
    if (forwardedRcode(update) === Rcode.NOERROR) secondaries.hurry(apex, primary)
    return update
  },
})
