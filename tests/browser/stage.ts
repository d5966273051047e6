import { test as base, expect, type Page } from '@playwright/test'
import type { Frame } from '../../web/hub/protocol.ts'
import { type FakeHub, type FakeHubOptions, fakeHub } from './fake-hub.ts'
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

async function play(page: Page, hub: FakeHub, until: number): Promise<void> {
  const frames: Frame[] = goldenFrames().filter(({ at }) => at <= START + until)
  for (let ms = STEP_MS; ms <= until + STEP_MS; ms += STEP_MS) {
    const due = frames.splice(0, frames.filter(({ at }) => at <= START + ms).length)
    for (const frame of due) hub.say(frame)
    // The clock is the test's, the socket is not: what was said must have been heard before time goes on.
    await expect.poll(() => due.every(({ n }) => hub.heard.some((one) => one.t === 'ack' && one.n === n))).toBe(true)
    await page.clock.runFor(STEP_MS)
  }
}
