/** A zone whose changes are written as lines: what a test does to it, and what it then has. */
import { MemoryStore } from '../../src/store/memory.ts'
import { readMasterFile } from '../../src/text/master-file.ts'
import { recordToText } from '../../src/text/record-text.ts'
import type { Author, ZoneRecord } from '../../src/zone/changeset.ts'
import { nameKeyOf } from '../../src/zone/name-key.ts'
import { withRrset } from '../../src/zone/node.ts'
import type { ZoneDraft, ZoneStore, ZoneView } from '../../src/zone/zone.ts'
import { FakeClock } from './clock.ts'
import { AUTHOR, put } from './records.ts'
import { loadZone, name } from './service.ts'

export const EDITED = `
$TTL 3600
@    IN SOA ns1 hostmaster 10 7200 900 604800 300
@    IN NS  ns1
ns1  IN A   192.0.2.53
`

/** Records of a text in the syntax of master files, relative to `dyn.example.`. */
export const recordsIn = (text: string): ZoneRecord[] =>
  Array.from(
    readMasterFile([`${text}\n`], { file: 'test', origin: name('dyn.example.') }),
    ({ owner, type, ttl, rdata }) => ({ owner, type, ttl, rdata }),
  )

/** `www.dyn.example. 60 IN A 192.0.2.1` for each record, sorted. */
export const textsIn = (view: Pick<ZoneView, 'nodes'>): string[] =>
  Array.from(view.nodes())
    .flatMap(({ owner, rrsets }) =>
      rrsets.flatMap(({ type, ttl, rdatas }) =>
        rdatas.map((rdata) => recordToText(owner, ttl, type, rdata)),
      ),
    )
    .sort()

/** Without the SOA, which is another with every change. */
export const dataIn = (view: Pick<ZoneView, 'nodes'>): string[] =>
  textsIn(view).filter((line) => !line.includes(' IN SOA '))

const take = (draft: ZoneDraft, record: ZoneRecord): void => {
  const key = nameKeyOf(record.owner)
  const node = draft.get(key)
  const rrset = node?.rrsets.find(({ type }) => type === record.type)
  if (node === undefined || rrset === undefined) throw new Error('there is no such record')
  const rdatas = rrset.rdatas.filter((rdata) => !Buffer.from(rdata).equals(record.rdata))
  const others = node.rrsets.filter((other) => other !== rrset)
  if (rdatas.length > 0) draft.set(key, withRrset(node, node.owner, { ...rrset, rdatas }))
  else draft.set(key, others.length === 0 ? undefined : { owner: node.owner, rrsets: others })
}

/** Each begins with `-` or `+`, and goes on as in a master file; a SOA takes the place of the one there. */
export const editDraft = (draft: ZoneDraft, ...lines: readonly string[]): void => {
  for (const line of lines) {
    for (const record of recordsIn(line.slice(1).trimStart())) {
      if (line.startsWith('-')) take(draft, record)
      else put(draft, record)
    }
  }
}

export class EditedZone {
  readonly clock = new FakeClock()
  readonly store: ZoneStore
  readonly view: ZoneView

  constructor(text = EDITED, store?: ZoneStore) {
    this.store = store ?? new MemoryStore(this.clock)
    this.view = loadZone(this.store, 'dyn.example.', text)
  }

  /** One change; the clock goes on by a second before it. */
  edit(...lines: readonly string[]): Promise<unknown> {
    return this.editAs(AUTHOR, ...lines)
  }

  editAs(author: Author, ...lines: readonly string[]): Promise<unknown> {
    this.clock.advanceSeconds(1)
    return this.store.commit(this.view, author, (draft) => {
      editDraft(draft, ...lines)
      return { keep: true, grants: ['ddns-key. zonesub ANY'], result: undefined }
    })
  }
}
