import { expect, type Page } from '@playwright/test'
import { goldenDots, orderId } from './golden.ts'
import { START } from './golden-shop.ts'
import { test } from './stage.ts'

const dead = (offset: string) => ({
  ...{ dot: { ...goldenDots[0]!, topic: 'order-created-dlq', offset }, error: `trouble ${offset}`, attempts: 3 },
  ...{ group: null, originTopic: null, originPartition: null, originOffset: null, replayed: false },
})
const events = (page: Page, topic: string, count: number) =>
  page.getByRole('button', { name: `${topic}, ${count} events` })

/** What an address promises: somebody else who opens it sees the same. */
const SHOWS: readonly (readonly [query: string, sees: (page: Page) => Promise<void>])[] = [
  ['view=student', (page) => expect(page.locator('.everything')).toBeVisible()],
  ['theme=dark', (page) => expect(page.locator('.page')).toHaveAttribute('data-theme', 'dark')],
  ['panel=numbers', (page) => expect(page.getByRole('region', { name: 'Numbers' })).toBeVisible()],
  ['filter=failed', (page) => expect(page.getByLabel('Which orders')).toHaveValue('failed')],
  [
    `order=${orderId(2)}`,
    (page) => expect(page.getByRole('region', { name: 'Story of one order' })).toContainText('Payment declined'),
  ],
  [
    `order=${orderId(2)}&trace=1`,
    (page) => expect(page.getByRole('region', { name: 'Trace' })).toContainText('publish payment-failed'),
  ],
  [
    'panel=lesson&lesson=poison&step=1',
    (page) => expect(page.getByRole('button', { name: 'Publish it, then three good orders' })).toBeVisible(),
  ],
  [
    `event=order-created/1/${goldenDots[0]!.offset}`,
    (page) => expect(page.getByRole('dialog')).toContainText(orderId(1)),
  ],
  ['node=payment', (page) => expect(page.getByRole('dialog')).toContainText('payment-group')],
  ['node=payment-failed', (page) => expect(page.getByRole('dialog')).toContainText('Who reads it')],
  [
    'panel=dead&letter=order-created-dlq/1/8',
    (page) => expect(page.locator('.dead-list [aria-current="true"]')).toContainText('trouble 8'),
  ],
  ['speed=0.1', (page) => expect(page.getByLabel('Speed')).toHaveValue('0.1')],
  ['lanes=1', (page) => expect(page.locator('.lanes').first()).toBeVisible()],
  [
    'scale=1.2',
    async (page) =>
      expect(await page.evaluate(`document.documentElement.style.getPropertyValue('--scale')`)).toBe('1.2'),
  ],
  ['unfold=none', (page) => expect(page.locator('.service')).toHaveCount(4)],
]

for (const [query, sees] of SHOWS)
  test(`given the address ?${query}, then it shows what it says, and stays as it is`, async ({ show }) => {
    const { page } = await show(`?${query}`, { letters: [dead('7'), dead('8')] })
    await page.clock.runFor(900)
    await sees(page)
    for (const [key, value] of new URLSearchParams(query)) expect(new URL(page.url()).searchParams.get(key)).toBe(value)
  })

test('given the address of a moment, then its world is shown, and not the one of now', async ({ show }) => {
  const { page } = await show(`?at=${START + 3_000}`)
  await page.clock.runFor(900)
  await expect(page.locator('.top')).toContainText('paused')
  await expect(events(page, 'order-created', 2)).toBeVisible()
  await expect(events(page, 'payment-failed', 1)).toBeVisible()
  await expect(events(page, 'stock-failed', 0)).toBeVisible()
  await page.getByRole('button', { name: /back to live/ }).click()
  await page.clock.runFor(300)
  await expect(events(page, 'order-created', 0)).toBeVisible()
})

test('given the address of a moment that is long ago, then that is said, and what is live is shown', async ({
  show,
}) => {
  const { page } = await show(`?at=${START - 600_000}`)
  await page.clock.runFor(900)
  await expect(page.getByRole('alert')).toContainText('no longer held')
  await expect(page.locator('.top')).toContainText('live')
  expect(new URL(page.url()).searchParams.get('at')).toBeNull()
})

test('given what is opened and chosen by mouse, then the address says so, until it is closed', async ({ show }) => {
  const { page } = await show('?panel=dead', { letters: [dead('7'), dead('8')] })
  await page.clock.runFor(900)
  const says = (key: string) => new URL(page.url()).searchParams.get(key)
  await page.locator('.dead-list button').nth(1).click()
  expect(says('letter')).toBe('order-created-dlq/1/8')
  await page.locator('.service').nth(1).click()
  expect(says('node')).toBe('payment')
  await page.keyboard.press('Escape')
  await expect.poll(() => says('node')).toBeNull()
  await page.getByRole('button', { name: 'Partitions' }).click()
  expect(says('lanes')).toBe('1')
  await expect(page.locator('.lanes').first().locator('span')).toHaveCount(3)
  await page.getByRole('button', { name: 'Passport' }).click()
  expect(says('event')).toBe('order-created-dlq/1/8')
})
