/**
 * The page as people use it, in Chromium: signing in by keyboard, setting up a device that is waited for,
 * another secret, history and undo; on a desktop and a phone, light and dark, with and without its script.
 * With SCREENSHOTS set to a folder it leaves the pictures of the documentation there.
 */
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Browser, Page } from 'playwright-core'
import { openChromium, violationsOf } from '../support/chromium.ts'
import { run, skipWithout } from '../support/tools.ts'
import { WebLivezone } from '../support/web-livezone.ts'

const skip = skipWithout('/usr/bin/chromium', 'curl')

const HOME = 'home.dyn.example'
const SHOTS = process.env['SCREENSHOTS']

const DESKTOP = { width: 1280, height: 860 }
const PHONE = { width: 390, height: 844 }

interface Served {
  readonly server: WebLivezone
  readonly browser: Browser
  /** `http://127.0.0.1:PORT` */
  readonly origin: string
  readonly password: string
}

const served = async (t: Test): Promise<Served> => {
  const server = new WebLivezone(t.testdir())
  await server.start()
  t.teardown(() => server.stop())
  const add = (...args: readonly string[]) => server.livezone('user', 'add', ...args, '--generate')
  const { stdout } = await add('anna', '--host', HOME, 'nas.dyn.example')
  const root = await add('root', '--role', 'admin')
  t.equal(root.code, 0, root.stderr)
  const password = `${stdout.trim()} ${root.stdout.trim()}`
  return { server, browser: await openChromium(t), origin: `http://${server.at('http')}`, password }
}

interface Look {
  readonly viewport?: typeof DESKTOP
  readonly colorScheme?: 'light' | 'dark'
  readonly javaScriptEnabled?: boolean
}

/** A window of its own; what its console complains of is a failure of the test. */
const windowOf = async (t: Test, { browser }: Served, look: Look = {}): Promise<Page> => {
  const context = await browser.newContext({ viewport: DESKTOP, colorScheme: 'light', ...look })
  const page = await context.newPage()
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('status of 4'))
      t.fail(message.text())
  })
  page.on('pageerror', (error) => t.fail(error.message))
  return page
}

const passwordOf = ({ password }: Served, name: 'anna' | 'root'): string =>
  password.split(' ')[name === 'anna' ? 0 : 1] ?? ''

const signIn = async (page: Page, all: Served, name: 'anna' | 'root'): Promise<void> => {
  await page.goto(`${all.origin}/ui/`)
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Password').fill(passwordOf(all, name))
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Hosts', exact: true }).waitFor()
}

const looksRight = async (t: Test, page: Page, what: string): Promise<void> => {
  t.strictSame(await violationsOf(page), [], `axe has nothing to say of ${what}`)
  const tooWide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'
  t.equal(await page.evaluate(tooWide), false, `${what} is not wider than its window`)
}

const shoot = async (page: Page, name: string): Promise<void> => {
  if (SHOTS !== undefined) await page.screenshot({ path: join(SHOTS, `page-${name}.png`) })
}

/** As a device does. */
const update = async ({ origin }: Served, token: string, query: string, agent: string) => {
  const url = `${origin}/nic/update?${query}`
  const { stdout } = await run('curl', ['-s', '-A', agent, '-u', `home:${token}`, url])
  return stdout
}

const secretOn = async (page: Page): Promise<string> => {
  const text = await page.locator('#snippet').innerText()
  return /\bdd[a-z2-7]{26}\b/.exec(text)?.[0] ?? ''
}

t.test('signing in takes a keyboard alone', { skip }, async (t) => {
  const all = await served(t)
  const page = await windowOf(t, all)
  await page.goto(`${all.origin}/`)
  t.equal(new URL(page.url()).pathname, '/ui/login', 'the name of the server leads there')
  await looksRight(t, page, 'the form to sign in')
  const { keyboard } = page
  await keyboard.press('Tab')
  await keyboard.type('anna')
  await keyboard.press('Tab')
  await keyboard.type('wrong')
  await keyboard.press('Enter')
  await page.getByRole('alert').waitFor()
  await looksRight(t, page, 'the form with its problem')
  await page.getByLabel('Password').focus()
  await keyboard.type(passwordOf(all, 'anna'))
  await keyboard.press('Tab')
  t.equal(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle'), 'solid')
  await keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Hosts', exact: true }).waitFor()
  await keyboard.press('Tab')
  t.match(await page.evaluate('document.activeElement.textContent'), /To the content/)
  await page.getByRole('button', { name: 'Sign out' }).focus()
  await keyboard.press('Enter')
  await page.getByLabel('Name').waitFor()
})

t.test('a device is set up, fails, succeeds and gets another secret', { skip }, async (t) => {
  const all = await served(t)
  const page = await windowOf(t, all, { viewport: PHONE, colorScheme: 'dark' })
  await signIn(page, all, 'anna')
  await page.getByRole('link', { name: 'Set up a device' }).last().click()
  await looksRight(t, page, 'the wizard')
  await page.getByLabel('Host').selectOption(HOME)
  await page.getByLabel('FRITZ!Box').check()
  await page.getByRole('button', { name: /Make a token/ }).click()
  const status = page.getByRole('status')
  await status.filter({ hasText: 'Waiting for the first request' }).waitFor()
  await looksRight(t, page, 'the wizard that waits')
  const token = await secretOn(page)
  const box = 'Fritz!Box DDNS/1.0.1'
  t.equal(await update(all, 'wrong', `hostname=${HOME}&myip=198.51.100.7`, box), 'badauth')
  await page.getByText('no token has this secret').waitFor()
  t.equal(await update(all, token, `hostname=${HOME}&myip=%3Cipaddr%3E`, box), 'dnserr')
  await page.getByText('was not filled in by the client').waitFor()
  await status.filter({ hasText: 'failed' }).waitFor()
  t.match(await update(all, token, `hostname=${HOME}&myip=198.51.100.7`, box), /^good/)
  await status.filter({ hasText: `${HOME} is updated` }).waitFor()
  await looksRight(t, page, 'the wizard that is done')
  await shoot(page, 'wizard')
  await page.getByRole('link', { name: 'To the host' }).click()
  await page.getByText('A none → 198.51.100.7').waitFor()
  await looksRight(t, page, 'a host')
  t.match(await update(all, token, `hostname=${HOME}&myip=198.51.100.8`, box), /^good/)
  await page.getByText('198.51.100.7 → 198.51.100.8').waitFor()
  await page.getByRole('button', { name: /New secret/ }).click()
  const second = await secretOn(page)
  await looksRight(t, page, 'another secret')
  t.match(await update(all, second, `hostname=${HOME}&myip=198.51.100.9`, box), /^good/)
  await status.filter({ hasText: `${HOME} is updated` }).waitFor()
  t.equal(await update(all, token, `hostname=${HOME}&myip=198.51.100.9`, box), 'badauth')
  await page.getByRole('link', { name: 'To the host' }).click()
  await page.getByRole('link', { name: 'Revoke' }).click()
  await looksRight(t, page, 'the question before the end of a token')
  await page.getByRole('button', { name: 'Revoke the token' }).click()
  await page.getByText('No token is for this host').waitFor()
  t.equal(await update(all, second, `hostname=${HOME}&myip=198.51.100.9`, box), 'badauth')
})

t.test('an admin sees zones, undoes a change, and sees what is live', { skip }, async (t) => {
  const all = await served(t)
  const token = await all.server.token('--host', HOME)
  await update(all, token, `hostname=${HOME}&myip=198.51.100.7`, 'ddclient/3.10.0')
  await update(all, token, `hostname=${HOME}&myip=198.51.100.8`, 'ddclient/3.10.0')
  const page = await windowOf(t, all)
  await signIn(page, all, 'root')
  await looksRight(t, page, 'the list of hosts')
  await shoot(page, 'hosts')
  await page.getByRole('link', { name: 'Zones' }).click()
  await looksRight(t, page, 'the list of zones')
  await page.getByRole('link', { name: 'dyn.example.' }).click()
  await page.getByText(`${HOME}. 60 IN A 198.51.100.8`).first().waitFor()
  await looksRight(t, page, 'a zone')
  await page.getByRole('link', { name: /Undo/ }).first().click()
  await looksRight(t, page, 'what an undo comes to')
  await page.getByRole('button', { name: 'Undo it' }).click()
  await page.getByText('operator root').waitFor()
  const answer = await update(all, token, `hostname=${HOME}&myip=198.51.100.7`, 'curl')
  t.match(answer, /^nochg/, 'the zone is as it was')
  for (const name of ['Live log', 'Keys', 'Refused', 'root']) {
    await page.getByRole('link', { name, exact: true }).click()
    await page.getByRole('heading', { level: 1 }).waitFor()
    await looksRight(t, page, name)
  }
  await page.getByRole('link', { name: 'Live log' }).click()
  await page.getByRole('status').filter({ hasText: 'by themselves' }).waitFor()
  await update(all, token, `hostname=${HOME}&myip=10.0.0.1`, 'inadyn/2.10.0')
  await page.getByText('10.0.0.1 is a private address').waitFor()
  await looksRight(t, page, 'the log with something in it')
})

t.test('every page fits a phone, in the dark, and without its script', { skip }, async (t) => {
  const all = await served(t)
  const token = await all.server.token('--host', HOME)
  await update(all, token, `hostname=${HOME}&myip=198.51.100.7,2001:db8::7`, 'inadyn/2.10.0')
  await update(all, token, `hostname=${HOME}&myip=198.51.100.8`, '<b>"bold"</b>')
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await windowOf(t, all, { viewport: PHONE, colorScheme })
    await signIn(page, all, 'root')
    const paths = ['', 'zones', 'zones/dyn.example.', 'keys', 'refused', 'log', 'account', 'setup']
    for (const path of [...paths, `hosts/${HOME}`, 'setup?client=lego', 'nothing']) {
      await page.goto(`${all.origin}/ui/${path}`)
      await looksRight(t, page, `/ui/${path} on a phone, ${colorScheme}`)
      if (path.startsWith('hosts/') && colorScheme === 'dark') await shoot(page, 'host-phone')
    }
  }
  const page = await windowOf(t, all, { javaScriptEnabled: false })
  await signIn(page, all, 'root')
  await page.goto(`${all.origin}/ui/setup?host=new.dyn.example`)
  await page.getByRole('button', { name: /Make a token/ }).click()
  const made = await secretOn(page)
  const [waiting] = await Promise.all([
    page.context().waitForEvent('page'),
    page.getByRole('link', { name: 'See what has arrived' }).click(),
  ])
  await waiting.getByText('Waiting for the first request').waitFor()
  await update(all, made, 'hostname=new.dyn.example&myip=198.51.100.9', 'x')
  await waiting.reload()
  await waiting.getByText('new.dyn.example is updated').waitFor()
})
