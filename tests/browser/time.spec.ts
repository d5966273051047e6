import { expect } from '@playwright/test'
import { goldenRecording, goldenSnapshot } from './golden.ts'
import { test } from './stage.ts'

const count = (topic: string, events: number) => ({ name: `${topic}, ${events} events` })

test('given a pause, when the shop runs on, then the picture stands; live brings it up to date', async ({ show }) => {
  const { page, hub, play } = await show()
  await play(3_000)
  await page.keyboard.press('Space')
  await page.clock.runFor(200)
  await expect(page.getByRole('button', count('order-created', 2))).toBeVisible()
  hub.sayAll()
  await page.clock.runFor(500)
  await expect(page.getByRole('button', count('order-created', 2))).toBeVisible()
  await page.getByRole('button', { name: /back to live/ }).click()
  await page.clock.runFor(300)
  await expect(page.getByRole('button', count('order-created', 6))).toBeVisible()
})

test('given a pause, when stepping with the arrows, then one event after the other is followed, and the address says when', async ({
  show,
}) => {
  const { page, play } = await show()
  await play(5_000)
  await page.keyboard.press('.')
  for (let back = 0; back < 5; back++) await page.keyboard.press('ArrowLeft')
  await page.clock.runFor(200)
  await expect(page.getByRole('button', count('order-created', 2))).toBeVisible()
  await page.keyboard.press('ArrowRight')
  await page.clock.runFor(200)
  await expect(page.getByRole('button', count('order-created', 3))).toBeVisible()
  expect(new URL(page.url()).searchParams.get('at')).not.toBeNull()
})

test('given a recording file, when it is opened, then it plays without any hub, as slowly as wished', async ({
  show,
}) => {
  const { page, hub } = await show()
  const asked = hub.asked.length
  const buffer = Buffer.from(JSON.stringify(goldenRecording()))
  await page.getByLabel('Recording file').setInputFiles({ name: 'golden.json', mimeType: 'application/json', buffer })
  await page.clock.runFor(300)
  await expect(page.locator('.top')).toContainText('recording')
  await page.getByLabel('Speed').selectOption('0.5')
  await page.clock.runFor(6_000)
  await expect(page.getByRole('button', count('order-created', 2))).toBeVisible()
  await page.getByLabel('Speed').selectOption('1')
  await page.clock.runFor(10_000)
  await expect(page.getByRole('button', count('order-created', 6))).toBeVisible()
  await page.clock.runFor(800)
  await expect(page.getByRole('region', { name: 'Story of one order' })).toContainText('to come')
  expect(hub.asked.slice(asked).filter((call) => !call.includes('/api/sagas/'))).toEqual([])
})

test('given a file that is no recording, then it is refused in words, and the page goes on', async ({ show }) => {
  const { page } = await show()
  const file = page.getByLabel('Recording file')
  await file.setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{"format":') })
  await expect(page.getByRole('alert')).toContainText('not JSON')
  await file.setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{"a":1}') })
  await expect(page.getByRole('alert')).toContainText('no recording of Saga Lab')
})

test('given a hub that hangs up, then the page says so and comes back; a hub started anew is not mixed with the old one', async ({
  show,
}) => {
  const { page, hub, play } = await show()
  await play(3_000)
  hub.hangUp()
  await expect(page.locator('.top')).toContainText('reconnecting')
  await page.clock.runFor(600)
  await expect(page.locator('.top')).toContainText('live')
  await expect(page.getByRole('button', count('order-created', 2))).toBeVisible()
  hub.say(goldenSnapshot({ run: 'anew' }))
  await page.clock.runFor(600)
  await expect(page.getByRole('button', count('order-created', 0))).toBeVisible()
  await expect(page.getByRole('region', { name: 'Orders' }).getByRole('listitem')).toHaveCount(0)
})
