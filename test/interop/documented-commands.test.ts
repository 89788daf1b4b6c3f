/** What docs/clients.md shows for the command line, run by a shell as it stands there. */
import t from 'tap'
import { clientConfig } from '../support/client-docs.ts'
import { digData, digRecords, digStatus } from '../support/dig.ts'
import { Livezone } from '../support/livezone.ts'
import { run, skipWithout, type Finished } from '../support/tools.ts'

const skip = skipWithout('nsupdate', 'knsupdate', 'dig')

t.test('the commands of docs/clients.md do what they say', { skip }, async (t) => {
  const server = new Livezone(t.testdir())
  await server.start()
  t.teardown(() => server.stop())
  const shell = (script: string): Promise<Finished> =>
    run('bash', ['-eu', '-c', script], '', server.folder)

  for (const [title, record] of [
    ['nsupdate', 'www.dyn.example. 60 A 192.0.2.1'],
    ['knsupdate', 'www.dyn.example. 60 A 192.0.2.2'],
  ] as const) {
    await t.test(`${title} replaces the addresses of a name`, async (t) => {
      const { code, stdout, stderr } = await shell(clientConfig(title, server))
      t.equal(code, 0, stdout + stderr)
      t.strictSame(await digRecords(server, 'www.dyn.example.', 'A'), [record])
    })
  }

  await t.test('acme.sh adds two TXT records, and deletes them all twice', async (t) => {
    const name = '_acme-challenge.www.dyn.example.'
    // What its dns_nsupdate has nsupdate do, in place of the program itself.
    const acme = (command: string): Promise<Finished> =>
      shell(`
acme.sh() {
  printf '%s\\n' "server $NSUPDATE_SERVER $NSUPDATE_SERVER_PORT" "${command}" send |
    nsupdate -k "$NSUPDATE_KEY"
}
${clientConfig('acme.sh', server)}`)
    for (const value of ['for-www', 'for-the-wildcard']) {
      const { code, stderr } = await acme(`update add ${name} 60 in txt \\"${value}\\"`)
      t.equal(code, 0, stderr)
    }
    t.strictSame(await digData(server, name, 'TXT'), ['"for-the-wildcard"', '"for-www"'])
    for (let time = 1; time <= 2; time++) {
      const { code, stderr } = await acme(`update delete ${name} txt`)
      t.equal(code, 0, stderr)
      t.equal(await digStatus(server, name, 'TXT'), 'NXDOMAIN')
    }
  })
})
