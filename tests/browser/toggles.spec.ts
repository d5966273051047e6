import { expect, type Locator, type Page } from '@playwright/test'
import type { DeadLetterRow, OrderAnswer, Recording, SagaStory, SagaSummary } from '../../web/hub/protocol.ts'
import { type LabShop, shopTest } from './lab-shop.ts'

/** Every failure toggle, worked from the page on the real shop, whose broker is the demo's own. */
const test = shopTest('demo')
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

/** Asks the hub as the page does. */
async function api<T>(shop: LabShop, at: string, body?: object): Promise<T> {
  const { origin, hash } = new URL(shop.url())
  const headers = { authorization: `Bearer ${hash.replace('#token=', '')}`, 'content-type': 'application/json' }
  const how = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const answer = await fetch(`${origin}${at}`, { headers, ...how })
  if (!answer.ok) throw new Error(`${at}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

async function order(shop: LabShop): Promise<string> {
  const wish = { productId: 201, quantity: 1, amount: 750 }
  const [orderId = ''] = (await api<OrderAnswer>(shop, '/api/orders', wish)).orderIds
  return orderId
}

const storyOf = (shop: LabShop, orderId: string) => api<SagaStory>(shop, `/api/sagas/${orderId}`)
const becomes = (shop: LabShop, orderId: string, status: SagaSummary['status']) =>
  expect.poll(async () => (await storyOf(shop, orderId).catch(() => null))?.summary.status, PATIENCE).toBe(status)

/** Another toggle, while the list of before is still open. */
async function breakToo(page: Page, title: string, settings: Readonly<Record<string, string>> = {}): Promise<void> {
  await page.keyboard.press('Escape')
  await breakIt(page, title, settings)
}

test('given no inbox, when an event comes twice, then the mail service does its work twice', async ({ page, shop }) => {
  await open(page, shop)
  const orderId = await order(shop)
  await becomes(shop, orderId, 'confirmed')
  await breakIt(page, 'Inbox off')
  await confirmed(page, 'Inbox off')
  await breakToo(page, 'Deliver twice', { topic: 'stock-reserved', last: '1' })
  await struck(page, 'Inbox off')
  const works = async () => {
    const { frames } = await api<Recording>(shop, '/api/recording')
    const all = frames.flatMap(({ handlings }) => handlings ?? [])
    return all.filter((one) => one.orderId === orderId && one.service === 'notification').map(({ outcome }) => outcome)
  }
  await expect.poll(works, PATIENCE).toEqual(['handled', 'handled'])
  await mend(page, 'Inbox off')
})

test('given no outbox, when the service dies between commit and send, then that order hangs, and later ones do not', async ({
  page,
  shop,
}) => {
  await open(page, shop)
  await breakIt(page, 'Outbox off')
  await confirmed(page, 'Outbox off')
  await breakToo(page, 'Crash at a point', { restartAfter: '0' })
  await confirmed(page, 'Crash at a point')
  const lost = await order(shop)
  await struck(page, 'Crash at a point')
  await becomes(shop, await order(shop), 'confirmed')
  await becomes(shop, lost, 'stuck')
  const { steps } = await storyOf(shop, lost)
  expect(steps.filter(({ state }) => state === 'done').map(({ record }) => record?.topic)).toEqual(['order-created'])
  await mend(page, 'Outbox off')
})

test('given no retries, when a try fails, then the event lies among the dead letters at once', async ({
  page,
  shop,
}) => {
  await open(page, shop)
  await breakIt(page, 'Retries off')
  await confirmed(page, 'Retries off')
  await breakToo(page, 'Failing now and then', { percent: '100' })
  await confirmed(page, 'Failing now and then')
  const orderId = await order(shop)
  const tries = async () =>
    (await api<DeadLetterRow[]>(shop, '/api/dead-letters'))
      .filter(({ dot }) => dot.orderId === orderId)
      .map(({ attempts }) => attempts)
  await expect.poll(tries, PATIENCE).toEqual([1])
  await struck(page, 'Retries off')
  await mend(page, 'Retries off')
})

test('given no dead letters, when a poison message is dropped, then it is gone without a trace', async ({
  page,
  shop,
}) => {
  await open(page, shop)
  const letters = async () => (await api<DeadLetterRow[]>(shop, '/api/dead-letters')).length
  const before = await letters()
  await breakIt(page, 'Dead letters off', { mode: 'drop' })
  await confirmed(page, 'Dead letters off')
  await breakToo(page, 'Poison message', { topic: 'order-created' })
  await struck(page, 'Poison message')
  await struck(page, 'Dead letters off')
  await becomes(shop, await order(shop), 'confirmed')
  expect(await letters()).toBe(before)
  await mend(page, 'Dead letters off')
})

test('given a frozen broker, then orders wait; once it is mended they go their way', async ({ page, shop }) => {
  await open(page, shop)
  await breakIt(page, 'Broker frozen')
  await confirmed(page, 'Broker frozen')
  await page.keyboard.press('Escape')
  await place(page, 'One order')
  const waiting = async () => {
    const { snapshot, frames } = await api<Recording>(shop, '/api/recording')
    const last = frames.findLast(({ services }) => services)?.services ?? snapshot.services
    return last.find(({ name }) => name === 'order')?.outboxDepth
  }
  await expect.poll(waiting, PATIENCE).toBe(1)
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

test('given all that was broken and mended above, then the audit has a line of each, with its settings and how it ended', async ({
  shop,
}) => {
  const lines = shop.audit()
  const broken = lines.filter(({ method, path }) => method === 'POST' && path.startsWith('/api/faults/'))
  expect(broken.map(({ path }) => path.replace('/api/faults/', ''))).toEqual(
    expect.arrayContaining(['kill', 'freeze', 'no-inbox', 'duplicate', 'no-dlq', 'broker-freeze', 'broker-restart']),
  )
  for (const line of broken) expect(line).toMatchObject({ address: '127.0.0.1', status: 200 })
  const dropped = broken.find(({ path }) => path === '/api/faults/no-dlq')?.body
  expect(dropped).toMatchObject({ settings: { mode: 'drop' } })
  expect(lines.some(({ method, path }) => method === 'DELETE' && path === '/api/faults/all')).toBe(true)
})
