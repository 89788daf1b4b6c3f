/** Mail of alerts, at aiosmtpd: with STARTTLS, a certificate that is checked, and a password. */
import t from 'tap'
import { Daemon } from '../support/daemon.ts'
import { skipWithout } from '../support/tools.ts'
import { WebLivezone } from '../support/web-livezone.ts'

const skip = skipWithout('/usr/bin/python3', '/usr/lib/python3/dist-packages/aiosmtpd', 'openssl')

/** Takes mail of who logs in over TLS, and prints it. */
const SERVER = `
import asyncio, ssl, sys
from aiosmtpd.handlers import Debugging
from aiosmtpd.smtp import SMTP, AuthResult
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
def check(server, session, envelope, mechanism, data):
    return AuthResult(success=data.login == b'u' and data.password == b'p', handled=False)
def factory():
    return SMTP(Debugging(sys.stdout), tls_context=context, require_starttls=True,
                auth_required=True, authenticator=check, hostname='test')
async def main():
    server = await asyncio.get_running_loop().create_server(factory, '127.0.0.1', 0)
    print('port', server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
`

t.test('livezone alerts test, by mail', { skip }, async (t) => {
  const server = new WebLivezone(t.testdir())
  await server.makeCertificate()
  const script = server.write('smtp.py', SERVER)
  const key = server.certificate.replace('.pem', '.key')
  const smtp = new Daemon('/usr/bin/python3', ['-u', script, server.certificate, key])
  t.teardown(() => smtp.stop())
  await smtp.printed(/port \d+\n/)
  const port = /port (\d+)/.exec(smtp.output)?.[1] ?? ''
  server.write('password', 'p\n')
  const config = (password: string): string => `
listen = ["127.0.0.1:0"]
data = "data"
keys = "keys"
[[zone]]
name = "dyn.example."
file = "dyn.example.zone"
[alerts.smtp]
server = "127.0.0.1"
port = ${port}
user = "u"
password-file = "${password}"
from = "livezone@dyn.example"
to = ["you@example.net"]
`
  server.write('livezone.toml', config('password'))
  const test = () => server.livezone('alerts', 'test')

  await server.start()
  const strange = await test()
  t.match(strange, { code: 1, stdout: /^smtp: not delivered: .*self[- ]signed certificate/ })
  await server.stop()

  process.env['NODE_EXTRA_CA_CERTS'] = server.certificate
  t.teardown(() => delete process.env['NODE_EXTRA_CA_CERTS'])
  await server.start()
  t.teardown(() => server.stop())
  t.match(await test(), { code: 0, stdout: /^smtp: delivered: 250 OK/ })
  await t.resolves(smtp.printed(/^Subject: livezone: a test$/m))
  await t.resolves(smtp.printed(/alerts of livezone come this way/))

  server.write('wrong', 'x\n')
  server.write('livezone.toml', config('wrong'))
  t.match(await server.livezone('reload'), { code: 0 })
  t.match(await test(), { code: 1, stdout: /^smtp: not delivered: Invalid login: 535/ })
})
