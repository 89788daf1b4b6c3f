/** Alerts: where they go, what there is to tell, and a test of them. */
import t from 'tap'
import { FakeWay } from '../support/alerts.ts'
import { Browser, BROWSER, readable, TestPage } from '../support/page.ts'
import { basic } from '../support/web.ts'

const PATH = '/ui/alerts'

const setUp = async (ways: readonly FakeWay[]) => {
  const page = await TestPage.make()
  page.alerts.configure({ ways, mostFailures: 5 })
  const root = await page.signedIn('root')
  return { page, root }
}

t.test('where alerts go nowhere, the page says where to write it down', async (t) => {
  const { root } = await setUp([])
  const shown = await root.see(PATH)
  t.match(readable(shown), /Nowhere.*webhook.*\[alerts\].*\[alerts\.smtp\].*docs\/alerts\.md/)
  t.match(readable(shown), /All are well\..*None is held back\./)
  t.notMatch(shown.text, 'Send a test')
  t.match(shown.text, '<a href="/ui/alerts" aria-current="page">Alerts</a>')
  t.match(await root.send(PATH, {}), { status: 409, text: /no way is configured/ })
})

t.test('a test goes out by every way, and what came of each is said as text', async (t) => {
  const ways = [new FakeWay(), new FakeWay()] as const
  ways[1].problem = '<b>nobody</b> listens'
  const { page, root } = await setUp(ways)
  t.match(readable(await root.see(PATH)), /webhook https:\/\/alerts\.example .*Send a test/)
  t.equal(ways[0].tries, 0, 'nothing goes out by looking')
  const shown = await root.send(PATH, {})
  t.match(ways[0].sent, [{ isTest: true }])
  t.match(
    readable(shown),
    /The test by webhook was taken: HTTP 200 The test by webhook did not go out: <b>nobody<\/b> listens/,
  )
  t.notMatch(shown.text, '<b>nobody')
  t.match(page.log.lines.at(-1), {
    message: 'alerts tested by the page',
    fields: { user: 'root', source: BROWSER, results: [{ isDelivered: true }, {}] },
  })
})

t.test('a test is for admins, and comes from a form of ours', async (t) => {
  const way = new FakeWay()
  const { page, root } = await setUp([way])
  const anna = await page.signedIn('anna')
  t.notMatch((await anna.see('/ui/')).text, PATH)
  t.equal((await anna.send(PATH, {})).status, 403)
  t.equal((await root.send(PATH, { form: 'guessed' })).status, 403)
  t.equal((await root.send(PATH, {}, { 'sec-fetch-site': 'cross-site' })).status, 403)
  t.equal((await new Browser(page).send(PATH, {})).location, '/ui/login?next=%2Fui%2F')
  t.equal(way.tries, 0)
})

t.test(
  'hosts that are not well lead to themselves; those that are well are left out',
  async (t) => {
    const { page, root } = await setUp([])
    const token = page.web.token('home.dyn.example.')
    page.web.token('unseen.dyn.example.')
    const update = (query: string) =>
      page.web.get(`/nic/update?hostname=home.dyn.example${query}`, token)
    await update('')
    t.match(readable(await root.see(PATH)), /All are well/)
    for (let n = 0; n < 3; n++) await update('&myip=x')
    const shown = await root.see(PATH)
    t.match(readable(shown), /home\.dyn\.example failing 3 requests in a row failed/)
    t.match(shown.text, '<a href="/ui/hosts/home.dyn.example">')
    t.notMatch(shown.text, 'unseen.dyn.example')
  },
)

t.test('sources that are held back stand there until they are let in again', async (t) => {
  const { page, root } = await setUp([])
  const { clock } = page.web
  for (let n = 0; n < 12; n++) {
    const authorization = basic('home', 'guessed')
    await page.web.ask('/nic/update?hostname=home.dyn.example', { authorization })
  }
  clock.advanceSeconds(20)
  t.match(
    readable(await root.see(PATH)),
    /203\.0\.113\.77 20 seconds ago 40 seconds more 2 .*livezone blocks clear/,
  )
  clock.advanceSeconds(40)
  t.match(readable(await root.see(PATH)), /None is held back/)
})

t.test('of many the page names 200, and says how many more there are', async (t) => {
  const { page, root } = await setUp([])
  for (let n = 0; n < 201; n++) {
    for (let failure = 0; failure < 11; failure++) page.web.throttles.logins.failed(`192.0.2.${n}`)
  }
  t.match(readable(await root.see(PATH)), /192\.0\.2\.199 .* and 1 more/)
  t.notMatch((await root.see(PATH)).text, '192.0.2.200')
})
