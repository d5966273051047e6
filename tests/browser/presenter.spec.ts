import { expect, type Page } from '@playwright/test'
import { goldenStory, orderId } from './golden.ts'
import { test } from './stage.ts'

const says = (page: Page, key: string) => new URL(page.url()).searchParams.get(key)

async function press(page: Page, key: string): Promise<void> {
  await page.keyboard.press(key)
  await page.clock.runFor(200)
}

test('given the keys of a presenter, when each is pressed, then it does what the help says of it', async ({ show }) => {
  const { page, play, hub } = await show('?panel=lesson&lesson=slow-consumer&step=1')
  await play(5_000)
  await press(page, 'f')
  expect([says(page, 'panel'), says(page, 'order')]).toEqual([null, orderId(3)])
  await press(page, 'F')
  expect(says(page, 'order')).toBeNull()
  await press(page, '[')
  await expect(page.locator('.top')).toContainText('1/2×')
  await press(page, '[')
  await expect(page.locator('.top')).toContainText('1/4×')
  await press(page, ']')
  await expect(page.locator('.top')).toContainText('1/2×')
  await press(page, 'l')
  expect(says(page, 'lanes')).toBe('1')
  await expect(page.locator('.lanes').first().locator('span')).toHaveCount(3)
  await press(page, '+')
  expect(says(page, 'scale')).toBe('1.1')
  await press(page, '-')
  await press(page, '-')
  expect(says(page, 'scale')).toBe('0.9')
  await press(page, 'PageDown')
  expect([says(page, 'panel'), says(page, 'step')]).toEqual(['lesson', '2'])
  await press(page, 'PageUp')
  expect(says(page, 'step')).toBe('1')
  for (const [key, fault] of ['out-of-stock', 'kill', 'slow', 'duplicate', 'poison'].map((id, index) => [
    `${index + 2}`,
    id,
  ]))
    await expect(async () => {
      await press(page, key!)
      expect(hub.asked.some((call) => call.startsWith(`POST /api/faults/${fault}`))).toBe(true)
    }).toPass()
  await press(page, 'r')
  expect(says(page, 'step'), 'the lesson begins anew').toBeNull()
  await expect(page.locator('.chip.live')).toBeVisible()
  await expect.poll(() => hub.asked).toContain('DELETE /api/faults/all')
  await expect.poll(() => hub.asked).toContain('POST /api/scale {"service":"payment","instances":1}')
})

test('given numbers, then each is shown as the hub says it, with where it is going', async ({ show }) => {
  const { page, play } = await show('?panel=numbers')
  await play(3_000)
  const numbers = page.getByRole('region', { name: 'Numbers' })
  const tile = (title: string) => numbers.getByRole('figure').filter({ hasText: title })
  await expect(tile('Orders a second').locator('strong')).toContainText('0.6')
  await expect(tile('Critical time').locator('strong')).toContainText('86 ms · 166 ms')
  await expect(tile('Events waiting').locator('strong')).toContainText('0')
  await numbers.locator('summary').click()

  const row = (name: string) => numbers.getByRole('row', { name: new RegExp(`^${name}`) })
  await expect(row('p50 ms').getByRole('cell')).toHaveText(['74', '83', '83'])
  await expect(row('p99 ms').getByRole('cell')).toHaveText(['120', '159', '159'])
  await expect(row('payment-group').getByRole('cell').last()).toHaveText('3')
})

test('given orders, when some are asked for by how they stand, then these are listed, and no others', async ({
  show,
}) => {
  const { page, play } = await show('?panel=story')
  await play(12_000)
  const orders = page.getByRole('region', { name: 'Orders' })
  const expected = [
    ['failed', ['…000033', '…000022']],
    ['running', ['…000066']],
    ['all', ['…000066', '…000055', '…000044', '…000033', '…000022']],
  ] as const
  for (const [filter, ids] of expected) {
    await orders.getByLabel('Which orders').selectOption(filter)
    await page.clock.runFor(900)
    await expect(orders.locator('li b'), filter).toHaveText([...ids])
  }
})

test("given an order's trace, then it stands beside its story in the student view, and takes its place on a projector", async ({
  show,
}) => {
  const { page, play } = await show(`?view=student&order=${orderId(3)}`)
  await play(5_000)
  const { spans } = goldenStory(3)
  const trace = page.getByRole('region', { name: 'Trace' })
  await expect(trace.getByRole('listitem')).toHaveCount(spans.length)
  await expect(trace.getByRole('listitem').filter({ hasText: 'inventory: publish stock-failed' })).toContainText(
    'failed',
  )
  const left = async (name: string) => (await page.locator(name).boundingBox())?.x ?? 0
  expect(await left('.waterfall')).toBeGreaterThan(await left('.timeline'))
  await press(page, 'p')
  await expect(trace).toHaveCount(0)
  await page.getByRole('button', { name: 'Trace' }).click()
  await expect(trace.getByRole('listitem')).toHaveCount(spans.length)
})
