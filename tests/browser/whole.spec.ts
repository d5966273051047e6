import { expect } from '@playwright/test'
import { FACTS, type Facts, LEAST_TEXT } from './facts.ts'
import { test } from './stage.ts'
import { wholeSnapshot } from './whole-shop.ts'

const SHOWN = [
  'none',
  'orchestration',
  'users',
  'views',
  'news',
  'none&panel=lesson',
  'none&panel=lesson&lesson=gateway-overloaded&step=0',
  'none&panel=lesson&lesson=two-sagas&step=3',
] as const

for (const [width, height] of [
  [1280, 720],
  [1024, 768],
] as const)
  test(`given nine services and their topics on ${width}×${height}, then each name can be read, whatever is unfolded`, async ({
    show,
  }) => {
    const { page } = await show('', { snapshot: wholeSnapshot() })
    await page.setViewportSize({ width, height })
    for (const bundle of SHOWN) {
      await page.evaluate(`history.replaceState(null, '', '?unfold=${bundle}')`)
      await page.reload()
      await page.locator('.service').first().waitFor()
      await page.clock.runFor(900)
      const facts = (await page.evaluate(FACTS)) as Facts
      expect(facts.scroll, `${bundle}: the page is as large as the screen`).toEqual({ width, height })
      expect(facts.outside, `${bundle}: boxes beyond the edge`).toEqual([])
      expect(facts.cut, `${bundle}: names that are cut off`).toEqual([])
      expect(facts.smallest.size, `${bundle}: the smallest text, in percent of the height`).toBeGreaterThanOrEqual(
        LEAST_TEXT,
      )
    }
  })

test('given the whole shop, then what is not on the way of an order is folded, and unfolds by a click or by use', async ({
  show,
}) => {
  const { page, hub } = await show('', { snapshot: wholeSnapshot() })
  const service = (name: string) => page.locator('.service', { hasText: name })
  await expect(page.locator('.service')).toHaveCount(6)
  await expect(service('identity')).toHaveCount(0)
  await page.getByRole('button', { name: '+ Users' }).click()
  await page.clock.runFor(200)
  await expect(service('identity')).toBeVisible()
  await expect(page.getByRole('button', { name: /identity\.user\.created, 0 events/ })).toBeVisible()
  expect(page.url()).toContain('unfold=users')
  await page.getByRole('button', { name: '− Users' }).click()
  await page.clock.runFor(200)
  await expect(service('identity')).toHaveCount(0)

  await page.evaluate("history.replaceState(null, '', '/')")
  await page.reload()
  await page.locator('.service').first().waitFor()
  await expect(page.getByRole('button', { name: /payment\.saga\.reply, / })).toHaveCount(0)
  const { counts = {} } = wholeSnapshot({ orchestrated: true })
  hub.say({ t: 'frame', n: 2, at: Date.now(), total: 0, counts })
  await page.clock.runFor(400)
  await expect(page.getByRole('button', { name: /payment\.saga\.reply, 12 events/ })).toBeVisible()
})
