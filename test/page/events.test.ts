/** What is live: server-sent events, over a socket. */
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { Browser, PASSWORD, TestPage } from '../support/page.ts'

const HOME = 'home.dyn.example'

const listening = async (t: Test) => {
  const page = await TestPage.make()
  await page.server.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(() => page.server.close())
  // It listens on a port.
  const { port } = page.server.server.address() as AddressInfo
  /** @returns what came so far, and what comes */
  const open = async ({ cookie }: Browser, query: string, lastId?: string) => {
    const headers = {
      ...{ host: 'ddns.example.net', cookie, 'x-forwarded-proto': 'https' },
      ...(lastId !== undefined && { 'last-event-id': lastId }),
    }
    const request = get({ host: '127.0.0.1', port, path: `/ui/events${query}`, headers })
    const [answer] = (await once(request, 'response')) as [IncomingMessage]
    return new Events(answer)
  }
  return { page, open, origin: `http://127.0.0.1:${port}` }
}

class Events {
  text = ''
  readonly answer: IncomingMessage

  constructor(answer: IncomingMessage) {
    this.answer = answer
    answer.setEncoding('utf8').on('data', (piece: string) => (this.text += piece))
  }

  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.text)) await once(this.answer, 'data')
    return this.text
  }

  end(): void {
    this.answer.destroy()
  }
}

t.test('a request of a device is told as it comes, to whom it concerns', async (t) => {
  const { page, open } = await listening(t)
  const token = page.web.token(`${HOME}.`)
  const [anna, bert] = [await page.signedIn('anna'), await page.signedIn('bert')]
  const mine = await open(anna, `?host=${HOME}`)
  t.equal(mine.answer.statusCode, 200)
  t.match(mine.answer.headers, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
  })
  const other = await open(bert, '')
  await page.web.get(`/nic/update?hostname=${HOME}&myip=%25i`, token)
  await page.web.get(`/nic/update?hostname=${HOME}`, token)
  const text = await mine.until(/id: 2\n[^]*\n\n/)
  t.match(text, /^retry: 3000\n\n/)
  t.match(
    text,
    /id: 1\nevent: attempt\ndata: \{"html":"<li class=\\"bad\\">.*was not filled in.*"isGood":false\}\n\n/,
  )
  t.match(text, /id: 2\nevent: attempt\ndata: \{"html":"<li class=\\"ok\\">.*"isGood":true\}\n\n/)
  t.notMatch(await other.until(/\n:\n/), 'attempt')
  const again = await open(anna, '', '1')
  t.notMatch(await again.until(/id: 2\n/), 'id: 1\n')
  const page2 = await open(anna, '?after=0')
  await page2.until(/id: 1\n[^]*id: 2\n/)
  for (const events of [mine, other, again, page2]) events.end()
})

t.test(
  'whoever is not signed in hears nothing, and the end of a session is the end of its stream',
  async (t) => {
    const { page, open } = await listening(t)
    const stranger = await open(new Browser(page), '')
    t.equal(stranger.answer.statusCode, 401)
    const anna = await page.signedIn('anna')
    const events = await open(anna, '')
    await events.until(/\n:\n/)
    await anna.send('/ui/logout', {})
    await once(events.answer, 'end')
  },
)

t.test('looking does not keep a session open', async (t) => {
  const { page, open } = await listening(t)
  const events = await open(await page.signedIn('anna'), '')
  page.web.clock.advanceSeconds(2 * 3600)
  await once(events.answer.resume(), 'end')
})

t.test('there are only so many streams, of one user and of all', async (t) => {
  const { page, open } = await listening(t)
  const anna = await page.signedIn('anna')
  const all = await Promise.all(Array.from({ length: 10 }, () => open(anna, '')))
  const more = await open(anna, '')
  t.equal(more.answer.statusCode, 503)
  for (const events of all) events.end()
  const names = Array.from({ length: 200 }, (_, n) => ({ name: `u${n}`, end: () => undefined }))
  t.strictSame(new Set(names.map((one) => page.streams.add(one))), new Set([true, false]))
})

t.test('a browser that takes nothing is cut off, and asks again', async (t) => {
  const { page, open } = await listening(t)
  const token = page.web.token(`${HOME}.`)
  const root = await page.signedIn('root')
  const events = await open(root, '')
  events.answer.pause()
  const ended = once(events.answer, 'error')
  const userAgent = '<'.repeat(100)
  await page.web.get(`/nic/update?hostname=${HOME}`, token, { userAgent })
  const [attempt] = page.web.attempts.since()
  if (attempt === undefined) throw new Error('no attempt')
  for (let n = 0; n < 1000; n++) page.web.attempts.add(attempt)
  events.answer.resume()
  await ended
})

t.test('a server that stops ends them', async (t) => {
  const { page, open } = await listening(t)
  const events = await open(await page.signedIn('anna'), '')
  const ended = once(events.answer.resume(), 'end')
  await page.server.close()
  await ended
})

t.test('what comes after the end of a stream is not written to it', async (t) => {
  const { page, open } = await listening(t)
  const token = page.web.token(`${HOME}.`)
  await page.web.get(`/nic/update?hostname=${HOME}`, token)
  const [attempt] = page.web.attempts.since()
  if (attempt === undefined) throw new Error('no attempt')
  const events = await open(await page.signedIn('anna'), '')
  await events.until(/\n:\n/)
  page.streams.end()
  page.web.attempts.add(attempt)
  await once(events.answer, 'end')
  t.notMatch(events.text, 'attempt')
})

t.test('what a browser has not taken when its stream ends is not waited for', async (t) => {
  const { page, open } = await listening(t)
  const token = page.web.token(`${HOME}.`)
  const events = await open(await page.signedIn('anna'), '')
  await events.until(/\n:\n/)
  const ended = once(events.answer, 'error')
  await page.web.get(`/nic/update?hostname=${HOME}`, token)
  const [attempt] = page.web.attempts.since()
  if (attempt === undefined) throw new Error('no attempt')
  page.web.attempts.add(attempt)
  page.streams.end()
  t.match(await ended, [{ code: 'ECONNRESET' }])
})

t.test('at the machine itself plain HTTP will do', async (t) => {
  const { origin } = await listening(t)
  const body = new URLSearchParams({ name: 'anna', password: PASSWORD })
  const signedIn = await fetch(`${origin}/ui/login`, { method: 'POST', body, redirect: 'manual' })
  const cookie = signedIn.headers.get('set-cookie') ?? ''
  t.match(cookie, /^livezone=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
  const elsewhere = { 'x-forwarded-for': '198.51.100.7', 'x-forwarded-proto': 'http' }
  const refused = await fetch(`${origin}/ui/login`, { method: 'POST', body, headers: elsewhere })
  t.equal(refused.status, 403, 'a proxy at the machine brings somebody from elsewhere')
  const headers = { cookie: `other=1; ${cookie.split(';')[0] ?? ''}` }
  const shown = await fetch(`${origin}/ui/setup?client=curl`, { headers })
  t.equal(shown.status, 200)
  t.match(await shown.text(), `${origin}/nic/update?hostname=home.dyn.example`)
})
