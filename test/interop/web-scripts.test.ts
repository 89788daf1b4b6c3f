/**
 * What is not a program of its own: wget's way of asking first, scripts for Poweradmin, the URLs that
 * OpenWrt has for each provider, and sockets that speak HTTP as it was in 1996.
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import t, { type Test } from 'tap'
import { digData } from '../support/dig.ts'
import { run, skipWithout } from '../support/tools.ts'
import { LEGACY, WebLivezone } from '../support/web-livezone.ts'

const HOME = 'home.dyn.example'

const served = async (t: Test, http = ''): Promise<WebLivezone> => {
  const server = new WebLivezone(t.testdir(), http)
  await server.start()
  t.teardown(() => server.stop())
  return server
}

t.test('wget', { skip: skipWithout('wget', 'dig') }, async (t) => {
  const server = await served(t)
  const token = await server.token('--host', `${HOME}.`)
  const url = `http://${server.at('http')}/nic/update?hostname=${HOME}&myip=198.51.100.41`
  const wget = (...args: readonly string[]) => run('wget', ['-d', '-O', '-', ...args])

  await t.test('sends what it knows once it was asked for it', async (t) => {
    const { code, stdout, stderr } = await wget('--user=home', `--password=${token}`, url)
    t.equal(code, 0, stderr)
    t.equal(stdout.slice(-'good 198.51.100.41'.length), 'good 198.51.100.41')
    t.match(stderr + stdout, /401 Unauthorized[\s\S]*200 OK/, 'first without, then with')
    t.strictSame(await digData(server, HOME, 'A'), ['198.51.100.41'])
  })
  await t.test('may ask first so often as it likes', async (t) => {
    for (let n = 0; n < 15; n++) await wget(url)
    const { stdout } = await wget('--user=home', `--password=${token}`, url)
    t.equal(stdout.slice(-'nochg 198.51.100.41'.length), 'nochg 198.51.100.41')
  })
})

t.test('a script for Poweradmin', { skip: skipWithout('curl', 'dig') }, async (t) => {
  const server = await served(t)
  const token = await server.token('--host', `${HOME}.`)
  // As its own client does it: ask for the address, then say it, and act by the first word.
  const script = `
    set -e
    base=http://$1/poweradmin
    ip=$(curl -s "$base/addons/clientip.php")
    test "$ip" = 127.0.0.1
    result=$(curl -s -u "home:$2" -A poweradmin-client/1.0 "$base/dynamic_update.php?hostname=$3&myip=$4&verbose=$5")
    echo "$result"
  `
  const update = async (ip: string, verbose = ''): Promise<string> => {
    const text = verbose === '' ? script.replace('&verbose=$5', '') : script
    const args = [server.at('http'), token, HOME, ip, verbose]
    const { code, stdout, stderr } = await run('bash', ['-c', text, 'client', ...args])
    t.equal(code, 0, stderr)
    return stdout.trim()
  }
  t.equal(await update('198.51.100.51'), 'good')
  t.equal(await update('198.51.100.51'), 'nochg')
  t.match(await update('198.51.100.52', '1'), /^The addresses of the host are now/)
  t.strictSame(await digData(server, HOME, 'A'), ['198.51.100.52'])
})

t.test('the URLs of OpenWrt', { skip: skipWithout('curl', 'dig') }, async (t) => {
  const server = await served(t)
  const token = await server.token('--host', `${HOME}.`)
  const templates: readonly (readonly [template: string, answer: RegExp])[] = [
    ['http://[USERNAME]:[PASSWORD]@SERVER/nic/update?hostname=[DOMAIN]&myip=[IP]', /good|nochg/],
    ['http://[USERNAME]:[PASSWORD]@SERVER/v3/update?hostname=[DOMAIN]&myip=[IP]', /good|nochg/],
    ['http://SERVER/update?domains=[DOMAIN]&token=[PASSWORD]&ip=[IP]', /OK/],
    ['http://[USERNAME]:[PASSWORD]@SERVER/?hostname=[DOMAIN]&myipv4=[IP]', /good|nochg/],
    [
      'http://SERVER/nic/update?hostname=[DOMAIN]&myip=[IP]&username=[USERNAME]&password=[PASSWORD]',
      /good|nochg/,
    ],
    ['http://SERVER/api/update?hostname=[DOMAIN]&token=[PASSWORD]&ipv4=[IP]', /updated|unchanged/],
    ['http://SERVER/nic/update?hostname=[DOMAIN]&password=[PASSWORD]&myip=[IP]', /good|nochg/],
    ['http://[USERNAME]:[PASSWORD]@SERVER/dyndns/update?hostname=[DOMAIN]&ip=[IP]', /good|nochg/],
    ['http://SERVER/dynamic/update.php?[PASSWORD]&address=[IP]', /Updated/],
  ]
  for (const [index, [template, expected]] of templates.entries()) {
    // A change of a host comes once a minute, but for the first few.
    const ip = `198.51.100.${60 + Math.trunc(index / 2)}`
    const values: Readonly<Record<string, string>> = {
      SERVER: server.at('http'),
      '[USERNAME]': 'home',
      '[PASSWORD]': token,
      '[DOMAIN]': HOME,
      '[IP]': ip,
    }
    let url = template
    for (const [name, value] of Object.entries(values)) url = url.replace(name, value)
    const { code, stdout, stderr } = await run('curl', ['-sS', '-g', url])
    t.equal(code, 0, stderr)
    t.match(stdout, expected, template)
    t.strictSame(await digData(server, HOME, 'A'), [ip], template)
  }
})

t.test('sockets', { skip: skipWithout('dig') }, async (t) => {
  const server = await served(t, LEGACY)
  const token = await server.token('--host', `${HOME}.`)
  const url = `/nic/update?hostname=${HOME}&password=${token}&myip=`

  const send = async (text: string, which: 0 | 1): Promise<string> => {
    const [host, port] = server.at('http', which).split(':')
    const socket = connect(Number(port), host)
    let answer = ''
    socket.setEncoding('latin1').on('data', (piece: string) => (answer += piece))
    socket.end(text)
    await once(socket, 'close')
    return answer
  }

  await t.test(
    'HTTP/1.0 is answered with a length, and with nothing behind the body',
    async (t) => {
      const answer = await send(`GET ${url}198.51.100.71 HTTP/1.0\r\n\r\n`, 0)
      t.match(answer, /^HTTP\/1\.1 200 OK\r\n/)
      t.match(answer, /\r\ncontent-length: 18\r\n/i)
      t.notMatch(answer, /transfer-encoding/i)
      t.ok(answer.endsWith('\r\n\r\ngood 198.51.100.71'), answer)
      t.strictSame(await digData(server, HOME, 'A'), ['198.51.100.71'])
    },
  )
  await t.test('an absolute target and doubled slashes lead to the same place', async (t) => {
    const host = 'Host: x\r\nConnection: close\r\n\r\n'
    const absolute = await send(`GET http://x${url}198.51.100.72 HTTP/1.1\r\n${host}`, 0)
    t.ok(absolute.endsWith('good 198.51.100.72'), absolute)
    const doubled = await send(`GET /${url}198.51.100.73 HTTP/1.1\r\n${host}`, 0)
    t.ok(doubled.endsWith('good 198.51.100.73'), doubled)
  })
  await t.test('a placeholder that was not filled in is told as that', async (t) => {
    const answer = await send(`GET ${url}<ipaddr> HTTP/1.0\r\n\r\n`, 0)
    t.match(answer, /^HTTP\/1\.1 200 OK\r\n/)
    t.ok(answer.endsWith('\r\n\r\ndnserr'), answer)
    await t.resolves(server.logged(/"reason":"\\"<ipaddr>\\" was not filled in/))
    t.strictSame(await digData(server, HOME, 'A'), ['198.51.100.73'])
  })
  await t.test('LF alone and no Host are taken by the legacy listener alone', async (t) => {
    const text = `GET ${url}198.51.100.74 HTTP/1.1\nUser-Agent: camera\nConnection: close\n\n`
    const refused = await send(text, 0)
    t.match(refused, /^HTTP\/1\.1 400 Bad Request\r\n/)
    const taken = await send(text, 1)
    t.ok(taken.endsWith('good 198.51.100.74'), taken)
  })
})
