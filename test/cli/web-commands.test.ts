/** `livezone blocks`, `livezone alerts test` and web updates in `livezone rejected`, as they are typed. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { configText } from '../support/config-text.ts'
import { Operator } from '../support/operator.ts'

const config = (more = ''): string =>
  configText({
    rest: `file = "dyn.example.zone"\n[http]\nlisten = ["127.0.0.1:0"]\nblock = ["bad.dyn.example."]\nblocked-agents = ["CheapCam/"]\n${more}`,
  })

const serve = async (t: Test, more = '') => {
  const operator = new Operator(t.testdir(), config(more))
  const server = operator.serve()
  t.teardown(() => server.end('SIGKILL'))
  await server.ready()
  const at = /http:[^\s,]+/.exec(server.stdout)?.[0] ?? ''
  const ask = async (url: string, secret: string, agent = 'router/1') => {
    const authorization = `Basic ${Buffer.from(`home:${secret}`).toString('base64')}`
    const headers = { authorization, 'user-agent': agent }
    return (await fetch(`${at}${url}`, { headers })).text()
  }
  return { operator, server, ask }
}

t.test('who fails to log in too often is listed, and let in again', async (t) => {
  const { operator, server, ask } = await serve(t)
  t.strictSame(await operator.run('blocks'), { code: 0, stdout: '', stderr: '' })
  const guess = () => ask('/nic/update?hostname=home.dyn.example', 'wrong')
  // However long they take: some are forgiven meanwhile.
  while ((await guess()) !== 'too many requests');
  await guess()
  t.match(await operator.run('blocks'), {
    code: 0,
    stdout: /^127\.0\.0\.1 since .*Z until .*Z: 2 failed logins; times blocked in a row: 1\n$/,
  })
  const json = await operator.run('blocks', 'list', '--json')
  t.match(JSON.parse(json.stdout), { source: '127.0.0.1', times: 1 })
  const clear = () => operator.run('blocks', 'clear', '127.0.0.1')
  t.match(await clear(), { code: 0, stdout: '127.0.0.1 may log in again\n' })
  t.match(await clear(), { code: 2, stderr: '127.0.0.1 is not held back\n' })
  await server.end('SIGTERM')
})

t.test('web updates that were refused are among the others', async (t) => {
  const { operator, server, ask } = await serve(t)
  const { stdout } = await operator.run(
    'token',
    'create',
    '--host',
    'home.dyn.example',
    'bad.dyn.example',
  )
  const token = stdout.trim()
  t.equal(await ask('/nic/update?hostname=bad.dyn.example&myip=198.51.100.1', token), 'abuse')
  await ask('/nic/update?hostname=home.dyn.example&myip=%3Cipaddr%3E', token, '')
  await ask('/nic/update?hostname=home.dyn.example', 'wrong')
  const url = '/nic/update?hostname=home.dyn.example'
  t.equal(await ask(url, token, 'cheapcam/1.0'), 'badagent')
  const lines = (await operator.run('rejected')).stdout.split('\n')
  t.match(lines, [
    / REFUSED zone dyn\.example\. token home\.dyn\.example\. \("router\/1"\) from 127\.0\.0\.1#\d+ http: bad\.dyn\.example is blocked/,
    '    bad.dyn.example A 198.51.100.1',
    / FORMERR zone dyn\.example\. token home\.dyn\.example\. from .*: "<ipaddr>" was not filled in/,
    '    home.dyn.example',
    / NOTAUTH zone dyn\.example\. a web client \("router\/1"\) from .*: no token has this secret$/,
    '    home.dyn.example',
    / REFUSED zone dyn\.example\. token .* \("cheapcam\/1\.0"\) .* call themselves "cheapcam\/" are blocked/,
    '    home.dyn.example',
    '',
  ])
  await server.end('SIGTERM')
})

t.test('a test of alerts goes out, and says what came of it', async (t) => {
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(request.url === '/good' ? 200 : 500).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  // It listens on a port.
  const { port } = server.address() as AddressInfo
  const hook = (path: string) => `[alerts]\nwebhook = "http://127.0.0.1:${port}/${path}"\n`
  const running = await serve(t, hook('good'))
  const { operator } = running
  const test = () => operator.run('alerts', 'test')
  t.match(await test(), { code: 0, stdout: 'webhook: delivered: HTTP 200\n' })
  operator.write('livezone.toml', config(hook('bad')))
  t.match(await operator.run('reload'), { code: 0 })
  t.match(await test(), { code: 1, stdout: 'webhook: not delivered: HTTP 500\n' })
  operator.write('livezone.toml', config())
  await operator.run('reload')
  t.match(await test(), { code: 2, stderr: /^alerts go nowhere: write \[alerts\]/ })
  await running.server.end('SIGTERM')
})
