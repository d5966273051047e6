import { defineCommand, flag, number } from '../command.ts'
import { dashboardOptions, dashboardWish } from '../shop/dashboard/options.ts'
import { runDemo } from '../shop/demo.ts'
import { stockOption } from '../shop/sample-options.ts'

export const command = defineCommand({
  about:
    'Starts Kafka, if it does not run yet, and the whole shop, nine services (with --core, the four of the course); and the dashboard, which it opens in the browser. Then shows the way of each order through them, with the milliseconds since it was placed. Ctrl-C stops what this command started.',
  options: {
    orders: number('--orders <count>', 'sample orders placed at the start', { fallback: 3, max: 1_000 }),
    failRate: number('--fail-rate <share>', 'share of payments that are declined, 0 to 1', {
      fallback: 0,
      max: 1,
      fraction: true,
    }),
    stock: stockOption(
      'units by product, such as 201=100,202=5; without it, the shelf stays as it was left (100 of product 201 at first)',
    ),
    ...dashboardOptions,
    core: flag('--core', 'only the four services of the course: order, payment, inventory, notification'),
    keep: flag('--keep', 'leave Kafka running at the end'),
  },
  examples: [
    ['demo', 'start everything, with three sample orders'],
    ['demo --fail-rate 0.3', 'decline about every third payment: see orders being cancelled'],
    ['demo --stock 201=2 --orders 5', 'run out of stock: see payments being refunded'],
    ['demo --core', 'the shop that the course builds'],
    ['demo --lan', 'let the class look on from their phones'],
    ['demo --json', 'one JSON object a line: ready, dashboard, order, second, exit, stopped'],
  ],
  async run(ctx, { options }) {
    const size = options.core ? 'core' : 'whole'
    await runDemo(ctx, { ...options, size, dashboard: dashboardWish(options) })
    return 0
  },
})
