import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { FACTS, type Facts, LEAST_TEXT } from './facts.ts'
import { goldenDots } from './golden.ts'
import { goldenFaults, goldenGroups, goldenServices } from './golden-shop.ts'
import { test } from './stage.ts'

const PANELS = ['lesson', 'lesson&lesson=poison&step=1', 'story', 'break', 'orders', 'numbers', 'dead'] as const
const trouble = {
  groups: goldenGroups({ payment: 37 }),
  services: goldenServices({ notification: { health: 'down' } }),
  faults: goldenFaults({
    pause: { phase: 'confirmed', injected: 2 },
    kill: { phase: 'unavailable', reason: 'The shop runs elsewhere.' },
  }),
}

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).analyze()
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`)
}

for (const theme of ['light', 'dark'] as const)
  test(`given the ${theme} theme, then axe finds nothing serious on any panel, in the student view, or in a dialog`, async ({
    show,
  }) => {
    const { page, play } = await show(`?theme=${theme}`, { snapshot: trouble })
    await play(5_000)
    for (const name of ['Lessons', 'Break it', 'Place orders', 'Numbers', 'Dead letters', 'Story']) {
      await page.getByRole('button', { name, exact: false }).first().click()
      await page.clock.runFor(800)
      expect(await violations(page), name).toEqual([])
    }
    await page.keyboard.press('p')
    await page.clock.runFor(800)
    expect(await violations(page), 'student view').toEqual([])
    await page.getByRole('region', { name: 'Events' }).getByRole('button').first().click()
    await page.clock.runFor(800)
    expect(await violations(page), 'passport').toEqual([])
  })

for (const [width, height] of [
  [1280, 720],
  [1024, 768],
  [1920, 1080],
] as const)
  test(`given a projector of ${width}×${height}, then nothing scrolls, nothing is cut off, and text can be read from the last row`, async ({
    show,
  }) => {
    const { page, play } = await show('', { snapshot: trouble })
    await page.setViewportSize({ width, height })
    await play(5_000)
    for (const panel of PANELS) {
      await page.evaluate(`history.replaceState(null, '', '?panel=${panel}')`)
      await page.reload()
      await page.locator('.service').first().waitFor()
      await page.clock.runFor(900)
      const facts = (await page.evaluate(FACTS)) as Facts
      expect(facts.scroll, `${panel}: the page is as large as the screen`).toEqual({ width, height })
      expect(facts.outside, `${panel}: boxes beyond the edge`).toEqual([])
      expect(facts.inner, `${panel}: cards that have to be scrolled`).toEqual([])
      expect(facts.cut, `${panel}: names that are cut off`).toEqual([])
      expect(facts.smallest.size, `${panel}: the smallest text, in percent of the height`).toBeGreaterThanOrEqual(
        LEAST_TEXT,
      )
    }
  })

test('given a phone 320 px wide, then everything is below each other and nothing has to be pushed sideways', async ({
  show,
}) => {
  const { page, play } = await show('?panel=lesson&lesson=poison', { me: { role: 'viewer' } })
  await page.setViewportSize({ width: 320, height: 640 })
  await play(1_000)
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320)
  await expect(page.getByRole('button', { name: /They get through/ })).toBeVisible()
})

test('given reduced motion, then edges have counters, topics their last event, and one sentence in three seconds is spoken', async ({
  page,
  show,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  const { play } = await show()
  await play(7_000)
  await expect(page.locator('.dots')).toBeHidden()
  await expect(page.locator('.edge-count').first()).toBeVisible()
  await expect(page.getByRole('button', { name: 'payment-failed, 1 events, the last one failed' })).toBeVisible()
  const log = page.getByRole('log')
  await expect(log).toContainText('Order …000033: placed, paid, no stock, refunded, cancelled')
  expect(await log.locator('p').count()).toBeLessThanOrEqual(3)
})

test('given forced colours, then kinds still differ by shape, and nothing is lost', async ({ page, show }) => {
  await page.emulateMedia({ forcedColors: 'active' })
  const { play } = await show('', { snapshot: trouble })
  await play(5_000)
  await expect(page.locator('.sagas .shape.failed path').first()).toBeVisible()
  await expect(page.locator('.sagas .shape.ok circle').first()).toBeVisible()
  await expect(page.locator('.service').nth(3)).toContainText('down')
})

test('given only a keyboard, then every control of a panel is reached, with a ring that shows it', async ({ show }) => {
  const { page, play } = await show('?panel=break')
  await play(1_000)
  const seen = new Set<string>()
  for (let press = 0; press < 60; press++) {
    await page.keyboard.press('Tab')
    seen.add(
      (await page.evaluate(
        `(document.activeElement.getAttribute('role') ?? document.activeElement.tagName) + ' ' + (document.activeElement.textContent || document.activeElement.ariaLabel)`,
      )) as string,
    )
    if (press === 5) expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid')
  }
  for (const words of ['switch Payment declined', 'BUTTON Story', 'BUTTON Oorder', 'BUTTON order-created', 'INPUT'])
    expect(
      [...seen].some((one) => one.startsWith(words)),
      words,
    ).toBe(true)
})

test('given HTML and control characters in every field, then they are shown as text', async ({ show }) => {
  const bad = '<img src=x onerror=alert(1)>\u0007\u202e"\'</script>'
  const dot = { ...goldenDots[0]!, type: bad, key: bad, id: bad, orderId: bad, from: bad, to: [bad] }
  const saga = {
    orderId: bad,
    status: 'running' as const,
    startedAt: 0,
    lastAt: 1,
    events: 1,
    handlings: 0,
    criticalMs: null,
    reason: bad,
    marks: [],
    sentence: bad,
  }
  const { page } = await show('?view=student', {
    snapshot: {
      recent: [dot],
      sagas: [saga],
      faults: goldenFaults({ kill: { title: bad, reason: bad, phase: 'unavailable' } }),
    },
    passport: () => ({ raw: bad, envelope: null, headers: { [bad]: bad }, problems: [bad] }),
  })
  await page.clock.runFor(800)
  await page.getByRole('region', { name: 'Events' }).getByRole('button').first().click()
  await page.clock.runFor(800)
  await expect(page.getByRole('dialog').locator('pre')).toContainText('<img src=x onerror=alert(1)>\\u{7}\\u{202e}')
  expect(await page.locator('img').count()).toBe(0)
})
