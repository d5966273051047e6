import { test as base, expect, type Locator, type Page } from '@playwright/test'
import { type LabShop, startLabShop } from './lab-shop.ts'

/** Every failure toggle, worked from the page on the real shop, whose broker is the demo's own. */
const test = base.extend<object, { shop: LabShop }>({
  shop: [
    async ({ browserName: _any }, use) => {
      const shop = await startLabShop('demo')
      await use(shop)
      await shop.stop()
    },
    { scope: 'worker', timeout: 180_000 },
  ],
})
test.describe.configure({ mode: 'serial', timeout: 180_000 })

const PATIENCE = { timeout: 60_000 }
const SERVICES = ['order', 'payment', 'inventory', 'notification']

const toggle = (page: Page, title: string): Locator => page.getByRole('switch', { name: new RegExp(`^${title}`) })
const facts = (page: Page, title: string): Locator => toggle(page, title).locator('.fault-facts')
const service = (page: Page, name: string): Locator => page.locator('.service').nth(SERVICES.indexOf(name))

async function open(page: Page, shop: LabShop): Promise<void> {
  const at = new URL(shop.url())
  at.search = 'panel=break'
  await page.goto(at.href)
  await expect(page.locator('.chip.live')).toBeVisible(PATIENCE)
  await expect(page.getByRole('switch')).toHaveCount(6, PATIENCE)
}

async function place(page: Page, how: 'One order' | '10 at once'): Promise<void> {
  await page.getByRole('button', { name: 'Place orders', exact: true }).click()
  await page.getByRole('button', { name: how }).click()
  await expect(page.locator('.caption')).toContainText('placed.', PATIENCE)
}

async function openAll(page: Page): Promise<void> {
  await page.locator('.tabs').getByRole('button', { name: 'Break it' }).click()
  await page.getByRole('button', { name: /^All \d+/ }).click()
}

/** Opens the list of all toggles, and leaves it open. */
async function breakIt(page: Page, title: string, settings: Readonly<Record<string, string>> = {}): Promise<void> {
  await openAll(page)
  await toggle(page, title).last().click()
  const dialog = page.getByRole('dialog', { name: /^Break:/ })
  for (const [name, value] of Object.entries(settings)) {
    const field = dialog.locator(`[name="${name}"]`)
    if ((await field.evaluate((one) => one.tagName)) === 'SELECT') await field.selectOption(value)
    else await field.fill(value)
  }
  await dialog.getByRole('button', { name: 'Break it' }).click()
}

/** Mends all and goes back to the map. */
async function mend(page: Page, title: string): Promise<void> {
  await page.keyboard.press('Escape')
  await page.keyboard.press('0')
  await openAll(page)
  await expect(toggle(page, title).last()).toHaveAttribute('aria-checked', 'false', PATIENCE)
  await page.keyboard.press('Escape')
}

const struck = (page: Page, title: string) => expect(facts(page, title).last()).toContainText(/\d+×/, PATIENCE)
const confirmed = (page: Page, title: string) => expect(facts(page, title).last()).toContainText('confirmed', PATIENCE)

for (const [title, name] of [
  ['Kill', 'payment'],
  ['Freeze', 'payment'],
] as const) {
  test(`given "${title}", then its service is shown as gone, and as well again once it is mended`, async ({
    page,
    shop,
  }) => {
    await open(page, shop)
    await expect(service(page, name)).toContainText('up', PATIENCE)
    await breakIt(page, title)
    await confirmed(page, title)
    await page.keyboard.press('Escape')
    await expect(service(page, name)).not.toContainText(/\bup\b/, PATIENCE)
    await mend(page, title)
    await expect(service(page, name)).toContainText('up', PATIENCE)
  })
}

/** What strikes while orders run. */
const ACTIVE: readonly (readonly [title: string, settings: Readonly<Record<string, string>>])[] = [
  ['Crash at a point', { restartAfter: '0' }],
  ['Slow', { ms: '200' }],
  ['Failing now and then', { percent: '60' }],
  ['Partition held back', {}],
]
for (const [title, settings] of ACTIVE) {
  test(`given "${title}", when orders are placed, then the page counts that it strikes`, async ({ page, shop }) => {
    await open(page, shop)
    await breakIt(page, title, settings)
    await expect(facts(page, title).last()).toContainText(/confirmed|\d×/, PATIENCE)
    // Which partition an order gets is for its id to say: some bursts leave one of six alone.
    await expect(async () => {
      await page.keyboard.press('Escape')
      await place(page, '10 at once')
      await openAll(page)
      await expect(facts(page, title).last()).toContainText(/\d+×/, { timeout: 4_000 })
    }).toPass(PATIENCE)
    await mend(page, title)
  })
}

for (const [title, settings] of [
  ['Deliver twice', { topic: 'payment-success' }],
  ['Out of order', { topic: 'payment-success' }],
] as const) {
  test(`given "${title}", then the records come again, and the page tells how many`, async ({ page, shop }) => {
    await open(page, shop)
    await place(page, '10 at once')
    await breakIt(page, title, settings)
    await struck(page, title)
    await mend(page, title)
  })
}

for (const title of ['Inbox off', 'Outbox off', 'Retries off', 'Dead letters off']) {
  test(`given "${title}", then the service says that it goes without, until it is mended`, async ({ page, shop }) => {
    await open(page, shop)
    await breakIt(page, title)
    await confirmed(page, title)
    await mend(page, title)
  })
}

test('given a frozen broker, then orders wait; once it is mended they go their way', async ({ page, shop }) => {
  await open(page, shop)
  await breakIt(page, 'Broker frozen')
  await confirmed(page, 'Broker frozen')
  await page.keyboard.press('Escape')
  await place(page, 'One order')
  await mend(page, 'Broker frozen')
  await page.locator('.tabs').getByRole('button', { name: 'Story' }).click()
  await expect(page.getByRole('region', { name: 'Story of one order' }).locator('.status')).toHaveText(
    'confirmed',
    PATIENCE,
  )
})

test('given a broker that is restarted, then the page and the shop go on with the new one', async ({ page, shop }) => {
  await open(page, shop)
  await breakIt(page, 'Broker restarted')
  await struck(page, 'Broker restarted')
  await page.keyboard.press('Escape')
  await place(page, 'One order')
  await page.locator('.tabs').getByRole('button', { name: 'Story' }).click()
  await expect(page.getByRole('region', { name: 'Story of one order' }).locator('.status')).toHaveText(
    'confirmed',
    PATIENCE,
  )
})
