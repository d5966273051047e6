import { test as base, type Page } from '@playwright/test'
import { type FakeHub, type FakeHubOptions, fakeHub, sayInTime } from './fake-hub.ts'
import { goldenFrames } from './golden.ts'
import { START } from './golden-shop.ts'
import { servePage } from './page-server.ts'

export interface Shown {
  readonly page: Page
  readonly hub: FakeHub
  /** Sends the golden trace up to `ms` after its start, and lets the page's clock run along. */
  play(ms: number): Promise<void>
}

export type Show = (query?: string, options?: FakeHubOptions) => Promise<Shown>

/** Tests of the page alone: served as the hub serves it, with a stand-in for the hub and a clock that only the test moves. */
export const test = base.extend<{ show: Show }, { site: string }>({
  site: [
    async ({ browserName: _any }, use) => {
      const site = await servePage()
      await use(site.url)
      await site.stop()
    },
    { scope: 'worker' },
  ],
  show: async ({ page, site }, use) => {
    const troubles: string[] = []
    page.on('pageerror', (error) => troubles.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('404')) troubles.push(message.text())
    })
    await use(async (query = '', options = {}) => {
      await page.clock.install({ time: START })
      const hub = await fakeHub(page, options)
      await page.goto(`${site}${query}#token=secret`)
      await page.locator('.service').first().waitFor({ state: 'attached' })
      return { page, hub, play: (ms) => play(page, hub, ms) }
    })
    if (troubles.length > 0) throw new Error(`The page complained: ${troubles.join('\n')}`)
  },
})

const STEP_MS = 250

function play(page: Page, hub: FakeHub, until: number): Promise<void> {
  const frames = goldenFrames().filter(({ at }) => at <= START + until)
  return sayInTime(page, hub, { frames, until: until + STEP_MS, stepMs: STEP_MS })
}
