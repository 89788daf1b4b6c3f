/** dyndns2 to the octet: what is asked on the left, what is answered and what is in the zone then. */
import t from 'tap'
import { basic, TestWeb } from '../support/web.ts'

const H = 'home.dyn.example'

t.test('an address is published, and told again it changes nothing', async (t) => {
  const web = new TestWeb()
  const token = web.token(`${H}.`)
  const url = `/nic/update?system=dyndns&hostname=${H}&myip=198.51.100.1`
  const first = await web.ask(url, { authorization: basic('home', token) })
  t.strictSame(first, {
    status: 200,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
    body: 'good 198.51.100.1',
  })
  t.strictSame(web.records(H), ['60 A 198.51.100.1'])
  t.equal(web.serial(), 11)
  t.equal(await web.get(url, token), '200 nochg 198.51.100.1')
  t.equal(web.serial(), 11, 'nothing was written')
  const [entry, ...more] = web.journal()
  t.equal(more.length, 0)
  t.match(entry, {
    author: { principal: `token:${H}.`, source: '203.0.113.77#50000', transport: 'https' },
    grants: [`anyone name ${H}. A AAAA strict`],
  })
})
