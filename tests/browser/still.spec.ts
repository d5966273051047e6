import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { type BrowserContextOptions, expect, test } from '@playwright/test'
import { buildPage } from '../../cli/shop/dashboard/page.ts'
import { fakeHub, sayInTime } from './fake-hub.ts'
import { goldenFrames } from './golden.ts'
import { START } from './golden-shop.ts'
import { servePage } from './page-server.ts'
import { differingPixels } from './pixels.ts'

const HOME = path.resolve(import.meta.dirname, '..', '..')
const MOST_KB = 200
const PAUSED_AT = 5_000
/** Whole frames of 16 ms, so that however often the page was looked at, it is at the same place of a frame. */
const FRAMES_MS = 160
const STEP_MS = 480

/** Longer than the page waits between two questions. */
const ASK_MS = 500

/** Fonts differ from machine to machine, so no picture is kept: each scene is drawn twice, and both have to be the same, pixel by pixel. */
const SCENES: readonly (readonly [name: string, query: string, options: BrowserContextOptions])[] = [
  ['light', '?panel=story', {}],
  ['dark', '?panel=numbers&theme=dark', {}],
  ['reduced motion', '?panel=story', { reducedMotion: 'reduce' }],
  ['forced colours', '?panel=break', { forcedColors: 'active' }],
  ['a projector of 4:3', '?panel=lesson&lesson=poison', { viewport: { width: 1024, height: 768 } }],
  ['a phone', '?panel=lesson&lesson=poison', { viewport: { width: 320, height: 640 } }],
]

for (const [name, query, options] of SCENES)
  test(`given a paused scene (${name}), when it is drawn twice, then both pictures are the same`, async ({
    browser,
  }, info) => {
    const site = await servePage()
    const draw = async (): Promise<Buffer> => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, ...options })
      const page = await context.newPage()
      await page.clock.install({ time: START })
      // From here on nothing but the test moves the clock.
      await page.clock.pauseAt(START + 1_000)
      const hub = await fakeHub(page)
      await page.goto(`${site.url}${query}#token=t`)
      await expect(async () => {
        await page.clock.runFor(FRAMES_MS)
        expect(await page.locator('.chip.live').count()).toBe(1)
      }).toPass({ intervals: [50], timeout: 60_000 })
      await sayInTime(page, hub, { frames: goldenFrames(), until: PAUSED_AT, stepMs: STEP_MS })
      await page.keyboard.press('.')
      await page.clock.runFor(FRAMES_MS * 5)
      // What was asked for comes in its own time, not the clock's, and an answer may lead to another question.
      for (const _ of [1, 2]) {
        await page.waitForLoadState('networkidle')
        await page.clock.runFor(ASK_MS)
      }
      // Painted anew as a whole: what was painted piece by piece is smoothed otherwise where the pieces meet.
      await page.evaluate("document.documentElement.style.willChange = 'transform'")
      const picture = await page.screenshot()
      await context.close()
      return picture
    }
    const [first, second] = [await draw(), await draw()]
    await site.stop()
    for (const body of [first, second]) await info.attach('picture', { body, contentType: 'image/png' })
    expect(await differingPixels(browser, [first, second])).toBe(0)
  })

test('given the built page, then all of it is at most 200 KB on the wire', async () => {
  const page = await buildPage(HOME, AbortSignal.timeout(60_000)).done
  if (page.state !== 'ready') throw new Error('The page was not built.')
  const files = readdirSync(page.dir, { recursive: true, withFileTypes: true }).filter((file) => file.isFile())
  const bytes = files.map((file) => gzipSync(readFileSync(path.join(file.parentPath, file.name))).length)
  expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(MOST_KB * 1_000)
})
