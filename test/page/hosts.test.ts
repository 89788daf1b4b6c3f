/** Hosts: what is to be seen of them, by whom, and what is theirs alone. */
import t from 'tap'
import { RrType } from '../../src/wire/codes.ts'
import { withRrset } from '../../src/zone/node.ts'
import { nameKeyOf } from '../../src/zone/name-key.ts'
import { Browser, readable, TestPage } from '../support/page.ts'
import { name } from '../support/service.ts'
import { basic } from '../support/web.ts'

const HOME = 'home.dyn.example'
const AGENT = 'Fritz!Box DDNS/1.0.1'

/** With a token for home.dyn.example, which was used. */
const withHome = async () => {
  const page = await TestPage.make()
  const token = page.web.token(`${HOME}.`)
  const update = (myip: string, secret = token, hostname = HOME) =>
    page.web.get(`/nic/update?hostname=${hostname}&myip=${myip}`, secret, { userAgent: AGENT })
  await update('203.0.113.1')
  return { page, token, update }
}

t.test('a host has its addresses, since when, and who came last from where', async (t) => {
  const { page } = await withHome()
  page.web.clock.advanceSeconds(7200)
  const anna = await page.signedIn('anna')
  const text = readable(await anna.see('/ui/'))
  t.match(
    text,
    /home\.dyn\.example ok A 203\.0\.113\.1 since 2 hours ago 2 hours ago Fritz!Box DDNS\/1\.0\.1 from 203\.0\.113\.77/,
  )
})

t.test('an owner sees their hosts and no others, an admin sees all', async (t) => {
  const { page } = await withHome()
  page.web.token('nas.bert.dyn.example.')
  const bert = await page.signedIn('bert')
  const list = readable(await bert.see('/ui/'))
  t.match(list, /nas\.bert\.dyn\.example unseen/)
  t.match(list, / bert\.dyn\.example unseen/, 'also what has no token yet')
  t.notMatch(list, HOME)
  for (const host of [HOME, 'x.dyn.example', 'a..b']) {
    t.match(await bert.see(`/ui/hosts/${host}`), { status: 404, text: /You have no host/ })
  }
  const root = await page.signedIn('root')
  t.match(readable(await root.see('/ui/')), /home\.dyn\.example.*nas\.bert\.dyn\.example/)
  t.match(await root.see(`/ui/hosts/${HOME}`), { status: 200 })
})

t.test('what a stranger says that it is stays text', async (t) => {
  const page = await TestPage.make()
  const token = page.web.token(`${HOME}.`)
  const userAgent = '<img src=x onerror=alert(1)>"\'\u202e'
  await page.web.get(`/nic/update?hostname=${HOME}`, token, { userAgent })
  const anna = await page.signedIn('anna')
  for (const path of ['/ui/', `/ui/hosts/${HOME}`, '/ui/log']) {
    const { text } = await anna.see(path)
    t.notMatch(text, '<img src=x')
    t.match(text, '&lt;img src=x onerror=alert(1)&gt;&quot;&#39;\ufffd')
  }
})

t.test('the history says old and new, who and from where', async (t) => {
  const { page, update, token } = await withHome()
  await update('203.0.113.2,2001:db8::1')
  await page.web.get(`/nic/update?hostname=${HOME}&myipv6=`, token)
  const anna = await page.signedIn('anna')
  const text = readable(await anna.see(`/ui/hosts/${HOME}`))
  t.match(text, /AAAA 2001:db8::1 → none/)
  t.match(
    text,
    /just now A 203\.0\.113\.1 → 203\.0\.113\.2 AAAA none → 2001:db8::1 token home\.dyn\.example\. 203\.0\.113\.77/,
  )
  t.match(text, /A none → 203\.0\.113\.1/)
  t.match(text, /State ok seen 0 seconds ago.* A 203\.0\.113\.2/)
  t.match(text, /Tokens .*home\.dyn\.example\. A, AAAA of home\.dyn\.example\. just now/)
})

t.test('a long history is read in pages, also where others change the zone', async (t) => {
  const { page, token } = await withHome()
  const other = page.web.token('other.dyn.example.')
  for (let n = 2; n <= 30; n++) {
    page.web.clock.advanceSeconds(60)
    await page.web.get(`/nic/update?hostname=${HOME}&myip=203.0.113.${n}`, token)
    await page.web.get(`/nic/update?hostname=other.dyn.example&myip=203.0.113.${n}`, other)
  }
  const anna = await page.signedIn('anna')
  const first = await anna.see(`/ui/hosts/${HOME}`)
  const history = (text: string) =>
    text.slice(text.indexOf('History'), text.indexOf('Last requests'))
  t.match(history(readable(first)), /203\.0\.113\.29 → 203\.0\.113\.30/)
  t.notMatch(history(readable(first)), 'none → 203.0.113.1')
  const [, older = ''] = /href="([^"]+upto=\d+)"/.exec(first.text) ?? []
  const second = history(readable(await anna.see(older)))
  t.match(second, /203\.0\.113\.4 → 203\.0\.113\.5.*none → 203\.0\.113\.1/)
  t.notMatch(second, 'Older changes')
  t.match(readable(await anna.see('/ui/')), /since just now/)
})

t.test('only so much of a journal is read for one page', async (t) => {
  const page = await TestPage.make()
  const [entry] = await (async () => {
    await page.web.get(`/nic/update?hostname=x.dyn.example`, page.web.token('x.dyn.example.'))
    return page.web.journal()
  })()
  let read = 0
  page.store.journal = function* () {
    for (; entry !== undefined; read++) yield entry
  }
  const anna = await page.signedIn('anna')
  t.match(
    readable(await anna.see(`/ui/hosts/${HOME}`)),
    /Other changes of the zone came after its last.*Older changes/,
  )
  t.equal(read, 2000)
  read = 0
  t.notMatch(readable(await anna.see('/ui/')), 'since')
  t.ok(read < 2001)
})

t.test('a host that fails says why, and what to do', async (t) => {
  const { page, update } = await withHome()
  for (let n = 0; n < 3; n++) await update('<ipaddr>')
  const anna = await page.signedIn('anna')
  t.match(
    readable(await anna.see('/ui/')),
    /One host fails: what the device has to do.* failing 3 requests in a row failed/,
  )
  const text = readable(await anna.see(`/ui/hosts/${HOME}`))
  t.match(
    text,
    /failing 3 requests in a row failed.*was not filled in by the client.*Write the placeholder/,
  )
  page.web.token('x.dyn.example.')
  await page.web.get(
    '/nic/update?hostname=x.dyn.example&myip=x',
    page.web.tokens.rotate('x.dyn.example.'),
  )
  const root = await page.signedIn('root')
  t.match(readable(await root.see('/ui/')), /2 hosts fail/)
})

t.test('a host of a zone that is not served here has no history', async (t) => {
  const page = await TestPage.make()
  await page.users.add(
    { name: 'eve', role: 'owner', hosts: ['h.other.example.'], below: false },
    'correct horse',
  )
  const eve = await page.signedIn('eve')
  t.match(readable(await eve.see('/ui/hosts/h.other.example')), /not served here/)
  t.match(readable(await eve.see('/ui/')), /h\.other\.example unseen/)
})

t.test('without any host it says what to do', async (t) => {
  const root = await (await TestPage.make()).signedIn('root')
  t.match(readable(await root.see('/ui/')), /No host has a token yet/)
})

t.test('more hosts than fit on a page are on the next', async (t) => {
  const page = await TestPage.make()
  for (let n = 0; n < 201; n++) page.web.token(`h${String(n).padStart(3, '0')}.dyn.example.`)
  const root = await page.signedIn('root')
  const first = await root.see('/ui/')
  t.match(first.text, 'href="/ui/?from=200"')
  t.notMatch(first.text, 'h200.dyn')
  const second = await root.see('/ui/?from=200')
  t.match(second.text, 'h200.dyn')
  t.notMatch(second.text, 'More hosts')
})

t.test('the log has for an owner what is theirs, and what failed beside them', async (t) => {
  const { page, update } = await withHome()
  await update('203.0.113.1')
  await update('203.0.113.3', 'not a token', 'other.dyn.example')
  await page.web.get('/nic/update?hostname=bad.dyn.example', page.web.token('y.bert.dyn.example.'))
  await page.web.ask('/nic/update?hostname=z.dyn.example', { userAgent: '' })
  await page.web.ask('/nic/update', { authorization: basic('x', 'wrong') })
  const log = async (browser: Browser) => readable(await browser.see('/ui/log'))
  const anna = await log(await page.signedIn('anna'))
  t.match(
    anna,
    /home\.dyn\.example stays 203\.0\.113\.1 .*home\.dyn\.example : no address → 203\.0\.113\.1/,
  )
  t.match(
    anna,
    /from 203\.0\.113\.77 by Fritz!Box DDNS\/1\.0\.1, dyndns2 over HTTPS, token home\.dyn\.example\./,
  )
  t.notMatch(anna, 'other.dyn.example')
  t.notMatch(anna, 'bad.dyn.example')
  const bert = await log(await page.signedIn('bert'))
  t.match(bert, /bad\.dyn\.example was refused: the token is not for bad\.dyn\.example/)
  t.notMatch(bert, HOME)
  const root = await log(await page.signedIn('root'))
  t.match(root, /other\.dyn\.example failed: no token has this secret Put the token/)
  t.match(root, /A request failed: no token has this secret/)
  t.match(root, /failed: the request has no credentials .* by a client without a name/)
  const beside = await page.signedIn('anna')
  beside.headers['x-forwarded-for'] = '203.0.113.77'
  t.match(await log(beside), /other\.dyn\.example failed: no token has this secret/)
})

t.test('a host may have a CNAME in the place of addresses', async (t) => {
  const page = await TestPage.make()
  page.web.addZone(
    'cname.example.',
    'h 60 IN CNAME home.dyn.example.\n@ 60 IN SOA a b 1 1 1 1 1\n@ 60 IN NS a\n',
  )
  page.web.token('h.cname.example.', { types: ['A'] })
  const root = await page.signedIn('root')
  t.match(readable(await root.see('/ui/hosts/h.cname.example')), /CNAME home\.dyn\.example\./)
})

t.test(
  'a client without a name, and a change without an address, are shown as what they are',
  async (t) => {
    const page = await TestPage.make()
    const token = page.web.token(`${HOME}.`)
    await page.web.get(`/nic/update?hostname=${HOME}`, token, { userAgent: '' })
    const author = { principal: 'operator:me', source: '', transport: 'cli' } as const
    await page.store.commit(page.web.view(), author, (draft) => {
      const key = nameKeyOf(name(`${HOME}.`))
      const rdatas = [Buffer.from([3, 97, 98, 99])]
      draft.set(
        key,
        withRrset(draft.get(key), name(`${HOME}.`), { type: RrType.TXT, ttl: 60, rdatas }),
      )
      return { keep: true, grants: [], result: undefined }
    })
    const anna = await page.signedIn('anna')
    t.match(readable(await anna.see('/ui/')), /a client from 203\.0\.113\.77/)
    const text = readable(await anna.see(`/ui/hosts/${HOME}`))
    t.match(text, /a client from 203\.0\.113\.77/)
    t.match(
      text,
      /TXT none → "abc" operator me Last requests|TXT none → "abc" operator me just now/,
    )
  },
)

t.test('a host of an owner that is no name is left out', async (t) => {
  const page = await TestPage.make()
  await page.users.add(
    { name: 'eve', role: 'owner', hosts: ['a..b'], below: false },
    'correct horse',
  )
  t.match(readable(await (await page.signedIn('eve')).see('/ui/')), /No host has a token yet/)
})
