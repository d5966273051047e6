import { expect } from '@playwright/test'
import { z } from 'zod'
import { defaultsOf, TOGGLES } from '../../cli/shop/faults/toggles.ts'
import { wholeShopToggles } from '../../cli/shop/faults/whole-shop-toggles.ts'
import type { FaultRequest, FaultView } from '../../web/hub/protocol.ts'
import { test } from './stage.ts'
import { wholeSnapshot } from './whole-shop.ts'

const off = { phase: 'off', reason: null, injected: 0, since: null, mendsAt: null, seed: 1 } as const

/** All toggles as the whole shop offers them, with the settings of the real ones. */
const faults: readonly FaultView[] = TOGGLES.map((toggle) => ({
  ...{ id: toggle.id, title: toggle.title, target: toggle.targets[0] ?? '', ...off },
  settings: defaultsOf(toggle),
  schema: z.toJSONSchema(toggle.settings, { io: 'input' }),
}))

for (const { id, title, settings: real } of wholeShopToggles)
  test(`given the whole shop, when "${title}" is switched on and off, then the hub is asked for that, and the page shows how it stands`, async ({
    show,
  }) => {
    const { page, hub } = await show('?panel=break', { snapshot: wholeSnapshot({ faults }) })
    let n = 1
    const stands = async (more: Partial<FaultView>) => {
      n += 1
      const now = faults.map((fault) => (fault.id === id ? { ...fault, ...more } : fault))
      hub.say({ t: 'frame', n, at: Date.now(), total: 0, faults: now })
      await expect.poll(() => hub.heard.some((one) => one.t === 'ack' && one.n === n)).toBe(true)
      await page.clock.runFor(200)
    }
    await page.getByRole('button', { name: `All ${TOGGLES.length} …` }).click()
    const toggle = page.getByRole('switch', { name: new RegExp(`^${title}`) }).last()
    await expect(toggle).toHaveAttribute('aria-checked', 'false')
    await toggle.click()
    const dialog = page.getByRole('dialog', { name: `Break: ${title}` })
    await dialog.getByRole('button', { name: 'Break it' }).click()

    const asked = () => hub.asked.find((one) => one.startsWith(`POST /api/faults/${id} `))
    await expect.poll(asked).toBeDefined()
    const { settings = {}, seed }: FaultRequest = JSON.parse(asked()?.replace(/^\S+ \S+ /, '') ?? '')
    expect(real.parse({ ...settings, seed })).toEqual(real.parse({}))

    await stands({ phase: 'asked' })
    await expect(toggle.locator('.fault-facts')).toContainText('asked')
    await stands({ phase: 'confirmed', injected: 3 })
    await expect(toggle.locator('.fault-facts')).toContainText('confirmed · 3×')
    await expect(toggle).toHaveAttribute('aria-checked', 'true')
    await toggle.click()
    await expect.poll(() => hub.asked).toContain(`DELETE /api/faults/${id}`)
    await stands({})
    await expect(toggle).toHaveAttribute('aria-checked', 'false')
  })
