/** The page as an admin uses it, in Chromium: zones, undo, what is live; on a phone, and without its script. */
import t from 'tap'
import {
  follow,
  HOME,
  looksRight,
  PHONE,
  secretOn,
  served,
  type Served,
  shoot,
  showsMenu,
  signIn,
  update,
  windowOf,
} from '../support/page-windows.ts'
import { skipWithout } from '../support/tools.ts'

const skip = skipWithout('/usr/bin/chromium-headless-shell', 'curl')

/** One that is well, one that is not, and one that nobody has updated yet. */
const otherHosts = async (all: Served): Promise<void> => {
  const office = await all.server.token('--host', 'office.dyn.example')
  const addresses = 'myip=203.0.113.20,2001:db8:20::1'
  await update(all, office, `hostname=office.dyn.example&${addresses}`, 'Fritz!Box DDNS/1.0.1')
  const camera = await all.server.token('--host', 'camera.dyn.example')
  await update(all, camera, 'hostname=camera.dyn.example&myip=%25i', 'ACTi')
  await all.server.token('--host', 'nas.dyn.example')
}

t.test('an admin sees zones, undoes a change, and sees what is live', { skip }, async (t) => {
  const all = await served(t)
  const token = await all.server.token('--host', HOME)
  await update(all, token, `hostname=${HOME}&myip=198.51.100.7`, 'ddclient/3.10.0')
  await update(all, token, `hostname=${HOME}&myip=198.51.100.8`, 'ddclient/3.10.0')
  const page = await windowOf(t, all)
  await otherHosts(all)
  await signIn(page, all, 'root')
  await looksRight(t, page, 'the list of hosts')
  await page.setViewportSize({ width: 1000, height: 560 })
  await shoot(page, 'hosts')
  await follow(page, page.getByRole('link', { name: 'Zones' }))
  await looksRight(t, page, 'the list of zones')
  await follow(page, page.getByRole('link', { name: 'dyn.example.' }))
  await page.getByText(`${HOME}. 60 IN A 198.51.100.8`).first().waitFor()
  await looksRight(t, page, 'a zone')
  const change = page.getByRole('row').filter({ hasText: `+ ${HOME}. 60 IN A 198.51.100.8` })
  await follow(page, change.getByRole('link', { name: /Undo/ }))
  await looksRight(t, page, 'what an undo comes to')
  await page.getByRole('button', { name: 'Undo it' }).click()
  await page.getByText('operator root').waitFor()
  const answer = await update(all, token, `hostname=${HOME}&myip=198.51.100.7`, 'curl')
  t.match(answer, /^nochg/, 'the zone is as it was')
  for (const name of ['Live log', 'Keys', 'Refused', 'Alerts', 'root']) {
    await follow(page, page.getByRole('link', { name, exact: true }))
    await looksRight(t, page, name)
  }
  await follow(page, page.getByRole('link', { name: 'Live log' }))
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
    const paths = [
      '',
      'zones',
      'zones/dyn.example.',
      'keys',
      'refused',
      'alerts',
      'log',
      'account',
      'setup',
    ]
    for (const path of [...paths, `hosts/${HOME}`, 'setup?client=lego', 'nothing']) {
      await page.goto(`${all.origin}/ui/${path}`)
      await looksRight(t, page, `/ui/${path} on a phone, ${colorScheme}`)
      t.equal(await showsMenu(page), true, `the whole menu is seen on /ui/${path}`)
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
