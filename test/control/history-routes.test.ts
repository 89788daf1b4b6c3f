/** The route by which a command changes a zone: what it takes, and what it refuses. */
import t from 'tap'
import { createControl } from '../../src/control/control-server.ts'
import { changeUrl, historyRoutes, type ChangeRequest } from '../../src/control/history-routes.ts'
import { dataIn, EditedZone } from '../support/edited-zone.ts'
import { recordingLog, type LogLine } from '../support/log.ts'

const CHANGE: ChangeRequest = {
  user: 'ada',
  command: 'undo 7',
  since: 10,
  isWhole: false,
  patch: { removed: [], added: ['www.dyn.example. 60 IN A 192.0.2.1'] },
}

interface Answered {
  readonly status: number
  readonly body: unknown
  readonly data: readonly string[]
  readonly lines: readonly LogLine[]
}

const post = async (
  body: unknown,
  zone = 'dyn.example.',
  edited = new EditedZone(),
  isSecondary = false,
): Promise<Answered> => {
  const { log, lines } = recordingLog()
  const server = createControl([historyRoutes(edited.store, log, () => isSecondary)], log)
  const payload = body as object
  const answer = await server.inject({ method: 'POST', url: changeUrl(zone), payload })
  await server.close()
  return { status: answer.statusCode, body: answer.json(), data: dataIn(edited.view), lines }
}

t.test('a change is made, logged, and in the history with its author', async (t) => {
  const edited = new EditedZone()
  const { status, body, data, lines } = await post(CHANGE, 'DYN.example', edited)
  t.strictSame([status, body], [200, { serial: 11 }])
  t.ok(data.includes('www.dyn.example. 60 IN A 192.0.2.1'))
  t.match(lines, [{ level: 'info', fields: { user: 'ada', command: 'undo 7', serial: 11 } }])
  const [entry] = edited.store.journal(edited.view)
  t.match(entry, { author: { principal: 'operator:ada', transport: 'cli' }, grants: ['undo 7'] })
})

t.test('a change may remember the file that it came from', async (t) => {
  const edited = new EditedZone()
  const soa = 'dyn.example. 60 IN SOA ns1.x. h.x. 1 2 3 4 5'
  const applied = { removed: [], added: [soa, 'dyn.example. 60 IN NS ns1.x.'] }
  const { status, body } = await post(
    { ...CHANGE, patch: { removed: [], added: [] }, applied },
    'dyn.example.',
    edited,
  )
  t.strictSame([status, body], [200, {}], 'and leave the zone as it is')
  const file = edited.store.appliedFile(edited.view)
  t.strictSame(file && dataIn(file), ['dyn.example. 60 IN NS ns1.x.'])
})

t.test('RFC 1035 §2.3.4 a zone whose name is as long as names may be is found', async (t) => {
  const label = '\\001'.repeat(63)
  const zone = `${label}.${label}.${label}.${'\\001'.repeat(61)}.`
  const { status, body } = await post(CHANGE, zone)
  t.match([status, body], [404, { detail: `the server has no zone ${zone}` }])
})

t.test('what stops a change is said, and nothing is done', async (t) => {
  const conflict = { ...CHANGE, patch: { removed: [], added: ['dyn.example. 60 IN CNAME x.'] } }
  const wrong = { ...CHANGE, patch: { removed: ['www 60 IN A 192.0.2'], added: [] } }
  for (const [body, zone, status, detail] of [
    [conflict, 'dyn.example.', 409, /a CNAME and other data share a name/],
    [wrong, 'dyn.example.', 422, /^removed:1:13: /],
    [CHANGE, 'example.org.', 404, /^the server has no zone example\.org\.$/],
    [CHANGE, 'a..b', 404, /^the server has no zone a\.\.b$/],
    [{ ...CHANGE, since: -1 }, 'dyn.example.', 400, /of another version/],
    [{ ...CHANGE, more: 1 }, 'dyn.example.', 400, /of another version/],
    ['text', 'dyn.example.', 415, /Media Type/],
  ] as const) {
    const answered = await post(body, zone)
    t.equal(answered.status, status)
    t.match(answered.body, { status, detail })
    t.equal(answered.data.length, 2, 'the zone is as it was')
  }
})

t.test('a zone that comes from elsewhere is changed there', async (t) => {
  const { status, body, data } = await post(CHANGE, 'dyn.example.', new EditedZone(), true)
  t.match([status, body], [409, { detail: /is a secondary zone here: change it at its primary/ }])
  t.strictSame(data, dataIn(new EditedZone().view))
})
