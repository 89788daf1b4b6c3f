/** A file laid into a zone: what it changed is done, what clients changed stays, conflicts are said. */
import t from 'tap'
import { planMerge, planReplace, type MergePlan, type Side } from '../../src/history/merge.ts'
import { patchLines } from '../../src/history/patch-text.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import type { ZoneView } from '../../src/zone/zone.ts'
import { FakeClock } from '../support/clock.ts'
import { EDITED, EditedZone } from '../support/edited-zone.ts'
import { loadZone } from '../support/service.ts'

const fileOf = (text: string, head = EDITED): ZoneView =>
  loadZone(new MemoryStore(new FakeClock()), 'dyn.example.', head + text)

interface Versions {
  readonly base?: string
  readonly zone: string
  readonly file: string
  readonly prefer?: Side
}

const merged = ({ base, zone, file, prefer }: Versions): MergePlan =>
  planMerge(fileOf(zone), base === undefined ? undefined : fileOf(base), fileOf(file), prefer)

const lines = ({ change }: MergePlan): string[] => patchLines(change.patch)

const A1 = 'www 60 A 192.0.2.1\n'
const A2 = 'www 60 A 192.0.2.2\n'
const A3 = 'www 60 A 192.0.2.3\n'
const CLIENT = 'laptop 60 A 192.0.2.9\n'
const www = (n: number): string => `www.dyn.example. 60 IN A 192.0.2.${n}`

t.test('what the file changed is done, and what clients registered stays', async (t) => {
  const plan = merged({
    base: `${A1}old 60 A 192.0.2.7\n`,
    zone: `${A1}old 60 A 192.0.2.7\n${CLIENT}`,
    file: `${A2}new 60 A 192.0.2.8\n`,
  })
  t.strictSame(lines(plan), [
    '+ new.dyn.example. 60 IN A 192.0.2.8',
    '- old.dyn.example. 60 IN A 192.0.2.7',
    `- ${www(1)}`,
    `+ ${www(2)}`,
  ])
  t.strictSame([plan.conflicts, plan.isNothing], [[], false])
  t.equal(plan.change.isWhole, false)
})

t.test('what the file did not change stays as clients changed it', async (t) => {
  for (const zone of [A2, '', `${A1}${A2}`, 'www 300 A 192.0.2.1\n', 'www 60 CNAME x\n']) {
    const plan = merged({ base: A1, zone, file: A1 })
    t.strictSame([lines(plan), plan.conflicts], [[], []], zone)
    t.ok(plan.isNothing)
  }
})

t.test('what both changed alike is no conflict, and remembered', async (t) => {
  for (const [base, both] of [
    [A1, A2],
    [A1, ''],
    ['', A1],
  ] as const) {
    const plan = merged({ base, zone: both, file: both })
    t.strictSame([lines(plan), plan.conflicts, plan.isNothing], [[], [], false])
    t.not(plan.change.applied, undefined)
  }
})

t.test('what both changed differently is a conflict that says all three', async (t) => {
  const plan = merged({ base: A1, zone: A2, file: A3 })
  t.strictSame(plan.conflicts, [
    'www.dyn.example. A\n' +
      `  the file had: ${www(1)}\n` +
      `  the file has: ${www(3)}\n` +
      `  the zone has: ${www(2)}`,
  ])
  t.strictSame(lines(plan), [])
  const removed = merged({ base: A1, zone: A2, file: '' })
  t.match(removed.conflicts[0], /the file has: nothing\n/)
  const gone = merged({ base: A1, zone: '', file: A3 })
  t.match(gone.conflicts[0], /the zone has: nothing$/)
  const added = merged({ base: '', zone: A2, file: 'www 300 A 192.0.2.2\n' })
  t.match(added.conflicts[0], /the file had: nothing\n/)
})

t.test('a conflict is decided by whoever is preferred', async (t) => {
  const versions = { base: A1, zone: `${A2}${CLIENT}`, file: `${A3}new 60 A 192.0.2.8\n` }
  const added = '+ new.dyn.example. 60 IN A 192.0.2.8'
  const byFile = merged({ ...versions, prefer: 'file' })
  t.strictSame([lines(byFile), byFile.conflicts], [[added, `- ${www(2)}`, `+ ${www(3)}`], []])
  const byZone = merged({ ...versions, prefer: 'zone' })
  t.strictSame([lines(byZone), byZone.conflicts], [[added], []])
  const deleted = merged({ base: A1, zone: A2, file: '', prefer: 'file' })
  t.strictSame(lines(deleted), [`- ${www(2)}`])
})

t.test('RFC 1034 §3.6.2 a CNAME of the file and data of the zone are a conflict', async (t) => {
  const versions = { base: '', zone: `${A1}www 60 TXT "x"\n`, file: 'www 60 CNAME x\n' }
  t.match(merged(versions).conflicts, [
    /^www\.dyn\.example\. \(a CNAME takes no other data\)\n {2}the file had: nothing\n {2}the file has: www\.dyn\.example\. 60 IN CNAME x\.dyn\.example\.\n {2}the zone has: .*\n {2}the zone has: .*"x"$/,
  ])
  t.strictSame(lines(merged({ ...versions, prefer: 'file' })), [
    `- ${www(1)}`,
    '+ www.dyn.example. 60 IN CNAME x.dyn.example.',
    '- www.dyn.example. 60 IN TXT "x"',
  ])
  t.strictSame(lines(merged({ ...versions, prefer: 'zone' })), [])
})

t.test('RFC 1034 §3.6.2 data of the file and a CNAME of the zone are a conflict', async (t) => {
  const versions = { base: '', zone: 'www 60 CNAME x\n', file: A1 }
  t.equal(merged(versions).conflicts.length, 1)
  t.strictSame(lines(merged({ ...versions, prefer: 'file' })), [
    `+ ${www(1)}`,
    '- www.dyn.example. 60 IN CNAME x.dyn.example.',
  ])
  t.strictSame(lines(merged({ ...versions, prefer: 'zone' })), [])
})

t.test('RFC 4343 another spelling is no change', async (t) => {
  const plan = merged({ base: 'a 60 CNAME b\n', zone: 'a 60 CNAME c\n', file: 'A 60 CNAME B\n' })
  t.strictSame([lines(plan), plan.conflicts], [[], []])
})

t.test('the serial of a file does not matter, what else is in its SOA does', async (t) => {
  const zone = new EditedZone(EDITED)
  await zone.edit(`+ ${A1}`)
  const head = (serial: number, minimum: number): string =>
    EDITED.replace(/hostmaster .*/, `hostmaster ${serial} 7200 900 604800 ${minimum}`)
  const base = fileOf('')
  t.ok(planMerge(zone.view, base, fileOf('', head(3, 300)), undefined).isNothing)
  const plan = planMerge(zone.view, base, fileOf('', head(3, 60)), undefined)
  t.match(lines(plan), [/^- .* 11 7200 900 604800 300$/, /^\+ .* 11 7200 900 604800 60$/])
  t.strictSame(plan.conflicts, [])
})

t.test('where no earlier file is known, nothing is taken to have gone from it', async (t) => {
  const plan = merged({ zone: `${A1}${CLIENT}`, file: `${A1}new 60 A 192.0.2.8\n` })
  t.strictSame(lines(plan), ['+ new.dyn.example. 60 IN A 192.0.2.8'])
  t.equal(merged({ zone: A1, file: A2 }).conflicts.length, 1)
})

t.test('to replace is to make the zone what the file is', async (t) => {
  const zone = fileOf(`${A1}${CLIENT}`)
  const plan = planReplace(zone, fileOf(A1), fileOf(`${A1}${A2}`))
  t.strictSame(lines(plan), ['- laptop.dyn.example. 60 IN A 192.0.2.9', `+ ${www(2)}`])
  t.strictSame([plan.change.isWhole, plan.conflicts, plan.isNothing], [true, [], false])
  t.ok(planReplace(zone, zone, zone).isNothing)
})
