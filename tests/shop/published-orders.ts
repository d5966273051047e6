import type { Bus } from '../../kit/kafka/bus.ts'
import { fates, recordsOf, type Story } from '../../services/analytics/stories.fixture.ts'

/** 2026-01-01T00:00:00Z */
export const epoch = 1_767_225_600_000

/** `count` orders of all fates and both kinds of saga, over a few hours, products and users. */
export const storiesFrom = (first: number, count: number): Story[] =>
  Array.from({ length: count }, (_, i) => {
    const n = first + i
    return {
      orderId: `order-${n}`,
      userId: `user-${n % 97}`,
      fate: fates[n % fates.length]!,
      orchestrated: n % 4 === 0,
      productId: 201 + (n % 5),
      quantity: 1 + (n % 3),
      amount: (n % 100) / 10,
      startAt: epoch + (n % 7) * 3_600_000,
    }
  })

const perSend = 5_000

/** Publishes them; `times` of them as often as that. */
export const publish = async (bus: Bus, stories: readonly Story[], times = 1): Promise<number> => {
  const records = stories.flatMap((story) => Array.from({ length: times }, () => recordsOf(story)).flat())
  for (let at = 0; at < records.length; at += perSend) await bus.send(records.slice(at, at + perSend))
  return records.length
}
