/**
 * The page as an owner uses it, in Chromium: signing in by keyboard, setting up a device that is waited for,
 * another secret, an end.
 */
import t from 'tap'
import {
  follow,
  HOME,
  looksRight,
  passwordOf,
  PHONE,
  secretOn,
  served,
  shoot,
  signIn,
  update,
  windowOf,
} from '../support/page-windows.ts'
import { skipWithout } from '../support/tools.ts'

const skip = skipWithout('/usr/bin/chromium-headless-shell', 'curl')

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
  await follow(page, page.getByRole('link', { name: 'Set up a device' }).last())
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
  await shoot(page, 'wizard', true)
  await follow(page, page.getByRole('link', { name: 'To the host' }))
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
  await follow(page, page.getByRole('link', { name: 'To the host' }))
  await follow(page, page.getByRole('link', { name: 'Revoke' }))
  await looksRight(t, page, 'the question before the end of a token')
  await page.getByRole('button', { name: 'Revoke the token' }).click()
  await page.getByText('No token is for this host').waitFor()
  t.equal(await update(all, second, `hostname=${HOME}&myip=198.51.100.9`, box), 'badauth')
})
