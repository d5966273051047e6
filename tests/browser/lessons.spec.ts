import { expect, type Page } from '@playwright/test'
import { type LabShop, shopTest } from './lab-shop.ts'

/** Every lesson of the core shop, done by its own buttons on the real thing: what it promises has to show in the numbers that it watches. */
const test = shopTest('demo')
test.describe.configure({ timeout: 120_000 })

const PATIENCE = { timeout: 45_000 }

/** A row of the measurement, a column, and what has to come to stand there. */
type Sign = readonly [row: string, column: keyof typeof COLUMNS, shown: RegExp]
const COLUMNS = { was: 0, now: 1, delta: 2, most: 3 } as const
const SOME = /[1-9]/

interface Expected {
  readonly id: string
  readonly first: readonly Sign[]
  readonly second?: readonly Sign[]
}

const LESSONS: readonly Expected[] = [
  { id: 'happy-path', first: [['orders confirmed', 'delta', /^▲ 1$/]] },
  { id: 'declined', first: [['orders cancelled', 'delta', /^▲ 3$/]] },
  { id: 'no-stock', first: [['orders cancelled', 'delta', /^▲ 3$/]] },
  {
    id: 'mail-down',
    first: [
      ['orders confirmed', 'delta', /^▲ 10$/],
      ['events waiting', 'most', /^[1-9]\d+$/],
    ],
  },
  { id: 'slow-consumer', first: [['events waiting', 'most', SOME]], second: [['orders confirmed', 'delta', SOME]] },
  { id: 'poison', first: [['dead letters', 'delta', /^▲ 1$/]] },
  {
    id: 'duplicate',
    first: [
      ['published again', 'delta', /^▲ 5$/],
      ['handled by notification', 'delta', /^▲ 5$/],
      ['duplicates ignored', 'delta', SOME],
    ],
    second: [['handled by notification', 'delta', /^▲ 10$/]],
  },
  {
    id: 'crash',
    first: [['orders confirmed', 'delta', /^▲ 1$/]],
    second: [['orders stuck', 'delta', /^▲ 1$/]],
  },
  {
    id: 'broker-frozen',
    first: [
      ['outbox rows', 'most', SOME],
      ['orders confirmed', 'delta', /^▲ 10$/],
    ],
  },
  {
    id: 'replay',
    first: [
      ['duplicates ignored', 'delta', SOME],
      ['handled by notification', 'delta', /^\s*0$/],
    ],
  },
]

const measured = (page: Page, row: string, column: keyof typeof COLUMNS) =>
  page
    .getByRole('region', { name: 'What changed' })
    .getByRole('row', { name: new RegExp(`^${row}`) })
    .getByRole('cell')
    .nth(COLUMNS[column])

async function open(page: Page, shop: LabShop, id: string): Promise<void> {
  const at = new URL(shop.url())
  at.search = `panel=lesson&lesson=${id}&step=1`
  await page.goto(at.href)
  await expect(page.locator('.chip.live')).toBeVisible(PATIENCE)
  await expect(page.locator('.service').first()).toContainText('up', PATIENCE)
}

/** Presses the button, waits until all of it is done, and looks for what it led to. */
async function doDeed(page: Page, signs: readonly Sign[]): Promise<void> {
  const deed = page.locator('.deed')
  await deed.click()
  await expect(deed).toBeEnabled(PATIENCE)
  await expect(page.locator('.caption.bad')).toHaveCount(0)
  for (const [row, column, shown] of signs) await expect(measured(page, row, column)).toHaveText(shown, PATIENCE)
}

test('given a shop that has just started, then its hub hears of orders', async ({ page, shop }) => {
  await open(page, shop, 'happy-path')
  await expect(async () => {
    await page.locator('.deed').click()
    await expect(measured(page, 'orders confirmed', 'delta')).toHaveText('▲ 1', { timeout: 5_000 })
  }).toPass(PATIENCE)
})

for (const { id, first, second } of LESSONS)
  test(`given the lesson ${id}, when its button is pressed, then the numbers show what it is about`, async ({
    page,
    shop,
  }) => {
    await open(page, shop, id)
    await doDeed(page, first)
    if (second) {
      await page.keyboard.press('PageDown')
      await doDeed(page, second)
    }
    await page.keyboard.press('r')
    await expect(page.locator('.service').nth(1)).not.toContainText('×', PATIENCE)
    await expect(page.locator('.fault-chip')).toHaveCount(0, PATIENCE)
  })
