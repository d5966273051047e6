import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { type Browser, chromium } from '@playwright/test'
import { fakeHub, sayInTime } from './fake-hub.ts'
import { goldenFrames } from './golden.ts'
import { goldenFaults, goldenGroups, goldenServices, START } from './golden-shop.ts'
import { servePage } from './page-server.ts'

/** Draws the pictures of the README anew, from the golden trace: `LAB_BROWSER=/usr/bin/chromium node tests/browser/screenshots.ts`. */
const IMAGES = path.resolve(import.meta.dirname, '..', '..', 'docs', 'images')
const STEP_MS = 250

interface Picture {
  readonly name: string
  readonly query: string
  /** Of the golden trace, ms. */
  readonly until: number
  readonly snapshot?: Parameters<typeof fakeHub>[1]
}

const broken = {
  snapshot: {
    groups: goldenGroups({ notification: 23 }),
    services: goldenServices({ notification: { health: 'down' } }),
    faults: goldenFaults({ pause: { phase: 'confirmed', injected: 1, mendsAt: START + 20_000 } }),
  },
} as const

const PICTURES: readonly Picture[] = [
  { name: 'dashboard', query: '?panel=story', until: 5_200 },
  { name: 'dashboard-broken', query: '?panel=break', until: 5_200, snapshot: broken },
  { name: 'dashboard-lesson', query: '?panel=lesson&lesson=no-stock&step=0', until: 5_200 },
  { name: 'dashboard-dark', query: '?panel=numbers&theme=dark', until: 5_200 },
]

async function draw(browser: Browser, site: string, { name, query, until, snapshot }: Picture): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 }, timezoneId: 'UTC', locale: 'en-US' })
  await page.clock.install({ time: START })
  const hub = await fakeHub(page, snapshot)
  await page.goto(`${site}${query}#token=none`)
  await page.locator('.service').first().waitFor()
  await sayInTime(page, hub, { frames: goldenFrames(), until, stepMs: STEP_MS })
  await page.screenshot({ path: path.join(IMAGES, `${name}.png`) })
  await page.close()
}

mkdirSync(IMAGES, { recursive: true })
const site = await servePage()
const { LAB_BROWSER: executablePath } = process.env
const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
const browser = await chromium.launch({ args, ...(executablePath ? { executablePath } : {}) })
for (const picture of PICTURES) await draw(browser, site.url, picture)
await browser.close()
await site.stop()
