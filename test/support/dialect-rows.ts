/**
 * Runs dialects to the octet: what a client sends to a token of `home.dyn.example`, what it is
 * answered, and which records the host has then.
 */
import t from 'tap'
import { basic, TestWeb } from './web.ts'

export const HOME = 'home.dyn.example'

/** `TOKEN` in a URL is the token. The steps of a row follow each other. */
type Step = readonly [url: string, answer: string, records?: string]

export interface Row {
  readonly title: string
  readonly steps: readonly Step[]
  readonly hosts?: string
  readonly below?: boolean
  /** Without it the requests have Basic credentials. */
  readonly bare?: boolean
  readonly source?: string
}

export const testRows = (rows: readonly Row[]): void => {
  for (const { title, steps, hosts = `${HOME}.`, below = false, bare = false, source } of rows) {
    t.test(title, async (t) => {
      const web = new TestWeb()
      const token = web.token(hosts, { below })
      for (const [url, expected, records] of steps) {
        const { status, body } = await web.ask(url.replace('TOKEN', token), {
          authorization: bare ? '' : basic('home', token),
          ...(source === undefined ? {} : { address: source }),
        })
        t.equal(`${status} ${body}`, expected, url)
        if (records !== undefined) t.equal(web.records(HOME).join(', '), records, `after ${url}`)
      }
    })
  }
}
