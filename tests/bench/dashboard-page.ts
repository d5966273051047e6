import { chromium } from '@playwright/test'
import { findBrowser, mayRun } from '../../cli/browser/find-browser.ts'
import { percentile, round } from './usage.ts'

export interface PageFigures {
  /** Drawn a second. */
  readonly fps: number
  readonly dotsAFrame: number
  /** Records told of two seconds before the end, or earlier, and still not shown. */
  readonly unshown: number
  /** Share of the frames, in percent, in which dots waited to be drawn. */
  readonly behindPercent: number
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
  /** Of dots on the map. */
  drawn: number
  /** Frames in which the page says that it draws later than things happen. */
  behind: number
  /** Records that the hub told of two seconds ago or more, and that no picture shows. */
  unshown: number
  late: number[]
}

/**
 * Runs in the page before its own code. A record counts as shown in the first picture in which the number beside its topic has got as far as the hub's
 * had when it told of it: what the page only received, or holds back, is not shown. Asked for pictures before the page does, this sees in each what
 * was painted in the one before. No arrow function with a name in here: the page has none of this module's helpers.
 */
const METER = `
const meter = { frames: 0, drawn: 0, behind: 0, unshown: 0, late: [] }
globalThis.__meter = meter
const totals = new Map()
let waiting = []
function toldOf(counts) {
  for (const edge in counts ?? {}) totals.set(edge, Object.values(counts[edge]).reduce((sum, one) => sum + one, 0))
}
function hubsTotal(topic) {
  let sum = 0
  for (const [edge, total] of totals) if (edge.endsWith('>' + topic)) sum += total
  return sum
}
let numbers = []
function shownTotals() {
  const shown = new Map()
  if (numbers.length === 0 || !numbers.every(({ isConnected }) => isConnected)) numbers = [...document.querySelectorAll('.topic .unseen')]
  for (const { textContent } of numbers) {
    const [topic, total] = textContent.split(', ')
    shown.set(topic, Number.parseInt(total, 10))
  }
  return shown
}
requestAnimationFrame(function count() {
  meter.frames++
  if (/drawn .* later/.test(document.querySelector('.top')?.textContent ?? '')) meter.behind++
  if (waiting.length > 0) {
    const shown = shownTotals()
    const now = Date.now()
    waiting = waiting.filter(({ topic, total, at }) => {
      if (!(shown.get(topic) >= total)) return true
      meter.late.push(now - at)
      return false
    })
    meter.unshown = waiting.filter(({ at }) => at < now - 2_000).length
  }
  requestAnimationFrame(count)
})
const drawImage = CanvasRenderingContext2D.prototype.drawImage
CanvasRenderingContext2D.prototype.drawImage = function (...args) {
  if (this.canvas.isConnected) meter.drawn++
  return drawImage.apply(this, args)
}
const Real = globalThis.WebSocket
globalThis.WebSocket = class extends Real {
  constructor(...args) {
    super(...args)
    this.addEventListener('message', (event) => {
      const { t, dots, counts } = JSON.parse(event.data)
      toldOf(counts)
      if (t !== 'frame' || !dots) return
      const now = new Map()
      for (const { topic } of dots) if (!now.has(topic)) now.set(topic, hubsTotal(topic))
      for (const { topic, at } of dots) waiting.push({ topic, total: now.get(topic), at })
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
  const meter = () => page.evaluate<Meter>('({ ...__meter, late: __meter.late.splice(0) })')
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
      const frames = after.frames - before.frames
      return {
        fps: round(frames / seconds),
        dotsAFrame: round((after.drawn - before.drawn) / frames),
        unshown: after.unshown,
        behindPercent: round(((after.behind - before.behind) / frames) * 100),
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
