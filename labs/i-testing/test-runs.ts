import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { LIMITS } from '../../cli/check/contract.ts'
import type { Shop } from '../../cli/check/shop.ts'
import type { ShopFault } from '../../cli/check/shops/faults.ts'
import { KitFault } from '../../cli/check/verdict.ts'

const PROGRAM = resolve(import.meta.dirname, '../../cli/check/shops/shop.ts')

/** A shop of the kit on empty topics, and the student's tests on it, `times` times. The runs are named after the fault. */
export async function testAgainst(shop: Shop, fault: ShopFault | undefined, times: number): Promise<void> {
  await shop.freshTopics()
  const folder = await mkdtemp(join(tmpdir(), 'saga-lab-'))
  try {
    const log = join(folder, 'notification.log')
    await writeFile(log, '')
    const env = { ...(await shop.urls()), PAYMENT_FAIL_RATE: '0.5', STOCK: '{"201":1000}', NOTIFICATION_LOG: log }
    const name = fault ?? 'right'
    const words = [
      'node',
      '--disable-warning=ExperimentalWarning',
      PROGRAM,
      ...(fault === undefined ? [] : ['--fault', fault]),
    ]
    const kit = await shop.kit(`shop ${name}`, words, env)
    const ready = () => kit.story.lines.some(({ text }) => text === 'ready') || !kit.running
    if (!(await shop.until(`the ${name} shop is ready`, ready, 20_000)) || !kit.running) {
      const said = kit.story.tail.slice(-3).join(' | ')
      throw new KitFault('kit.shop-failed', `the kit's own shop did not start: ${said}`, 'Check again.', {
        again: true,
      })
    }
    for (let i = 0; i < times; i++) {
      // Tests that did not end would only not end again.
      if ((await shop.run('test', { as: name, env, deadlineMs: LIMITS.testRun })).ended !== undefined) break
    }
    kit.signal('SIGTERM', 'its tests are over')
    await shop.until(`the ${name} shop has stopped`, () => !kit.running, 3_000)
    kit.kill('its tests are over')
    await kit.gone
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
