import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { FACTS, type Facts, LEAST_TEXT } from './facts.ts'
import { goldenDots, goldenStory } from './golden.ts'
import { goldenLetter } from './golden-letters.ts'
import { goldenFaults, goldenGroups, goldenTopology, goldenTrouble, START } from './golden-shop.ts'
import { test } from './stage.ts'

const PANELS = ['lesson', 'lesson&lesson=poison&step=1', 'story', 'break', 'orders', 'numbers', 'dead'] as const
const letter = goldenLetter('7')

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
    const { page, play } = await show(`?theme=${theme}`, { snapshot: goldenTrouble })
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
    const { page, play } = await show('', { snapshot: goldenTrouble })
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
  // Which order is followed at that moment is the clock's to say, and a busy machine moves it.
  await expect(log).toContainText(/Order …0000\d\d: placed, paid/)
  expect(await log.locator('p').count()).toBeLessThanOrEqual(3)
})

test('given forced colours, then kinds still differ by shape, and nothing is lost', async ({ page, show }) => {
  await page.emulateMedia({ forcedColors: 'active' })
  const { play } = await show('', { snapshot: goldenTrouble })
  await play(5_000)
  await expect(page.locator('.sagas .shape.failed path').first()).toBeVisible()
  await expect(page.locator('.sagas .shape.ok circle').first()).toBeVisible()
  await expect(page.locator('.service').nth(3)).toContainText('down')
})

/** Runs in the page: everything that a keyboard has to reach, as a name each; of radio buttons the browser enters one. */
const CONTROLS = `[...document.querySelectorAll('button, a[href], input, select, textarea, summary')]
  .filter((e) => e.checkVisibility() && !e.disabled && !e.closest('[hidden], dialog:not([open])') && e.type !== 'file')`

for (const panel of PANELS)
  test(`given only a keyboard, then every control of ${panel} is reached, with a ring that shows it`, async ({
    show,
  }) => {
    const { page, play } = await show(`?panel=${panel}`, { snapshot: goldenTrouble, letters: [letter] })
    await play(1_000)
    await page.clock.runFor(900)
    await page.keyboard.press('.')
    await page.clock.runFor(300)
    const count = (await page.evaluate(
      `(() => { const all = ${CONTROLS}; all.forEach((e, i) => { e.dataset.control = i }); return all.length })()`,
    )) as number
    expect(count).toBeGreaterThan(20)
    const reached = new Set<string>()
    const bare: string[] = []
    for (let press = 0; press < count + 8; press++) {
      await page.keyboard.press('Tab')
      const { control, ring, name } = (await page.evaluate(`(() => {
        const e = document.activeElement
        const { outlineStyle, outlineWidth } = getComputedStyle(e)
        return { control: e.dataset.control ?? '', ring: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2, name: e.outerHTML.slice(0, 90) }
      })()`)) as { control: string; ring: boolean; name: string }
      if (control === '') continue
      reached.add(control)
      if (!ring) bare.push(name)
    }
    expect(bare, 'in focus, and nothing shows it').toEqual([])
    const missed = (await page.evaluate(
      `(() => { const seen = new Set(${JSON.stringify([...reached])}); return ${CONTROLS}.filter((e) => e.dataset.control && !seen.has(e.dataset.control)).map((e) => e.outerHTML.slice(0, 120)) })()`,
    )) as string[]
    expect(missed, 'never in focus').toEqual([])
  })

for (const theme of ['light', 'dark'] as const)
  test(`given the ${theme} theme, then axe finds nothing serious in what opens over the page, nor in a lesson that was measured`, async ({
    show,
  }) => {
    const me = { join: { url: 'http://192.0.2.7:4000/#token=ABCD', code: 'ABCD', qr: 'data:,', until: START + 60_000 } }
    const { page, play } = await show(`?theme=${theme}&panel=break`, { snapshot: goldenTrouble, letters: [letter], me })
    await page.clock.runFor(300)
    await page.keyboard.press('1')
    await play(5_000)
    const settle = () => page.clock.runFor(900)
    const close = async () => {
      await page.keyboard.press('Escape')
      await page.clock.runFor(200)
    }
    await page.getByRole('switch', { name: /Out of stock/ }).click()
    expect(await violations(page), 'Break').toEqual([])
    await close()
    await page.getByRole('button', { name: /^All \d+/ }).click()
    expect(await violations(page), 'all toggles').toEqual([])
    await close()
    await page.getByRole('button', { name: 'Help' }).click()
    await page.clock.runFor(200)
    expect(await violations(page), 'Help').toEqual([])
    await close()
    await page.getByRole('button', { name: 'Join' }).click()
    expect(await violations(page), 'Join').toEqual([])
    await close()
    await page.locator('.service').nth(1).click()
    await page.clock.runFor(200)
    expect(await violations(page), 'a card of the map').toEqual([])
    await close()
    for (const query of ['dead', 'lesson']) {
      await page
        .locator('.tabs')
        .getByRole('button', { name: query === 'dead' ? 'Dead letters' : 'Lessons' })
        .click()
      await settle()
      expect(await violations(page), query).toEqual([])
    }
    await page.getByRole('button', { name: /Paid, but out of stock/ }).click()
    for (const step of ['ask', 'first', 'why']) {
      await settle()
      expect(await violations(page), `a lesson: ${step}`).toEqual([])
      await page.keyboard.press('PageDown')
    }
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

test('given the same in names of topics, services and groups, in steps, spans, letters, votes and outcomes, then it is text everywhere', async ({
  show,
}) => {
  const bad = `<img src=x onerror="document.title='pwned'">\u0007\u202e<script>document.title='pwned'</script>`
  const topology = goldenTopology()
  const services = topology.services.map((one, index) => (index === 0 ? { ...one, name: bad } : one))
  const topics = topology.topics.map((one, index) => (index === 0 ? { ...one, name: bad, summary: bad } : one))
  const groups = goldenGroups().map((one) => ({
    ...one,
    group: bad,
    state: bad,
    members: [{ id: bad, partitions: { [bad]: [0] } }],
  }))
  const hostile = { ...letter, error: bad, group: bad, originTopic: bad, originOffset: bad }
  const golden = goldenStory(1)
  const story = {
    ...golden,
    steps: golden.steps.map((step) => ({ ...step, title: bad, service: bad })),
    spans: golden.spans.map((span) => ({ ...span, name: bad, service: bad })),
  }
  const { page, play, hub } = await show('?view=student&panel=dead', {
    ...{ snapshot: { topology: { ...topology, services, topics }, groups }, letters: [hostile], story: () => story },
    outcome: () => ({ words: bad }),
  })
  await play(1_000)
  hub.say({
    t: 'frame',
    n: 99,
    at: START + 1_000,
    total: 0,
    votes: { [bad]: 3 },
    lesson: { lesson: bad, step: 0, voteOpen: true },
  })
  await page.clock.runFor(900)
  await page.getByRole('button', { name: 'Replay it' }).click()
  await expect(page.getByRole('list', { name: /replayed letters/ })).toContainText('<img src=x')
  for (const name of ['Story of one order', 'Dead letters', 'Map of the shop', 'Trace'])
    await expect(page.getByRole('region', { name }), name).toContainText('<img src=x')
  await page.locator('.service').first().click()
  await page.clock.runFor(200)
  await expect(page.getByRole('dialog')).toContainText('<img src=x')
  await page.keyboard.press('Escape')
  await page.locator('.service').nth(1).click()
  await page.clock.runFor(200)
  await expect(page.getByRole('dialog').getByRole('heading', { level: 3 }).first()).toContainText('<img src=x')
  expect(await page.locator('img, .page script').count()).toBe(0)
  expect(await page.title()).not.toBe('pwned')
  const obeyed = await page.evaluate(
    `[...document.querySelectorAll('body *')].filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && /[\\u0007\\u202e]/.test(n.data))).map((e) => e.outerHTML.slice(0, 90))`,
  )
  expect(obeyed, 'what would be obeyed is written out').toEqual([])
})
