/** Debian's Chromium, driven by Playwright: pages as people see them, and axe that looks at them. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromium, type Browser, type Page } from 'playwright-core'
import t from 'tap'
import { PATIENCE_MILLISECONDS } from './daemon.ts'

const ARGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
]

let launched: Promise<Browser> | undefined

/** One for all tests of this process: a start takes seconds, and each window shares nothing with others. */
export const openChromium = (): Promise<Browser> => {
  launched ??= launch()
  return launched
}

const launch = async (): Promise<Browser> => {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium-headless-shell',
    args: ARGS,
    timeout: PATIENCE_MILLISECONDS,
  })
  t.teardown(() => browser.close())
  return browser
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe says of a run; all that is looked at here. */
interface AxeResult {
  readonly violations: readonly {
    readonly id: string
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
  }[]
}

/** Violations of WCAG 2.2 A and AA and of what axe calls best practice, each with its first element. */
export const violationsOf = async (page: Page): Promise<readonly string[]> => {
  // Not as a script of the page, which its policy would not let in.
  await page.evaluate(AXE)
  // What is fine need not be told.
  const { violations } = await page.evaluate<AxeResult>("axe.run({ resultTypes: ['violations'] })")
  return violations.map(
    ({ id, nodes: [first] }) => `${id}: ${first?.html ?? ''} ${first?.failureSummary ?? ''}`,
  )
}
