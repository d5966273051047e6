import { chromium } from '@playwright/test'
import { findBrowser, mayRun } from '../../cli/browser/find-browser.ts'
import { percentile, round } from './usage.ts'

export interface PageFigures {
  /** Drawn a second. */
  readonly fps: number
  /** From the producer's clock to the picture that shows the record: p50 and p95. */
  readonly lateMs: { readonly p50: number; readonly p95: number }
}

/** A real page in a real browser, watched from within. */
export interface WatchedPage {
  /** `slower`: how many times the page's processor is slowed down. Runs `load` and tells what was drawn meanwhile. */
  whileSlowed(slower: number, load: () => Promise<unknown>): Promise<PageFigures>
  /** What is in use after a collection, MB. */
  heapMb(): Promise<number>
  close(): Promise<void>
}

interface Meter {
  frames: number
  late: number[]
}

/**
 * Runs in the page before its own code. A record counts as shown in the second picture after it came: the first may have been on its way already.
 * No arrow function with a name in here: the page has none of this module's helpers.
 */
const METER = `
const meter = { frames: 0, late: [] }
globalThis.__meter = meter
requestAnimationFrame(function count() { meter.frames++; requestAnimationFrame(count) })
const Real = globalThis.WebSocket
globalThis.WebSocket = class extends Real {
  constructor(...args) {
    super(...args)
    this.addEventListener('message', (event) => {
      const { t, dots } = JSON.parse(event.data)
      if (t !== 'frame' || !dots) return
      requestAnimationFrame(() => requestAnimationFrame(() => {
        const now = Date.now()
        for (const { at } of dots) meter.late.push(now - at)
      }))
    })
  }
}
`

const NO_SANDBOX = process.getuid?.() === 0 ? ['--no-sandbox'] : []

export async function watchPage(url: string): Promise<WatchedPage> {
  const executablePath = findBrowser({
    env: process.env,
    platform: process.platform,
    runs: mayRun,
    installed: chromium.executablePath() || null,
  })
  if (executablePath === null) throw new Error("No browser is here: 'npm test' installs one, or set LAB_BROWSER.")
  const browser = await chromium.launch({ executablePath, args: [...NO_SANDBOX, '--enable-precise-memory-info'] })
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } })
  await page.addInitScript(METER)
  await page.goto(url)
  await page.locator('.service').first().waitFor({ state: 'attached' })
  const devtools = await page.context().newCDPSession(page)
  const meter = () => page.evaluate<Meter>('({ frames: __meter.frames, late: __meter.late.splice(0) })')
  return {
    whileSlowed: async (slower, load) => {
      await devtools.send('Emulation.setCPUThrottlingRate', { rate: slower })
      const before = await meter()
      const began = performance.now()
      await load()
      const seconds = (performance.now() - began) / 1_000
      const after = await meter()
      await devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 })
      const late = after.late.sort((a, b) => a - b)
      return {
        fps: round((after.frames - before.frames) / seconds),
        lateMs: { p50: round(percentile(late, 0.5)), p95: round(percentile(late, 0.95)) },
      }
    },
    heapMb: async () => {
      await devtools.send('HeapProfiler.collectGarbage')
      const { usedSize } = await devtools.send('Runtime.getHeapUsage')
      return round(usedSize / 2 ** 20)
    },
    close: () => browser.close(),
  }
}
