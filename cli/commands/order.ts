import { type Context, defineCommand, type ExitCode, flag, LabError, number } from '../command.ts'
import { interrupted, withBus } from '../shop/connect.ts'
import { printStory } from '../shop/demo.ts'
import { type Door, orderDesk } from '../shop/door.ts'
import type { Product } from '../shop/load.ts'
import { enterShop, type FoundShop } from '../shop/order-service.ts'
import { orderOf, productOptions } from '../shop/sample-options.ts'
import { isEnded, type Outcome, type Story } from '../shop/story.ts'
import { watchOrders } from '../shop/watch.ts'

const FOLLOW_MS = 30_000

export const command = defineCommand({
  about: 'Places an order, or several, with the shop that runs. With --follow it waits and shows the way of each.',
  options: {
    ...productOptions,
    count: number('--count <orders>', 'how many, one after the other', { fallback: 1, min: 1, max: 10_000 }),
    follow: flag('-f, --follow', 'show what becomes of each; exit code 1 if one has not ended within 30 s'),
  },
  examples: [
    ['order', 'one unit of product 201'],
    ['order --quantity 2 --amount 1500 --follow', 'and see it being paid, reserved and confirmed'],
    ['order --quantity 1000 --follow', 'more than there is: see the refund'],
    ['order --saga orchestration --follow', 'led by the order service, in the whole shop'],
    ['order --count 20 --json', 'the ids of twenty orders'],
  ],
  async run(ctx, { options }) {
    const shop = await enterShop(ctx, options.url)
    const order = orderOf(options)
    if (options.follow) return follow(ctx, shop, order, options.count)
    const placed = await place(ctx, shop.door, order, options.count, (orderId) => {
      if (!ctx.json)
        ctx.out.line(`${ctx.paint.good('✓')} order ${orderId} is accepted: ${shop.urls.order}/api/orders/${orderId}`)
    })
    if (ctx.json) ctx.out.json({ orders: placed.map((orderId) => ({ orderId })) })
    return 0
  },
})

async function place(
  ctx: Context,
  door: Door,
  order: Product,
  count: number,
  onPlaced: (orderId: string) => void,
): Promise<string[]> {
  const desk = orderDesk(door, 1)
  const placed: string[] = []
  try {
    while (placed.length < count && !ctx.signal.aborted) {
      const { status, body } = await desk.place(JSON.stringify(order))
      if (status !== 202)
        throw new LabError('refused', `The order was refused with ${status}.`, body.slice(0, 500), { exit: 2 })
      const { orderId } = JSON.parse(body) as { orderId: string }
      placed.push(orderId)
      onPlaced(orderId)
    }
    return placed
  } finally {
    desk.close()
  }
}

function follow(ctx: Context, { door, urls }: FoundShop, order: Product, count: number): Promise<ExitCode> {
  return withBus(ctx, async (bus) => {
    const mine = new Set<string>()
    // A story may end before the answer to its order is here.
    const early = new Map<string, [Story, Outcome | null]>()
    const done = Promise.withResolvers<void>()
    let told = 0
    const tell = (story: Story, outcome: Outcome | null) => {
      if (!mine.has(story.orderId)) return void early.set(story.orderId, [story, outcome])
      printStory(ctx, story, outcome, door.size)
      if (isEnded(story, door.size) && ++told === count) done.resolve()
    }
    const watch = await watchOrders(bus, {
      ...{ urls, size: door.size, authorize: door.authorize },
      perSecond: Number.POSITIVE_INFINITY,
      onStory: tell,
      onFatal: done.reject,
    })
    let timer: NodeJS.Timeout | undefined
    try {
      await place(ctx, door, order, count, (orderId) => {
        mine.add(orderId)
        const before = early.get(orderId)
        if (before !== undefined) tell(...before)
      })
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, FOLLOW_MS)
      })
      await Promise.race([done.promise, late, interrupted(ctx.signal)])
    } finally {
      clearTimeout(timer)
      await watch.stop()
    }
    if (told === count || ctx.signal.aborted) return 0
    ctx.err.line(
      `${count - told} of ${count} orders have not ended after ${FOLLOW_MS / 1_000} s. Is each service up ('lab status'), and does 'lab lag' fall?`,
    )
    return 1
  })
}
