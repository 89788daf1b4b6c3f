/** What comes before and around an update: who may ask, how often, and what the log says. */
import t from 'tap'
import { basic, CLIENT, TestWeb, webRequest } from '../support/web.ts'

const HOME = 'home.dyn.example'
const URL = `/nic/update?hostname=${HOME}&myip=198.51.100.1`

t.test('what no dialect is for is left to others', async (t) => {
  const web = new TestWeb()
  const token = web.token(`${HOME}.`)
  for (const url of [
    '/',
    '/nothing',
    '/update',
    `/api/v1/zones?hostname=${HOME}`,
    '/ui/x?hostname=y',
  ]) {
    t.equal(await web.service.answer(webRequest(url)), undefined, url)
  }
  t.equal((await web.ask(`/typo?hostname=${HOME}`)).status, 404, 'without credentials')
  t.equal((await web.ask(`/typo?token=${token}`)).status, 404, 'without a hostname')
  const strict = new TestWeb({ settings: { anyPath: false } })
  const other = strict.token(`${HOME}.`)
  t.equal((await strict.ask(`/typo?hostname=${HOME}&token=${other}`)).status, 404)
})

t.test('GET, POST and PUT update; nothing else does', async (t) => {
  const web = new TestWeb()
  const token = web.token(`${HOME}.`)
  const form = `hostname=${HOME}&myip=198.51.100.1`
  t.equal(await web.get('/nic/update', token, { method: 'POST', form }), '200 good 198.51.100.1')
  t.equal(await web.get(URL, token, { method: 'PUT' }), '200 nochg 198.51.100.1')
  for (const method of ['HEAD', 'DELETE', 'PATCH', 'OPTIONS']) {
    t.match(await web.get(URL, token, { method }), /^405 /, method)
  }
})

t.test('a page of another site updates nothing', async (t) => {
  const web = new TestWeb()
  const token = web.token(`${HOME}.`)
  t.match(await web.get(URL, token, { fetchSite: 'cross-site' }), /^403 /)
  t.strictSame(web.records(HOME), [])
  t.equal(await web.get(URL, token, { fetchSite: 'none' }), '200 good 198.51.100.1')
})

t.test('a request without credentials is asked for them, and is no failed login', async (t) => {
  const web = new TestWeb()
  const first = await web.ask(URL)
  t.match(first, { status: 401, body: 'badauth' })
  t.equal(first.headers['www-authenticate'], 'Basic realm="livezone", charset="UTF-8"')
  for (let n = 1; n < 120; n++) await web.ask(URL)
  t.match(await web.ask(URL), { status: 429, headers: { 'retry-after': '1' } })
  t.equal(web.counters.of('web logins failed'), 0)
})

t.test('failed logins are held back, and whoever has a token is not', async (t) => {
  const web = new TestWeb()
  const token = web.token(`${HOME}.`)
  const statuses = []
  for (let n = 0; n < 12; n++) statuses.push(await web.get(URL, 'wrong'))
  t.strictSame(statuses.slice(0, 10), Array(10).fill('401 badauth'))
  t.strictSame(statuses.slice(10), Array(2).fill('429 too many requests'))
  t.equal(await web.get(URL, token), '200 good 198.51.100.1')
  t.equal(await web.get(URL, 'wrong', { address: '192.0.2.1' }), '401 badauth', 'another source')
  const near = { address: '2001:db8::1' }
  for (let n = 0; n < 10; n++) await web.get(URL, 'wrong', near)
  t.match(await web.get(URL, 'wrong', { address: '2001:db8::2' }), /^429/, 'the same /64')
})

t.test('10,000 wrong passwords write nothing, and ten lines a second into the log', async (t) => {
  const web = new TestWeb()
  const token = web.token(`${HOME}.`)
  const before = web.lines.length
  for (let n = 0; n < 10_000; n++) {
    await web.get(URL, `wrong${n}`, { address: `192.0.${n % 100}.${n % 250}` })
  }
  t.equal(web.lines.length - before, 10)
  t.equal(web.serial(), 10)
  t.equal(await web.get(URL, token), '200 good 198.51.100.1')
})

t.test('Bearer and Token are schemes like Basic; others are none', async (t) => {
  const web = new TestWeb()
  const token = web.token(`${HOME}.`)
  const status = async (authorization: string) => (await web.ask(URL, { authorization })).status
  t.equal(await status(`Bearer ${token}`), 200)
  t.equal(await status(`token ${token}`), 200)
  t.equal(await status(`Digest ${token}`), 401)
  t.equal(await status('Basic'), 401)
  t.equal(await status(`Basic ${Buffer.from('nocolon').toString('base64')}`), 401)
})

t.test('credentials in a URL can be forbidden', async (t) => {
  const web = new TestWeb({ settings: { queryCredentials: false } })
  const token = web.token(`${HOME}.`)
  t.equal((await web.ask(`${URL}&password=${token}`)).status, 401)
  t.equal(await web.get(URL, token), '200 good 198.51.100.1')
})

t.test('the address is told, sixty times a minute', async (t) => {
  const web = new TestWeb()
  for (const path of [
    '/myip',
    '/ip',
    '/checkip',
    '/addons/clientip.php',
    '/poweradmin/addons/clientip.php',
  ]) {
    t.match(await web.ask(path), { status: 200, body: CLIENT }, path)
  }
  t.equal((await web.ask('/myip', { method: 'HEAD' })).status, 200)
  t.equal((await web.ask('/myip', { method: 'POST' })).status, 404)
  const page = {
    status: 200,
    headers: { 'content-type': 'text/html', 'cache-control': 'no-cache' },
    body:
      '<html><head><title>Current IP Check</title></head>' +
      '<body>Current IP Address: 203.0.113.77</body></html>',
  }
  t.strictSame(await web.ask('/nic/checkip.html'), page)
  t.strictSame(await web.ask('/checkip/'), page)
  t.strictSame(await web.ask('/', { host: 'checkip.dyn.example' }), page)
  for (let n = 0; n < 60; n++) await web.ask('/myip')
  t.equal((await web.ask('/myip')).status, 429)
})

t.test('the log says what was refused and why, and no secret', async (t) => {
  const web = new TestWeb()
  const token = web.token(`${HOME}.`)
  const rows = [
    [
      `/nic/update?hostname=other.example&myip=198.51.100.1&password=${token}`,
      'nohost',
      'other.example: nohost',
    ],
    [`/nic/update?hostname=${HOME}&myip=x&token=${token}`, 'dnserr', '"x" is no address'],
    [`/update/nodot/${token}/x`, 'dnserr', '"x" is no address'],
    [`/u/${token}/?address=%25i`, 'dnserr', /"%i" was not filled in by the client/],
    ['/nic/update?token=guess', 'badauth', 'no token has this secret'],
    ['/nic/update', 'badauth', 'the request has no credentials'],
  ] as const
  for (const [url, answer, reason] of rows) {
    await web.ask(url, { userAgent: 'router'.repeat(50) })
    const line = web.lines.at(-1)
    t.match(
      line,
      { message: 'update refused', fields: { answer, reason, transport: 'https' } },
      url,
    )
    t.equal(String(line?.fields['agent']).length, 100)
  }
  await web.ask(`/dynamic_update.php?token=${token}`, { userAgent: '' })
  t.match(web.lines.at(-1)?.fields, { answer: 'badagent' })
  t.notMatch(JSON.stringify(web.lines), token)
  t.notMatch(JSON.stringify(web.lines), 'guess')
})

t.test('Poweradmin without a user agent, and what it says of wrong passwords', async (t) => {
  const web = new TestWeb()
  const token = web.token(`${HOME}.`)
  const url = `/dynamic_update.php?hostname=${HOME}&myip=198.51.100.1`
  t.equal(await web.get(url, token, { userAgent: '' }), '200 badagent')
  t.equal(await web.get(url, 'wrong'), '401 badauth')
  const said = await web.ask(`${url}&verbose`, { authorization: basic('u', 'wrong') })
  t.equal(said.body, 'The user name or the password is missing or wrong.')
})

t.test('clients that the operator has blocked by what they call themselves', async (t) => {
  const web = new TestWeb({ settings: { blockedAgents: ['CheapCam/1.'] } })
  const token = web.token(`${HOME}.`)
  const url = `/nic/update?hostname=${HOME}&myip=198.51.100.1`
  t.equal(await web.get(url, token, { userAgent: 'x cheapcam/1.7 (v1)' }), '200 badagent')
  t.match(web.lines.at(-1)?.fields, {
    answer: 'badagent',
    reason: 'clients that call themselves "cheapcam/1." are blocked by the operator',
  })
  t.equal(await web.get(url, 'wrong', { userAgent: 'CheapCam/1.7' }), '401 badauth')
  t.equal(await web.get(url, token, { userAgent: 'CheapCam/2.0' }), '200 good 198.51.100.1')
})
