/** Setting up a device: a token that is shown once, what arrives, another secret, an end. */
import t from 'tap'
import { Browser, BROWSER, readable, TestPage } from '../support/page.ts'

const HOME = 'home.dyn.example'

/** As it stands in the page that was shown, the one time. */
const secretIn = (text: string): string => /\bdd[a-z2-7]{26}\b/.exec(text)?.[0] ?? ''

const make = async (browser: Browser, fields: Readonly<Record<string, string>>) => {
  await browser.see('/ui/setup')
  return browser.send('/ui/setup', fields)
}

t.test('a device gets a token, its configuration, and is told of as it arrives', async (t) => {
  const page = await TestPage.make()
  const anna = await page.signedIn('anna')
  const form = await anna.see('/ui/setup')
  t.match(form.text, /<option\s*>home\.dyn\.example<\/option>/)
  t.strictSame(page.web.tokens.list(), [], 'nothing is made by looking')
  const shown = await make(anna, { host: HOME, client: 'fritzbox' })
  const secret = secretIn(shown.text)
  t.match(
    readable(shown),
    /Update URL https:\/\/ddns\.example\.net\/nic\/update\?hostname=<domain>&myip=<ipaddr>,<ip6addr>/,
  )
  t.match(readable(shown), /Username home Password dd/)
  t.match(readable(shown), /Waiting for the first request/)
  t.match(page.web.tokens.list(), [{ name: `${HOME}.`, hosts: [`${HOME}.`], types: ['A', 'AAAA'] }])
  const wait = '/ui/setup/wait?host=home.dyn.example&after=0'
  t.match(shown.text, /href="\/ui\/setup\/wait\?host=home\.dyn\.example&amp;after=0"/)
  t.match(
    readable(await anna.see(wait)),
    /Waiting for the first request … .*No request has come yet/,
  )
  await page.web.get(`/nic/update?hostname=${HOME}&myip=%3Cipaddr%3E`, secret)
  t.match(readable(await anna.see(wait)), /Waiting .*was not filled in/)
  await page.web.get(`/nic/update?hostname=${HOME}`, secret)
  const done = await anna.see(wait)
  t.match(readable(done), /home\.dyn\.example is updated: the device is set up/)
  t.match(done.text, '<noscript><meta http-equiv="refresh" content="5" /></noscript>')
  t.notMatch((await anna.see(`/ui/hosts/${HOME}`)).text, secret)
  t.notMatch(JSON.stringify(page.log.lines), secret)
  t.match(readable(await anna.see('/ui/setup/wait?host=home.dyn.example')), /is updated/)
})

t.test('what fails beside the person who waits is shown, whatever it names', async (t) => {
  const page = await TestPage.make()
  const anna = await page.signedIn('anna')
  await make(anna, { host: HOME, client: 'curl' })
  await page.web.get('/nic/update?hostname=hmoe.dyn.example', 'wrong', { address: BROWSER })
  await page.web.get('/nic/update?hostname=x.dyn.example', 'wrong')
  const text = readable(await anna.see(`/ui/setup/wait?host=${HOME}&after=0`))
  t.match(text, /hmoe\.dyn\.example failed: no token has this secret/)
  t.notMatch(text, 'x.dyn.example')
})

t.test('each token has a name of its own, and a host has only so many', async (t) => {
  const page = await TestPage.make()
  const anna = await page.signedIn('anna')
  for (let n = 0; n < 10; n++) await make(anna, { host: HOME, client: 'lego' })
  t.match(
    page.web.tokens.list().map(({ name }) => name),
    [`${HOME}.`, `${HOME}.-10`, `${HOME}.-2`],
  )
  t.match(page.web.tokens.list()[0], { types: ['TXT'] })
  const refused = await make(anna, { host: HOME, client: 'curl' })
  t.match(readable(refused), /The host has 10 tokens: revoke one/)
})

t.test('a token is for hosts of one’s own, in zones of this server', async (t) => {
  const page = await TestPage.make()
  const rows: readonly (readonly [string, string, number, RegExp])[] = [
    ['anna', 'x.dyn.example', 403, /x\.dyn\.example is none of your hosts/],
    ['anna', 'a..b', 400, /is no domain name/],
    ['bert', 'nas.bert.dyn.example.', 200, /Password dd/],
    ['bert', 'home.dyn.example', 403, /none of your hosts/],
    ['root', 'x.other.example', 400, /in no zone of this server/],
    ['root', 'x.second.example', 409, /in a zone of another server/],
    ['root', 'X.dyn.example', 200, /FRITZ!Box for x\.dyn\.example/],
  ]
  const view = page.web.addZone('second.example.', '@ 60 IN SOA a b 1 1 1 1 1\n@ 60 IN NS a\n')
  page.zones.add({ apex: view.apex, view, isSecondary: true })
  for (const [name, host, status, words] of rows) {
    const shown = await make(await page.signedIn(name), { host, client: 'fritzbox' })
    t.equal(shown.status, status)
    t.match(readable(shown), words)
    page.web.clock.advanceSeconds(60)
  }
  const anna = await page.signedIn('anna')
  t.match(readable(await make(anna, { host: HOME, client: 'x' })), /Choose a device/)
  t.match(readable(await make(anna, { client: 'curl' })), /none of your hosts|no domain name/)
})

t.test(
  'whoever may name a host writes it; a configuration can be looked at without a token',
  async (t) => {
    const page = await TestPage.make()
    const bert = await page.signedIn('bert')
    const { text } = await bert.see('/ui/setup?host=a.bert.dyn.example')
    t.match(text, /value="a\.bert\.dyn\.example"/)
    t.match(text, '<option value="bert.dyn.example">')
    const anna = await page.signedIn('anna')
    const chosen = await anna.see(`/ui/setup?client=ddclient4&host=${HOME}`)
    t.match(
      readable(chosen),
      /server=https:\/\/ddns\.example\.net login=home password=TOKEN home\.dyn\.example/,
    )
    t.match(chosen.text, /<option selected>home\.dyn\.example/)
    t.match(
      readable(await anna.see('/ui/setup?client=curl')),
      /curl -u home:TOKEN .*hostname=home\.dyn\.example/,
    )
    t.match(readable(await anna.see('/ui/setup?client=curl&host=a..b')), /curl -u home:TOKEN/)
    t.match(
      readable(await anna.see(`/ui/setup?client=curl&host=${'x'.repeat(40)}.example`)),
      /curl -u home:TOKEN/,
    )
    t.strictSame(page.web.tokens.list(), [])
  },
)

t.test('a server that has no name in the request is called localhost', async (t) => {
  const page = await TestPage.make()
  const anna = await page.signedIn('anna')
  anna.headers['host'] = 'x"y'
  t.match(readable(await anna.see('/ui/setup?client=curl')), /'https:\/\/localhost\/nic/)
})

t.test('another secret is shown once, and the old one ends when it is used', async (t) => {
  const page = await TestPage.make()
  const anna = await page.signedIn('anna')
  const first = secretIn((await make(anna, { host: HOME, client: 'curl' })).text)
  t.match(await page.web.get(`/nic/update?hostname=${HOME}`, first), /^200 good/)
  await anna.see(`/ui/hosts/${HOME}`)
  const fields = { name: `${HOME}.`, host: HOME }
  const shown = await anna.send('/ui/tokens/rotate', fields)
  const second = secretIn(shown.text)
  t.not(second, first)
  t.match(readable(shown), /New secret of home\.dyn\.example\..*shown this one time/)
  t.match(readable(await anna.see(`/ui/hosts/${HOME}`)), /its older secret until 20/)
  t.match(shown.text, /events\?after=1&amp;host=/, 'what came before is not waited for')
  t.match(await page.web.get(`/nic/update?hostname=${HOME}`, second), /^200 nochg/)
  t.match(await page.web.get(`/nic/update?hostname=${HOME}`, first), /^401/)
})

t.test('a token is revoked by a button, after a question', async (t) => {
  const page = await TestPage.make()
  const anna = await page.signedIn('anna')
  const secret = secretIn((await make(anna, { host: HOME, client: 'curl' })).text)
  const asked = await anna.see(`/ui/tokens/revoke?name=${HOME}.&host=${HOME}`)
  t.match(readable(asked), /Revoke home\.dyn\.example\.\?/)
  t.match(await page.web.get(`/nic/update?hostname=${HOME}`, secret), /^200/)
  const done = await anna.send('/ui/tokens/revoke', { name: `${HOME}.`, host: HOME })
  t.match(done, { status: 303, location: `/ui/hosts/${HOME}` })
  t.match(await page.web.get(`/nic/update?hostname=${HOME}`, secret), /^401/)
  t.match(readable(await anna.see(`/ui/hosts/${HOME}`)), /No token is for this host/)
})

t.test('a token of somebody else is none of theirs', async (t) => {
  const page = await TestPage.make()
  page.web.token('home.dyn.example. x.dyn.example.', { name: 'both' })
  page.web.token('home.dyn.example.', { name: 'below', below: true })
  page.web.tokens.create({
    name: 'admin',
    role: 'admin',
    hosts: [],
    below: false,
    types: [],
    from: [],
  })
  page.web.token('bert.dyn.example.', { name: 'berts', below: true, expires: 1_800_000_000_000 })
  const anna = await page.signedIn('anna')
  const text = readable(await anna.see(`/ui/hosts/${HOME}`))
  t.match(text, /No token is for this host/)
  for (const name of ['both', 'below', 'admin', 'berts', 'none']) {
    t.match(await anna.see(`/ui/tokens/revoke?name=${name}&host=${HOME}`), { status: 404 })
    t.match(await anna.send('/ui/tokens/rotate', { name, host: HOME }), { status: 404 })
    t.match(await anna.send('/ui/tokens/revoke', { name, host: HOME }), { status: 404 })
  }
  t.match(await anna.send('/ui/tokens/revoke', {}), { status: 404 })
  t.match(await anna.see('/ui/tokens/revoke'), { status: 404 })
  t.match(await anna.send('/ui/tokens/rotate', {}), { status: 404 })
  t.match(await anna.see('/ui/setup/wait'), { status: 404 })
  const bert = await page.signedIn('bert')
  t.match(
    readable(await bert.see('/ui/hosts/a.bert.dyn.example')),
    /berts A, AAAA of bert\.dyn\.example\. and below never 2027-01-15/,
  )
  const root = await page.signedIn('root')
  t.match(readable(await root.see(`/ui/hosts/${HOME}`)), /below A, AAAA .*both A, AAAA/)
  t.match(await root.see(`/ui/tokens/revoke?name=both&host=${HOME}`), { status: 200 })
  t.match(await root.see('/ui/tokens/revoke?name=both&host=a..b'), { status: 404 })
})
