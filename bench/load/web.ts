/**
 * What web clients cost a server, and what its DNS side feels of it: requests that change nothing,
 * requests that change an address, and wrong passwords, from one address and from very many (as a proxy
 * tells of them), each at a rate of its own, while queries are asked one after the other.
 * `node build/bench/load/web.js [SECONDS]`
 */
import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { controlRequest } from '../../src/control/control-client.ts'
import type { NewToken } from '../../src/control/token-routes.ts'

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url))
const HOSTS = 5000
const PASSWORD = 'correct-horse'
const SECONDS = Number(process.argv[2] ?? 10)

const CONFIG = `
listen = ["127.0.0.1:0"]
data = "data"
keys = "keys"
[http]
listen = ["127.0.0.1:0"]
trusted-proxies = ["127.0.0.1"]
[[zone]]
name = "dyn.example."
file = "dyn.example.zone"
`
const ZONE = `$TTL 60
@ IN SOA ns1 hostmaster 1 2h 15m 1w 60
@ IN NS ns1
ns1 IN A 192.0.2.1
`

const folder = mkdtempSync(join(tmpdir(), 'livezone-web-'))
mkdirSync(join(folder, 'keys'))
writeFileSync(join(folder, 'livezone.toml'), CONFIG)
writeFileSync(join(folder, 'dyn.example.zone'), ZONE)

const makeTokens = async (): Promise<string[]> => {
  const secrets: string[] = []
  for (let n = 0; n < HOSTS; n++) {
    const name = `h${n}.dyn.example.`
    const body = { name, hosts: [name], below: false, types: ['A', 'AAAA'], from: [] }
    const asked = { method: 'POST', url: '/tokens', body } as const
    const { token } = await controlRequest<NewToken>(join(folder, 'data', 'control.sock'), asked)
    secrets.push(token)
  }
  return secrets
}

const percentile = (sorted: readonly number[], share: number): string =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN).toFixed(1)

const summary = (times: number[]): string => {
  times.sort((a, b) => a - b)
  return `p50 ${percentile(times, 0.5)} ms, p99 ${percentile(times, 0.99)} ms`
}

/** Queries, one after the other, until it is told to stop; the milliseconds that each took. */
const askQueries = (port: number): (() => Promise<number[]>) => {
  const socket = createSocket('udp4')
  const query = Buffer.from(
    '000100000001000000000000036e73310364796e076578616d706c650000010001',
    'hex',
  )
  const times: number[] = []
  let isOver = false
  const loop = async (): Promise<number[]> => {
    while (!isOver) {
      const started = performance.now()
      socket.send(query, port, '127.0.0.1')
      await once(socket, 'message')
      times.push(performance.now() - started)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    socket.close()
    return times
  }
  const done = loop()
  return () => {
    isOver = true
    return done
  }
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 })

interface Answered {
  readonly status: number
  readonly milliseconds: number
}

interface Asked {
  readonly path: string
  /** Whom the proxy has it from; the proxy itself, where it is left out. */
  readonly from?: string
  /** Of a form. */
  readonly form?: string
}

const ask = (port: number, { path, from, form }: Asked): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const started = performance.now()
    const headers = {
      ...(from !== undefined && { 'x-forwarded-for': from, 'x-forwarded-proto': 'https' }),
      ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
    }
    const method = form === undefined ? 'GET' : 'POST'
    const sent = request({ host: '127.0.0.1', port, path, agent, headers, method }, (response) => {
      response.resume().once('end', () => {
        resolve({ status: response.statusCode ?? 0, milliseconds: performance.now() - started })
      })
    })
    sent.once('error', reject)
    sent.end(form)
  })

const statusesOf = (answers: readonly Answered[]): string => {
  const statuses: Record<string, number> = {}
  for (const { status } of answers) statuses[status] = (statuses[status] ?? 0) + 1
  return JSON.stringify(statuses)
}

/** Milliseconds of CPU that the server has used (proc(5): ticks of 10 ms). */
const cpuOf = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
  return (Number(user) + Number(system)) * 10
}

/** So many a second for some seconds, whether the answers come or not. */
const drive = async (
  what: string,
  dnsPort: number,
  port: number,
  rate: number,
  askedOf: (n: number) => Asked,
): Promise<void> => {
  const stop = askQueries(dnsPort)
  const cpu = cpuOf(server.pid ?? 0)
  const started = performance.now()
  const answers: Promise<Answered>[] = []
  while (answers.length < rate * SECONDS) {
    const due = Math.min(rate * SECONDS, ((performance.now() - started) * rate) / 1000)
    while (answers.length < due) answers.push(ask(port, askedOf(answers.length)))
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  const all = await Promise.all(answers)
  const seconds = (performance.now() - started) / 1000
  const queries = await stop()
  const used = ((cpuOf(server.pid ?? 0) - cpu) * 1000) / all.length
  process.stdout.write(
    `${what}: ${(all.length / seconds).toFixed(0)}/s of ${rate}/s, ${statusesOf(all)}, ` +
      `${summary(all.map(({ milliseconds }) => milliseconds))}, ${used.toFixed(0)} µs CPU each; ` +
      `DNS ${queries.length} queries, ${summary(queries)}\n`,
  )
}

const server = spawn(process.execPath, [MAIN, 'serve', '--config', join(folder, 'livezone.toml')], {
  stdio: ['ignore', 'pipe', 'ignore'],
})
const [ready] = (await once(server.stdout.setEncoding('utf8'), 'data')) as [string]
const [, dns, web] = /on 127\.0\.0\.1:(\d+), http:\/\/127\.0\.0\.1:(\d+)/.exec(ready) ?? []
const [dnsPort, port] = [Number(dns), Number(web)]
const secrets = await makeTokens()
for (const name of ['anna', 'bert']) {
  const body = { name, role: 'admin', hosts: [], below: false, password: PASSWORD }
  await controlRequest(join(folder, 'data', 'control.sock'), {
    method: 'POST',
    url: '/users',
    body,
  })
}

const update = (n: number, ip: string): Asked => ({
  path: `/nic/update?hostname=h${n % HOSTS}.dyn.example&myip=${ip}&token=${secrets[n % HOSTS] ?? ''}`,
})

await drive('nothing', dnsPort, port, 1, () => ({ path: '/myip' }))
await drive('changes', dnsPort, port, 500, (n) =>
  update(n, `198.51.100.${1 + Math.floor(n / HOSTS)}`),
)
const last = (n: number): Asked => {
  const changes = 500 * SECONDS
  const host = n % Math.min(HOSTS, changes)
  return update(host, `198.51.100.${1 + Math.floor((changes - 1 - host) / HOSTS)}`)
}
await drive('nochg', dnsPort, port, 2000, last)
/** Another network each time, of very many. */
const network = (n: number): string => `100.${64 + ((n >> 16) & 63)}.${(n >> 8) & 255}.${n & 255}`
const wrong = (n: number): Asked => ({
  path: `/nic/update?hostname=h${n % HOSTS}.dyn.example&token=wrong${n}`,
})
const wrongFromAnywhere = (n: number): Asked => ({ ...wrong(n), from: network(n) })
// 10,000 wrong passwords a minute are one request of thirteen.
const beside = (n: number, other: (n: number) => Asked): Asked =>
  n % 13 === 0 ? other(n) : last(n)
await drive('nochg beside wrong passwords', dnsPort, port, 2167, (n) => beside(n, wrong))
await drive('nochg beside wrong passwords from anywhere', dnsPort, port, 2167, (n) =>
  beside(n, wrongFromAnywhere),
)
await drive('wrong passwords', dnsPort, port, 167, wrong)
await drive('wrong passwords from anywhere', dnsPort, port, 167, wrongFromAnywhere)

const login = (name: string, from: string, password: string): Asked => ({
  path: '/ui/login',
  from,
  form: `name=${name}&password=${password}`,
})
/** Networks that somebody has signed in from before. */
const KNOWN = [1, 2, 3, 4, 5].map((n) => `192.0.2.${n}`)
/** Every two seconds somebody from where they were before, and somebody from where nobody was. */
const signIns = (): (() => Promise<void>) => {
  const known: Promise<Answered>[] = []
  const others: Promise<Answered>[] = []
  const timer = setInterval(() => {
    const n = known.length
    if (2 * n >= SECONDS) return
    known.push(ask(port, login('anna', KNOWN[n % KNOWN.length] ?? '', PASSWORD)))
    others.push(ask(port, login('bert', `203.0.113.${n}`, PASSWORD)))
  }, 2000)
  return async () => {
    clearInterval(timer)
    for (const [who, all] of [
      ['from known networks', known],
      ['from others', others],
    ] as const) {
      const answers = await Promise.all(all)
      const times = summary(answers.map(({ milliseconds }) => milliseconds))
      process.stdout.write(`  sign-ins ${who}: ${statusesOf(answers)}, ${times}\n`)
    }
  }
}
for (const from of KNOWN) await ask(port, login('anna', from, PASSWORD))
for (const [what, from] of [
  ['one network', () => '198.18.0.1'],
  ['anywhere', network],
] as const) {
  const done = signIns()
  await drive(`logins to the page from ${what}`, dnsPort, port, 167, (n) =>
    login('anna', from(n), 'wrong'),
  )
  await done()
}
await drive('nochg again', dnsPort, port, 100, last)
server.kill('SIGTERM')
await once(server, 'close')
agent.destroy()
rmSync(folder, { recursive: true })
