/** What the page gives to certbot and lego as a hook, run as they run it. */
import t from 'tap'
import { certbot, lego } from '../../src/clients/web/certificates.ts'
import { digData } from '../support/dig.ts'
import { run, skipWithout } from '../support/tools.ts'
import { WebLivezone } from '../support/web-livezone.ts'

const skip = skipWithout('curl', 'dig', 'bash')

const HOST = 'home.dyn.example'
const CHALLENGE = `_acme-challenge.${HOST}`

t.test('the hooks set the challenge that they are called with', { skip }, async (t) => {
  const server = new WebLivezone(t.testdir())
  await server.start()
  t.teardown(() => server.stop())
  const token = await server.token('--host', HOST, '--types', 'TXT')
  const settings = { origin: `http://${server.at('http')}`, host: HOST, user: 'home', token }
  const [, hook = ''] = certbot.text(settings)
  const env = `CERTBOT_DOMAIN=${HOST} CERTBOT_VALIDATION=of-certbot`
  const script = hook.trim().replace(/^'|'$/g, '')
  const first = await run('bash', ['-c', `export ${env}; ${script}`])
  t.equal(first.code, 0, first.stderr)
  t.strictSame(await digData(server, CHALLENGE, 'TXT'), ['"of-certbot"'])
  const setUp = lego.text(settings).slice(0, -1).join('\n')
  const call = `./livezone-hook.sh present ${CHALLENGE}. of-lego`
  const done = './livezone-hook.sh cleanup x y'
  const second = await run('bash', ['-c', `cd ${server.folder}\n${setUp}\n${call} && ${done}`])
  t.equal(second.code, 0, second.stderr)
  t.strictSame((await digData(server, CHALLENGE, 'TXT')).sort(), ['"of-certbot"', '"of-lego"'])
})
