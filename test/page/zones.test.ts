/** Zones, keys and refused updates for admins: read, and a change taken back. */
import t from 'tap'
import { anonymous } from '../../src/access/principal.ts'
import { Rcode } from '../../src/wire/codes.ts'
import { serialOf } from '../../src/zone/serial.ts'
import { update } from '../support/messages.ts'
import { name, TestService, tsigKey } from '../support/service.ts'
import { readable, TestPage } from '../support/page.ts'
import { add, ipv4, Type } from '../support/updates.ts'

const HOME = 'home.dyn.example'
const ZONE = '/ui/zones/dyn.example.'

const withChanges = async () => {
  const page = await TestPage.make()
  const token = page.web.token(`${HOME}.`)
  const update = (myip: string) => page.web.get(`/nic/update?hostname=${HOME}&myip=${myip}`, token)
  await update('203.0.113.1')
  await update('203.0.113.2')
  return { page, update, root: await page.signedIn('root') }
}

t.test('zones are listed with their serials, and when they changed', async (t) => {
  const { page, root } = await withChanges()
  const view = page.web.addZone('second.example.', '@ 60 IN SOA a b 7 1 1 1 1\n@ 60 IN NS a\n')
  page.zones.add({ apex: view.apex, view, isSecondary: true })
  page.zones.add({ apex: name('later.example.'), view: undefined, isSecondary: true })
  const text = readable(await root.see('/ui/zones'))
  t.match(
    text,
    /dyn\.example\. primary 12 just now second\.example\. secondary 7 later\.example\. secondary not there yet/,
  )
  t.match(await root.see('/ui/zones/later.example.'), { status: 404 })
  t.match(await root.see('/ui/zones/none.example.'), { status: 404 })
  t.match(await root.see('/ui/zones/a..b'), { status: 404 })
  const second = readable(await root.see('/ui/zones/second.example.'))
  t.match(second, /Nothing has changed yet/)
  for (let n = 0; n < 200; n++) page.zones.add({ apex: name(`z${n}.example.`), view: undefined })
  t.match((await root.see('/ui/zones')).text, 'href="/ui/zones?from=200"')
  t.notMatch(readable(await root.see('/ui/zones?from=200')), 'More zones')
})

t.test('a zone has its records, its history and its secondaries', async (t) => {
  const { page, root } = await withChanges()
  const at = page.web.clock.nowMilliseconds()
  const unknown = { key: null, notified: null, acknowledged: null, transferred: null }
  page.secondaries = [
    {
      ...unknown,
      address: '192.0.2.1',
      port: 53,
      state: 'current',
      has: { serial: 12, at },
      behind: 0,
      seen: at,
      failure: null,
    },
    {
      ...unknown,
      address: '192.0.2.2',
      port: 53,
      state: 'never seen',
      has: null,
      behind: null,
      seen: null,
      failure: 'no answer',
    },
  ]
  const text = readable(await root.see(ZONE))
  t.match(
    text,
    /192\.0\.2\.1 current 12 just now 192\.0\.2\.2 never seen not known never no answer/,
  )
  t.match(
    text,
    /12 just now − home\.dyn\.example\. 60 IN A 203\.0\.113\.1 \+ home\.dyn\.example\. 60 IN A 203\.0\.113\.2 token home\.dyn\.example\. 203\.0\.113\.77/,
  )
  t.match(
    text,
    /Records .*dyn\.example\. 3600 IN SOA .*home\.dyn\.example\. 60 IN A 203\.0\.113\.2 ns1\.dyn\.example\. 3600 IN A/,
  )
  const from = readable(await root.see(`${ZONE}?from=ns1.dyn.example.`))
  t.notMatch(from.slice(from.indexOf('Records')), 'IN SOA')
  t.match(readable(await root.see(`${ZONE}?from=a..b`)), /Records .*IN SOA/)
})

t.test('large zones and long histories are read in pages', async (t) => {
  const { page, update, root } = await withChanges()
  const names = Array.from(
    { length: 150 },
    (_, n) => `n${String(n).padStart(3, '0')} 60 IN A 192.0.2.1`,
  )
  const many = Array.from({ length: 60 }, (_, n) => `many 60 IN A 192.0.2.${n}`)
  const head = '@ 60 IN SOA a b 7 1 1 1 1\n@ 60 IN NS a\n'
  page.web.addZone('large.example.', `${head}${[...names, ...many].join('\n')}\n`)
  const first = await root.see('/ui/zones/large.example.')
  t.match(readable(first), /; and 10 more/)
  const [, next = ''] = /href="([^"]+from=[^"]+)#records"/.exec(first.text) ?? []
  t.match(readable(await root.see(next)), /n149\.large\.example\./)
  for (let n = 3; n < 30; n++) {
    page.web.clock.advanceSeconds(60)
    await update(`203.0.113.${n}`)
  }
  const history = await root.see(ZONE)
  const [, older = ''] = /href="([^"]+upto=\d+)#history"/.exec(history.text) ?? []
  t.match(readable(await root.see(older)), /\+ home\.dyn\.example\. 60 IN A 203\.0\.113\.1 /)
})

t.test('a change of many records is shown in part', async (t) => {
  const { page, root } = await withChanges()
  const [, entry] = page.web.journal()
  if (entry === undefined) throw new Error('no change')
  const added = Array.from({ length: 60 }, () => entry.changeset.added.slice(0, 1)).flat()
  page.store.journal = () => [{ ...entry, changeset: { ...entry.changeset, removed: [], added } }]
  t.match(readable(await root.see(ZONE)), /and 10 more/)
})

t.test('a change is taken back after it was shown what that comes to', async (t) => {
  const { page, root } = await withChanges()
  const path = `${ZONE}/undo/12`
  const asked = await root.see(path)
  t.match(
    readable(asked),
    /Undo the change to serial 12\?.*- home\.dyn\.example\. 60 IN A 203\.0\.113\.2 ?\+ home\.dyn\.example\. 60 IN A 203\.0\.113\.1/,
  )
  t.equal(page.web.serial(), 12, 'looking changes nothing')
  const plan = planIn(asked.text)
  t.match(await root.send(path, { plan }), { status: 303, location: `${ZONE}#history` })
  t.strictSame(page.web.records(HOME), ['60 A 203.0.113.1'])
  t.match(page.web.journal().at(-1), {
    author: { principal: 'operator:root', transport: 'https' },
    grants: ['undo 12'],
  })
  t.match(page.log.lines.at(-1), { fields: { user: 'root', command: 'undo 12', serial: 13 } })
})

const planIn = (text: string): string => /name="plan"\s+value="([^"]+)"/.exec(text)?.[1] ?? ''

t.test('what speaks against it is shown, and it is done when somebody insists', async (t) => {
  const { page, root } = await withChanges()
  const path = `${ZONE}/undo/11`
  const asked = await root.see(path)
  t.match(
    readable(asked),
    /token:home\.dyn\.example\. changed home\.dyn\.example\. A \(serial 12\)/,
  )
  const plan = planIn(asked.text)
  if (plan === '') t.match(readable(asked), /Nothing: the zone is as it was before/)
  t.match(await root.send(path, { plan: 'x' }), {
    status: 409,
    text: /has changed since you looked/,
  })
  t.match(await root.send(path, {}), { status: 409 })
  t.equal(page.web.serial(), 12)
})

t.test('an obstacle needs its box', async (t) => {
  const page = await TestPage.make()
  const root = await page.signedIn('root')
  const token = page.web.token(`${HOME}.`)
  await page.web.get(`/nic/update?hostname=${HOME}&myip=203.0.113.1`, token)
  await page.web.get(`/nic/update?hostname=${HOME}&offline=YES`, token)
  await page.web.get(`/nic/update?hostname=${HOME}&myip=203.0.113.1`, token)
  const path = `${ZONE}/undo/11`
  const asked = await root.see(path)
  t.match(readable(asked), /Do it all the same/)
  const plan = planIn(asked.text)
  t.match(await root.send(path, { plan }), { status: 409, text: /changed home/ })
  t.match(await root.send(path, { plan, force: 'yes' }), { status: 303 })
  t.strictSame(page.web.records(HOME), [])
})

t.test('what the zone could not be without cannot be taken back', async (t) => {
  const { page, root } = await withChanges()
  const [entry] = page.web.journal()
  if (entry === undefined) throw new Error('no change')
  const node = page.web.view().get(page.web.view().apexKey)
  const added = (node?.rrsets ?? []).flatMap(({ type, ttl, rdatas }) =>
    type === 2 ? rdatas.map((rdata) => ({ owner: name('dyn.example.'), type, ttl, rdata })) : [],
  )
  page.store.journal = () => [{ ...entry, changeset: { ...entry.changeset, removed: [], added } }]
  const path = `${ZONE}/undo/11`
  const asked = await root.see(path)
  t.match(readable(asked), /It cannot be done:/)
  t.notMatch(asked.text, 'Undo it')
  // As if somebody had made the form by hand.
  const { createHash } = await import('node:crypto')
  const lines = [...asked.text.matchAll(/<span class="diff minus"\s*>([^<]*)<\/span\s*>/g)].map(
    ([, line = '']) => line,
  )
  const obstacles = [...asked.text.matchAll(/<p class="note warn">([^<]*)<\/p>/g)].map(
    ([, one]) => one,
  )
  const plan = createHash('sha256')
    .update(JSON.stringify([lines, obstacles]))
    .digest('base64url')
  t.match(await root.send(path, { plan }), { status: 409 })
})

t.test('a change that somebody makes meanwhile is left alone', async (t) => {
  const { page, root } = await withChanges()
  const path = `${ZONE}/undo/12`
  const plan = planIn((await root.see(path)).text)
  const commit = page.store.commit.bind(page.store)
  page.store.commit = async (view, author, decide) => {
    page.store.commit = commit
    await page.web.get(
      `/nic/update?hostname=${HOME}&myip=203.0.113.9`,
      page.web.tokens.rotate(`${HOME}.`),
    )
    return commit(view, author, decide)
  }
  t.match(await root.send(path, { plan }), { status: 409, text: /meanwhile token:home/ })
  t.strictSame(page.web.records(HOME), ['60 A 203.0.113.9'])
})

t.test('what cannot be taken back here is said', async (t) => {
  const { page, root } = await withChanges()
  for (const serial of ['99', 'x', '10']) {
    t.match(await root.see(`${ZONE}/undo/${serial}`), {
      status: 404,
      text: /does not have that change/,
    })
  }
  const view = page.web.view()
  page.zones.add({ apex: view.apex, view, isSecondary: true })
  t.match(await root.see(`${ZONE}/undo/12`), { status: 409, text: /is a secondary zone here/ })
  t.notMatch((await root.see(ZONE)).text, /\/undo\//)
})

t.test('a plan of very many lines is shown in part', async (t) => {
  const { page, root } = await withChanges()
  const head = '@ 60 IN SOA a b 7 1 1 1 1\n@ 60 IN NS a\n'
  const names = Array.from({ length: 600 }, (_, n) => `n${n} 60 IN A 192.0.2.1`)
  const view = page.web.addZone('large.example.', `${head}${names.join('\n')}\n`)
  const removed = [...view.nodes()].flatMap(({ owner, rrsets }) =>
    rrsets.flatMap(({ type, ttl, rdatas }) =>
      type === 1 ? rdatas.map((rdata) => ({ owner, type, ttl, rdata })) : [],
    ),
  )
  const [entry] = page.web.journal()
  if (entry === undefined) throw new Error('no change')
  const serials = { serialBefore: serialOf(6), serialAfter: serialOf(7) }
  const changeset = { ...serials, removed: [], added: removed }
  page.store.journal = () => [{ ...entry, changeset }]
  t.match(readable(await root.see('/ui/zones/large.example./undo/7')), /and 100 more/)
  const later = { ...entry, changeset: { ...entry.changeset, serialAfter: serialOf(8) } }
  page.store.journal = () => [...Array.from({ length: 2001 }, () => later)]
  t.match(await root.see('/ui/zones/large.example./undo/7'), {
    status: 409,
    text: /more than 2000 changes, or 100000 records, came since: .* livezone undo/,
  })
})

t.test('keys are listed with their last use, and without their secrets', async (t) => {
  const { page, root } = await withChanges()
  const [used, rotated] = [tsigKey('used.'), tsigKey('rotated.')]
  page.keyring.add(used)
  page.keyring.add(rotated, {
    old: tsigKey('rotated.', 'hmac-sha256', Buffer.from('another')),
    expiresSeconds: 1_800_000_000,
  })
  page.keyUses.note(used, '192.0.2.7')
  const shown = await root.see('/ui/keys')
  t.match(
    readable(shown),
    /used\. hmac-sha256 never just now 192\.0\.2\.7 rotated\. hmac-sha256 2027-01-15T08:00:00Z the old secret is taken, too never/,
  )
  t.notMatch(shown.text, used.secret.export().toString('base64'))
})

t.test('updates that were refused are listed with their reasons', async (t) => {
  const { page, root } = await withChanges()
  t.match(readable(await root.see('/ui/refused')), /None since the server started/)
  const refused = {
    ...({
      principal: anonymous,
      source: '192.0.2.9#5353',
      transport: 'udp',
      rcode: Rcode.REFUSED,
    } as const),
    reason: '<no rule>',
  }
  page.rejections.add(Buffer.alloc(12), refused)
  page.rejections.add(Buffer.alloc(3), { ...refused, reason: undefined })
  const change = add('www.dyn.example.', Type.A, 60, ipv4('192.0.2.1'))
  page.rejections.add(new TestService().sign(update('dyn.example.', [], [change])), refused)
  const text = readable(await root.see('/ui/refused'))
  t.match(text, /REFUSED : <no rule> .* anonymous from 192\.0\.2\.9#5353 over UDP/)
  t.match(text, /no reason was noted/)
  t.match(text, /says that it has ddns-key\./)
})
