/** named, knotd, nsd and pdns are told of a change by NOTIFY, and `livezone wait` says when they have it. */
import t from 'tap'
import type { SecondariesReport } from '../../src/control/secondaries-routes.ts'
import { PATIENT } from '../support/dig.ts'
import { APEX, Secondaries } from '../support/secondaries.ts'
import { run, skipWithout } from '../support/tools.ts'

const skip = skipWithout(
  'named',
  'knotd',
  'nsd',
  'pdns_server',
  '/usr/share/pdns-backend-sqlite3',
  'sqlite3',
  'nsupdate',
  'dig',
)

/** On a busy machine; it takes a second or two. */
const MOST_SECONDS = 100

for (const isSigned of [false, true]) {
  const how = isSigned ? 'signed with a key' : 'without a key'
  t.test(`NOTIFY ${how} reaches each, and wait returns when all answer`, { skip }, async (t) => {
    const all = new Secondaries()
    t.teardown(() => all.stop())
    await all.start(isSigned)
    const ready = await all.livezone('wait', APEX, '--timeout', `${MOST_SECONDS}`)
    t.strictSame([ready.code, ready.stderr], [0, `${APEX} serial 1: all 4 have it\n`])

    const update = `server 127.0.0.1 ${all.server.port}
update add _acme-challenge.${APEX} 60 TXT "token"
send
`
    t.equal((await run('nsupdate', ['-k', all.server.keyFile], update)).code, 0)
    const started = Date.now()
    const waited = await all.livezone('wait', APEX, '--timeout', `${MOST_SECONDS}`)
    t.ok(Date.now() - started < MOST_SECONDS * 1000)
    t.strictSame([waited.code, waited.stderr], [0, `${APEX} serial 2: all 4 have it\n`])
    for (const peer of all.peers) {
      const where = ['@127.0.0.1', '-p', `${peer.port}`, PATIENT]
      const args = [...where, '+short', `_acme-challenge.${APEX}`, 'TXT']
      t.equal((await run('dig', args)).stdout, '"token"\n', peer.constructor.name)
    }
    const { stdout } = await all.livezone('secondaries', APEX, '--json')
    // The command prints what its route gives.
    const { serial, secondaries } = JSON.parse(stdout) as SecondariesReport
    t.equal(serial, 2)
    for (const { state, behind, has, acknowledged, failure } of secondaries) {
      t.match({ state, behind, has, failure }, { state: 'current', behind: 0, has: { serial: 2 } })
      t.equal(acknowledged?.serial, 2)
    }
  })
}

t.test('wait says who is missing, and exits with 1', { skip }, async (t) => {
  const all = new Secondaries()
  t.teardown(() => all.stop())
  await all.start(true)
  await all.livezone('wait', APEX, '--timeout', `${MOST_SECONDS}`)
  const [gone] = all.peers
  await gone?.stop()
  const update = `server 127.0.0.1 ${all.server.port}\nupdate add x.${APEX} 60 A 192.0.2.1\nsend\n`
  t.equal((await run('nsupdate', ['-k', all.server.keyFile], update)).code, 0)
  const { code, stderr } = await all.livezone('wait', APEX, '--timeout', '5')
  t.equal(code, 1)
  t.match(
    stderr,
    `${APEX} serial 2 is not everywhere after 5 s; missing:\n  127.0.0.1#${gone?.port}: `,
  )
  t.match(stderr, /has serial 1\n$/)
})
