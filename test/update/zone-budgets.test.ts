/** Budgets of keys and zones, as their clients meet them: what is over one is REFUSED, and says so. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { UpdateRates } from '../../src/access/update-rates.ts'
import { loadConfig } from '../../src/config/load.ts'
import { explain } from '../../src/update/explain.ts'
import { Usage } from '../../src/update/usage.ts'
import { keyBudgetsOf, ZoneBudgets } from '../../src/update/zone-budgets.ts'
import { configText, grantText } from '../support/config-text.ts'
import { opt, signed, update } from '../support/messages.ts'
import { extendedErrorText } from '../support/options.ts'
import { loadZone, SECRET, TestService, tsigKey, ZONE_TEXT } from '../support/service.ts'
import { changeOctets } from '../support/update-lines.ts'
import { rcodeOf } from '../support/updates.ts'

const APEX = 'dyn.example.'

const ALL = grantText('key = "k."', 'match = "zonesub"', 'types = ["ANY"]')
const OTHER = grantText('key = "other."', 'match = "zonesub"', 'types = ["ANY"]')

/** A server whose zone has these settings and whose keys have those. */
class Budgeted {
  readonly service = new TestService()

  private readonly apex: string

  constructor(t: Test, { apex = APEX, zone = '', grants = ALL + OTHER, keys = '' }) {
    this.apex = apex
    const file = join(t.testdir(), 'livezone.toml')
    const rest = `${zone}\n${grants}\n${keys}`
    writeFileSync(file, configText({ zone: `[[zone]]\nname = "${apex}"`, rest }))
    const config = loadConfig(file)
    const { service } = this
    const usage = new Usage()
    service.store.observe(usage)
    for (const key of ['k.', 'other.']) service.keyring.add(tsigKey(key))
    const rates = new UpdateRates(service.clock)
    const byKey = keyBudgetsOf(config.keySettings)
    const view = loadZone(service.store, apex, ZONE_TEXT)
    for (const { name, policy, strict, ceiling } of config.zones) {
      const budgets = new ZoneBudgets(policy, byKey, ceiling, usage, rates)
      budgets.watch(view)
      // As a zone that is promoted, demoted and promoted again does.
      budgets.watch(view)
      service.zones.add({ apex: name, view, policy, strict, budgets })
    }
  }

  /** `NOERROR`, or the RCODE and the explanation. */
  async send(changes: string, key = 'k.', transport?: 'tcp'): Promise<string> {
    const lines = changes.split('; ').map(changeOctets)
    const packet = update(this.apex, [], lines, { additionals: [opt()] })
    const timeSeconds = this.service.clock.nowSeconds()
    const answer = await this.service.ask(
      signed(packet, { keyName: key, secret: SECRET, timeSeconds }),
      transport,
    )
    return [rcodeOf(answer), extendedErrorText(answer)].filter((text) => text !== '').join(' ')
  }

  explained(change: string): string | undefined {
    const question = { key: 'k.', from: '192.0.2.77', transport: 'udp', changes: [change] } as const
    const explanation = explain(question, this.service.zones, ({ view }) => view)
    return explanation.ok ? explanation.explained.lines[0] : explanation.why
  }
}

t.test('a key sends so many updates a minute, and is told when the next may come', async (t) => {
  const keys = '[[key]]\nname = "k."\nupdates-per-minute = 60\nburst = 2\n'
  const server = new Budgeted(t, { keys })
  t.equal(await server.send('add a.dyn.example. 60 A 192.0.2.1'), 'NOERROR')
  t.equal(await server.send('add b.dyn.example. 60 A 192.0.2.1'), 'NOERROR')
  const late = 'REFUSED 18 key k. may send 60 updates a minute: the next in 1 s'
  t.equal(await server.send('add c.dyn.example. 60 A 192.0.2.1'), late)
  t.equal(await server.send('add c.dyn.example. 60 A 192.0.2.1', 'other.'), 'NOERROR')
  server.service.clock.advanceSeconds(1)
  t.equal(await server.send('add d.dyn.example. 60 A 192.0.2.1'), 'NOERROR')
})

t.test(
  'a key has so many names and records where its rules reach, whoever put them there',
  async (t) => {
    const grants =
      grantText('key = "k."', 'match = "subdomain"', 'name = "x.dyn.example."', 'types = ["ANY"]') +
      OTHER
    const keys = '[[key]]\nname = "K"\nnames = 2\nrecords = 3\n'
    const server = new Budgeted(t, { grants, keys })
    t.equal(await server.send('add a.x.dyn.example. 60 A 192.0.2.1', 'other.'), 'NOERROR')
    t.equal(await server.send('add y.dyn.example. 60 A 192.0.2.1', 'other.'), 'NOERROR')
    t.equal(await server.send('add b.x.dyn.example. 60 A 192.0.2.1'), 'NOERROR')
    const names = 'key k. in zone dyn.example. may have 2 names, has 2, and this adds 1'
    t.equal(await server.send('add c.x.dyn.example. 60 A 192.0.2.1'), `REFUSED 18 ${names}`)
    t.equal(server.explained('add c.x.dyn.example. 60 A 192.0.2.1'), `refused (REFUSED): ${names}`)
    t.equal(await server.send('add b.x.dyn.example. 60 A 192.0.2.2'), 'NOERROR')
    const records = 'key k. in zone dyn.example. may have 3 records, has 3, and this adds 1'
    t.equal(await server.send('add a.x.dyn.example. 60 TXT full'), `REFUSED 18 ${records}`)
    t.equal(
      await server.send('delete a.x.dyn.example.; add c.x.dyn.example. 60 A 192.0.2.1'),
      'NOERROR',
    )
  },
)

t.test('the zone has a ceiling of its own, for every key', async (t) => {
  // SOA and two NS, and two names with an A or two.
  const server = new Budgeted(t, { zone: 'max-names = 4\nmax-records = 8' })
  t.equal(await server.send('add a.dyn.example. 60 A 192.0.2.1', 'other.'), 'NOERROR')
  const names = 'REFUSED 18 zone dyn.example. may have 4 names, has 4, and this adds 1'
  t.equal(await server.send('add b.dyn.example. 60 A 192.0.2.1'), names)
  t.equal(await server.send('add a.dyn.example. 60 A 192.0.2.2'), 'NOERROR')
  const records = 'REFUSED 18 zone dyn.example. may have 8 records, has 8, and this adds 1'
  t.equal(await server.send('add a.dyn.example. 60 A 192.0.2.3'), records)
})

t.test('what is over a budget already can still be made less', async (t) => {
  const server = new Budgeted(t, { zone: 'max-records = 1' })
  t.equal(await server.send('delete www.dyn.example. A 192.0.2.1'), 'NOERROR')
  t.equal(
    await server.send('delete www.dyn.example. A; add new.dyn.example. 60 A 192.0.2.1'),
    'NOERROR',
  )
})

t.test('updates that arrive together share what is left', async (t) => {
  const server = new Budgeted(t, { zone: 'max-names = 5' })
  const owners = ['a', 'b', 'c', 'd'].map((label) => `add ${label}.dyn.example. 60 A 192.0.2.1`)
  const verdicts = await Promise.all(owners.map((change) => server.send(change)))
  t.strictSame(
    verdicts.map((verdict) => verdict.split(' ')[0]),
    ['NOERROR', 'NOERROR', 'REFUSED', 'REFUSED'],
  )
})

t.test('an RRset and a name of a key have as much as its budget says', async (t) => {
  const keys = '[[key]]\nname = "k."\nrecords-per-rrset = 1\ntypes-per-name = 1\n'
  const server = new Budgeted(t, { keys })
  const rrset = 'REFUSED 0 a.dyn.example.: an RRset has at most 1 records'
  t.equal(
    await server.send('add a.dyn.example. 60 A 192.0.2.1; add a.dyn.example. 60 A 192.0.2.2'),
    rrset,
  )
  const types = 'REFUSED 0 a.dyn.example.: a name has at most 1 types'
  t.equal(
    await server.send('add a.dyn.example. 60 A 192.0.2.1; add a.dyn.example. 60 TXT x'),
    types,
  )
  t.equal(
    await server.send('add a.dyn.example. 60 A 192.0.2.1; add a.dyn.example. 60 TXT x', 'other.'),
    'NOERROR',
  )
})

t.test('a TTL is kept within the bounds of its key, or refused', async (t) => {
  const bounds = 'min-ttl = 60\nmax-ttl = "1h"\n'
  const clamped = new Budgeted(t, { keys: `[[key]]\nname = "k."\n${bounds}` })
  t.equal(
    await clamped.send('add a.dyn.example. 1 A 192.0.2.1; add b.dyn.example. 9999 A 192.0.2.1'),
    'NOERROR',
  )
  const added = clamped.service.lines.at(-1)?.fields['added']
  t.strictSame(added, ['a.dyn.example. 60 IN A 192.0.2.1', 'b.dyn.example. 3600 IN A 192.0.2.1'])
  const refusing = new Budgeted(t, {
    keys: `[[key]]\nname = "k."\n${bounds}ttl-outside = "refuse"\n`,
  })
  const why = 'key k. may set TTLs from 60 to 3600 s: a.dyn.example. A has 1 s'
  t.equal(
    await refusing.send('delete b.dyn.example. A; add a.dyn.example. 1 A 192.0.2.1'),
    `REFUSED 18 ${why}`,
  )
  t.equal(refusing.explained('add a.dyn.example. 1 A 192.0.2.1'), `refused (REFUSED): ${why}`)
  t.equal(
    await refusing.send('add a.dyn.example. 61 A 192.0.2.1; delete a.dyn.example. A'),
    'NOERROR',
  )
})

t.test('a budget holds under rules for many keys and for anyone, too', async (t) => {
  for (const rule of ['key = "*"', 'from = ["0.0.0.0/0"]']) {
    const grants = grantText(rule, 'match = "wildcard"', 'name = "*.x.dyn.example."')
    const server = new Budgeted(t, { grants, keys: '[[key]]\nname = "k."\nnames = 1\n' })
    t.equal(await server.send('add a.x.dyn.example. 60 A 192.0.2.1'), 'NOERROR')
    const names = 'REFUSED 18 key k. in zone dyn.example. may have 1 names, has 1, and this adds 1'
    t.equal(await server.send('add b.x.dyn.example. 60 A 192.0.2.1'), names, rule)
    t.equal(await server.send('add b.x.dyn.example. 60 A 192.0.2.1', 'other.'), 'NOERROR')
  }
})

t.test('what match = "tcp-self" is for counts, from whatever address it came', async (t) => {
  const grants = grantText('key = "k."', 'match = "tcp-self"')
  // There are three names already.
  const keys = '[[key]]\nname = "k."\nnames = 3\n'
  const apex = '192.in-addr.arpa.'
  const server = new Budgeted(t, { apex, grants, keys })
  t.equal(
    await server.send('add 77.2.0.192.in-addr.arpa. 60 PTR a.', 'k.', 'tcp'),
    'REFUSED 18 key k. in zone 192.in-addr.arpa. may have 3 names, has 3, and this adds 1',
  )
})

t.test('a budget of a key without a rule in the zone is in nobody’s way', async (t) => {
  const server = new Budgeted(t, { keys: '[[key]]\nname = "elsewhere."\nnames = 1\n' })
  t.equal(await server.send('add a.dyn.example. 60 A 192.0.2.1'), 'NOERROR')
})
