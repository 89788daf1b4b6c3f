/** What an agent has around it, without a network: hosts, a server that a test plays, sources, a clock. */
import type { Family, PerFamily } from '../../src/agent/address.ts'
import type { Published } from '../../src/agent/decide.ts'
import type { SourceAnswer } from '../../src/agent/detect.ts'
import type { AgentEvent } from '../../src/agent/hooks.ts'
import type { Outcome } from '../../src/agent/outcome.ts'
import type { RoundParts } from '../../src/agent/round.ts'
import type { HostUpdate, Looked, Server } from '../../src/agent/server.ts'
import type { AgentSettings, HostSettings } from '../../src/agent/settings.ts'
import { nameToText } from '../../src/text/name-text.ts'
import { FakeClock } from './clock.ts'
import { recordingLog, type LogLine } from './log.ts'
import { name, tsigKey } from './service.ts'

export const HOME = 'home.dyn.example.'

export const hostSettings = (text = HOME, more: Partial<HostSettings> = {}): HostSettings => ({
  name: name(text),
  zone: undefined,
  families: ['ipv4', 'ipv6'],
  suffix: undefined,
  ttlSeconds: 60,
  ...more,
})

export const agentSettings = (more: Partial<AgentSettings> = {}): AgentSettings => ({
  hosts: [hostSettings()],
  update: { kind: 'dns', server: { host: '192.0.2.53', port: 53 }, key: tsigKey('home.') },
  fingerprint: 'f',
  sources: {
    ipv4: [{ kind: 'interface', interface: undefined }],
    ipv6: [{ kind: 'interface', interface: undefined }],
  },
  allowPrivate: false,
  stateFile: 'agent.json',
  intervalSeconds: 300,
  verifySeconds: 3600,
  hooks: { change: undefined, failure: undefined, recover: undefined, webhook: undefined },
  ...more,
})

/** A server whose answers a test sets; what it takes it has from then on. */
export class PlayedServer implements Server {
  published: PerFamily<Published> = { ipv4: null, ipv6: null }
  looked: Looked | undefined
  outcome: Outcome = { kind: 'done' }
  /** `look home` or `update home 192.0.2.1 none` */
  readonly asked: string[] = []

  look({ name: host }: HostSettings): Promise<Looked> {
    this.asked.push(`look ${nameToText(host)}`)
    return Promise.resolve(this.looked ?? { kind: 'found', published: this.published })
  }

  update(updates: readonly HostUpdate[]): Promise<readonly Outcome[]> {
    for (const { host, wanted } of updates) {
      const addresses = [wanted.ipv4, wanted.ipv6].map((address) =>
        address === undefined ? '-' : (address ?? 'none'),
      )
      this.asked.push(`update ${nameToText(host.name)} ${addresses.join(' ')}`)
      if (this.outcome.kind === 'done') this.published = { ...this.published, ...wanted }
    }
    return Promise.resolve(updates.map(() => this.outcome))
  }

  /** What was asked since the last time. */
  taken(): string[] {
    return this.asked.splice(0)
  }
}

export class PlayedWorld {
  readonly clock = new FakeClock()
  readonly server = new PlayedServer()
  readonly events: AgentEvent[] = []
  readonly lines: LogLine[]
  readonly parts: RoundParts
  /** What every source says. */
  says: Record<Family, SourceAnswer> = {
    ipv4: { kind: 'addresses', addresses: ['192.0.2.1'] },
    ipv6: { kind: 'failed', why: 'no answer' },
  }

  constructor(more: Partial<AgentSettings> = {}) {
    const { log, lines } = recordingLog()
    this.lines = lines
    this.parts = {
      log,
      settings: agentSettings(more),
      server: this.server,
      clock: this.clock,
      askSource: (_, family) => Promise.resolve(this.says[family]),
      tell: (event) => {
        this.events.push(event)
        return Promise.resolve()
      },
      random: () => 0,
    }
  }

  address(address: string): void {
    this.says = { ...this.says, ipv4: { kind: 'addresses', addresses: [address] } }
  }
}
