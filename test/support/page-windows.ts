/**
 * The page in windows of Chromium, beside a livezone that serves it. With SCREENSHOTS set to a folder the
 * pictures of the documentation are left there.
 */
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import type { Test } from 'tap'
import { Passwords } from '../../src/access/passwords.ts'
import { newPassword, Users, type NewUser } from '../../src/access/users.ts'
import { systemClock } from '../../src/base/clock.ts'
import { openDatabases } from '../../src/store/databases.ts'
import { metaKey } from '../../src/store/layout.ts'
import { LmdbStore } from '../../src/store/lmdb.ts'
import { PATIENCE_MILLISECONDS } from './daemon.ts'
import { openChromium, violationsOf } from './chromium.ts'
import { run } from './tools.ts'
import { WebLivezone } from './web-livezone.ts'

export const HOME = 'home.dyn.example'
const SHOTS = process.env['SCREENSHOTS']

const DESKTOP = { width: 1280, height: 860 }
export const PHONE = { width: 390, height: 844 }

export interface Served {
  readonly server: WebLivezone
  readonly browser: Browser
  /** `http://127.0.0.1:PORT` */
  readonly origin: string
  readonly password: string
}

/** As cheap as scrypt can be: what people have to wait for is not looked at here. */
const COST = 2

const PEOPLE: readonly NewUser[] = [
  { name: 'anna', role: 'owner', hosts: [`${HOME}.`, 'nas.dyn.example.'], below: false },
  { name: 'root', role: 'admin', hosts: [], below: false },
]

/** @returns their passwords, with a blank between them */
const addPeople = async (folder: string): Promise<string> => {
  const store = LmdbStore.open(folder, systemClock)
  const users = new Users(store, systemClock, new Passwords(COST))
  const passwords = PEOPLE.map(newPassword)
  for (const [n, person] of PEOPLE.entries()) await users.add(person, passwords[n] ?? '')
  await store.close()
  // This process lives on, and is done with it.
  const { root, meta } = openDatabases(folder, false)
  meta.removeSync(metaKey.writer)
  await root.close()
  return passwords.join(' ')
}

export const served = async (t: Test): Promise<Served> => {
  const server = new WebLivezone(t.testdir())
  const password = await addPeople(join(server.folder, 'data'))
  await server.start()
  t.teardown(() => server.stop())
  return { server, browser: await openChromium(), origin: `http://${server.at('http')}`, password }
}

interface Look {
  readonly viewport?: typeof DESKTOP
  readonly colorScheme?: 'light' | 'dark'
  readonly javaScriptEnabled?: boolean
}

/** A window of its own; what its console complains of is a failure of the test. */
export const windowOf = async (t: Test, { browser }: Served, look: Look = {}): Promise<Page> => {
  const context = await browser.newContext({ viewport: DESKTOP, colorScheme: 'light', ...look })
  t.teardown(() => context.close())
  context.setDefaultTimeout(PATIENCE_MILLISECONDS)
  const page = await context.newPage()
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('status of 4'))
      t.fail(message.text())
  })
  page.on('pageerror', (error) => t.fail(error.message))
  return page
}

export const passwordOf = ({ password }: Served, name: 'anna' | 'root'): string =>
  password.split(' ')[name === 'anna' ? 0 : 1] ?? ''

export const signIn = async (page: Page, all: Served, name: 'anna' | 'root'): Promise<void> => {
  await page.goto(`${all.origin}/ui/`)
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Password').fill(passwordOf(all, name))
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Hosts', exact: true }).waitFor()
}

/** Goes where the link leads, to the whole page: a click waits for its first octets at most. */
export const follow = async (page: Page, link: Locator): Promise<void> => {
  const { href } = new URL((await link.getAttribute('href')) ?? '', page.url())
  await link.click()
  await page.waitForURL((url) => url.href === href)
}

/** The page has come already, but perhaps not all of it. */
export const looksRight = async (t: Test, page: Page, what: string): Promise<void> => {
  await page.waitForLoadState()
  t.strictSame(await violationsOf(page), [], `axe has nothing to say of ${what}`)
  const tooWide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'
  t.equal(await page.evaluate(tooWide), false, `${what} is not wider than its window`)
}

/** Whether every entry of the menu can be seen without scrolling aside. */
export const showsMenu = (page: Page): Promise<boolean> =>
  page.evaluate<boolean>(
    `[...document.querySelectorAll('.bar a')].every((link) => {
      const { left, right } = link.getBoundingClientRect()
      const bar = link.closest('ul, div').getBoundingClientRect()
      return left >= bar.left && right <= bar.right
    })`,
  )

export const shoot = async (page: Page, name: string, fullPage = false): Promise<void> => {
  if (SHOTS !== undefined) {
    await page.screenshot({ path: join(SHOTS, `page-${name}.png`), fullPage })
  }
}

/** As a device does. */
export const update = async ({ origin }: Served, token: string, query: string, agent: string) => {
  const url = `${origin}/nic/update?${query}`
  const { stdout } = await run('curl', ['-s', '-A', agent, '-u', `home:${token}`, url])
  return stdout
}

export const secretOn = async (page: Page): Promise<string> => {
  const text = await page.locator('#snippet').innerText()
  return /\bdd[a-z2-7]{26}\b/.exec(text)?.[0] ?? ''
}
