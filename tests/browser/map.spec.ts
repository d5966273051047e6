import { expect } from '@playwright/test'
import { FIND_DOT } from './find-dot.ts'
import { orderId } from './golden.ts'
import { goldenFaults, goldenGroups, goldenServices, goldenTopology, START } from './golden-shop.ts'
import { test } from './stage.ts'

test('given the golden trace, then topics count their events, and the story is told in words', async ({ show }) => {
  const { page, play, hub } = await show()
  await play(12_000)
  await expect(page.getByRole('button', { name: 'order-created, 6 events' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'stock-reserved, 4 events' })).toBeVisible()
  await expect(page.locator('.caption')).toHaveText(`Order …000066: placed, paid`)
  await expect(page.getByRole('region', { name: 'Orders' }).getByRole('listitem')).toHaveCount(5)
  expect(hub.heard.filter(({ t }) => t === 'ack').length).toBeGreaterThan(10)
  expect(page.url()).not.toContain('secret')
})

test('given a dot under way, when it is clicked, then its passport opens; Escape leads back', async ({ show }) => {
  const { page, play } = await show()
  await play(750)
  await page.keyboard.press('.')
  await page.clock.runFor(300)
  const dot = (await page.evaluate(FIND_DOT)) as { x: number; y: number } | null
  if (!dot) throw new Error('No dot lies anywhere on the map.')
  await page.mouse.click(dot.x, dot.y)
  await page.clock.runFor(200)
  await expect(page.getByRole('dialog')).toContainText('order-created')
  await expect(page.getByRole('dialog')).toContainText(orderId(1))
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
})

test('given an event in the list, when it is opened by keyboard, then the passport leads to its cause and its story', async ({
  show,
}) => {
  const { page, play } = await show('?view=student')
  await play(5_000)
  await page
    .getByRole('region', { name: 'Events' })
    .getByRole('button', { name: /stock-failed/ })
    .press('Enter')
  await page.clock.runFor(100)
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('heading', { level: 2 })).toHaveText('stock-failed')
  await dialog.getByRole('button', { name: /payment-success/ }).press('Enter')
  await page.clock.runFor(100)
  await expect(dialog.getByRole('heading', { level: 2 })).toHaveText('payment-success')
  await dialog.getByRole('button', { name: 'The story of its order' }).press('Enter')
  await page.clock.runFor(600)
  await expect(page.getByRole('region', { name: 'Story of one order' })).toContainText('Order …000033')
})

test('given a stream of orders, then a story stays long enough to be read, and the newest is next', async ({
  show,
}) => {
  const { page, play, hub } = await show()
  const story = page.getByRole('region', { name: 'Story of one order' })
  await play(2_000)
  await expect(story).toContainText('Order …000011')
  hub.sayAll()
  await page.clock.runFor(1_000)
  await expect(story).toContainText('Order …000011')
  await page.clock.runFor(3_000)
  await expect(story).toContainText('Order …000066')
})

test('given a service that is down, then its pile has the exact number, and what is broken shows on it', async ({
  show,
}) => {
  const { page } = await show('', {
    snapshot: {
      groups: goldenGroups({ notification: 37 }),
      services: goldenServices({ notification: { health: 'down' }, order: { outboxDepth: 14 } }),
      faults: goldenFaults({ pause: { phase: 'confirmed', injected: 1, mendsAt: START + 30_000 } }),
    },
  })
  await page.clock.runFor(300)
  await expect(page.locator('.waiting')).toHaveText('37 waiting')
  await expect(page.locator('.service').nth(3)).toContainText('down')
  await expect(page.locator('.service').nth(3)).toContainText('⚡1')
  await expect(page.locator('.pile', { hasText: 'outbox 14' })).toHaveCount(1)
})

test('given a topic or a service, when it is clicked, then members, partitions and instances are told', async ({
  show,
}) => {
  const { page, hub } = await show()
  await page.clock.runFor(200)
  await page.locator('.service').nth(1).click()
  await page.clock.runFor(200)
  await expect(page.getByRole('dialog')).toContainText('payment-group')
  await page.getByRole('dialog').getByRole('button', { name: '3 instances' }).click()
  await expect.poll(() => hub.asked).toContain('POST /api/scale {"service":"payment","instances":3}')
})

test('given a shop that cannot be scaled from here, then no instances are offered, and it says why', async ({
  show,
}) => {
  const { page } = await show('', {
    snapshot: { topology: { ...goldenTopology(), can: { scale: false, rewind: true } } },
  })
  await page.clock.runFor(200)
  await page.locator('.service').nth(1).click()
  await page.clock.runFor(200)
  await expect(page.getByRole('dialog').getByRole('button', { name: '3 instances' })).toBeDisabled()
  await expect(page.getByRole('dialog')).toContainText("only the lab's own can be scaled")
})

test('given handlings that were not simple, then the service says so for five seconds', async ({ show }) => {
  const { page, hub } = await show()
  const handling = {
    topic: 'order-created',
    partition: 0,
    offset: '1',
    service: 'payment',
    orderId: null,
    at: START + 100,
  }
  hub.say({ t: 'frame', n: 2, at: START + 100, total: 0, handlings: [{ ...handling, outcome: 'retry', attempt: 2 }] })
  await page.clock.runFor(400)
  await expect(page.locator('.doing')).toHaveText('↻ attempt 2')
  await page.clock.runFor(6_000)
  await expect(page.locator('.doing')).toHaveCount(0)
})
