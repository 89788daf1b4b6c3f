/** Taking back one change, or all since a point: what comes back, and what speaks against it. */
import t from 'tap'
import { planRestore, planRestoreOfName, planUndo, type Plan } from '../../src/history/undo.ts'
import { patchLines } from '../../src/history/patch-text.ts'
import { serialOf } from '../../src/zone/serial.ts'
import { EDITED, EditedZone } from '../support/edited-zone.ts'
import { name } from '../support/service.ts'

const www = (address: string, ttl = 60): string => `www.dyn.example. ${ttl} IN A 192.0.2.${address}`

const undone = ({ store, view }: EditedZone, ...serials: readonly number[]): Plan => {
  const plan = planUndo(store, view, serials.map(serialOf))
  if (plan === undefined) throw new Error('no such change')
  return plan
}

const edited = async (
  text: string,
  ...changes: readonly (readonly string[])[]
): Promise<EditedZone> => {
  const zone = new EditedZone(EDITED + text)
  for (const lines of changes) await zone.edit(...lines)
  return zone
}

t.test('what was added goes, what was removed comes back', async (t) => {
  const zone = await edited(
    'www 60 A 192.0.2.1\n',
    ['- www 60 A 192.0.2.1', '+ www 60 A 192.0.2.2', '+ x.y 60 TXT "x"'],
    ['+ other 60 A 192.0.2.9'],
  )
  const { change, obstacles, problem } = undone(zone, 11)
  t.strictSame(patchLines(change.patch), [
    `- ${www('2')}`,
    `+ ${www('1')}`,
    '- x.y.dyn.example. 60 IN TXT "x"',
  ])
  t.strictSame([obstacles, problem, change.since, change.isWhole], [[], undefined, 12, false])
})

t.test('a change that the history does not have is none', async (t) => {
  const zone = await edited('', ['+ www 60 A 192.0.2.1'])
  t.equal(planUndo(zone.store, zone.view, [serialOf(10)]), undefined)
  t.equal(planUndo(zone.store, zone.view, [serialOf(99)]), undefined)
})

t.test('later changes of the same records are named', async (t) => {
  const zone = await edited(
    '',
    ['+ www 60 A 192.0.2.1'],
    ['+ www 60 A 192.0.2.2'],
    ['- www 60 A 192.0.2.1'],
    ['+ www 60 A 192.0.2.1'],
  )
  const { change, obstacles } = undone(zone, 11)
  t.strictSame(obstacles, [
    'key:ddns-key. changed www.dyn.example. A (serial 13)',
    'key:ddns-key. changed www.dyn.example. A (serial 14)',
  ])
  t.strictSame(patchLines(change.patch), [`- ${www('1')}`], 'the other record is left alone')
  t.strictSame(undone(zone, 12).obstacles, [])
})

t.test('of many later changes the first are named, and the rest counted', async (t) => {
  const back = ['- www 60 A 192.0.2.1']
  const forth = ['+ www 60 A 192.0.2.1']
  const many = Array.from({ length: 12 }, () => [back, forth]).flat()
  const { obstacles } = undone(await edited('', forth, ...many), 11)
  t.equal(obstacles.length, 21)
  t.equal(obstacles.at(-1), 'and 4 more changes')
})

t.test(
  'RFC 2181 §5.2 a TTL that later records have is not changed without being said',
  async (t) => {
    const zone = await edited(
      'www 60 A 192.0.2.1\n',
      ['- www 60 A 192.0.2.1'],
      ['+ www 300 A 192.0.2.2', '+ www 300 A 192.0.2.3'],
    )
    const { change, obstacles } = undone(zone, 11)
    t.strictSame(obstacles, ['www.dyn.example. A has TTL 300 now, and would have 60'])
    t.strictSame(patchLines(change.patch), [
      `- ${www('2', 300)}`,
      `- ${www('3', 300)}`,
      `+ ${www('1')}`,
      `+ ${www('2')}`,
      `+ ${www('3')}`,
    ])
  },
)

t.test('a change of TTL is taken back as any other', async (t) => {
  const zone = await edited('www 60 A 192.0.2.1\nwww 60 A 192.0.2.2\n', ['+ www 300 A 192.0.2.1'])
  const { change, obstacles } = undone(zone, 11)
  t.strictSame(obstacles, [])
  t.strictSame(patchLines(change.patch), [
    `- ${www('1', 300)}`,
    `- ${www('2', 300)}`,
    `+ ${www('1')}`,
    `+ ${www('2')}`,
  ])
})

t.test('RFC 1034 §3.6.2 a CNAME comes back in the place of later data, if at all', async (t) => {
  const zone = await edited(
    'www 60 CNAME ns1\n',
    ['- www 60 CNAME ns1'],
    ['+ www 60 A 192.0.2.1', '+ www 60 TXT "x"'],
  )
  const { change, obstacles, problem } = undone(zone, 11)
  t.strictSame(obstacles, ['www.dyn.example. has other data now, which would go'])
  t.equal(problem, undefined)
  t.strictSame(patchLines(change.patch), [
    `- ${www('1')}`,
    '+ www.dyn.example. 60 IN CNAME ns1.dyn.example.',
    '- www.dyn.example. 60 IN TXT "x"',
  ])
})

t.test('RFC 1034 §3.6.2 data comes back in the place of a later CNAME, if at all', async (t) => {
  const zone = await edited(
    'www 60 A 192.0.2.1\n',
    ['- www 60 A 192.0.2.1'],
    ['+ www 60 CNAME ns1'],
  )
  const { change, obstacles } = undone(zone, 11)
  t.strictSame(obstacles, ['www.dyn.example. has a CNAME now, which would go'])
  t.strictSame(patchLines(change.patch), [
    `+ ${www('1')}`,
    '- www.dyn.example. 60 IN CNAME ns1.dyn.example.',
  ])
})

t.test(
  'RFC 2181 §10.1 of CNAMEs that followed each other the older comes back alone',
  async (t) => {
    const zone = await edited(
      'www 60 CNAME a\n',
      ['- www 60 CNAME a'],
      ['+ www 60 CNAME b'],
      ['- www 60 CNAME b', '+ www 60 CNAME c'],
    )
    const { change, obstacles } = undone(zone, 11)
    t.equal(obstacles.length, 2)
    t.strictSame(patchLines(change.patch), [
      '- www.dyn.example. 60 IN CNAME c.dyn.example.',
      '+ www.dyn.example. 60 IN CNAME a.dyn.example.',
    ])
  },
)

t.test('the other fields of a SOA come back, and the serial does not', async (t) => {
  const zone = await edited(
    '',
    [
      '- @ 3600 SOA ns1 hostmaster 10 7200 900 604800 300',
      '+ @ 3600 SOA ns1 hostmaster 500 7200 900 604800 60',
    ],
    ['+ www 60 A 192.0.2.1'],
  )
  const { change, obstacles } = undone(zone, 500)
  t.strictSame(obstacles, [])
  t.match(patchLines(change.patch), [/ hostmaster\S+ 501 .* 60$/, / hostmaster\S+ 501 .* 300$/])
  const changed = await edited(
    '',
    ['- @ 3600 SOA ns1 hostmaster 10 7200 900 604800 300', '+ @ 60 SOA ns1 h 11 1 2 3 4'],
    ['- @ 60 SOA ns1 h 11 1 2 3 4', '+ @ 60 SOA ns1 h 12 1 2 3 5'],
  )
  t.strictSame(undone(changed, 11).obstacles, [
    'key:ddns-key. changed dyn.example. SOA (serial 12)',
  ])
})

t.test('RFC 1034 §4.2.1 the last NS at the apex is not undone by anybody', async (t) => {
  const zone = await edited('', ['+ @ 3600 NS ns2'], ['- @ 3600 NS ns1'])
  const { problem } = undone(zone, 11)
  t.equal(problem, 'that cannot be: the zone has no NS at its apex')
})

t.test('a zone is brought back with all that it had, but for its serial', async (t) => {
  const zone = await edited(
    'www 60 A 192.0.2.1\n',
    ['- www 60 A 192.0.2.1', '+ www 300 A 192.0.2.2'],
    ['+ @ 3600 NS ns2', '- @ 3600 NS ns1'],
    ['- @ 3600 SOA ns1 hostmaster 12 7200 900 604800 300', '+ @ 60 SOA ns1 h 40 1 2 3 4'],
  )
  const plan = planRestore(zone.store, zone.view, { kind: 'serial', serial: serialOf(10) })
  t.strictSame([plan.obstacles, plan.problem, plan.change.isWhole], [[], undefined, true])
  t.strictSame(patchLines(plan.change.patch), [
    '- dyn.example. 3600 IN NS ns2.dyn.example.',
    '+ dyn.example. 3600 IN NS ns1.dyn.example.',
    '- dyn.example. 60 IN SOA ns1.dyn.example. h.dyn.example. 40 1 2 3 4',
    '+ dyn.example. 3600 IN SOA ns1.dyn.example. hostmaster.dyn.example. 40 7200 900 604800 300',
    `- ${www('2', 300)}`,
    `+ ${www('1')}`,
  ])
  const none = planRestore(zone.store, zone.view, { kind: 'serial', serial: serialOf(40) })
  t.strictSame(patchLines(none.change.patch), [])
})

t.test('several changes are taken back as if one after the other', async (t) => {
  const zone = await edited(
    'www 60 A 192.0.2.1\n',
    ['- www 60 A 192.0.2.1', '+ www 300 A 192.0.2.2'],
    ['+ www 300 A 192.0.2.3', '+ a 60 CNAME ns1'],
    ['- www 300 A 192.0.2.2', '- a 60 CNAME ns1', '+ a 60 A 192.0.2.9'],
    ['+ other 60 A 192.0.2.9'],
  )
  const { change, obstacles } = undone(zone, 11, 13, 12)
  t.strictSame(obstacles, [])
  t.strictSame(patchLines(change.patch), [
    '- a.dyn.example. 60 IN A 192.0.2.9',
    `- ${www('3', 300)}`,
    `+ ${www('1')}`,
  ])
})

t.test('what stands between changes that are taken back is named', async (t) => {
  const zone = await edited(
    '',
    ['+ www 60 A 192.0.2.1'],
    ['- www 60 A 192.0.2.1'],
    ['+ www 60 A 192.0.2.1'],
  )
  t.strictSame(undone(zone, 11, 13).obstacles, [
    'key:ddns-key. changed www.dyn.example. A (serial 12)',
  ])
  t.equal(planUndo(zone.store, zone.view, [11, 9].map(serialOf)), undefined)
})

t.test('one name is brought back without the others', async (t) => {
  const zone = await edited(
    'www 60 A 192.0.2.1\n',
    ['- www 60 A 192.0.2.1', '+ www 60 A 192.0.2.2', '+ x.www 60 A 192.0.2.3'],
    ['+ other 60 A 192.0.2.9'],
  )
  const point = { kind: 'serial', serial: serialOf(10) } as const
  const { change } = planRestoreOfName(zone.store, zone.view, point, name('WWW.dyn.example.'))
  t.strictSame(patchLines(change.patch), [`- ${www('2')}`, `+ ${www('1')}`])
  t.equal(change.isWhole, false)
})
