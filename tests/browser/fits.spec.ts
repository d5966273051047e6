import { expect, type Page } from '@playwright/test'
import { type Scene, stepsOf } from '../../web/app/lessons/scene.ts'
import { SCENES, scenesFor } from '../../web/app/lessons/scenes.ts'
import { PANELS } from '../../web/app/state/url.ts'
import { FACTS, type Facts, LEAST_TEXT } from './facts.ts'
import { goldenLetter } from './golden-letters.ts'
import { goldenFaults, goldenTrouble } from './golden-shop.ts'
import { test } from './stage.ts'
import { wholeSnapshot } from './whole-shop.ts'

const letters = Array.from({ length: 12 }, (_, index) => ({
  ...goldenLetter(String(index)),
  error: 'data.quantity: Too small: expected number to be >0',
}))

const TABS = ['Lessons', 'Story', 'Break it', 'Place orders', 'Numbers', 'Dead letters'] as const

async function expectFits(page: Page, where: string, size: { width: number; height: number }): Promise<void> {
  const facts = (await page.evaluate(FACTS)) as Facts
  expect.soft(facts.scroll, `${where}: the page is as large as the screen`).toEqual(size)
  expect.soft(facts.outside, `${where}: boxes beyond the edge`).toEqual([])
  expect.soft(facts.cut, `${where}: names that are cut off`).toEqual([])
  expect.soft(facts.inner, `${where}: cards that have to be scrolled`).toEqual([])
  expect.soft(facts.smallest.size, `${where}: ${facts.smallest.of}`).toBeGreaterThanOrEqual(LEAST_TEXT)
}

/** Turns every page of every lesson, with the measurement that was begun before. */
async function turnAll(page: Page, scenes: readonly Scene[], size: { width: number; height: number }): Promise<void> {
  for (const scene of scenes) {
    await page.locator('.scene-list').getByRole('button', { name: scene.title }).click()
    for (const [index, step] of stepsOf(scene).entries()) {
      if (index > 0) await page.keyboard.press('PageDown')
      await page.clock.runFor(300)
      await expectFits(page, `${scene.id}, ${step}`, size)
    }
    await page.getByRole('button', { name: 'All lessons' }).click()
    await page.clock.runFor(200)
  }
}

for (const [width, height] of [
  [1280, 720],
  [1024, 768],
  [1920, 1080],
] as const)
  test(`given a measurement on ${width}×${height}, then each panel and each step of each lesson is there whole, without scrolling`, async ({
    show,
  }) => {
    const { page, play } = await show('?panel=break', {
      ...{ snapshot: goldenTrouble, letters },
      passport: () => ({ problems: ['data.quantity: Too small: expected number to be >0'] }),
    })
    await page.setViewportSize({ width, height })
    await page.clock.runFor(300)
    await page.keyboard.press('1')
    await play(5_000)
    expect(TABS).toHaveLength(PANELS.length)
    for (const name of TABS) {
      await page.locator('.tabs').getByRole('button', { name }).click()
      await page.clock.runFor(900)
      await expectFits(page, name, { width, height })
    }
    await page.locator('.tabs').getByRole('button', { name: 'Lessons' }).click()
    await turnAll(page, SCENES, { width, height })
  })

test('given the whole shop, then the lessons that it alone can give are there whole, too', async ({ show }) => {
  const { page } = await show('?panel=break', { snapshot: wholeSnapshot({ faults: goldenFaults() }) })
  await page.clock.runFor(300)
  await page.keyboard.press('1')
  await page.locator('.tabs').getByRole('button', { name: 'Lessons' }).click()
  await page.clock.runFor(300)
  const all = scenesFor(wholeSnapshot().services?.map(({ name }) => name) ?? [])
  await expectFits(page, 'the list', { width: 1280, height: 720 })
  await turnAll(page, all.slice(SCENES.length), { width: 1280, height: 720 })
})
