import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Browser, expect, type Page, test } from '@playwright/test'
import { buildPage } from '../../cli/shop/dashboard/page.ts'
import { fakeHub, sayInTime } from './fake-hub.ts'
import { goldenFrames } from './golden.ts'
import { START } from './golden-shop.ts'
import { servePage } from './page-server.ts'
import { differingPixels, pixelsOf, type Spot } from './pixels.ts'
import { type Box, SCENES, type Scene } from './still-scenes.ts'

const HOME = path.resolve(import.meta.dirname, '..', '..')
const MOST_KB = 200
const PAUSED_AT = 5_000
/** Whole frames of 16 ms, so that however often the page was looked at, it is at the same place of a frame. */
const FRAMES_MS = 160
const STEP_MS = 480

/** Longer than the page waits between two questions. */
const ASK_MS = 500

/** Of 576 around a spot. */
const ENOUGH_PIXELS = 40
/** Of the screen's height or width: another machine's fonts are somewhat wider. */
const SHIFT = 0.02

interface Seen {
  readonly boxes: Readonly<Record<string, Box>>
  readonly services: readonly Box[]
  readonly texts: Readonly<Record<string, string>>
  readonly wide: number
}

/** What can be measured of a scene, by selectors. */
const look = (page: Page, { boxes, texts }: Scene) =>
  page.evaluate<Seen>(`(() => {
    const box = (e) => { const r = e.getBoundingClientRect(); return [r.left, r.top, r.width, r.height] }
    const one = (selectors, read) => Object.fromEntries(selectors.map((s) => [s, read(document.querySelector(s))]))
    return {
      boxes: one(${JSON.stringify(Object.keys(boxes))}, box),
      services: [...document.querySelectorAll('.service')].map(box),
      texts: one(${JSON.stringify(Object.keys(texts))}, (e) => e.innerText.replace(/\\s+/g, ' ')),
      wide: document.documentElement.scrollWidth,
    }
  })()`)

/** Is each part there, behind the one before it? Returns those that are not. */
function missing(text: string, parts: readonly string[]): string[] {
  let from = 0
  return parts.filter((part) => {
    const at = text.indexOf(part, from)
    if (at >= 0) from = at + part.length
    return at < 0
  })
}

function expectPlaces(scene: Scene, { boxes, services, wide }: Seen): void {
  const { width = 1280, height = 720 } = scene.options.viewport ?? {}
  const near = (real: readonly number[], wanted: readonly number[]): boolean =>
    wanted.every((px, i) => Math.abs((real[i] ?? Number.NaN) - px) <= SHIFT * (i % 2 === 0 ? width : height))
  expect(wide).toBe(width)
  for (const [selector, box] of Object.entries(scene.boxes)) {
    const real = boxes[selector] ?? []
    expect(near(real, box), `${selector} lies at ${real.map(Math.round)}, not at ${box}`).toBe(true)
  }
  const middles = services.map(([left, top, w, h]) => [left + w / 2, top + h / 2])
  expect(middles.length).toBe(scene.services.length)
  for (const [i, place] of scene.services.entries())
    expect(near(middles[i] ?? [], place), `service ${i} lies at ${middles[i]?.map(Math.round)}, not at ${place}`).toBe(
      true,
    )
}

async function expectColours(browser: Browser, picture: Buffer, { there, notThere }: Scene): Promise<void> {
  const words = ({ at, colour }: Spot) => `${colour} at ${at}`
  const found = await pixelsOf(browser, picture, there)
  expect(
    there.filter(({ least = ENOUGH_PIXELS }, i) => (found[i] ?? 0) < least).map(words),
    'colours that are gone',
  ).toEqual([])
  const stray = await pixelsOf(browser, picture, notThere)
  expect(notThere.filter((_, i) => (stray[i] ?? 0) >= ENOUGH_PIXELS).map(words), 'colours too many').toEqual([])
}

/**
 * Fonts differ from machine to machine, so no picture is kept: of each scene it is known where its boxes lie, which colours it has at which
 * places, and what can be read. Drawn twice, both pictures have to be the same, pixel by pixel.
 */
for (const scene of SCENES)
  test(`given a paused scene (${scene.name}), then it looks as it should, and drawn twice, both pictures are the same`, async ({
    browser,
  }, info) => {
    const site = await servePage()
    const { query, options } = scene
    const draw = async (): Promise<{ picture: Buffer; seen: Seen }> => {
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
      const [picture, seen] = [await page.screenshot(), await look(page, scene)]
      await context.close()
      return { picture, seen }
    }
    const [first, second] = [await draw(), await draw()]
    await site.stop()
    for (const { picture: body } of [first, second]) await info.attach('picture', { body, contentType: 'image/png' })
    expectPlaces(scene, first.seen)
    for (const [selector, parts] of Object.entries(scene.texts))
      expect(missing(first.seen.texts[selector] ?? '', parts), `words missing in ${selector}`).toEqual([])
    await expectColours(browser, first.picture, scene)
    expect(await differingPixels(browser, [first.picture, second.picture])).toBe(0)
  })

test('given the built page, then all of it is at most 200 KB on the wire', async () => {
  const page = await buildPage(HOME, AbortSignal.timeout(60_000)).done
  if (page.state !== 'ready') throw new Error('The page was not built.')
  const files = readdirSync(page.dir, { recursive: true, withFileTypes: true }).filter((file) => file.isFile())
  const bytes = files.map((file) => gzipSync(readFileSync(path.join(file.parentPath, file.name))).length)
  expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(MOST_KB * 1_000)
})
