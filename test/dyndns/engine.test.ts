/** The engine: zones and commits, prefixes, challenges, and what stands in the way. */
import t from 'tap'
import type { Rule } from '../../src/access/rule.ts'
import { FailingStore, diskFull } from '../support/failing-store.ts'
import { name } from '../support/service.ts'
import { TestWeb } from '../support/web.ts'

const HOME = 'home.dyn.example'

t.test('all hosts of a zone are one commit with one serial', async (t) => {
  const web = new TestWeb()
  web.addZone('other.example.', '@ 60 SOA . . 1 1 1 1 1\n@ 60 NS .')
  const token = web.token('a.dyn.example. b.dyn.example. c.other.example.')
  const url = '/nic/update?hostname=a.dyn.example,c.other.example,b.dyn.example&myip=198.51.100.1'
  t.equal(await web.get(url, token), `200 ${Array(3).fill('good 198.51.100.1').join('\n')}`)
  t.equal(web.serial(), 11)
  t.equal(web.serial('other.example.'), 2)
  t.equal(web.journal().length, 1)
  const lines = web.lines.filter(({ message }) => message === 'update committed')
  t.strictSame(
    lines.map(({ fields }) => [fields['zone'], fields['added']]),
    [
      [
        'dyn.example.',
        ['a.dyn.example. 60 IN A 198.51.100.1', 'b.dyn.example. 60 IN A 198.51.100.1'],
      ],
      ['other.example.', ['c.other.example. 60 IN A 198.51.100.1']],
    ],
  )
})

t.test('a new prefix moves the addresses of the host, and of its siblings', async (t) => {
  const web = new TestWeb()
  const token = web.token('router.dyn.example. nas.dyn.example. empty.dyn.example. gone.example.')
  const update = (query: string) => web.get(`/nic/update?${query}`, token)
  await update('hostname=router.dyn.example&myip=2001:db8:1:1::1')
  await update('hostname=nas.dyn.example&myip=2001:db8:1:1:20:30:40:50')
  t.equal(
    await update('hostname=router.dyn.example&myip=198.51.100.1,2001:db8:2::/56'),
    '200 good 198.51.100.1,2001:db8:2:1::1',
    'the bits behind the 56 are those that were there',
  )
  t.strictSame(web.records('router.dyn.example'), ['60 A 198.51.100.1', '60 AAAA 2001:db8:2:1::1'])
  t.strictSame(web.records('nas.dyn.example'), ['60 AAAA 2001:db8:2:1:20:30:40:50'])
  t.strictSame(web.records('empty.dyn.example'), [])
  const both = 'hostname=router.dyn.example&myip=2001:db8:3::9,2001:db8:3::/56'
  t.equal(await update(both), '200 good 2001:db8:3::9', 'an address of its own goes before')
  t.strictSame(web.records('nas.dyn.example'), ['60 AAAA 2001:db8:3:1:20:30:40:50'])
})

t.test('two addresses that a new prefix makes one are one', async (t) => {
  const web = new TestWeb()
  const token = web.token(`${HOME}.`)
  await web.get('/nic/update?myip=2001:db8:1::1,2001:db8:2::1', token)
  t.equal(await web.get('/nic/update?myip=2001:db8:3::/64', token), '200 good 2001:db8:3::1')
  t.strictSame(web.records(HOME), ['60 AAAA 2001:db8:3::1'])
})

t.test('challenges stand beside each other, the last two of them', async (t) => {
  const web = new TestWeb()
  const token = web.token(`${HOME}.`, { types: ['TXT'] })
  const challenge = `_acme-challenge.${HOME}`
  const put = (text: string) =>
    web.get(`/nic/update?hostname=${challenge}&txt=${text}`, token, { method: 'POST' })
  t.equal(await put('one'), '200 good')
  t.equal(await put('two'), '200 good')
  t.equal(await put('one'), '200 nochg')
  t.strictSame(web.records(challenge), ['60 TXT "one"', '60 TXT "two"'])
  t.equal(await put('three'), '200 good')
  t.strictSame(web.records(challenge), ['60 TXT "three"', '60 TXT "two"'])
  t.equal(await put(''), '200 good')
  t.strictSame(web.records(challenge), [])
  t.equal(await put('x'.repeat(300)), '200 good')
  t.strictSame(web.records(challenge), [`60 TXT "${'x'.repeat(255)}" "${'x'.repeat(45)}"`])
})

t.test('DuckDNS has its text at the name and where challenges are looked for', async (t) => {
  const web = new TestWeb()
  const token = web.token(`${HOME}.`, { types: ['A', 'TXT'] })
  const get = async (more: string) =>
    (await web.ask(`/update?domains=home&token=${token}${more}`)).body
  t.equal(await get('&txt=hello&verbose=true'), 'OK\nhello\nUPDATED')
  t.strictSame(web.records(HOME), ['60 TXT "hello"'])
  t.strictSame(web.records(`_acme-challenge.${HOME}`), ['60 TXT "hello"'])
  t.equal(await get('&txt=hello&clear=true'), 'OK')
  t.strictSame(web.records(HOME), [])
  t.equal(await get('&txt='), 'OK')
  t.equal((await web.ask(`/update?domains=x.y&token=${token}&txt=a`)).body, 'KO')
  const plain = web.token('b.dyn.example.')
  t.equal((await web.ask(`/update?domains=b&token=${plain}&txt=a`)).body, 'KO', 'no right to texts')
})

t.test('what the token is not for is refused, and the log says why', async (t) => {
  const web = new TestWeb()
  const token = web.token(`${HOME}.`, { types: ['A'] })
  t.equal(await web.get('/nic/update?myip=198.51.100.1', token), '200 good 198.51.100.1')
  t.equal(await web.get('/nic/update?myip=2001:db8::1', token), '200 !donator')
  t.strictSame(web.records(HOME), ['60 A 198.51.100.1'])
  t.equal((await web.ask(`/u/${token}/?address=2001:db8::1`)).body, 'ERROR: !donator')
  t.match(web.lines.at(-1), {
    message: 'update refused',
    fields: {
      principal: `token:${HOME}.`,
      zone: 'dyn.example.',
      rcode: 'REFUSED',
      reason: `token ${HOME}. may not change AAAA at ${HOME}.: rule 1 allows A there`,
    },
  })
})

const denial = (host: string): Rule => ({
  deny: true,
  shadow: false,
  strict: false,
  key: undefined,
  from: undefined,
  transport: undefined,
  match: { kind: 'name', name: name(host) },
  types: new Map(),
  rights: new Set(['update']),
})

t.test('what the operator denies to anyone is denied to tokens', async (t) => {
  const web = new TestWeb()
  web.addZone('deny.example.', '@ 60 SOA . . 1 1 1 1 1\n@ 60 NS .', {
    rules: [denial('www.deny.example.')],
  })
  const token = web.token('www.deny.example. ok.deny.example.')
  const url = '/nic/update?hostname=www.deny.example,ok.deny.example&myip=198.51.100.1'
  t.equal(await web.get(url, token), '200 !donator\ngood 198.51.100.1', 'the other host is set')
  t.match(web.lines.at(-1), {
    message: 'update committed',
    fields: { reason: /may not change A at www\.deny\.example\.: rule 1 denies it/ },
  })
})

t.test('a zone that is full takes no more names, of one request either', async (t) => {
  const web = new TestWeb()
  web.addZone('full.example.', '@ 60 SOA . . 1 1 1 1 1\n@ 60 NS .', { mostNames: 2 })
  const token = web.token('a.full.example. b.full.example.')
  const url = '/nic/update?hostname=a.full.example,b.full.example&myip=198.51.100.1'
  t.equal(await web.get(url, token), '200 good 198.51.100.1\n!donator')
  t.match(web.lines.at(-1)?.fields['reason'], /zone full\.example\. may have 2 names, has 2/)
})

t.test('where the operator limits nothing there is no limit', async (t) => {
  const web = new TestWeb()
  const token = web.token(`${HOME}.`)
  const [zone] = web.zones
  if (zone === undefined) throw new Error('no zone')
  const { budgets, ...unlimited } = zone
  t.ok(budgets)
  web.zones.add(unlimited)
  t.equal(await web.get('/nic/update?myip=198.51.100.1', token), '200 good 198.51.100.1')
})

t.test('a CNAME or a delegation in the way is no success', async (t) => {
  const web = new TestWeb()
  const zone = '@ 60 SOA . . 1 1 1 1 1\n@ 60 NS .\nalias 60 CNAME x\nsub 60 NS ns.example.'
  web.addZone('way.example.', zone, { strict: true })
  const token = web.token('alias.way.example. h.sub.way.example.')
  const url = '/nic/update?hostname=alias.way.example,h.sub.way.example&myip=198.51.100.1'
  t.equal(await web.get(url, token), '200 dnserr\ndnserr')
  t.match(web.lines.at(-1)?.fields['reason'], /alias\.way\.example\. has a CNAME/)
})

t.test('private addresses are for zones that say so', async (t) => {
  const web = new TestWeb()
  web.addZone('lan.example.', '@ 60 SOA . . 1 1 1 1 1\n@ 60 NS .', { takesPrivate: true })
  const token = web.token('h.lan.example. h.dyn.example.')
  const get = (host: string, ip: string) =>
    web.get(`/nic/update?hostname=${host}&myip=${ip}`, token)
  t.equal(await get('h.lan.example', '192.168.1.2,fd00::1'), '200 good 192.168.1.2,fd00::1')
  t.equal(await get('h.lan.example', '127.0.0.1'), '200 dnserr')
  for (const ip of ['10.0.0.1', '172.31.0.1', '100.64.0.1', 'fd00::1', '0.1.2.3', '169.254.1.1']) {
    t.equal(await get('h.dyn.example', ip), '200 dnserr', ip)
  }
  for (const ip of ['224.0.0.1', '::', '::1', 'fe80::1', 'ff02::1', '::ffff:198.51.100.1']) {
    t.equal(await get('h.dyn.example', ip), '200 dnserr', ip)
  }
  t.equal(await get('h.dyn.example', '172.32.0.1'), '200 good 172.32.0.1')
})

t.test('a host whose zone is gone is none', async (t) => {
  const web = new TestWeb()
  const token = web.token('h.elsewhere.example.')
  t.equal(await web.get('/nic/update?myip=198.51.100.1', token), '200 nohost')
})

t.test('a host in a zone that is another server’s is none here', async (t) => {
  const web = new TestWeb()
  const token = web.token(`${HOME}.`)
  const [zone] = web.zones
  if (zone === undefined) throw new Error('no zone')
  web.zones.add({ ...zone, isSecondary: true })
  t.equal(await web.get('/nic/update?myip=198.51.100.1', token), '200 nohost')
  web.zones.add({ ...zone, view: undefined })
  t.equal(await web.get('/nic/update?myip=198.51.100.1', token), '200 nohost')
})

t.test('trouble of our own is 503, whatever the dialect', async (t) => {
  const store = new FailingStore()
  const web = new TestWeb({ store })
  const token = web.token(`${HOME}.`)
  store.failure = diskFull()
  const answer = await web.ask(`/nic/update?myip=198.51.100.1&token=${token}`)
  t.match(answer, { status: 503, body: '911', headers: { 'retry-after': '60' } })
  t.match(web.lines.at(-1), {
    message: 'update failed',
    fields: { rcode: 'SERVFAIL', reason: /No space left on device/ },
  })
  const rows = [
    [`/update?domains=home&token=${token}&ip=198.51.100.1`, '503 KO'],
    [`/dynamic_update.php?hostname=${HOME}&myip=198.51.100.1&password=${token}`, '503 911'],
    [`/u/${token}/`, '503 ERROR: 911'],
    [`/api/update?token=${token}&ipv4=198.51.100.1`, '503 911'],
    [`/nic/delete?password=${token}&myip=192.0.2.1`, '200 deleted A'],
  ]
  for (const [url = '', expected] of rows) {
    const { status, body } = await web.ask(url)
    t.equal(`${status} ${body}`, expected, url)
  }
  store.failure = new Error('a bug')
  t.equal((await web.ask(`/nic/update?myip=198.51.100.1&token=${token}`)).status, 503)
  t.match(web.lines.at(-2), { level: 'error', message: /please report this line/ })
})

t.test('a host is changed six times at once, and then once a minute', async (t) => {
  const web = new TestWeb()
  const token = web.token(`${HOME}.`)
  const change = (n: number) => web.ask(`/nic/update?myip=198.51.100.${n}&token=${token}`)
  for (let n = 1; n <= 6; n++) t.equal((await change(n)).status, 200)
  const refused = await change(7)
  t.match(refused, { status: 503, body: '911', headers: { 'retry-after': '60' } })
  t.match(web.lines.at(-1)?.fields['reason'], 'too many updates of a host')
  t.equal((await web.ask(`/nic/update?myip=2001:db8::1&token=${token}`)).status, 200, 'a family')
  web.clock.advanceSeconds(60)
  t.equal((await change(7)).status, 200)
})

t.test('a request that changes nothing may come once a second', async (t) => {
  const web = new TestWeb()
  const token = web.token(`${HOME}.`)
  const repeat = async () => (await web.ask(`/nic/update?myip=198.51.100.1&token=${token}`)).status
  const statuses = []
  for (let n = 0; n < 12; n++) statuses.push(await repeat())
  t.strictSame(statuses, [...Array<number>(11).fill(200), 503])
  web.clock.advanceSeconds(1)
  t.equal(await repeat(), 200)
})
