import { expect, type Page, test } from '@playwright/test'
import { type LabShop, startLabShop } from './lab-shop.ts'

/** The same page on the other shops that it is for: a learner's, seen from outside, and the whole one of nine services. */
const PATIENCE = { timeout: 60_000 }
test.describe.configure({ timeout: 180_000 })

async function open(page: Page, shop: LabShop): Promise<void> {
  await page.goto(shop.url())
  await expect(page.locator('.chip.live')).toBeVisible(PATIENCE)
}

const panel = (page: Page, name: string) => page.locator('.tabs').getByRole('button', { name }).click()

/** Orders, until one is seen: a hub that has just started may not listen yet. */
async function seeConfirmed(page: Page): Promise<void> {
  const story = page.getByRole('region', { name: 'Story of one order' })
  await expect(async () => {
    await panel(page, 'Place orders')
    await page.getByRole('button', { name: 'One order' }).click()
    await expect(page.locator('.caption')).toContainText('1 order placed.', { timeout: 10_000 })
    await panel(page, 'Story')
    await expect(story.locator('.status')).toHaveText('confirmed', { timeout: 10_000 })
  }).toPass(PATIENCE)
}

test("given a learner's shop, then its orders are seen, what acts from outside breaks it, and the rest says why it cannot", async ({
  page,
}) => {
  const shop = await startLabShop('test', 'learner')
  try {
    await open(page, shop)
    await expect(page.locator('.service')).toHaveCount(4, PATIENCE)
    await seeConfirmed(page)
    await panel(page, 'Break it')
    const refused = page.getByRole('switch', { name: /^Payment declined/ })
    await expect(refused).toContainText('not here')
    await expect(refused.locator('.fault-reason')).not.toBeEmpty()
    await page.keyboard.press('3')
    const kill = page.getByRole('switch', { name: /^Kill/ })
    await expect(kill).toContainText('confirmed', PATIENCE)
    await expect(page.locator('.service', { hasText: 'payment' })).toContainText('down', PATIENCE)
    await page.keyboard.press('0')
    await expect(page.locator('.service', { hasText: 'payment' })).toContainText('up', PATIENCE)
    await page.locator('.service', { hasText: 'payment' }).click()
    await expect(page.getByRole('dialog').getByRole('button', { name: '3 instances' })).toBeDisabled()
  } finally {
    await shop.stop()
  }
})

test('given all nine services, then an order goes its whole way over the map', async ({ page }) => {
  const shop = await startLabShop('test', 'whole')
  try {
    await open(page, shop)
    await expect(page.locator('.service')).toHaveCount(6, PATIENCE)
    await seeConfirmed(page)
    await expect(page.getByRole('button', { name: /^order\.order\.completed, [1-9]/ })).toBeVisible(PATIENCE)
    await expect(page.getByRole('region', { name: 'Story of one order' })).toContainText('shipping')
  } finally {
    await shop.stop()
  }
})
