/** The history of a zone by the API. */
import t from 'tap'
import { RrType } from '../../src/wire/codes.ts'
import { nameKeyOf } from '../../src/zone/name-key.ts'
import { TestApi } from '../support/api.ts'
import { name } from '../support/service.ts'

const HISTORY = '/zones/dyn.example./history'

const add = (owner: string, rdata: string, type = 'A') => ({
  op: 'add',
  name: `${owner}.dyn.example.`,
  type,
  ttl: 60,
  rdata,
})

/** Serials 11, 12 and 13. */
const changed = async (api: TestApi): Promise<void> => {
  const post = (token: string, ...changes: object[]) =>
    api.ask(token, 'POST', '/zones/dyn.example./changes', { body: { changes } })
  await post(api.admin, add('www', '192.0.2.1'), add('home', '192.0.2.2'))
  api.web.clock.advanceSeconds(60)
  await post(api.owner, add('home', '192.0.2.3'))
  api.web.clock.advanceSeconds(60)
  await post(api.admin, add('www', '192.0.2.4'))
}

const serialsOf = (body: unknown): number[] =>
  (body as { rows: { serialAfter: number }[] }).rows.map(({ serialAfter }) => serialAfter)

t.test('changes come the newest first, as livezone history has them', async (t) => {
  const api = new TestApi(t)
  await changed(api)
  const { body } = await api.admins('GET', HISTORY)
  t.strictSame(serialsOf(body), [13, 12, 11])
  t.match(body, {
    next: null,
    rows: [
      {
        serialBefore: 12,
        time: '2023-11-14T22:15:20.000Z',
        principal: 'operator:ci',
        transport: 'http',
        removed: [],
        added: ['www.dyn.example. 60 IN A 192.0.2.4'],
      },
    ],
  })
})

t.test('pages follow each other', async (t) => {
  const api = new TestApi(t)
  await changed(api)
  const first = await api.admins('GET', `${HISTORY}?limit=2`)
  t.match(first.body, { next: 11 })
  t.strictSame(serialsOf(first.body), [13, 12])
  const second = await api.admins('GET', `${HISTORY}?limit=2&before=11`)
  t.match(second.body, { next: null })
  t.strictSame(serialsOf(second.body), [11])
})

t.test('the history may begin at a serial or a time, and be of one name', async (t) => {
  const api = new TestApi(t)
  await changed(api)
  const get = async (query: string) => (await api.admins('GET', `${HISTORY}?${query}`)).body
  t.strictSame(serialsOf(await get('since=11')), [13, 12])
  t.strictSame(serialsOf(await get('since=2023-11-14T22:15:00Z')), [13])
  t.strictSame(serialsOf(await get('since=90s')), [13, 12])
  t.strictSame(serialsOf(await get('name=HOME.dyn.example.')), [12, 11])
  t.match(await get('since=soon'), { status: 400, detail: /neither a serial nor a time/ })
  t.match(await get('since=3'), {
    status: 410,
    detail: /^the history of dyn\.example\. has no serial 3: it goes from 10/,
  })
})

t.test('an owner sees changes of their names, and of those nothing else', async (t) => {
  const api = new TestApi(t)
  await changed(api)
  const { body } = await api.owners('GET', HISTORY)
  t.strictSame(serialsOf(body), [12, 11])
  t.match(body, { rows: [{}, { added: ['home.dyn.example. 60 IN A 192.0.2.2'] }] })
  t.strictSame(serialsOf((await api.owners('GET', `${HISTORY}?name=www.dyn.example.`)).body), [])
})

t.test('a change of the SOA alone is in the history of the whole zone', async (t) => {
  const api = new TestApi(t)
  const rdata = 'ns1.dyn.example. h.dyn.example. 20 1 2 3 4'
  const soa = { op: 'add', name: 'dyn.example.', type: 'SOA', ttl: 60, rdata }
  await api.admins('POST', '/zones/dyn.example./changes', { changes: [soa] })
  t.strictSame(serialsOf((await api.admins('GET', HISTORY)).body), [20])
})

t.test('a page is of so many entries and characters at most', async (t) => {
  const api = new TestApi(t)
  const view = api.web.view()
  const author = { principal: 'key:k.', source: '', transport: 'cli' } as const
  const owner = name('t.dyn.example.')
  const text = Buffer.alloc(60_000)
  for (let at = 0; at < text.length; at += 250) text[at] = 249
  const commit = (rdata: Uint8Array) =>
    api.web.store.commit(view, author, (draft) => {
      const rrset = { type: RrType.TXT, ttl: 60, rdatas: [rdata] }
      draft.set(nameKeyOf(owner), { owner, rrsets: [rrset] })
      return { keep: true, grants: [], result: undefined }
    })
  for (let n = 0; n < 20; n++) {
    text[1] = n
    await commit(Buffer.from(text))
  }
  const { body } = await api.admins('GET', HISTORY)
  t.ok(serialsOf(body).length < 20)
  t.match(body, { next: Number })
  for (let n = 0; n < 2010; n++) await commit(Buffer.from([1, n & 0xff]))
  const page = await api.owners('GET', HISTORY)
  t.match(page.body, { rows: [], next: 40 })
})
