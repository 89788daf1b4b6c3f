/** Records, nodes and zones put together from octets, and shown as lines that a test can compare. */
import { rrTypeOf } from '../../src/wire/codes.ts'
import { labelsOf, type Name } from '../../src/wire/name.ts'
import type { Author, ZoneRecord } from '../../src/zone/changeset.ts'
import { nameKeyOf } from '../../src/zone/name-key.ts'
import { withRrset, type Node } from '../../src/zone/node.ts'
import { withRdata } from '../../src/zone/rrset.ts'
import type {
  Decision,
  NodeChange,
  Outcome,
  ZoneDraft,
  ZoneStore,
  ZoneView,
} from '../../src/zone/zone.ts'
import { u32, wireName } from './messages.ts'

export const A = rrTypeOf(1)
export const NS = rrTypeOf(2)
export const CNAME = rrTypeOf(5)
export const SOA = rrTypeOf(6)
export const TXT = rrTypeOf(16)

/** The name that a text means, by the octets of RFC 1035 §3.1. */
// `wireName` puts names together.
export const named = (text: string): Name => wireName(text) as Uint8Array as Name

export const ipv4 = (text: string): Buffer => Buffer.from(text.split('.').map(Number))

export const a = (owner: string, address: string, ttl = 3600): ZoneRecord => ({
  owner: named(owner),
  type: A,
  ttl,
  rdata: ipv4(address),
})

export const ns = (owner: string, target: string, ttl = 3600): ZoneRecord => ({
  owner: named(owner),
  type: NS,
  ttl,
  rdata: wireName(target),
})

/** One character-string of up to 255 octets. */
export const txt = (owner: string, text: string, ttl = 3600): ZoneRecord => ({
  owner: named(owner),
  type: TXT,
  ttl,
  rdata: Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'latin1')]),
})

/** RFC 1035 §3.3.13: two names and five numbers. */
export const soaRdata = (serial: number, minimum = 300): Buffer =>
  Buffer.concat([
    wireName('ns1.example.'),
    wireName('hostmaster.example.'),
    ...[serial, 7200, 900, 604_800, minimum].map(u32),
  ])

export const soa = (owner: string, serial: number, ttl = 3600): ZoneRecord => ({
  owner: named(owner),
  type: SOA,
  ttl,
  rdata: soaRdata(serial),
})

/** The node that these records, all of one owner, make. */
export const nodeOf = (first: ZoneRecord, ...more: readonly ZoneRecord[]): Node => {
  let node: Node = { owner: first.owner, rrsets: [] }
  for (const { owner, type, ttl, rdata } of [first, ...more]) {
    const present = node.rrsets.find((rrset) => rrset.type === type)
    node = withRrset(node, owner, withRdata(present, type, ttl, rdata))
  }
  return node
}

/** `www.example. 3600 1 c0000201`: labels octet by octet, then TTL, type and RDATA. */
export const lineOf = ({ owner, type, ttl, rdata }: ZoneRecord): string =>
  `${shownName(owner)} ${ttl} ${type} ${Buffer.from(rdata).toString('hex')}`

export const shownName = (name: Name): string =>
  `${labelsOf(name)
    .map((label) => Buffer.from(label).toString('latin1'))
    .join('.')}.`

/** A line for each record of the node, in the node's order. */
export const nodeLines = (node: Node | undefined): string[] =>
  (node?.rrsets ?? []).flatMap(({ type, ttl, rdatas }) =>
    rdatas.map((rdata) => lineOf({ owner: node?.owner ?? named('.'), type, ttl, rdata })),
  )

/** The lines of all nodes in the zone's order, those of one node sorted. */
export const zoneLines = (view: ZoneView): string[] =>
  Array.from(view.nodes()).flatMap((node) => nodeLines(node).sort())

/** The owners of all nodes, in the zone's order. */
export const ownersOf = (view: ZoneView): string[] =>
  Array.from(view.nodes(), ({ owner }) => shownName(owner))

/** Fills and publishes a zone with a SOA of serial 10, an NS, and these records. */
export const publish = (
  store: ZoneStore,
  apex: string,
  records: readonly ZoneRecord[] = [],
  serial = 10,
  from?: 'file',
): ZoneView => {
  const load = store.load(named(apex), from)
  for (const record of [soa(apex, serial), ns(apex, 'ns1.example.'), ...records]) {
    const problem = load.add(record)
    if (problem !== undefined) throw new Error(`${lineOf(record)}: ${problem}`)
  }
  const problem = load.publish()
  if (problem !== undefined) throw new Error(`${apex}: ${problem}`)
  return viewOf(store, apex)
}

export const viewOf = (store: ZoneStore, apex: string): ZoneView => {
  const view = store.zone(named(apex))
  if (view === undefined) throw new Error(`no zone ${apex}`)
  return view
}

/** Puts the record beside what its node has in the draft. */
export const put = (draft: ZoneDraft, record: ZoneRecord): void => {
  const key = nameKeyOf(record.owner)
  const { owner, type, ttl, rdata } = record
  const node = draft.get(key)
  const present = node?.rrsets.find((rrset) => rrset.type === type)
  draft.set(key, withRrset(node, owner, withRdata(present, type, ttl, rdata)))
}

/** Takes the whole node away. */
export const remove = (draft: ZoneDraft, owner: string): void => {
  draft.set(nameKeyOf(named(owner)), undefined)
}

export const AUTHOR: Author = {
  principal: 'key:ddns-key.',
  source: '192.0.2.77#5353',
  transport: 'udp',
}

/** Commits what `change` does to the draft. */
export const change = (
  store: Pick<ZoneStore, 'commit'>,
  view: ZoneView,
  act: (draft: ZoneDraft) => void,
  decision: Partial<Decision<string>> = {},
): Promise<Outcome<string>> =>
  store.commit(view, AUTHOR, (draft) => {
    act(draft)
    return { keep: true, grants: ['ddns-key. zonesub ANY'], result: 'done', ...decision }
  })

/** The serial in the SOA at the apex, read where RFC 1035 §3.3.13 has it. */
export const serialIn = (view: Pick<ZoneView, 'apexKey' | 'get'>): number => {
  const rdata = view.get(view.apexKey)?.rrsets.find(({ type }) => type === SOA)?.rdatas[0]
  if (rdata === undefined) throw new Error('no SOA')
  return Buffer.from(rdata).readUInt32BE(rdata.length - 20)
}

/** The serial that a change led to, read from the SOA among the nodes that it set. */
export const serialAfterOf = (nodes: readonly NodeChange[]): number => {
  const apex = nodes.find(({ after }) => after?.rrsets.some(({ type }) => type === SOA))
  return serialIn({ apexKey: nameKeyOf(named('.')), get: () => apex?.after })
}
