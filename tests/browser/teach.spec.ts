import { expect } from '@playwright/test'
import { ORDER_LIMITS } from '../../web/hub/protocol.ts'
import { goldenDots } from './golden.ts'
import { goldenLetter } from './golden-letters.ts'
import { goldenFaults, START } from './golden-shop.ts'
import { test } from './stage.ts'

test('given the switches, when one is thrown, then it asks for a prediction, and is asked, then confirmed', async ({
  show,
}) => {
  const { page, hub } = await show('?panel=break')
  await page.clock.runFor(200)
  const decline = page.getByRole('switch', { name: /Payment declined/ })
  await decline.click()
  await page.getByRole('dialog').getByLabel('Orders are cancelled').check()
  await page
    .getByRole('dialog')
    .getByLabel(/percent/)
    .fill('30')
  await page.getByRole('dialog').getByRole('button', { name: 'Break it' }).click()
  await expect.poll(() => hub.asked).toContain('POST /api/faults/decline {"settings":{"percent":30},"forMs":60000}')
  await expect(decline).toHaveAttribute('aria-checked', 'false')
  hub.say({ t: 'frame', n: 9, at: START, total: 0, faults: goldenFaults({ decline: { phase: 'asked' } }) })
  await page.clock.runFor(200)
  await expect(decline).toContainText('asked …')
  const confirmed = { phase: 'confirmed', injected: 3, mendsAt: START + 25_000 } as const
  hub.say({ t: 'frame', n: 10, at: START, total: 0, faults: goldenFaults({ decline: confirmed }) })
  await page.clock.runFor(200)
  await expect(decline).toHaveAttribute('aria-checked', 'true')
  await expect(decline).toContainText('confirmed · 3× · 25 s left')
  await page.keyboard.press('1')
  await expect.poll(() => hub.asked).toContain('DELETE /api/faults/decline')
})

test('given a fault, when numbers move, then was, now and difference are told, with the first event that shows it', async ({
  show,
}) => {
  const { page, play } = await show('?panel=break')
  await page.clock.runFor(200)
  await page.keyboard.press('1')
  await play(5_000)
  const changed = page.getByRole('region', { name: 'What changed' })
  await expect(changed.getByRole('row', { name: /orders cancelled/ })).toHaveText(/0\s*2\s*▲ 2/)
  await expect(changed.getByRole('button', { name: /payment-failed/ })).toBeVisible()
})

test('given a lesson, when the class votes and the presenter goes on, then the answer and the reason come last', async ({
  show,
}) => {
  const { page, hub } = await show('?panel=lesson')
  await page.clock.runFor(200)
  await page.getByRole('button', { name: /Paid, but out of stock/ }).click()
  await page.keyboard.press('c')
  await page.keyboard.press('c')
  await page.keyboard.press('a')
  await expect
    .poll(() => hub.asked.filter((call) => call === 'POST /api/vote {"lesson":"no-stock","choice":2}'))
    .toHaveLength(2)
  hub.say({ t: 'frame', n: 9, at: START, total: 0, votes: { 0: 1, 2: 2 } })
  await page.keyboard.press('PageDown')
  await page.getByRole('button', { name: 'Empty the shelf, place three orders' }).click()
  await expect.poll(() => hub.asked.at(-1)).toContain('POST /api/orders {"productId":201')
  await page.keyboard.press('PageDown')
  await page.clock.runFor(300)
  const lesson = page.getByRole('region', { name: 'Lesson: Paid, but out of stock' })
  await expect(lesson.getByRole('listitem').filter({ hasText: 'this is it' })).toContainText('Payment does')
  await expect(lesson).toContainText('compensation')
})

test('given a viewer, then nothing can be switched, and the page follows the presenter and votes', async ({ show }) => {
  const { page, hub } = await show('?panel=break', { me: { role: 'viewer' } })
  await page.clock.runFor(200)
  await page.getByRole('switch', { name: /Kill/ }).click({ force: true })
  await expect(page.getByRole('alert')).toContainText('Only the presenter')
  await page.keyboard.press('1')
  hub.say({ t: 'frame', n: 9, at: START, total: 0, lesson: { lesson: 'poison', step: 0, voteOpen: true } })
  await page.clock.runFor(200)
  await page
    .getByRole('button', { name: /They get through|They wait behind it/ })
    .first()
    .click()
  expect(new URL(page.url()).searchParams.get('lesson'), 'what is shown can be shared').toBe('poison')
  await expect.poll(() => hub.asked.at(-1)).toBe('POST /api/vote {"lesson":"poison","choice":0}')
  expect(hub.asked.filter((call) => /faults|orders/.test(call))).toEqual([])
})

test('given a dead letter, when a copy is mended and replayed, then its outcome is told', async ({ show }) => {
  const letter = goldenLetter('7')
  const { page, hub } = await show('?panel=dead', {
    letters: [letter],
    passport: () => ({ raw: '{"eventId":', envelope: null, problems: ['not JSON'] }),
  })
  await page.clock.runFor(800)
  await page.getByRole('button', { name: 'Edit a copy' }).click()
  await expect(page.getByRole('button', { name: 'Replay the copy' })).toBeDisabled()
  await page.getByRole('textbox', { name: /A copy to mend/ }).fill('{"eventId":"e"}')
  await page.keyboard.press('Tab')
  await page.getByRole('button', { name: 'Replay the copy' }).click()
  await expect
    .poll(() => hub.asked)
    .toContain(
      'POST /api/dead-letters/replay {"letters":[{"topic":"order-created-dlq","partition":1,"offset":"7"}],"editedValue":"{\\"eventId\\":\\"e\\"}","ratePerS":1}',
    )
  await expect(page.getByRole('list', { name: 'What became of the replayed letters' })).toContainText('handled')
})

test('given several letters that are replayed, then how far it is, and each outcome, are told', async ({ show }) => {
  const facts = { error: 'not JSON', attempts: 3, group: null, replayed: false }
  const nowhere = { originTopic: null, originPartition: null, originOffset: null }
  const letters = ['7', '8', '9'].map((offset) => ({
    ...{ dot: { ...goldenDots[0]!, topic: 'order-created-dlq', offset }, ...facts, ...nowhere },
  }))
  const { page } = await show('?panel=dead', { letters })
  await page.clock.runFor(800)
  await page.getByRole('button', { name: 'Replay all 3' }).click()
  const outcomes = page.getByRole('list', { name: 'What became of the replayed letters' })
  await expect(outcomes).toContainText('3 of 3')
  await expect(outcomes.getByRole('listitem').filter({ hasText: 'handled' })).toHaveCount(3)
})

test('given a dead letter that the hub cannot read any more, then that is said where it would stand', async ({
  show,
}) => {
  const dot = { ...goldenDots[0]!, topic: 'order-created-dlq', offset: '8', kind: 'failed' as const }
  const letter = { dot, error: 'not JSON', attempts: 3, group: null, replayed: false }
  const nowhere = { originTopic: null, originPartition: null, originOffset: null }
  const { page } = await show('?panel=dead', { letters: [{ ...letter, ...nowhere }], passport: () => null })
  await page.clock.runFor(800)
  await expect(page.locator('.dead-letter')).toContainText('It cannot be read: Not known.')
})

test('given somebody who types, then no key acts; given the help, then it lists them all', async ({ show }) => {
  const { page, hub } = await show('?panel=orders')
  await page.clock.runFor(200)
  await page.getByLabel('amount').fill('')
  await page.getByLabel('amount').pressSequentially('1234')
  await page.getByRole('button', { name: 'One order' }).click()
  await expect.poll(() => hub.asked.at(-1) ?? '').toContain('"amount":1234')
  expect(hub.asked.filter((call) => call.includes('faults'))).toEqual([])
  await page.locator('summary', { hasText: 'As curl' }).click()
  await expect(page.locator('pre', { hasText: 'curl' })).toContainText('{"productId":201,"quantity":1,"amount":1234}')
  await page.getByLabel('a second', { exact: true }).fill(String(ORDER_LIMITS.ratePerS))
  const longest = Number(await page.getByLabel('seconds', { exact: true }).getAttribute('max'))
  expect(longest * ORDER_LIMITS.ratePerS, 'no more than the hub takes').toBeLessThanOrEqual(ORDER_LIMITS.count)
  await page.getByRole('heading', { name: 'Place orders' }).click()
  await page.keyboard.press('?')
  await page.clock.runFor(100)
  await expect(page.getByRole('dialog')).toContainText('break it, or mend it')
  await page.keyboard.press('Escape')
  await page.keyboard.press('p')
  await page.clock.runFor(100)
  expect(new URL(page.url()).searchParams.get('view')).toBe('student')
})
