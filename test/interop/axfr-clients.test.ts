/** Tools that fetch a zone once, as operators do by hand: theirs is what `livezone export` prints. */
import { join } from 'node:path'
import t from 'tap'
import { PATIENT } from '../support/dig.ts'
import { BUNDLED, Livezone, TRANSFER_CONFIG } from '../support/livezone.ts'
import { RandomUpdates } from '../support/random-updates.ts'
import { replay } from '../support/replay.ts'
import { run, skipWithout } from '../support/tools.ts'

const APEX = 'dyn.example.'
const UPDATES = 60

/** With a zone that has seen updates. */
const server = new Livezone(t.testdir(), TRANSFER_CONFIG)
t.before(async () => {
  await server.start()
  if (skipWithout('/usr/bin/python3') !== false) return
  const updates = new RandomUpdates(APEX, 5_936)
  await replay(
    server,
    Array.from({ length: UPDATES }, () => updates.turn()),
  )
})
t.teardown(() => server.stop())

const exported = async ({ folder }: Livezone): Promise<string> => {
  const words = [BUNDLED, 'export', APEX, '--config', join(folder, 'livezone.toml')]
  return (await run(process.execPath, words, '', folder)).stdout
}

/** One blank between fields, names and hexadecimal digits in lower case, sorted, each once. */
const linesOf = (text: string): string[] => {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith(';'))
  return [...new Set(lines.map((line) => line.replace(/\s+/g, ' ').toLowerCase()))].sort()
}

for (const tool of ['dig', 'kdig'] as const) {
  const skip = skipWithout(tool, '/usr/bin/python3')
  const title = `RFC 5936 §2.2, §5 ${tool} fetches what is exported, and without a key nothing`
  t.test(title, { skip }, async (t) => {
    const asked = ['@127.0.0.1', '-p', `${server.port}`, PATIENT, '+noall', '+answer', APEX, 'AXFR']
    const signed = await run(tool, ['-y', `hmac-sha256:ddns-key.:${server.secret}`, ...asked])
    t.strictSame([signed.code, signed.stderr], [0, ''])
    const fetched = linesOf(signed.stdout)
    t.strictSame(fetched, linesOf(await exported(server)))
    t.ok(fetched.length > 20)

    const unsigned = await run(tool, asked)
    t.strictSame(linesOf(unsigned.stdout), [])
  })
}
