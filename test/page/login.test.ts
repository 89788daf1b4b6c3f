/** Who is let in, and that nobody else's page can send a form here. */
import t from 'tap'
import { safeNext } from '../../src/page/login-page.ts'
import { StoreError } from '../../src/zone/zone.ts'
import { Browser, PASSWORD, readable, TestPage } from '../support/page.ts'

t.test(
  'who is not signed in is led to the form, and back to where they wanted to go',
  async (t) => {
    const page = await TestPage.make()
    const browser = new Browser(page)
    t.match(await browser.see('/ui'), { status: 302, location: '/ui/' })
    const { status, location } = await browser.see('/ui/hosts/home.dyn.example?upto=3')
    t.equal(status, 303)
    t.equal(location, '/ui/login?next=%2Fui%2Fhosts%2Fhome.dyn.example%3Fupto%3D3')
    const form = await browser.see(location)
    t.match(form.text, /value="\/ui\/hosts\/home\.dyn\.example\?upto=3"/)
    const next = '/ui/hosts/home.dyn.example?upto=3'
    const fields = { name: 'Anna', password: PASSWORD, next }
    t.match(await browser.send('/ui/login', fields), { status: 303, location: next })
    t.match(await browser.see(next), { status: 200 })
    t.match(page.users.list()[0], { name: 'anna', lastLogin: Number })
  },
)

t.test('a form that is sent without a session leads to the first page', async (t) => {
  const browser = new Browser(await TestPage.make())
  t.match(await browser.send('/ui/setup', {}), { location: '/ui/login?next=%2Fui%2F' })
})

t.test('where one goes next is never another site', async (t) => {
  t.equal(safeNext('/ui/log'), '/ui/log')
  for (const next of [
    null,
    '//evil.example/',
    'https://evil.example/ui/',
    '/ui/"x',
    '/nic/update',
  ]) {
    t.equal(safeNext(next), '/ui/')
  }
})

t.test('the cookie is for this host alone and for no script', async (t) => {
  const page = await TestPage.make()
  const { headers } = await new Browser(page).send('/ui/login', {
    name: 'anna',
    password: PASSWORD,
  })
  t.match(
    headers['set-cookie'],
    /^__Host-livezone=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
  )
})

t.test(
  'a wrong password and an unknown name sound alike, and five tries a minute are taken',
  async (t) => {
    const page = await TestPage.make()
    const browser = new Browser(page)
    const attempt = async (name: string, password = 'wrong password') => {
      const shown = await browser.send('/ui/login', { name, password })
      return [shown.status, readable(shown)] as const
    }
    const [status, text] = await attempt('anna')
    t.equal(status, 401)
    t.match(text, /Name and password do not fit together/)
    t.strictSame(await attempt('nobody'), [status, text])
    for (let n = 0; n < 4; n++) await attempt('anna')
    const [later, words] = await attempt('anna', PASSWORD)
    t.equal(later, 429)
    t.match(words, /wait 12 seconds/)
    const elsewhere = new Browser(page, { 'x-forwarded-for': '192.0.2.1' })
    const fields = { name: 'anna', password: PASSWORD }
    t.match(await elsewhere.send('/ui/login', fields), { status: 303 }, 'the owner is let in')
    page.web.clock.advanceSeconds(12)
    t.match(await attempt('anna', PASSWORD), [303, ''])
  },
)

t.test('whoever tries many accounts waits, too', async (t) => {
  const browser = new Browser(await TestPage.make())
  const statuses: number[] = []
  for (let n = 0; n < 21; n++) {
    statuses.push((await browser.send('/ui/login', { name: `u${n}`, password: 'x' })).status)
  }
  t.strictSame(statuses, [...Array<number>(20).fill(401), 429])
})

t.test('logins that would have to wait for others are told to come again', async (t) => {
  const page = await TestPage.make()
  page.users.verify = async () => 'busy'
  const { status, headers } = await new Browser(page).send('/ui/login', {})
  t.equal(status, 429)
  t.equal(headers['retry-after'], '5')
})

t.test('signing out ends the session', async (t) => {
  const page = await TestPage.make()
  const browser = await page.signedIn('anna')
  t.match(await browser.see('/ui/'), { status: 200 })
  const { cookie } = browser
  const foreign = await browser.send('/ui/logout', {}, { 'sec-fetch-site': 'cross-site' })
  t.equal(foreign.location, '/ui/login')
  t.notHas(foreign.headers, { 'set-cookie': /./ }, 'the cookie stays')
  t.match(await browser.see('/ui/'), { status: 200 }, 'not by a page of another site')
  t.match(await browser.send('/ui/logout', {}), { status: 303, location: '/ui/login' })
  browser.cookie = cookie
  t.match(await browser.see('/ui/'), { status: 303 })
  t.match(await new Browser(page).send('/ui/logout', {}), { status: 303 })
})

t.test('a form needs the token of its session, and a page of ours that sends it', async (t) => {
  const page = await TestPage.make()
  const browser = await page.signedIn('anna')
  await browser.see('/ui/setup')
  const fields = { host: 'home.dyn.example', client: 'curl' }
  const refused: readonly (readonly [Record<string, string>, Record<string, string>])[] = [
    [{ form: '' }, { 'sec-fetch-site': 'same-origin' }],
    [{ form: 'x'.repeat(22) }, { 'sec-fetch-site': 'same-origin' }],
    [{}, { 'sec-fetch-site': 'cross-site' }],
    [{}, { 'sec-fetch-site': 'same-site' }],
    [{}, { origin: 'https://evil.example' }],
    [{}, { origin: 'http://ddns.example.net' }],
  ]
  for (const [more, headers] of refused) {
    const shown = await browser.send('/ui/setup', { ...fields, ...more }, headers)
    t.equal(shown.status, 403)
    t.match(readable(shown), /The form is from another session/)
  }
  t.strictSame(page.web.tokens.list(), [])
  for (const headers of [
    { origin: 'https://ddns.example.net' },
    {},
    { 'sec-fetch-site': 'none' },
  ]) {
    t.match(await browser.send('/ui/setup', fields, headers), { status: 200 })
  }
  const other = await browser.send('/ui/login', {}, { 'sec-fetch-site': 'cross-site' })
  t.equal(other.status, 403)
})

t.test('passwords do not go over plain HTTP from elsewhere', async (t) => {
  const page = await TestPage.make()
  const browser = new Browser(page, { 'x-forwarded-proto': 'http' })
  t.match(readable(await browser.see('/ui/login')), /Not over plain HTTP/)
  const fields = { name: 'anna', password: PASSWORD }
  t.match(await browser.send('/ui/login', fields), { status: 403 })
  browser.cookie = 'livezone=x'
  t.match(await browser.see('/ui/'), { status: 303 })
  t.match(await browser.send('/ui/login', { x: 'x'.repeat(17_000) }), { status: 413 })
})

t.test('without any user it says how to make one', async (t) => {
  const page = await TestPage.make()
  for (const { name } of page.users.list()) page.users.remove(name)
  t.match(readable(await new Browser(page).see('/ui/login')), /livezone user add NAME --role admin/)
})

t.test('every answer has a strict policy, and pages are kept by nobody', async (t) => {
  const page = await TestPage.make()
  const browser = await page.signedIn('anna')
  for (const path of ['/ui/', '/ui/login', '/ui/nothing']) {
    const { headers, text } = await browser.see(path)
    t.equal(
      headers['content-security-policy'],
      "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    )
    t.equal(headers['cache-control'], 'no-store')
    t.equal(headers['x-content-type-options'], 'nosniff')
    t.notMatch(text, /style=|onclick=|<style|<script>/)
  }
})

t.test(
  'style, script and icon are kept under an address that follows from what they are',
  async (t) => {
    const page = await TestPage.make()
    const { text } = await new Browser(page).see('/ui/login')
    const paths = [...text.matchAll(/(?:href|src)="(\/ui\/(?:style|script|icon)-[^"]+)"/g)]
    t.equal(paths.length, 3)
    for (const [, path = ''] of paths) {
      const { status, headers } = await new Browser(page).see(path)
      t.equal(status, 200)
      t.equal(headers['cache-control'], 'public, max-age=31536000, immutable')
    }
  },
)

t.test('another password ends all sessions', async (t) => {
  const page = await TestPage.make()
  const browser = await page.signedIn('anna')
  t.match(readable(await browser.see('/ui/account')), /Your hosts: home\.dyn\.example\. Another/)
  const change = (fields: Record<string, string>) =>
    browser.send('/ui/account', {
      ...{ old: PASSWORD, password: 'another horse', again: 'another horse' },
      ...fields,
    })
  t.match(readable(await change({ again: 'x' })), /These are two new passwords/)
  t.match(readable(await change({ old: 'x' })), /The old password is another one/)
  t.match(readable(await change({ password: 'x', again: 'x' })), /10 characters at least/)
  t.match(await change({}), { status: 303, location: '/ui/login' })
  t.match(await browser.see('/ui/'), { status: 303 })
  t.equal(await page.users.verify('anna', 'another horse', ''), 'right')
  const bert = await page.signedIn('bert')
  t.match(readable(await bert.see('/ui/account')), /bert\.dyn\.example\. and what is below/)
  const root = await page.signedIn('root')
  t.match(readable(await root.see('/ui/account')), /You manage everything/)
})

t.test('whoever is signed in tries the old password no more often than at the door', async (t) => {
  const browser = await (await TestPage.make()).signedIn('anna')
  await browser.see('/ui/account')
  const fields = { old: 'x', password: 'another horse', again: 'another horse' }
  const texts: string[] = []
  for (let n = 0; n < 5; n++) texts.push(readable(await browser.send('/ui/account', fields)))
  t.match(texts[3], /The old password is another one/)
  t.match(texts[4], /Too many tries: wait 12 seconds/)
})

t.test('what is not there, not allowed or broken is said in a page', async (t) => {
  const page = await TestPage.make()
  const anna = await page.signedIn('anna')
  t.match(await anna.see('/ui/nothing'), { status: 404, text: /There is no such page/ })
  for (const path of [
    '/ui/zones',
    '/ui/zones/dyn.example.',
    '/ui/keys',
    '/ui/refused',
    '/ui/alerts',
  ]) {
    t.match(await anna.see(path), { status: 403, text: /This page is for admins/ })
    t.notMatch((await anna.see('/ui/')).text, `href="${path}"`)
  }
  const root = await page.signedIn('root')
  await root.see('/ui/setup')
  page.store.putTokens = () => {
    throw new StoreError('the tokens could not be put on disk')
  }
  const fields = { host: 'home.dyn.example', client: 'curl' }
  t.match(await root.send('/ui/setup', fields), { status: 503, text: /could not be put on disk/ })
  page.store.putTokens = () => {
    throw new Error('a bug')
  }
  t.match(await root.send('/ui/setup', fields), { status: 500, text: /Something went wrong/ })
  t.match(page.log.lines.at(-1), { level: 'error', message: /a page failed/ })
  const large = { ...fields, x: 'x'.repeat(17_000) }
  t.match(await root.send('/ui/setup', large), { status: 413, text: /Not like that/ })
})

t.test('a disk that is full keeps nobody out', async (t) => {
  const page = await TestPage.make()
  page.store.putUsers = () => {
    throw new StoreError('the users could not be put on disk')
  }
  const fields = { name: 'anna', password: PASSWORD }
  t.match(await new Browser(page).send('/ui/login', fields), { status: 303 })
  t.match(page.users.list()[0], { name: 'anna', lastLogin: Number }, 'known until a restart')
  t.match(page.log.lines.at(-2), {
    level: 'warn',
    message: 'the time of a login could not be put on disk',
    fields: { user: 'anna', err: 'the users could not be put on disk' },
  })
})
