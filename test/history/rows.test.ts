/** Rows of a history: which are wanted, and how they look to people and to programs. */
import t from 'tap'
import { filtered, rowJson, rowText, type HistoryFilter } from '../../src/history/rows.ts'
import { AUTHOR } from '../support/records.ts'
import { EDITED, EditedZone } from '../support/edited-zone.ts'
import { name } from '../support/service.ts'

const START = 1_700_000_000_000

const edited = async (): Promise<EditedZone> => {
  const zone = new EditedZone(EDITED)
  const operator = { principal: 'operator:root', source: '', transport: 'cli' } as const
  await zone.edit('+ www 60 A 192.0.2.1')
  await zone.editAs(operator, '- www 60 A 192.0.2.1', '+ WWW 60 A 192.0.2.2')
  await zone.editAs({ ...AUTHOR, principal: 'key:Other.' }, '+ other 60 TXT "a;b"')
  return zone
}

const serials = ({ store, view }: EditedZone, filter: HistoryFilter): number[] =>
  Array.from(
    filtered(store.journal(view, { newestFirst: true }), filter),
    ({ changeset }) => changeset.serialAfter,
  )

t.test('a history is narrowed by name, by principal and by time', async (t) => {
  const zone = await edited()
  t.strictSame(serials(zone, {}), [13, 12, 11])
  t.strictSame(serials(zone, { owner: name('www.dyn.example.') }), [12, 11])
  t.strictSame(
    serials(zone, { owner: name('dyn.example.') }),
    [],
    'a serial is no change of its own',
  )
  t.strictSame(serials(zone, { principal: 'key:ddns-key.' }), [11])
  t.strictSame(serials(zone, { principal: 'KEY:OTHER.' }), [13])
  t.strictSame(serials(zone, { principal: 'operator:root' }), [12])
  t.strictSame(serials(zone, { sinceMilliseconds: START + 2000 }), [13, 12])
  const www = { owner: name('www.dyn.example.'), principal: 'operator:root' }
  t.strictSame(serials(zone, www), [12])
})

t.test('a name is found by what went, too', async (t) => {
  const zone = await edited()
  await zone.edit('- other 60 TXT "a;b"')
  t.strictSame(serials(zone, { owner: name('OTHER.dyn.example.') }), [14, 13])
})

t.test('no more is read than is wanted', async (t) => {
  const zone = await edited()
  let read = 0
  const counted = function* () {
    for (const entry of zone.store.journal(zone.view, { newestFirst: true })) {
      read++
      yield entry
    }
  }
  t.equal(Array.from(filtered(counted(), { sinceMilliseconds: START + 3000 })).length, 1)
  t.equal(read, 2)
})

t.test('people read who, from where and how, and what went and came', async (t) => {
  const { store, view } = await edited()
  const rows = Array.from(store.journal(view), rowText)
  t.equal(
    rows[0],
    '11  2023-11-14T22:13:21.000Z  key:ddns-key. from 192.0.2.77#5353 (udp), ddns-key. zonesub ANY\n' +
      '  + www.dyn.example. 60 IN A 192.0.2.1\n\n',
  )
  const [entry] = store.journal(view, { newestFirst: true })
  if (entry === undefined) throw new Error('no entry')
  const bare = rowText({
    ...entry,
    author: { principal: 'x', source: '', transport: 'cli' },
    grants: [],
  })
  t.equal(bare.split('\n')[0], '13  2023-11-14T22:13:23.000Z  x (cli)')
})

t.test('programs read one object a line', async (t) => {
  const { store, view } = await edited()
  const [, second = ''] = Array.from(store.journal(view), rowJson)
  t.ok(second.endsWith('}\n'))
  t.strictSame(JSON.parse(second), {
    serialBefore: 11,
    serialAfter: 12,
    time: '2023-11-14T22:13:22.000Z',
    principal: 'operator:root',
    source: '',
    transport: 'cli',
    grants: ['ddns-key. zonesub ANY'],
    removed: ['www.dyn.example. 60 IN A 192.0.2.1'],
    added: ['WWW.dyn.example. 60 IN A 192.0.2.2'],
  })
})

t.test('a SOA that changed otherwise is shown', async (t) => {
  const zone = new EditedZone()
  await zone.edit(
    '- @ 3600 SOA ns1 hostmaster 10 7200 900 604800 300',
    '+ @ 3600 SOA ns1 hostmaster 11 7200 900 604800 60',
  )
  t.strictSame(serials(zone, { owner: zone.view.apex }), [11])
  t.match(Array.from(zone.store.journal(zone.view), rowText)[0], / 604800 60\n\n$/)
})
