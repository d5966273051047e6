import { readFile } from 'node:fs/promises'
import { type Browser, expect, type Page } from '@playwright/test'
import { FIND_DOT } from './find-dot.ts'
import { type LabShop, shopTest } from './lab-shop.ts'

/** The page on a real hub, a real Kafka and the four real services; one shop for all of these, one after the other. */
const test = shopTest('test')
test.describe.configure({ mode: 'serial', timeout: 180_000 })

const PATIENCE = { timeout: 60_000 }

/** The address with other state in it; the token stays. */
function address(url: string, query: string): string {
  const at = new URL(url)
  at.search = query
  return at.href
}

async function open(page: Page, shop: LabShop, query = ''): Promise<void> {
  await page.goto(address(shop.url(), query))
  await expect(page.locator('.chip.live')).toBeVisible(PATIENCE)
  await expect(page.locator('.service')).toHaveCount(4)
}

async function placeOrders(page: Page, how: 'One order' | '10 at once' = 'One order'): Promise<void> {
  await page.getByRole('button', { name: 'Place orders', exact: true }).click()
  await page.getByRole('button', { name: how }).click()
  await expect(page.locator('.caption')).toContainText('placed.', PATIENCE)
}

/** The hub listens from the moment that it has found its place at Kafka; a shop that has just started may be quicker. */
async function untilHeard(page: Page): Promise<void> {
  await expect(async () => {
    await placeOrders(page)
    await expect(page.getByRole('button', { name: /order-created, [1-9]/ })).toBeVisible({ timeout: 5_000 })
  }).toPass(PATIENCE)
}

const panel = (page: Page, name: string) => page.locator('.tabs').getByRole('button', { name }).click()
const story = (page: Page) => page.getByRole('region', { name: 'Story of one order' })

async function breakIt(page: Page, name: RegExp): Promise<void> {
  await panel(page, 'Break it')
  const fault = page.getByRole('switch', { name })
  await fault.click()
  await page.getByRole('dialog').getByRole('button', { name: 'Break it' }).click()
  await expect(fault).toHaveAttribute('aria-checked', 'true', PATIENCE)
}

test('given an order, then its dot moves over the map, its story is complete, and each step was measured', async ({
  page,
  shop,
}) => {
  await open(page, shop)
  await untilHeard(page)
  await placeOrders(page)
  await expect.poll(() => page.evaluate(FIND_DOT), PATIENCE).not.toBeNull()
  await panel(page, 'Story')
  await expect(story(page).locator('.status')).toHaveText('confirmed', PATIENCE)
  await expect(story(page).locator('.step.forward.done')).toHaveCount(3, PATIENCE)
  await expect(story(page).locator('.step-times').first()).toContainText(/waited .* worked/, PATIENCE)
  await expect(page.getByRole('button', { name: /stock-reserved, [1-9]/ })).toBeVisible()
  await story(page)
    .getByRole('button', { name: /done · payment/ })
    .click()
  await expect(page.getByRole('dialog')).toContainText('payment-success', PATIENCE)
  await expect(page.getByRole('dialog')).toContainText('inventory-group: committed', PATIENCE)
})

test('given declined payments, when an order is placed, then it is cancelled, and the page tells what changed', async ({
  page,
  shop,
}) => {
  await open(page, shop)
  await breakIt(page, /Payment declined/)
  await placeOrders(page)
  await panel(page, 'Story')
  await expect(story(page).locator('.status')).toHaveText('cancelled', PATIENCE)
  await panel(page, 'Break it')
  await expect(
    page.getByRole('region', { name: 'What changed' }).getByRole('row', { name: /cancelled/ }),
  ).toContainText('▲ 1', PATIENCE)
  await page.keyboard.press('0')
  await expect(page.getByRole('switch', { name: /Payment declined/ })).toHaveAttribute(
    'aria-checked',
    'false',
    PATIENCE,
  )
})

test('given an empty shelf, when an order is placed by keys alone, then the money goes back', async ({
  page,
  shop,
}) => {
  await open(page, shop, 'panel=break')
  await expect(page.getByRole('switch')).toHaveCount(6, PATIENCE)
  await page.keyboard.press('2')
  await expect(page.getByRole('switch', { name: /Out of stock/ })).toHaveAttribute('aria-checked', 'true', PATIENCE)
  await placeOrders(page)
  await panel(page, 'Story')
  await expect(story(page).locator('.step.compensation.done').first()).toBeVisible(PATIENCE)
  await expect(story(page).getByRole('button', { name: /Payment refunded\s*done/ })).toBeVisible(PATIENCE)
  await page.keyboard.press('0')
  await panel(page, 'Break it')
  await expect(page.getByRole('switch', { name: /Out of stock/ })).toHaveAttribute('aria-checked', 'false', PATIENCE)
})

test('given a poison message, then it lies among the dead letters; a mended copy is replayed and handled', async ({
  page,
  shop,
}) => {
  await open(page, shop)
  await breakIt(page, /Poison message/)
  await panel(page, 'Dead letters')
  await expect(page.locator('.dead-letter')).toContainText('payment-group gave up', PATIENCE)
  const orderId = 'mended-by-hand'
  const order = { orderId, productId: 201, quantity: 1, amount: 5 }
  const event = { eventId: 'mended-1', eventType: 'order-created', timestamp: new Date().toISOString(), data: order }
  await page.getByRole('button', { name: 'Edit a copy' }).click()
  await page.getByRole('textbox', { name: /A copy to mend/ }).fill(JSON.stringify(event))
  await page.getByRole('button', { name: 'Replay the copy' }).click()
  await expect(page.getByRole('list', { name: /replayed letters/ })).toContainText(/handled|published/, PATIENCE)
})

test('given a service that is down, then it shows, its events wait, and it catches up', async ({ page, shop }) => {
  await open(page, shop)
  await untilHeard(page)
  await panel(page, 'Break it')
  await page.getByRole('button', { name: /^All \d+/ }).click()
  await page
    .getByRole('dialog')
    .getByRole('switch', { name: /Down for a while/ })
    .click()
  await page.getByRole('dialog').getByRole('button', { name: 'Break it' }).click()
  await page.keyboard.press('Escape')
  const notification = page.locator('.service').nth(3)
  await expect(notification).toContainText('down', PATIENCE)
  await placeOrders(page, '10 at once')
  await expect(page.locator('.waiting').last()).toContainText(/\d+ waiting/, PATIENCE)
  await expect(notification).toContainText('up', PATIENCE)
  await expect(page.locator('.waiting')).toHaveCount(0, PATIENCE)
})

test('given two browsers, then both show the same; and what was saved plays without any hub', async ({
  page,
  shop,
  browser,
}) => {
  await open(page, shop)
  const other = await anotherPage(browser)
  await open(other, shop)
  await placeOrders(page)
  const shown = (one: Page) => one.locator('.topic .unseen').allTextContents()
  await expect.poll(async () => (await shown(other)).join() === (await shown(page)).join(), PATIENCE).toBe(true)
  await page.locator('summary', { hasText: 'File' }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: /Save the last/ }).click(),
  ])
  const buffer = await readFile(await download.path())
  await other.context().setOffline(true)
  await other.getByLabel('Recording file').setInputFiles({ name: 'r.json', mimeType: 'application/json', buffer })
  await expect(other.locator('.top')).toContainText('recording')
  await other.keyboard.press('.')
  await expect.poll(() => other.evaluate(FIND_DOT), PATIENCE).not.toBeNull()
  await other.context().close()
})

test('given a phone of the class, then it sees and votes, and cannot control', async ({ page, shop, browser }) => {
  await open(page, shop, 'panel=lesson')
  await page.getByRole('button', { name: 'An order gets through' }).click()
  const phone = await anotherPage(browser)
  await phone.goto(shop.classUrl())
  await expect(phone.locator('.top')).toContainText('you can watch and vote', PATIENCE)
  await phone.getByRole('button', { name: /It reads the event/ }).click(PATIENCE)
  await page.keyboard.press('a')
  await expect(page.locator('.votes li').nth(2)).toContainText('1', PATIENCE)
  const status = await phone.evaluate(`fetch('/api/faults/decline', {
    method: 'POST', body: '{}',
    headers: { 'content-type': 'application/json', authorization: 'Bearer ' + sessionStorage.getItem('saga-lab-token') },
  }).then((answer) => answer.status)`)
  expect(status).toBe(403)
  await phone.context().close()
})

test('given a hub that is started anew under an open page, then the page comes back without anything stale', async ({
  page,
  shop,
}) => {
  await open(page, shop)
  await placeOrders(page)
  await expect(page.locator('.topic').first()).toHaveText(/order-created, [1-9]/, PATIENCE)
  await panel(page, 'Story')
  await shop.restart()
  // The same page, untouched: the new hub knows its token.
  await expect(page.locator('.chip.live')).toBeVisible(PATIENCE)
  await expect(page.locator('.service')).toHaveCount(4)
  await expect(page.getByRole('button', { name: 'order-created, 0 events' })).toBeVisible(PATIENCE)
  await expect(page.getByRole('region', { name: 'Orders' }).getByRole('listitem')).toHaveCount(0)
  await untilHeard(page)
  await panel(page, 'Story')
  await expect(story(page).locator('.status')).toHaveText('confirmed', PATIENCE)
})

async function anotherPage(browser: Browser): Promise<Page> {
  return (await browser.newContext({ viewport: { width: 1280, height: 720 } })).newPage()
}
