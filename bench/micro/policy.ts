/**
 * How long the rules take for an UPDATE of a thousand changes, beside its whole decision and its commit
 * to LMDB: `npm run bench:micro`. It prints and asserts nothing.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Rule } from '../../src/access/rule.ts'
import { UpdateRights, ZonePolicy } from '../../src/access/zone-policy.ts'
import { systemClock } from '../../src/base/clock.ts'
import { LmdbStore } from '../../src/store/lmdb.ts'
import { readMasterFile } from '../../src/text/master-file.ts'
import { nameFromText } from '../../src/text/name-text.ts'
import { decide } from '../../src/update/decide.ts'
import type { Change } from '../../src/update/sections.ts'
import { RrType } from '../../src/wire/codes.ts'
import type { Name } from '../../src/wire/name.ts'

const RECORDS = 1000
const ROUNDS = 30

const name = (text: string): Name => {
  const parsed = nameFromText(text)
  if (!parsed.ok) throw new Error(parsed.why)
  return parsed.name
}

const rule = (more: Partial<Rule>): Rule => ({
  deny: false,
  shadow: false,
  strict: false,
  key: name('k.'),
  from: undefined,
  transport: undefined,
  match: { kind: 'zonesub' },
  types: new Map([[RrType.A, Infinity]]),
  rights: new Set(['update']),
  ...more,
})

const APEX = name('bench.example.')

/** Rules for other names than those of the UPDATE, which all have to be tried. */
const misses = (count: number, key: string): Rule[] =>
  Array.from({ length: count }, (_, index) =>
    rule({ key: name(key), match: { kind: 'name', name: name(`m${index}.bench.example.`) } }),
  )

const POLICIES: readonly (readonly [title: string, rules: readonly Rule[]])[] = [
  ['1 rule', [rule({})]],
  ['300 rules of other keys, 1 of its own', [...misses(300, 'l.'), rule({})]],
  ['300 rules of its own, the last of them fits', [...misses(299, 'k.'), rule({})]],
  ['1 rule with a limit', [rule({ types: new Map([[RrType.A, 2]]) })]],
]

/** Each name gets one record in the place of another, so that the zone does not grow. */
const changesOf = (round: number): Change[] =>
  Array.from({ length: RECORDS / 2 }, (_, index) => {
    const owner = name(`h${index}.bench.example.`)
    const rdata = Uint8Array.of(10, round, index >> 8, index & 0xff)
    return [
      { kind: 'delete-rrset', owner, type: RrType.A } as const,
      { kind: 'add', owner, type: RrType.A, ttl: 60, rdata } as const,
    ]
  }).flat()

const openStore = (folder: string): LmdbStore => {
  const store = LmdbStore.open(folder, systemClock)
  const load = store.load(APEX)
  const text = '@ 60 IN SOA ns1 host 1 2 3 4 5\n@ 60 IN NS ns1\n'
  for (const record of readMasterFile([text], { file: 'bench', origin: APEX })) load.add(record)
  load.publish()
  return store
}

const median = (numbers: readonly number[]): string =>
  `${([...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? 0).toFixed(2)} ms`

const measure = async (store: LmdbStore, title: string, rules: readonly Rule[]): Promise<void> => {
  const view = store.zone(APEX)
  if (view === undefined) throw new Error('no zone')
  const policy = new ZonePolicy(APEX, rules)
  const requester = { key: name('k.'), address: '192.0.2.1', transport: 'tcp' } as const
  const author = { principal: 'bench', source: '', transport: 'cli' } as const
  const prerequisites = { items: [], refusal: undefined }
  const times: Record<'rules' | 'decision' | 'commit', number[]> = {
    rules: [],
    decision: [],
    commit: [],
  }
  for (let round = 0; round < ROUNDS; round++) {
    const items = changesOf(round)
    const start = performance.now()
    const rights = new UpdateRights(policy, requester)
    for (const { owner } of items) rights.ruling(owner, RrType.A)
    times.rules.push(performance.now() - start)
    let decided = 0
    const began = performance.now()
    await store.commit(view, author, (draft) => {
      const asked = { prerequisites, changes: { items, refusal: undefined } }
      const before = performance.now()
      const decision = decide(draft, false, new UpdateRights(policy, requester), asked)
      decided = performance.now() - before
      return decision
    })
    times.decision.push(decided)
    times.commit.push(performance.now() - began - decided)
  }
  const { rules: ruled, decision, commit } = times
  process.stdout.write(
    `${title}: rules ${median(ruled)}, decision with them ${median(decision)}, commit ${median(commit)}\n`,
  )
}

const folder = mkdtempSync(join(tmpdir(), 'livezone-bench-'))
const store = openStore(folder)
try {
  process.stdout.write(`an UPDATE of ${RECORDS} changes, median of ${ROUNDS}\n`)
  for (const [title, rules] of POLICIES) await measure(store, title, rules)
} finally {
  await store.close()
  rmSync(folder, { recursive: true })
}
